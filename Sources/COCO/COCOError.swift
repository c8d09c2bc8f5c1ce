// What can be wrong with a data set, a result file or a name given by a person; each becomes one sentence.

/// Why a file or a request was refused.
public enum COCOError: Error, Equatable, Sendable, CustomStringConvertible {
  /// The file could not be read or written.
  case unusable(file: String, reason: String)
  /// The file is not JSON; `offset` is the byte where that shows, if known.
  case notJSON(file: String, offset: Int?, reason: String)
  /// Something in the file is not what the format asks for.
  case invalid(file: String, place: String, expected: String, found: String)
  /// A name that is no category and no group of categories.
  case unknownName(String, known: [String])

  /// One sentence: the file, the place in it, and what was expected.
  public var description: String {
    switch self {
    case .unusable(let file, let reason):
      return "\(file): \(reason)"
    case .notJSON(let file, let offset, let reason):
      let place = offset.map { " at byte \($0)" } ?? ""
      return "\(file): not JSON\(place): \(reason)"
    case .invalid(let file, let place, let expected, let found):
      return "\(file): \(place) should be \(expected), found \(found)"
    case .unknownName(let name, let known):
      let hint = known.isEmpty ? "" : ", known are \(known.joined(separator: ", "))"
      return "\"\(name)\" should be a supercategory or, with \"category:\" before it, a category\(hint)"
    }
  }
}
