// The targets and dependencies that Package.swift names, read from its text.

/// The manifest's targets by name, each with the target names it depends on.
///
/// Read from the text, because asking the package manager takes seconds and a lock that the test run holds.
/// Calls with a literal name count: `library("X", […])` and `.target(name: "X", dependencies: […])` with its kin.
func manifestTargets(in text: String) -> [String: [String]] {
  var targets: [String: [String]] = [:]
  for kind in ["library(", "target(", "executableTarget(", "systemLibrary("] {
    for arguments in calls(kind, in: text) {
      let isShort = kind == "library("
      let name = isShort ? arguments : after("name:", in: arguments) ?? ""
      guard let name = leadingLiteral(name) else { continue }
      let list = isShort ? arguments : after("dependencies:", in: arguments) ?? ""
      targets[name] = literalsOfFirstList(list)
    }
  }
  return targets
}

/// The names X of all `tests("X", …)`.
func manifestTests(in text: String) -> [String] {
  calls("tests(", in: text).compactMap(leadingLiteral).map { $0 + "Tests" }
}

/// The text between the brackets of each call of a function, by position; `func` declarations do not count.
private func calls(_ opening: String, in text: String) -> [Substring] {
  var found: [Substring] = []
  var rest = text[...]
  while let range = rest.firstRange(of: opening) {
    let before = text[..<range.lowerBound]
    rest = text[range.upperBound...]
    let isWhole = before.last.map { !$0.isLetter } ?? true
    if isWhole, !before.hasSuffix("func ") { found.append(upToClosing(rest)) }
  }
  return found
}

/// The text up to the bracket that closes one opened before it.
private func upToClosing(_ text: Substring) -> Substring {
  var depth = 1
  for index in text.indices {
    switch text[index] {
    case "(", "[": depth += 1
    case ")", "]": depth -= 1
    default: break
    }
    if depth == 0 { return text[..<index] }
  }
  return text
}

private func after(_ label: String, in text: Substring) -> Substring? {
  text.firstRange(of: label).map { text[$0.upperBound...] }
}

/// The string literal that a text begins with, white space aside.
private func leadingLiteral(_ text: Substring) -> String? {
  let text = text.drop(while: \.isWhitespace)
  guard text.first == "\"" else { return nil }
  return String(text.dropFirst().prefix { $0 != "\"" })
}

private func literalsOfFirstList(_ text: Substring) -> [String] {
  guard let start = text.firstIndex(of: "[") else { return [] }
  let parts = upToClosing(text[text.index(after: start)...])
    .split(separator: "\"", omittingEmptySubsequences: false)
  return stride(from: 1, to: parts.count, by: 2).map { String(parts[$0]) }
}
