// Where the lines of a running notebook go.
import Artifacts
import FoundationEssentials

#if canImport(Glibc)
  import Glibc
#elseif canImport(Musl)
  import Musl
#else
  import Darwin
#endif

/// The receiver of a notebook's lines.
enum RecordSink: Sendable {
  /// A file that `quire run` reads afterwards.
  case file(path: String)
  /// Somebody who started the notebook by hand.
  case people

  func write(_ line: RunLine) throws {
    switch self {
    case .people:
      switch line {
      case .record(let record): print(readable(record))
      case .plannedStep(let step): print("\(step.node.title)  because \(step.reason)")
      case .step, .status, .failure, .plannedOutput: break
      }
    case .file(let path):
      var bytes = try CanonicalJSON.encode(line)
      bytes.append(UInt8(ascii: "\n"))
      try Files.append(bytes, to: path)
    }
  }

  /// Ends the notebook with what failed: said by whoever reads the file, where there is one.
  func end(_ failure: RunFailure) -> Never {
    if case .file = self, (try? write(.failure(failure))) != nil { exit(2) }
    exitWithMessage(failure.message)
  }
}

/// A record for people at a terminal.
func readable(_ record: Record) -> String {
  switch record.payload {
  case .value(let value): return "\(record.name) = \(value.printed)"
  case .figure(let figure):
    return "\(record.name): figure of \(figure.figure.panels.count) panels. \(figure.caption)"
  case .claim(let claim): return "\(claim.number) \(claim.verdict.rawValue): \(claim.statement)"
  case .note(let note): return "skipped \(note.skipped): \(note.because)"
  case .table(let recorded):
    return "\(record.name): \(recorded.caption)\n"
      + recorded.table.text.split(separator: "\n").map { "  " + $0 }.joined(separator: "\n")
  }
}
