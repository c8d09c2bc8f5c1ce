// The parts of a key then and now.
import FoundationEssentials

/// One part of a key, as it was and as it is.
public struct KeyPart: Codable, Sendable, Equatable {
  /// What it is: `version`, `code PATH`, `parameter NAME` or `input NAME`.
  public let name: String
  /// As it was; nothing if there was none.
  public let then: String?
  /// As it is; nothing if there is none.
  public let now: String?
  /// The functions that changed, of code.
  public var functions: String?

  /// Whether it is as it was.
  public var isSame: Bool { then == now }

  /// The parts of two keys side by side, in the order in which they enter; hashes by their first digits.
  /// - Parameter history: knows which functions changed in a file.
  public static func compare(_ then: KeyParts?, _ now: KeyParts?, history: CodeHistory? = nil) -> [KeyPart] {
    let (old, new) = (then.map(parts) ?? [], now.map(parts) ?? [])
    let before = Dictionary(old.map { ($0.name, $0.text) }, uniquingKeysWith: { first, _ in first })
    let after = Dictionary(new.map { ($0.name, $0.text) }, uniquingKeysWith: { first, _ in first })
    let names = new.map(\.name) + old.map(\.name).filter { after[$0] == nil }
    return names.map { name in
      var part = KeyPart(name: name, then: before[name], now: after[name])
      let path = now?.code.keys.first { name == "code \($0)" || name == "code \($0)\(Self.outsideNote)" }
      if !part.isSame, let path, let old = then?.code[path] {
        let place = history?.place(of: path, since: old) ?? path
        if place != path { part.functions = String(place.dropLast(" in \(path)".count)) }
      }
      return part
    }
  }

  private static let outsideNote = " (not in the key)"

  private static func parts(_ key: KeyParts) -> [(name: String, text: String)] {
    var parts = [(name: "version", text: "\(key.version)")]
    for path in key.code.keys.sorted() {
      let note = key.isKeyedByVersionAlone ? outsideNote : ""
      parts.append(("code \(path)\(note)", String(key.code[path, default: ""].prefix(12))))
    }
    if case .object(let parameters) = key.parameters {
      for name in parameters.keys.sorted() {
        parts.append(("parameter \(name)", ParameterChange.text(parameters[name])))
      }
    }
    for input in key.inputs {
      let isComputed = !input.hash.hasPrefix("planned ")
      parts.append(
        (
          "\(input.isFile ? "file" : "input") \(input.name)",
          isComputed ? String(input.hash.prefix(12)) : "not computed yet"
        ))
    }
    return parts
  }
}
