// `Results/costs.json`: what the steps behind the records cost where they ran, so that a clone without their traces can say
// beforehand how long a run from scratch will take.
import FoundationEssentials

/// The cost of a run of a step.
public struct StepCost: Codable, Sendable, Equatable {
  /// Seconds.
  public var seconds: Double
  /// The size of the result.
  public var bytes: Int
}

/// The costs of steps by the names that records use.
public struct StepCosts: Codable, Sendable, Equatable {
  /// The costs.
  public var steps: [String: StepCost] = [:]

  /// Where they stand, relative to the root.
  public static let path = "Results/costs.json"

  /// The costs of a project; none if there is no readable file.
  public static func read(root: URL) -> StepCosts {
    guard let data = try? Files.read(root.appending(path: path)) else { return StepCosts() }
    return (try? CanonicalJSON.decode(StepCosts.self, from: data)) ?? StepCosts()
  }

  /// The costs of given steps: an entry there is stays, so that nothing changes where nothing new was made.
  /// - Parameters:
  ///   - keys: the full keys of the steps, by name.
  ///   - store: where traces of the others are.
  public func updated(keys: [String: String], store: Store) -> StepCosts {
    var costs = StepCosts()
    for (name, key) in keys {
      costs.steps[name] = steps[name] ?? store.cost(name: name, key: key)
    }
    return costs
  }

  /// Writes them.
  public func write(root: URL) throws {
    try Files.write(try CanonicalJSON.encodePretty(self), to: root.appending(path: Self.path))
  }
}

extension Store {
  fileprivate func cost(name: String, key: String) -> StepCost? {
    let step = String(name.prefix { $0 != "/" })
    for layer in [local, committed] {
      if let trace = layer.trace(step: step, key: key) {
        return StepCost(seconds: trace.costSeconds, bytes: trace.output.bytes)
      }
    }
    return nil
  }
}
