// Turning the names of one naming into those of another, by rules on whole parts between dots.

/// A list of rules, each of which is tried once, in order.
///
/// A rule applies where a name begins with its parts; a part `#` stands for any number, and keeps it.
struct NameRules {
  private struct Rule {
    let from: [Substring]
    let to: [Substring]
  }

  private var rules: [Rule] = []

  /// Adds a rule.
  mutating func add(_ from: String, _ to: String) {
    rules.append(Rule(from: from.split(separator: "."), to: to.split(separator: ".")))
  }

  /// The name after all rules.
  func callAsFunction(_ name: String) -> String {
    var parts = name.split(separator: ".", omittingEmptySubsequences: false)
    for rule in rules where parts.count >= rule.from.count {
      var numbers: [Substring] = []
      let applies = zip(rule.from, parts).allSatisfy { pattern, part in
        guard pattern == "#" else { return pattern == part }
        numbers.append(part)
        return !part.isEmpty && part.allSatisfy(\.isNumber)
      }
      guard applies else { continue }
      var left = numbers[...]
      let replacement = rule.to.map { $0 == "#" ? left.popFirst() ?? $0 : $0 }
      parts.replaceSubrange(..<rule.from.count, with: replacement)
    }
    return parts.joined(separator: ".")
  }
}
