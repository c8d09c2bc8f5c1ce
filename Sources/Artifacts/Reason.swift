// Why a step runs: a closed list, in the order in which it is asked.

/// The first thing that made a step run.
public enum Reason: Sendable, Equatable, CustomStringConvertible {
  /// No result of this step with these parameters is known.
  case neverRun
  /// The last attempt under this key failed.
  case previousFailed
  /// There is a trace, but its file is gone.
  case outputMissing(String)
  /// The file does not have the hash in the trace, or the trace cannot be read.
  case outputDamaged(String)
  /// The code of a declared source file is another one.
  case codeChanged(String)
  /// The step's version was raised.
  case versionChanged(Int, Int)
  /// An input has another value.
  case inputChanged(String)
  /// It was asked for.
  case forced

  /// The words in progress lines and traces.
  public var description: String {
    switch self {
    case .neverRun: "never-run"
    case .previousFailed: "previous-failed"
    case .outputMissing(let name): "output-missing(\(name))"
    case .outputDamaged(let name): "output-damaged(\(name))"
    case .codeChanged(let path): "code-changed(\(path))"
    case .versionChanged(let old, let new): "version-changed(\(old), \(new))"
    case .inputChanged(let name): "input-changed(\(name))"
    case .forced: "forced"
    }
  }

  /// What differs between the parts of two keys of one step with the same parameters; nothing if the parts agree.
  public static func difference(from old: KeyParts, to new: KeyParts) -> Reason? {
    if !new.isKeyedByVersionAlone {
      let paths = Set(old.code.keys).union(new.code.keys).sorted()
      if let path = paths.first(where: { old.code[$0] != new.code[$0] }) { return .codeChanged(path) }
    }
    if old.version != new.version { return .versionChanged(old.version, new.version) }
    let before = Dictionary(old.inputs.map { ($0.name, $0.hash) }, uniquingKeysWith: { first, _ in first })
    let after = Dictionary(new.inputs.map { ($0.name, $0.hash) }, uniquingKeysWith: { first, _ in first })
    let names = Set(before.keys).union(after.keys).sorted()
    return names.first { before[$0] != after[$0] }.map { .inputChanged($0) }
  }
}
