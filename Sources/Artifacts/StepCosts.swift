// `Results/costs.json`: what the steps behind the records cost where they ran, so that a clone without their traces can say
// beforehand how long a run from scratch will take. It is committed, so it changes only when a cost really did.
import FoundationEssentials

/// The cost of a run of a step.
public struct StepCost: Codable, Sendable, Equatable {
  /// Seconds.
  public var seconds: Double
  /// The size of the result.
  public var bytes: Int
}

/// The costs of steps by kind: other code seldom makes another cost.
public struct StepCosts: Codable, Sendable, Equatable {
  /// The costs, by the names of kinds.
  public var steps: [String: StepCost] = [:]

  /// No costs yet.
  public init() {}

  /// Where they stand, relative to the root.
  public static let path = "Results/costs.json"

  /// The costs of a project; none if there is no readable file.
  public static func read(root: URL) -> StepCosts {
    guard let data = try? Files.read(root.appending(path: path)) else { return StepCosts() }
    return (try? CanonicalJSON.decode(StepCosts.self, from: data)) ?? StepCosts()
  }

  /// The cost of a step of the same kind, or else the largest with its parameters, or else the largest of its name.
  func cost(of kind: StepKind) -> StepCost? {
    steps[kind.name] ?? largest(startingWith: kind.parameters + "/")
      ?? largest(startingWith: kind.step + "/")
  }

  private func largest(startingWith prefix: String) -> StepCost? {
    steps.filter { $0.key.hasPrefix(prefix) }.values.max { ($0.seconds, $0.bytes) < ($1.seconds, $1.bytes) }
  }

  /// The costs of given steps: an entry there is stays unless the cost is quite another now, so that nothing changes
  /// where nothing new was made or a machine was busy.
  /// - Parameters:
  ///   - nodes: the steps.
  ///   - store: where their traces are.
  public func updated(nodes: [StepNode], store: Store) -> StepCosts {
    let kinds = StepKinds(Dictionary(nodes.map { ($0.name, $0) }, uniquingKeysWith: { first, _ in first }))
    var costs = StepCosts()
    for node in nodes {
      guard let name = kinds[node.name]?.name else { continue }
      guard let found = store.trace(step: node.parts.step, key: node.key)?.cost else {
        costs.steps[name] = costs.steps[name] ?? steps[name]
        continue
      }
      // Steps of one kind share an entry: the largest.
      if let other = costs.steps[name], other.seconds >= found.seconds { continue }
      costs.steps[name] = found
    }
    for (name, cost) in costs.steps {
      if let known = steps[name], !cost.isQuiteAnother(than: known) { costs.steps[name] = known }
    }
    return costs
  }

  /// Writes them.
  public func write(root: URL) throws {
    try Files.write(try CanonicalJSON.encodePretty(self), to: root.appending(path: Self.path))
  }
}

extension StepCost {
  /// Whether it differs by more than a factor of two, and by more than a second or a tenth of a megabyte.
  fileprivate func isQuiteAnother(than known: StepCost) -> Bool {
    func differ(_ one: Double, _ two: Double, atLeast least: Double) -> Bool {
      abs(one - two) > least && max(one, two) > 2 * min(one, two)
    }
    return differ(seconds, known.seconds, atLeast: 1)
      || differ(Double(bytes), Double(known.bytes), atLeast: 1e5)
  }
}

extension Trace {
  /// What the run cost.
  var cost: StepCost { StepCost(seconds: costSeconds, bytes: output.bytes) }
}

extension Store {
  /// The trace of a step, from the local layer or the committed one.
  func trace(step: String, key: String) -> Trace? {
    local.trace(step: step, key: key) ?? committed.trace(step: step, key: key)
  }
}
