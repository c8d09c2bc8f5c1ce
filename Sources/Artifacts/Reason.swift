// Why a step runs: a closed list, in the order in which it is asked.

/// The first thing that made a step run.
public enum Reason: Codable, Sendable, Equatable, CustomStringConvertible {
  /// No result of this step with these parameters is known.
  case neverRun
  /// The last attempt under this key failed.
  case previousFailed
  /// There is a trace, but its file is gone.
  case outputMissing(String)
  /// The file does not have the hash in the trace, or the trace cannot be read.
  case outputDamaged(String)
  /// The code of a declared source file is another one: the file, with the functions where they are known.
  case codeChanged(String)
  /// The step's version was raised.
  case versionChanged(Int, Int)
  /// A parameter has another value: its name, the value before and now.
  case parameterChanged(String, String, String)
  /// An input has another value.
  case inputChanged(String)
  /// A file that it reads has another content.
  case fileChanged(String)
  /// An input will be computed anew; if it comes out the same, the step will not run.
  case upstreamChanged(String)
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
    case .parameterChanged(let name, let old, let new): "parameter-changed(\(name), \(old), \(new))"
    case .inputChanged(let name): "input-changed(\(name))"
    case .fileChanged(let path): "file-changed(\(path))"
    case .upstreamChanged(let name): "upstream-changed(\(name))"
    case .forced: "forced"
    }
  }

  /// What differs between the parts of two keys of one step; nothing if the parts agree.
  /// - Parameter history: knows which functions changed in a file.
  public static func difference(from old: KeyParts, to new: KeyParts, history: CodeHistory? = nil) -> Reason?
  {
    if !new.isKeyedByVersionAlone {
      let paths = Set(old.code.keys).union(new.code.keys).sorted()
      if let path = paths.first(where: { old.code[$0] != new.code[$0] }) {
        return .codeChanged(history?.place(of: path, since: old.code[path]) ?? path)
      }
    }
    if old.version != new.version { return .versionChanged(old.version, new.version) }
    if let change = ParameterChange.changes(from: old.parameters, to: new.parameters).first {
      return .parameterChanged(change.name, change.old, change.new)
    }
    let before = Dictionary(old.inputs.map { ($0.name, $0) }, uniquingKeysWith: { first, _ in first })
    let after = Dictionary(new.inputs.map { ($0.name, $0) }, uniquingKeysWith: { first, _ in first })
    let names = Set(before.keys).union(after.keys).sorted()
    let changed = names.filter { before[$0]?.hash != after[$0]?.hash }
    if let name = changed.first(where: { (after[$0] ?? before[$0])?.isFile != true }) {
      return .inputChanged(name)
    }
    return changed.first.flatMap { after[$0] ?? before[$0] }.map { .fileChanged($0.key) }
  }
}
