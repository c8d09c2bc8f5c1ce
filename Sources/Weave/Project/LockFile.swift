// `Results/quire.lock.json`: what was woven and drawn from what, so that an edit by hand is told from a change of data.
import Artifacts
import Authoring
import FoundationEssentials

/// An output as it was recorded, woven and drawn.
public struct LockedOutput: Codable, Sendable, Equatable {
  /// `value`, `table`, `figure`, `claim` or `note`.
  public var kind: String
  /// Its promise about being computed again.
  public var determinism: Determinism
  /// The hash of its data, 16 digits.
  public var data: String
  /// The number of a value.
  public var number: String?
  /// The bits of the number as hexadecimal digits, for class exact.
  public var bits: String?
  /// What stands in the text: the printed form of a value, the verdict of a claim.
  public var printed: String?
  /// The hash of the data that a figure's files were drawn from, 16 digits.
  public var drawnFrom: String?
  /// The hash of the drawing calls of a figure.
  public var drawing: String?
  /// The hashes of a figure's files by path, 16 digits each.
  public var files: [String: String]?

  private enum CodingKeys: String, CodingKey {
    case kind, determinism = "class", data, number, bits, printed, drawnFrom, drawing, files
  }
}

/// A result of a step as it was used.
public struct LockedStep: Codable, Sendable, Equatable {
  /// The full key.
  public var key: String
  /// The hash of the value.
  public var hash: String
  /// What people call it.
  public var title: String
  /// Its promise about being computed again.
  public var determinism: Determinism
  /// Its parameters.
  public var parameters: JSONValue
  /// The identity of its code, 16 digits.
  public var code: String
  /// The names of its inputs' steps.
  public var inputs: [String: String]

  private enum CodingKeys: String, CodingKey {
    case key, hash, title, determinism = "class", parameters, code, inputs
  }
}

/// A section as it ran.
public struct LockedSection: Codable, Sendable, Equatable {
  /// The identity of its code, 16 digits.
  public var code: String
  /// The labels of its outputs, in order.
  public var outputs: [String]
}

/// The lock file. It holds nothing of one machine and no time.
public struct LockFile: Codable, Sendable, Equatable {
  /// The versions of what draws and of the runs.
  public struct Environment: Codable, Sendable, Equatable {
    /// What draws the figures, for example Cairo and the hashes of the fonts.
    public var drawing: [String: String]
    /// Where each notebook ran last.
    public var runs: [String: RunEnvironment]
  }

  /// The version of the format.
  public var schema = 1
  /// The digests of the data of the experiment, 16 digits: of the values of steps that make data, and of files.
  public var data: [String: String]?
  /// The versions of what draws and of the runs.
  public var environment: Environment
  /// The outputs by label.
  public var outputs: [String: LockedOutput]
  /// The hash of `paper.md` as it was woven; empty before the first weave.
  public var paper: String
  /// The sections by `notebook#label`.
  public var sections: [String: LockedSection]
  /// The results of steps by the names that records use.
  public var steps: [String: LockedStep]

  /// Where it stands, relative to the root.
  public static let path = "Results/quire.lock.json"

  /// The lock file of a project; nothing if there is none.
  public static func read(root: URL) throws -> LockFile? {
    let url = root.appending(path: path)
    guard Files.exists(url) else { return nil }
    do {
      return try CanonicalJSON.decode(LockFile.self, from: try Files.read(url))
    } catch let error as DecodingError {
      throw WeaveProblem(
        .error, file: path, line: 0,
        "this is no lock file that quire wrote (\(decodingReason(error))); restore it, or remove it and weave again"
      )
    }
  }

  /// Writes it.
  public func write(root: URL) throws {
    try Files.write(try CanonicalJSON.encodePretty(self), to: root.appending(path: Self.path))
  }
}

/// The hash of a record's data, 16 digits: of what it shows, not of where it stands.
public func dataHash(_ record: Record) -> String {
  let data: Data?
  switch record.payload {
  case .value(let value): data = try? CanonicalJSON.encode(value)
  case .table(let table): data = try? CanonicalJSON.encode(table.table)
  case .figure(let figure): data = try? CanonicalJSON.encode(figure.figure)
  case .claim(let claim): data = try? CanonicalJSON.encode(claim)
  case .note(let note): data = try? CanonicalJSON.encode(note)
  }
  return String(SHA256.hash(of: data ?? Data()).prefix(16))
}

extension Project {
  /// The lock file of the present records.
  /// - Parameters:
  ///   - previous: the one there was; tells about figures that were not drawn now, and about the paper.
  ///   - drawn: the figures drawn now.
  ///   - paper: the paper if it was woven now.
  ///   - drawing: the versions of what draws.
  public func lock(
    previous: LockFile?, drawn: [String: DrawnFigureFiles], paper: String?, drawing: [String: String]
  ) -> LockFile {
    var lock = LockFile(
      environment: LockFile.Environment(drawing: drawing, runs: [:]), outputs: [:],
      paper: paper.map { SHA256.hash(of: $0) } ?? previous?.paper ?? "", sections: [:], steps: [:])
    for notebook in notebooks {
      guard let file = notebook.file else { continue }
      lock.environment.runs[notebook.source.name] = file.provenance.environment
      for name in file.steps(behind: file.records.flatMap(\.artifacts)) {
        guard let node = file.steps[name] else { continue }
        lock.steps[name] = locked(node)
        lock.data = (lock.data ?? [:]).merging(data(of: node)) { $1 }
      }
      for (label, code) in file.provenance.sections {
        let outputs = file.records.filter { $0.place?.section == label }.map(\.name)
        lock.sections["\(notebook.source.name)#\(label)"] = LockedSection(code: code.code, outputs: outputs)
      }
      for record in file.records {
        lock.outputs[record.name] = locked(
          record, previous: previous?.outputs[record.name], drawn: drawn[record.name])
      }
    }
    return lock
  }

  private func data(of node: StepNode) -> [String: String] {
    var data: [String: String] = [:]
    if node.isData == true { data[node.title] = String(node.hash.prefix(16)) }
    for input in node.parts.inputs where input.isFile { data[input.key] = String(input.hash.prefix(16)) }
    return data
  }

  private func locked(_ node: StepNode) -> LockedStep {
    let code = KeyHasher()
    for path in node.parts.code.keys.sorted() { code.add(path, node.parts.code[path, default: ""]) }
    var inputs: [String: String] = [:]
    for input in node.parts.inputs { inputs[input.name] = StepNode.name(step: input.step, key: input.key) }
    return LockedStep(
      key: node.key, hash: node.hash, title: node.title, determinism: node.determinism,
      parameters: node.parts.parameters, code: String(code.finish().prefix(16)), inputs: inputs)
  }

  private func locked(_ record: Record, previous: LockedOutput?, drawn: DrawnFigureFiles?) -> LockedOutput {
    var output = LockedOutput(
      kind: record.payload.kind, determinism: record.determinism, data: dataHash(record))
    switch record.payload {
    case .value(let value):
      output.number = value.number.map { "\($0.value)" }
      if record.determinism == .exact, let number = value.number?.value {
        output.bits = String(number.bitPattern, radix: 16)
      }
      output.printed = value.printed
    case .claim(let claim):
      output.printed = claim.verdict.rawValue
    case .figure:
      output.drawnFrom = drawn == nil ? previous?.drawnFrom : output.data
      output.drawing = drawn?.drawing ?? previous?.drawing
      output.files = drawn?.hashes ?? previous?.files
    case .table, .note: break
    }
    return output
  }
}
