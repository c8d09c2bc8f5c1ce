// The names of outputs.

/// The rules for labels: lower case, digits, hyphens; prefixes tell what is meant.
public enum Label {
  /// The prefixes of things that have numbers of their own; no value and no citation key begins with one.
  public static let reservedPrefixes = ["sec-", "fig-", "tbl-", "eq-", "lst-", "claim-", "note-"]

  /// Whether a text is made of lower-case letters, digits and single hyphens, and begins with a letter.
  public static func isWellFormed(_ label: String) -> Bool {
    guard let first = label.utf8.first, first >= 0x61, first <= 0x7A, label.utf8.last != 0x2D else {
      return false
    }
    return !label.contains("--")
      && label.utf8.allSatisfy { ($0 >= 0x61 && $0 <= 0x7A) || ($0 >= 0x30 && $0 <= 0x39) || $0 == 0x2D }
  }

  /// Whether a label has one of the reserved prefixes.
  public static func isReserved(_ label: String) -> Bool {
    reservedPrefixes.contains { label.hasPrefix($0) }
  }
}
