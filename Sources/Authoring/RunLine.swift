// The lines a running notebook hands to quire: its records, the steps behind them, and how it went.
import Artifacts
import FoundationEssentials

/// The state of a run after an output.
public struct RunStatus: Codable, Sendable, Equatable {
  /// Where it runs.
  public var environment: RunEnvironment
  /// How many steps ran and the like, so far.
  public var totals: StepTotals

  /// A state from its parts.
  public init(environment: RunEnvironment, totals: StepTotals) {
    self.environment = environment
    self.totals = totals
  }
}

/// Why a run ended.
public struct RunFailure: Codable, Sendable, Equatable {
  /// The line of the call that failed.
  public var line: Int
  /// The sentence.
  public var message: String
}

/// An output that would be recorded, and what it would be made from.
public struct PlannedOutput: Codable, Sendable, Equatable {
  /// Its label.
  public var name: String
  /// The line of its call.
  public var line: Int
  /// The steps whose values it asks for, as far as could be seen without them.
  public var artifacts: [String]
}

/// One line from a running notebook.
public enum RunLine: Sendable, Equatable {
  /// An output.
  case record(Record)
  /// A step that an output needed.
  case step(StepNode)
  /// How far the run is.
  case status(RunStatus)
  /// The end of a run that failed.
  case failure(RunFailure)
  /// An output that would be recorded.
  case plannedOutput(PlannedOutput)
  /// A step that would run.
  case plannedStep(PlannedStep)
}

extension RunLine: Codable {
  private enum CodingKeys: String, CodingKey {
    case kind, step, status, failure, plan
  }

  /// Reads one line.
  public init(from decoder: any Decoder) throws {
    let container = try decoder.container(keyedBy: CodingKeys.self)
    switch try container.decode(String.self, forKey: .kind) {
    case "step": self = .step(try container.decode(StepNode.self, forKey: .step))
    case "status": self = .status(try container.decode(RunStatus.self, forKey: .status))
    case "failure": self = .failure(try container.decode(RunFailure.self, forKey: .failure))
    case "planned-output": self = .plannedOutput(try container.decode(PlannedOutput.self, forKey: .plan))
    case "planned-step": self = .plannedStep(try container.decode(PlannedStep.self, forKey: .plan))
    default: self = .record(try Record(from: decoder))
    }
  }

  /// Writes one line.
  public func encode(to encoder: any Encoder) throws {
    if case .record(let record) = self { return try record.encode(to: encoder) }
    var container = encoder.container(keyedBy: CodingKeys.self)
    switch self {
    case .record: break
    case .step(let node):
      try container.encode("step", forKey: .kind)
      try container.encode(node, forKey: .step)
    case .status(let status):
      try container.encode("status", forKey: .kind)
      try container.encode(status, forKey: .status)
    case .failure(let failure):
      try container.encode("failure", forKey: .kind)
      try container.encode(failure, forKey: .failure)
    case .plannedOutput(let output):
      try container.encode("planned-output", forKey: .kind)
      try container.encode(output, forKey: .plan)
    case .plannedStep(let step):
      try container.encode("planned-step", forKey: .kind)
      try container.encode(step, forKey: .plan)
    }
  }
}
