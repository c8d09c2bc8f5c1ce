// The heavy work of the experiment, as values.

/// A computation whose result is worth keeping.
///
/// A step is a value: its stored properties are its parameters and its inputs. Properties that are artifacts or files,
/// alone or inside lists, optionals, dictionaries and structures, are the inputs. Everything else is encoded as the
/// parameters.
/// A step must not depend on anything else: no clock, no environment, no files but through its inputs.
public protocol Step: Encodable {
  /// What the step returns.
  associatedtype Output: Storable
  /// The name in keys, traces and folders: lower case, digits and hyphens; unique in the project.
  static var name: String { get }
  /// To be raised by hand when the meaning of the result changes in a way that `sources` does not show.
  static var version: Int { get }
  /// The source files whose code the result depends on, relative to the project's root. Comments and white space in
  /// them do not count.
  static var sources: [String] { get }
  /// Whether the code of `sources` stays out of the key (and stands in the trace only). For training: an edit in the
  /// tensor layers must not orphan hours of work.
  static var isKeyedByVersionAlone: Bool { get }
  /// Whether results are kept in `Results/artifacts`, which is committed, and not in the local store.
  static var isCommitted: Bool { get }
  /// Whether the result is data of the experiment, whose digest belongs into the lock file.
  static var isData: Bool { get }
  /// How far a second run may differ.
  static var determinism: Determinism { get }
  /// What people read in the progress lines, for example `DETR-R50, detection, seed 1`.
  var title: String { get }
  /// Computes the result.
  func run(_ context: StepContext) throws -> Output
}

extension Step {
  /// The code of `sources` is part of the key.
  public static var isKeyedByVersionAlone: Bool { false }
  /// The result is no data.
  public static var isData: Bool { false }
  /// Results stay in the local store.
  public static var isCommitted: Bool { false }
}
