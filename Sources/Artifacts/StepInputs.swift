// Finding the artifacts among the properties of a step.

/// An artifact whose type of value does not matter.
public protocol AnyArtifact: AnyObject {
  /// The name of the step that makes it.
  var stepName: String { get }
  /// What people call it.
  var title: String { get }
  /// The key of its step. Finding it may run the steps before it.
  func key() throws -> String
  /// The hash that stands for its value in the keys of the steps that use it. Finding it may run its step.
  func valueHash() throws -> String
  /// Notes that its value will be needed, without computing it.
  func planValue() throws
}

/// What a step rests on besides its parameters.
enum StepInput {
  /// The result of another step.
  case artifact(any AnyArtifact)
  /// A file.
  case file(InputFile)
}

/// The artifacts and files in the stored properties of a step, named by their path, sorted by name.
func inputs(of step: some Step) throws -> [(name: String, input: StepInput)] {
  var found: [(name: String, input: StepInput)] = []
  try collect(step, path: "", into: &found)
  return found.sorted { $0.name.utf8.lexicographicallyPrecedes($1.name.utf8) }
}

private func collect(
  _ value: Any, path: String, into found: inout [(name: String, input: StepInput)]
) throws {
  if let artifact = value as? any AnyArtifact {
    found.append((path, .artifact(artifact)))
    return
  }
  if let file = value as? InputFile {
    found.append((path, .file(file)))
    return
  }
  let mirror = Mirror(reflecting: value)
  switch mirror.displayStyle {
  case .set:
    throw ArtifactError.unorderedParameter(path: path)
  case .dictionary:
    for case (_, let pair as (key: Any, value: Any)) in mirror.children {
      // Dictionaries with other keys are encoded as lists in an order that changes from process to process.
      guard pair.key is String || pair.key is Int || pair.key is any CodingKeyRepresentable else {
        throw ArtifactError.unorderedParameter(path: path)
      }
      try collect(pair.value, path: "\(path)[\(pair.key)]", into: &found)
    }
  case .collection:
    for (index, child) in mirror.children.enumerated() {
      try collect(child.value, path: "\(path)[\(index)]", into: &found)
    }
  case .optional:
    for child in mirror.children { try collect(child.value, path: path, into: &found) }
  case .struct, .tuple, .enum:
    for child in mirror.children {
      let label = child.label ?? "value"
      try collect(child.value, path: path.isEmpty ? label : "\(path).\(label)", into: &found)
    }
  default:
    break
  }
}

/// The properties of a step that are no artifacts, as JSON.
func parameters(of step: some Step, inputs: [String]) throws -> JSONValue {
  let value = try CanonicalJSON.decode(JSONValue.self, from: CanonicalJSON.encode(step))
  guard case .object(var members) = value else { return value }
  for name in inputs { members[name] = nil }
  return .object(members)
}
