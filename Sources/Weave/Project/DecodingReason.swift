// Why a file that a program should have written cannot be read.

/// What is wrong with a text that was to be decoded, in a few words.
func decodingReason(_ error: any Error) -> String {
  func place(_ path: [any CodingKey]) -> String {
    path.map { $0.intValue.map { "[\($0)]" } ?? $0.stringValue }.joined(separator: ".")
  }
  switch error {
  case DecodingError.keyNotFound(let key, let context):
    return "\"\(place(context.codingPath + [key]))\" is missing"
  case DecodingError.typeMismatch(_, let context), DecodingError.valueNotFound(_, let context):
    let path = place(context.codingPath)
    return path.isEmpty ? "it is no JSON object" : "\"\(path)\" is of another kind"
  case DecodingError.dataCorrupted(let context) where context.codingPath.isEmpty:
    return "it is not JSON"
  case DecodingError.dataCorrupted(let context):
    return "\"\(place(context.codingPath))\": \(context.debugDescription)"
  default:
    return "\(error)"
  }
}
