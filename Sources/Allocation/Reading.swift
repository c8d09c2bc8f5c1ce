// A problem from its JSON file.
import FoundationEssentials

extension AllocationProblem {
  /// Reads the text of a costs file; `named` is what messages call it.
  public init(json: Data, named file: String) throws(AllocationError) {
    do {
      self = try JSONDecoder().decode(AllocationProblem.self, from: json)
    } catch let error as DecodingError {
      throw Self.sentence(error, file)
    } catch {
      throw .unreadable(file: file, place: "the file", expected: "JSON")
    }
    // Sums over all layers are taken before anything is allocated.
    _ = try choiceGroups()
  }

  /// Reads a costs file.
  public init(contentsOf url: URL) throws(AllocationError) {
    let data: Data
    do {
      data = try Data(contentsOf: url)
    } catch {
      throw .unreadable(file: url.relativePath, place: "the file", expected: "there and readable")
    }
    try self.init(json: data, named: url.relativePath)
  }

  private static func sentence(_ error: DecodingError, _ file: String) -> AllocationError {
    switch error {
    case .keyNotFound(let key, let context):
      return .unreadable(file: file, place: place(context.codingPath + [key]), expected: "there")
    case .typeMismatch(let type, let context), .valueNotFound(let type, let context):
      return .unreadable(file: file, place: place(context.codingPath), expected: words(type))
    case .dataCorrupted(let context):
      let isWholeFile = context.codingPath.isEmpty
      return .unreadable(
        file: file, place: place(context.codingPath),
        expected: isWholeFile ? "JSON" : context.debugDescription)
    @unknown default:
      return .unreadable(file: file, place: "the file", expected: "JSON")
    }
  }

  private static func place(_ path: [any CodingKey]) -> String {
    if path.isEmpty { return "the file" }
    var text = ""
    for key in path {
      if let index = key.intValue {
        text += "[\(index)]"
      } else {
        text += (text.isEmpty ? "" : ".") + key.stringValue
      }
    }
    return "\"\(text)\""
  }

  private static func words(_ type: any Any.Type) -> String {
    switch type {
    case is Double.Type: return "a number"
    case is String.Type: return "a text"
    case is [String: Any].Type, is AllocationProblem.Type, is Layer.Type, is [String: Int].Type:
      return "an object"
    default: return "a list"
    }
  }
}

/// A whole number that says where it is not one; the decoder's own answer names no place.
struct WholeNumber: Decodable {
  var value: Int

  init(from decoder: any Decoder) throws {
    let container = try decoder.singleValueContainer()
    guard let whole = Int(exactly: try container.decode(Double.self)) else {
      throw DecodingError.dataCorruptedError(in: container, debugDescription: "a whole number")
    }
    value = whole
  }
}
