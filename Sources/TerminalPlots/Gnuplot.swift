// Running gnuplot.
import CGnuplot
import Plotting

extension GnuplotScript {
  /// Lets gnuplot draw on standard output.
  /// - Parameter command: gnuplot and its arguments, for the shell.
  /// - Throws: `TerminalPlotError` where it cannot be started or stops reading.
  public func run(command: String) throws(TerminalPlotError) {
    var texts: [UnsafeMutablePointer<CChar>] = []
    var tables: [cg_table] = []
    var numbers: [UnsafeMutableBufferPointer<Double>] = []
    defer {
      for text in texts { text.deallocate() }
      for buffer in numbers { buffer.deallocate() }
    }
    for piece in pieces {
      let bytes = piece.text.utf8CString
      let text = UnsafeMutablePointer<CChar>.allocate(capacity: bytes.count)
      for (index, byte) in bytes.enumerated() { text[index] = byte }
      texts.append(text)
      let values = UnsafeMutableBufferPointer<Double>.allocate(capacity: max(1, piece.table.joined().count))
      _ = values.initialize(from: piece.table.joined())
      numbers.append(values)
      tables.append(
        cg_table(
          values: values.baseAddress, rows: Int32(piece.table.count),
          columns: Int32(piece.table.first?.count ?? 0),
          block: Int32(piece.block)))
    }
    var message = [CChar](repeating: 0, count: 200)
    let pointers = texts.map { UnsafePointer<CChar>?($0) }
    let status = cg_run(command, pointers, tables, Int32(pieces.count), &message, Int32(message.count))
    if status != 0 {
      let words = String(decoding: message.prefix { $0 != 0 }.map(UInt8.init(bitPattern:)), as: UTF8.self)
      throw TerminalPlotError("gnuplot failed: \(words)")
    }
  }
}
