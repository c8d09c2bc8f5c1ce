// What differs between the parameters of two steps.
import FoundationEssentials

/// One difference between two sets of parameters.
public struct ParameterChange: Sendable, Equatable, CustomStringConvertible {
  /// The parameter, for example `recipe.rate` or `groups[1]`.
  public let name: String
  /// Its value before, as JSON; `nothing` where there was none.
  public let old: String
  /// Its value now.
  public let new: String
  /// Whether the entries are the same, in another order.
  public let isReordered: Bool

  /// In words: `limit 10 -> 12`.
  public var description: String {
    isReordered ? "\(name): the same entries in another order" : "\(name) \(old) -> \(new)"
  }

  /// The differences, sorted by name; lists of different lengths count as one.
  public static func changes(from old: JSONValue, to new: JSONValue) -> [ParameterChange] {
    var found: [ParameterChange] = []
    compare(old, new, name: "", into: &found)
    return found
  }

  private static func compare(
    _ old: JSONValue?, _ new: JSONValue?, name: String, into found: inout [ParameterChange]
  ) {
    if old == new { return }
    switch (old, new) {
    case (.object(let one)?, .object(let two)?):
      for key in Set(one.keys).union(two.keys).sorted() {
        compare(one[key], two[key], name: name.isEmpty ? key : "\(name).\(key)", into: &found)
      }
    case (.array(let one)?, .array(let two)?) where one.count == two.count:
      if one.map({ text($0) }).sorted() == two.map({ text($0) }).sorted() {
        found.append(ParameterChange(name: name, old: text(old), new: text(new), isReordered: true))
        return
      }
      for index in one.indices { compare(one[index], two[index], name: "\(name)[\(index)]", into: &found) }
    default:
      found.append(
        ParameterChange(
          name: name.isEmpty ? "value" : name, old: text(old), new: text(new), isReordered: false))
    }
  }

  /// The value as JSON, cut where it is long.
  public static func text(_ value: JSONValue?) -> String {
    guard let value, let data = try? CanonicalJSON.encode(value) else { return "nothing" }
    let text = String(decoding: data, as: UTF8.self)
    return text.count <= 60 ? text : text.prefix(59) + "…"
  }
}
