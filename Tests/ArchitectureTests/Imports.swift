// Reading the imports of a Swift file and the includes of a C or C++ file, a line at a time.

/// The modules that Swift code imports, with the lines they stand on (from 1).
///
/// Attributes, access levels and kinds (`import struct A.B`) are seen through; comments and strings of several
/// lines that happen to hold such a line would be read as imports, which no file needs.
func imports(in text: String) -> [(line: Int, module: String)] {
  let before: Set<Substring> = ["public", "package", "internal", "fileprivate", "private"]
  let kinds: Set<Substring> = ["struct", "class", "enum", "protocol", "typealias", "func", "let", "var"]
  return text.split(separator: "\n", omittingEmptySubsequences: false).enumerated().compactMap {
    index, line in
    var words = line.split(whereSeparator: \.isWhitespace)[...]
    while let word = words.first, word.hasPrefix("@") || before.contains(word) { words.removeFirst() }
    guard words.popFirst() == "import", let next = words.popFirst() else { return nil }
    let path = kinds.contains(next) ? words.first ?? next : next
    return path.split(separator: ".").first.map { (index + 1, String($0)) }
  }
}

/// What C or C++ code includes, as written between the brackets or quotes, with the lines (from 1).
func includes(in text: String) -> [(line: Int, header: String)] {
  text.split(separator: "\n", omittingEmptySubsequences: false).enumerated().compactMap { index, line in
    let code = line.drop(while: \.isWhitespace)
    guard code.first == "#" else { return nil }
    let directive = code.dropFirst().drop(while: \.isWhitespace)
    guard directive.hasPrefix("include") else { return nil }
    let parts = directive.split(maxSplits: 2, omittingEmptySubsequences: false) { "<>\"".contains($0) }
    return parts.count > 1 ? (index + 1, String(parts[1])) : nil
  }
}
