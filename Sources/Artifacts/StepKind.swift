// Which steps are alike in what they do, whatever the code was and wherever they ran: what costs are remembered by.
import FoundationEssentials

/// What a step does: its name and parameters, and which files and trained results are behind it.
///
/// Detections of two detectors have the same parameters and take very different times; what tells them apart is the
/// training. Bits of another choice make no difference.
public struct StepKind: Sendable, Equatable {
  /// The step.
  let step: String
  /// The step and the first digits of a hash of its parameters.
  let parameters: String
  /// The same and the first digits of a hash of what is behind it.
  let name: String
  /// What later steps have behind them because of this one: its name if it is trained, else what it has behind itself.
  let origins: Set<String>

  /// The kind of a step.
  /// - Parameters:
  ///   - parts: what its key is made of.
  ///   - kind: the kinds of the steps that make its inputs, as far as they are known.
  init(of parts: KeyParts, inputs kind: (KeyParts.Input) -> StepKind?) {
    step = parts.step
    let encoded = (try? CanonicalJSON.encode(parts.parameters)) ?? Data()
    parameters = "\(step)/\(SHA256.hash(of: encoded).prefix(8))"
    let behind = Set(parts.inputs.flatMap { $0.isFile ? [$0.key] : kind($0)?.origins ?? [] })
    name = "\(parameters)/\(SHA256.hash(of: Data(behind.sorted().joined(separator: "\n").utf8)).prefix(8))"
    origins = parts.isKeyedByVersionAlone ? [name] : behind
  }
}

/// The kinds of steps that rest on each other.
public struct StepKinds: Sendable {
  private let nodes: [String: StepNode]
  private var kinds: [String: StepKind] = [:]

  /// The kinds of given steps, by the names that records use.
  public init(_ nodes: [String: StepNode]) {
    self.nodes = nodes
    for name in nodes.keys.sorted() { add(name) }
  }

  /// The kind of one of the steps.
  public subscript(name: String) -> StepKind? { kinds[name] }

  private mutating func add(_ name: String) {
    guard kinds[name] == nil, let parts = nodes[name]?.parts else { return }
    func step(_ input: KeyParts.Input) -> String { StepNode.name(step: input.step, key: input.key) }
    for input in parts.inputs where !input.isFile { add(step(input)) }
    kinds[name] = StepKind(of: parts) { kinds[step($0)] }
  }
}
