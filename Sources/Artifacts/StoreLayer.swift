// One folder of stored results: a sub-folder per step, in it a file and a trace per key.
import FoundationEssentials

/// A folder of results and traces.
public struct StoreLayer: Sendable {
  /// The folder.
  public let folder: URL
  /// How many digits of the key the file names show: all in the local store, few where people read them.
  public let nameLength: Int

  /// A layer in a folder, which need not exist yet.
  public init(folder: URL, nameLength: Int = 64) {
    self.folder = folder
    self.nameLength = nameLength
  }

  /// The committed results of a project, whose names people read.
  public static func committed(root: URL) -> StoreLayer {
    StoreLayer(folder: root.appending(path: "Results/artifacts"), nameLength: 12)
  }

  /// What a look into the layer gave.
  public enum Lookup: Sendable {
    /// Nothing under this key.
    case absent
    /// A trace whose result is missing or damaged, or a damaged trace.
    case broken(Reason)
    /// A trace, and the result's bytes, whose hash was checked.
    case found(Trace, Data)
  }

  /// Looks a result up and checks its hash.
  public func lookup(step: String, key: String) -> Lookup {
    let traceURL = url(step: step, key: key, ending: "trace.json")
    guard let bytes = FileManager.default.contents(atPath: traceURL.path) else { return .absent }
    guard let trace = try? CanonicalJSON.decode(Trace.self, from: bytes) else {
      return .broken(.outputDamaged(traceURL.lastPathComponent))
    }
    guard trace.key == key else { return .absent }
    let file = folder.appending(path: step).appending(path: trace.output.file)
    guard let data = FileManager.default.contents(atPath: file.path) else {
      return .broken(.outputMissing(trace.output.file))
    }
    guard data.count == trace.output.bytes, SHA256.hash(of: data) == trace.output.hash else {
      return .broken(.outputDamaged(trace.output.file))
    }
    return .found(trace, data)
  }

  /// The trace of a key, whether or not its result is sound.
  public func trace(step: String, key: String) -> Trace? {
    guard let data = try? Files.read(url(step: step, key: key, ending: "trace.json")),
      let trace = try? CanonicalJSON.decode(Trace.self, from: data), trace.key == key
    else { return nil }
    return trace
  }

  /// Stores a result: its file first, the trace last, each by renaming. An older result of an exact class that
  /// differs is kept beside it, named after its hash.
  /// - Returns: whether there was such a result.
  @discardableResult
  public func store(_ trace: Trace, _ data: Data) throws -> Bool {
    let differs = try keepDifferentResult(than: trace)
    try Files.write(data, to: folder.appending(path: trace.parts.step).appending(path: trace.output.file))
    try Files.write(
      CanonicalJSON.encodePretty(trace), to: url(step: trace.parts.step, key: trace.key, ending: "trace.json")
    )
    return differs
  }

  /// All readable traces of a step, sorted by file name.
  public func traces(step: String) -> [Trace] {
    let step = folder.appending(path: step)
    return Files.names(in: step).filter { $0.hasSuffix(".trace.json") }.compactMap { name in
      guard let data = try? Files.read(step.appending(path: name)) else { return nil }
      return try? CanonicalJSON.decode(Trace.self, from: data)
    }
  }

  /// The names of the steps that have results here.
  public var steps: [String] {
    Files.names(in: folder)
  }

  /// The name of the file with a result.
  public func fileName(key: String, fileExtension: String) -> String {
    "\(key.prefix(nameLength)).\(fileExtension)"
  }

  /// The place of a file that belongs to a key.
  func url(step: String, key: String, ending: String) -> URL {
    folder.appending(path: step).appending(path: "\(key.prefix(nameLength)).\(ending)")
  }

  private func keepDifferentResult(than new: Trace) throws -> Bool {
    let step = new.parts.step
    guard case .found(let old, let data) = lookup(step: step, key: new.key),
      old.output.hash != new.output.hash, new.determinism.weakness <= Determinism.exactOn.weakness
    else { return false }
    let stem = "\(new.key.prefix(nameLength))-was-\(old.output.hash.prefix(8))"
    let ending = old.output.file.drop { $0 != "." }
    try Files.write(data, to: folder.appending(path: step).appending(path: stem + ending))
    return true
  }
}
