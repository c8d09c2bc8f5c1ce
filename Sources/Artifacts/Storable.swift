// What a step may return: anything that turns into bytes and back.
import FoundationEssentials

/// A value that the store can keep as one file.
///
/// Reading back what was written must give an equal value: after a step ran, its caller too gets the value read back,
/// so that a first run and a later one compute with the same numbers.
public protocol Storable {
  /// The ending of the file's name, without dot; tells people what is in it.
  static var fileExtension: String { get }
  /// The bytes of the file; equal values give equal bytes.
  func encoded() throws -> Data
  /// Reads the bytes of the file.
  init(decoding data: Data) throws
}

extension Storable where Self: Codable {
  /// JSON.
  public static var fileExtension: String { "json" }

  /// JSON with sorted keys and shortest numbers.
  public func encoded() throws -> Data {
    try CanonicalJSON.encode(self)
  }

  /// Reads JSON.
  public init(decoding data: Data) throws {
    self = try CanonicalJSON.decode(Self.self, from: data)
  }
}

extension Data: Storable {
  /// Bytes of no stated kind.
  public static var fileExtension: String { "bin" }

  /// The bytes themselves.
  public func encoded() -> Data { self }

  /// The bytes themselves.
  public init(decoding data: Data) { self = data }
}

extension Bool: Storable {}
extension Int: Storable {}
extension Double: Storable {}
extension String: Storable {}
extension Array: Storable where Element: Codable {}
extension Dictionary: Storable where Key == String, Value: Codable {}
