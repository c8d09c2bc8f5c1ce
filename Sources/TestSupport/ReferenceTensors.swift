// A reader for the reference values in the tests: float64 tensors of a safetensors file.
import FoundationEssentials

/// The float64 tensors of one safetensors file of `Tests/Fixtures`.
public struct ReferenceTensors {
  private struct Entry: Decodable {
    var dtype: String
    var shape: [Int]
    var data_offsets: [Int]
  }

  private let entries: [String: Entry]
  private let bytes: [UInt8]

  /// Reads a file below `Tests/Fixtures`.
  public init(_ path: String) throws {
    let data = [UInt8](try Fixtures.data(path))
    let length = (0..<8).reduce(0) { $0 | Int(data[$1]) << (8 * $1) }
    entries = try JSONDecoder().decode([String: Entry].self, from: Data(data[8..<(8 + length)]))
    bytes = Array(data[(8 + length)...])
  }

  /// The shape and the numbers, row by row; fails for a missing name or another number type.
  public func tensor(_ name: String) throws -> (shape: [Int], values: [Double]) {
    guard let entry = entries[name], entry.dtype == "F64" else { throw Missing(name: name) }
    let start = entry.data_offsets[0]
    let values = (0..<((entry.data_offsets[1] - start) / 8)).map { index in
      Double(bitPattern: (0..<8).reduce(UInt64(0)) { $0 | UInt64(bytes[start + 8 * index + $1]) << (8 * $1) })
    }
    return (entry.shape, values)
  }

  /// A name that the file lacks, or has with another number type.
  public struct Missing: Error {
    /// The name.
    public let name: String
  }
}
