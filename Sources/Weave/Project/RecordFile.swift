// `Results/records/NN-name.jsonl`: provenance, then the steps behind the records, then the records.
import Artifacts
import Authoring
import FoundationEssentials

/// What a notebook recorded.
public struct RecordFile: Sendable, Equatable {
  /// By what code and where.
  public var provenance: Provenance
  /// The steps, by the name that records use.
  public var steps: [String: StepNode]
  /// The outputs in the order of the notebook.
  public var records: [Record]

  /// A file from its parts.
  public init(provenance: Provenance, steps: [String: StepNode], records: [Record]) {
    self.provenance = provenance
    self.steps = steps
    self.records = records
  }

  /// Reads a file's content.
  /// - Parameters:
  ///   - data: JSON lines.
  ///   - path: its name in messages.
  public init(_ data: Data, path: String) throws {
    var provenance: Provenance?
    steps = [:]
    records = []
    for (index, line) in data.split(separator: UInt8(ascii: "\n")).enumerated() {
      do {
        if index == 0 {
          provenance = try CanonicalJSON.decode(Provenance.self, from: line)
          continue
        }
        switch try CanonicalJSON.decode(RunLine.self, from: line) {
        case .record(let record): records.append(record)
        case .step(let node): steps[node.name] = node
        case .status, .failure, .plannedOutput, .plannedStep: break
        }
      } catch {
        throw WeaveProblem(
          .error, file: path, line: index + 1,
          "this is no record that quire wrote (\(decodingReason(error))); restore the file, or remove it and run again"
        )
      }
    }
    guard let provenance, provenance.kind == "provenance" else {
      throw WeaveProblem(.error, file: path, line: 1, "expected the provenance of the records")
    }
    self.provenance = provenance
  }

  /// The file's content: sorted keys, one line each, only the steps that records rest on.
  public func encoded() throws -> Data {
    var data = try CanonicalJSON.encode(provenance)
    data.append(UInt8(ascii: "\n"))
    let needed = steps(behind: records.flatMap(\.artifacts))
    for name in needed {
      guard let node = steps[name] else { continue }
      data += try CanonicalJSON.encode(RunLine.step(node))
      data.append(UInt8(ascii: "\n"))
    }
    for record in records {
      data += try CanonicalJSON.encode(record)
      data.append(UInt8(ascii: "\n"))
    }
    return data
  }

  /// The names of steps and of all before them, sorted.
  public func steps(behind names: [String]) -> [String] {
    var found: Set<String> = []
    var pending = names
    while let name = pending.popLast() {
      guard found.insert(name).inserted, let node = steps[name] else { continue }
      pending += node.parts.inputs.map { StepNode.name(step: $0.step, key: $0.key) }
    }
    return found.sorted()
  }
}
