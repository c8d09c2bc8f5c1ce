// Reading a JSON object key by key, so that a message can name the key.
import Artifacts

/// An object of a profile file, and where it stands there.
struct ProfileObject {
  private let members: [String: JSONValue]
  private let file: String
  private let path: String

  init(_ value: JSONValue, file: String, path: String = "") throws(ProfileError) {
    guard case .object(let members) = value else {
      let place = path.isEmpty ? "" : " \"\(path)\""
      throw ProfileError("\(file):\(place) should be an object, found \(describe(value))")
    }
    self.members = members
    self.file = file
    self.path = path
  }

  /// The sentence about a key.
  func fault(_ key: String, _ expected: String, found: String) -> ProfileError {
    ProfileError("\(file): \"\(place(key))\" should be \(expected), found \(found)")
  }

  private func place(_ key: String) -> String { path.isEmpty ? key : "\(path).\(key)" }

  /// Refuses keys that mean nothing: they are likely misspelt.
  func allow(_ keys: [String]) throws(ProfileError) {
    if let stranger = members.keys.sorted().first(where: { !keys.contains($0) }) {
      throw ProfileError(
        "\(file): \"\(place(stranger))\" means nothing here; the keys are \(keys.joined(separator: ", "))")
    }
  }

  func optionalText(_ key: String) throws(ProfileError) -> String? {
    switch members[key] {
    case nil, .null: return nil
    case .string(let text) where !text.isEmpty: return text
    case .some(let value): throw fault(key, "a text", found: describe(value))
    }
  }

  func text(_ key: String) throws(ProfileError) -> String {
    guard let text = try optionalText(key) else { throw fault(key, "a text", found: "nothing") }
    return text
  }

  func texts(_ key: String) throws(ProfileError) -> [String] {
    let expected = "a list of texts with at least one"
    guard case .array(let values) = members[key], !values.isEmpty else {
      throw fault(key, expected, found: describe(members[key]))
    }
    var texts: [String] = []
    for (index, value) in values.enumerated() {
      guard case .string(let text) = value else {
        throw fault("\(key)[\(index)]", "a text", found: describe(value))
      }
      texts.append(text)
    }
    return texts
  }

  func integer(_ key: String, in range: ClosedRange<Int>) throws(ProfileError) -> Int? {
    switch members[key] {
    case nil, .null: return nil
    case .integer(let number) where range.contains(Int(number)): return Int(number)
    case .some(let value):
      throw fault(
        key, "a whole number from \(range.lowerBound) to \(range.upperBound)", found: describe(value))
    }
  }

  func object(_ key: String) throws(ProfileError) -> ProfileObject {
    guard let value = members[key] else { throw fault(key, "an object", found: "nothing") }
    return try ProfileObject(value, file: file, path: place(key))
  }

  func objects(_ key: String) throws(ProfileError) -> [ProfileObject] {
    guard case .array(let values) = members[key] else {
      throw fault(key, "a list of objects", found: describe(members[key]))
    }
    var objects: [ProfileObject] = []
    for (index, value) in values.enumerated() {
      objects.append(try ProfileObject(value, file: file, path: "\(place(key))[\(index)]"))
    }
    return objects
  }
}

private func describe(_ value: JSONValue?) -> String {
  switch value {
  case nil: "nothing"
  case .null: "null"
  case .bool(let flag): "\(flag)"
  case .integer(let number): "\(number)"
  case .number(let number): "\(number)"
  case .string(let text): "\"\(text)\""
  case .array: "a list"
  case .object: "an object"
  }
}
