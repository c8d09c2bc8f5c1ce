// How far a result may differ when it is computed again: a claim that `check` tries to refute.

/// The promise a step or a recorded result makes about being computed again.
public enum Determinism: Sendable, Equatable {
  /// The same bits everywhere.
  case exact
  /// The same bits for the same kind of processor, library versions and thread count; the trace or the provenance of
  /// the result names them. Elsewhere it is compared by `elsewhere`, and what differs by more counts as unverified.
  case exactOn
  /// Differs from the first result by no more than `absolute + relative * |first|`.
  case within(absolute: Double = 0, relative: Double = 0)
  /// A distribution over this many seeds: single values are not comparable, intervals must overlap.
  case statistical(seeds: Int)
  /// Seconds, memory: shown, never compared.
  case volatile

  /// What class `exactOn` is held to on another kind of processor: a tenth of a point of AP plus half a percent.
  public static let elsewhere = Determinism.within(absolute: 1e-3, relative: 5e-3)

  /// The order from the strongest promise (0) to the weakest.
  public var weakness: Int {
    switch self {
    case .exact: 0
    case .exactOn: 1
    case .within: 2
    case .statistical: 3
    case .volatile: 4
    }
  }

  /// The weaker of two promises; of two tolerances the wider.
  public func weakened(by other: Determinism) -> Determinism {
    if case .within(let absolute, let relative) = self,
      case .within(let otherAbsolute, let otherRelative) = other
    {
      return .within(
        absolute: max(absolute, otherAbsolute), relative: max(relative, otherRelative))
    }
    return other.weakness > weakness ? other : self
  }
}

extension Determinism: Codable {
  private enum CodingKeys: String, CodingKey {
    case kind, absolute, relative, seeds
  }

  /// Reads the form `encode` writes.
  public init(from decoder: any Decoder) throws {
    let container = try decoder.container(keyedBy: CodingKeys.self)
    switch try container.decode(String.self, forKey: .kind) {
    case "exact": self = .exact
    case "exactOn": self = .exactOn
    case "within":
      self = .within(
        absolute: try container.decode(Double.self, forKey: .absolute),
        relative: try container.decode(Double.self, forKey: .relative))
    case "statistical": self = .statistical(seeds: try container.decode(Int.self, forKey: .seeds))
    case "volatile": self = .volatile
    case let kind:
      throw DecodingError.dataCorruptedError(
        forKey: .kind, in: container,
        debugDescription: "the class \(kind) is none of exact, exactOn, within, statistical, volatile")
    }
  }

  /// Writes the name of the class and its numbers.
  public func encode(to encoder: any Encoder) throws {
    var container = encoder.container(keyedBy: CodingKeys.self)
    try container.encode(name, forKey: .kind)
    switch self {
    case .within(let absolute, let relative):
      try container.encode(absolute, forKey: .absolute)
      try container.encode(relative, forKey: .relative)
    case .statistical(let seeds):
      try container.encode(seeds, forKey: .seeds)
    case .exact, .exactOn, .volatile:
      break
    }
  }

  /// The class without its numbers: `exact`, `exactOn`, `within`, `statistical` or `volatile`.
  public var name: String {
    switch self {
    case .exact: "exact"
    case .exactOn: "exactOn"
    case .within: "within"
    case .statistical: "statistical"
    case .volatile: "volatile"
    }
  }
}
