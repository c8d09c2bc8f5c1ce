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
      try append(bytes, to: path)
    }
  }

  /// Ends the notebook with what failed: said by whoever reads the file, where there is one.
  func end(_ failure: RunFailure) -> Never {
    if case .file = self, (try? write(.failure(failure))) != nil { exit(2) }
    exitWithMessage(failure.message)
  }

  private func append(_ bytes: Data, to path: String) throws {
    let descriptor = open(path, O_WRONLY | O_CREAT | O_APPEND | O_CLOEXEC, 0o644)
    guard descriptor >= 0 else {
      throw ArtifactError.file(path: path, action: "opened", reason: String(cString: strerror(errno)))
    }
    defer { close(descriptor) }
    var written = 0
    while written < bytes.count {
      let count = bytes.withUnsafeBytes {
        #if canImport(Glibc)
          Glibc.write(descriptor, $0.baseAddress?.advanced(by: written), bytes.count - written)
        #elseif canImport(Musl)
          Musl.write(descriptor, $0.baseAddress?.advanced(by: written), bytes.count - written)
        #else
          Darwin.write(descriptor, $0.baseAddress?.advanced(by: written), bytes.count - written)
        #endif
      }
      if count < 0 && errno == EINTR { continue }
      guard count > 0 else {
        throw ArtifactError.file(path: path, action: "written", reason: String(cString: strerror(errno)))
      }
      written += count
    }
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
    let table = recorded.table
    var rows = [table.columns.map(\.title)]
    for row in table.rows.indices {
      rows.append(table.columns.indices.map { table.printed(row: row, column: $0) })
    }
    let widths = table.columns.indices.map { column in rows.map { $0[column].count }.max() ?? 0 }
    let lines = rows.map { row in
      zip(row, widths).map { $0 + String(repeating: " ", count: $1 - $0.count) }.joined(separator: "  ")
    }
    return "\(record.name): \(recorded.caption)\n" + lines.map { "  " + $0 }.joined(separator: "\n")
  }
}
