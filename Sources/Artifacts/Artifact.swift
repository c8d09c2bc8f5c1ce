// The handle of a result that may not have been computed yet.

/// The result of a step: lazy, and looked up in the store before it is computed.
///
/// Making one costs nothing. As a stored property of another step it is an input of that step.
public final class Artifact<Output: Storable>: Encodable, AnyArtifact {
  /// The name of the step that makes it.
  public let stepName: String
  /// What people call it.
  public let title: String
  private let store: Store
  private let prepare: () throws -> PreparedStep
  private let load: (PreparedStep) throws -> Output
  private let ensureHash: (PreparedStep) throws -> String
  private let planStep: (PreparedStep) throws -> Void
  private var known: PreparedStep?
  private var loaded: Output?

  /// The result of a step.
  /// - Parameters:
  ///   - step: what computes it.
  ///   - store: where results are kept.
  public init<S: Step>(_ step: S, in store: Store = .shared) where S.Output == Output {
    let step = store.options.rehearsalShare < 1 ? rehearsed(step, share: store.options.rehearsalShare) : step
    stepName = S.name
    title = step.title
    self.store = store
    prepare = { try store.prepare(step) }
    load = { try store.value(of: step, $0) }
    ensureHash = { try store.valueHash(of: step, $0) }
    planStep = { try store.planValue(of: step, $0) }
  }

  /// The value: read from the store, or computed, on first use.
  public var value: Output {
    get throws {
      let prepared = try prepared()
      try store.noteUse(of: prepared)
      if let loaded { return loaded }
      let value = try load(prepared)
      loaded = value
      return value
    }
  }

  /// The hash that stands for the value in the keys of other steps: 64 hexadecimal digits.
  public var hash: String {
    get throws {
      let prepared = try prepared()
      try store.noteUse(of: prepared)
      return try ensureHash(prepared)
    }
  }

  /// The seconds that making the value took, where it was made; nothing where no trace tells.
  public var costSeconds: Double? {
    get throws {
      _ = try hash
      return store.trace(step: stepName, key: try key())?.costSeconds
    }
  }

  /// The key of the step.
  public func key() throws -> String { try prepared().key }

  /// The same as `hash`, for making keys.
  public func valueHash() throws -> String { try ensureHash(prepared()) }

  /// Notes that its value will be needed, without computing it.
  public func planValue() throws { try planStep(prepared()) }

  private func prepared() throws -> PreparedStep {
    if let known { return known }
    let prepared = try prepare()
    known = prepared
    return prepared
  }

  /// Encodes nothing but a placeholder: an input enters a key by its value's hash and not as a parameter.
  public func encode(to encoder: any Encoder) throws {
    var container = encoder.singleValueContainer()
    try container.encodeNil()
  }
}
