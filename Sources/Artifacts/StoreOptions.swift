// Where results are kept and what may be computed, as the starting process said.
import FoundationEssentials

/// How a store behaves. `quire` hands its wishes to the notebooks it starts through environment variables.
public struct StoreOptions: Sendable {
  /// Which of the committed results count.
  public enum CommittedUse: String, Sendable {
    /// All.
    case all
    /// Only those keyed by version alone: everything else is recomputed.
    case trained
    /// None: even the training runs.
    case none
  }

  /// The project's root.
  public var root: URL
  /// The local store.
  public var local: URL
  /// Which committed results count.
  public var committedUse: CommittedUse = .all
  /// Whether results of committed steps are written to `Results/artifacts`; otherwise they go to the local store.
  public var commits = true
  /// Whether anything may be computed.
  public var computes = true
  /// Whether steps run although their results are there (once per process; not those keyed by version alone).
  public var forces = false
  /// Whether nothing is computed and what would be is listed instead.
  public var plans = false
  /// The key of a step that is computed though its result is committed, with what it needs, where nothing else is computed.
  public var again: String?
  /// Reasons that were found when the run was planned, by key.
  public var reasons: [String: Reason] = [:]
  /// How many steps may compute at once in all processes that share the local store; as many as there are processes if absent.
  public var stepsAtOnce: Int?
  /// How many threads steps are to use.
  public var threads = 2
  /// The share that long work is cut down to: below 1 where the project says that it is a rehearsal's.
  public var rehearsalShare = 1.0
  /// Whether progress lines are left out.
  public var isQuiet = false
  /// Whether progress goes to standard output as one JSON object per line.
  public var emitsEvents = false

  /// Whether a committed result of such a step counts.
  func uses(committed parts: KeyParts) -> Bool {
    switch committedUse {
    case .all: true
    case .trained: parts.isKeyedByVersionAlone
    case .none: false
    }
  }

  /// The usual options of a project.
  public init(root: URL) {
    self.root = root
    local = root.appending(path: ".quire/store")
  }

  /// The options in the environment: `QUIRE_ROOT`, `QUIRE_STORE`, `QUIRE_COMMITTED` (`all`, `trained`, `none`),
  /// `QUIRE_COMMITS`, `QUIRE_AGAIN` (a key), `QUIRE_PLAN`, `QUIRE_FORCE`, `QUIRE_QUIET`, `QUIRE_EVENTS` (`0` or `1`), `QUIRE_THREADS`,
  /// `QUIRE_STEPS_AT_ONCE`, `QUIRE_REASONS` (a file that holds an object of reasons by key).
  /// - Parameters:
  ///   - environment: the variables.
  ///   - folder: where the search for the root begins if no variable names it.
  public init(environment: [String: String], from folder: String) throws {
    self.init(root: try projectRoot(environment: environment, from: folder))
    if let store = environment["QUIRE_STORE"] { local = URL(filePath: store) }
    if let use = environment["QUIRE_COMMITTED"].flatMap(CommittedUse.init) { committedUse = use }
    commits = environment["QUIRE_COMMITS"] != "0"
    again = environment["QUIRE_AGAIN"]
    plans = again != nil || environment["QUIRE_PLAN"] == "1"
    forces = environment["QUIRE_FORCE"] == "1"
    if let path = environment["QUIRE_REASONS"], let data = FileManager.default.contents(atPath: path) {
      reasons = (try? CanonicalJSON.decode([String: Reason].self, from: data)) ?? [:]
    }
    isQuiet = environment["QUIRE_QUIET"] == "1"
    emitsEvents = environment["QUIRE_EVENTS"] == "1"
    if let count = environment["QUIRE_THREADS"].flatMap({ Int($0) }), count > 0 { threads = count }
    if let count = environment["QUIRE_STEPS_AT_ONCE"].flatMap({ Int($0) }), count > 0 { stepsAtOnce = count }
    rehearsalShare = try rehearsedShare(root: root)
  }
}

extension StoreOptions {
  /// The variables that tell another process of the project where results are, which count and what is computed, as far as that is not
  /// the usual; what else there is, it is told otherwise.
  public var variables: [String: String] {
    let usual = StoreOptions(root: root)
    var variables: [String: String] = [:]
    if local != usual.local { variables["QUIRE_STORE"] = local.path }
    if committedUse != usual.committedUse { variables["QUIRE_COMMITTED"] = committedUse.rawValue }
    if !commits { variables["QUIRE_COMMITS"] = "0" }
    if forces { variables["QUIRE_FORCE"] = "1" }
    variables["QUIRE_AGAIN"] = again
    return variables
  }
}

/// The project's root: `QUIRE_ROOT`, or the nearest folder at or above one that holds Package.swift and Notebooks.
public func projectRoot(environment: [String: String], from folder: String) throws -> URL {
  if let root = environment["QUIRE_ROOT"], !root.isEmpty { return URL(filePath: root).standardizedFileURL }
  var candidate = URL(filePath: folder).standardizedFileURL
  while true {
    if Files.exists(candidate.appending(path: "Package.swift")),
      Files.exists(candidate.appending(path: "Notebooks"))
    {
      return candidate
    }
    let parent = candidate.deletingLastPathComponent()
    if parent.path == candidate.path { throw ArtifactError.noRoot(from: folder) }
    candidate = parent
  }
}
