// Hashing a list of parts so that no two different lists give the same bytes.
import FoundationEssentials

/// Hashes tagged parts; each part enters with its tag and its length, so that concatenations cannot collide.
public struct KeyHasher {
  private let hash = SHA256()

  /// A key of no parts yet.
  public init() {}

  /// Adds a part.
  /// - Parameters:
  ///   - tag: what the part is, such as `step` or `input`.
  ///   - bytes: the part itself.
  public func add(_ tag: String, _ bytes: Data) {
    addCounted(Data(tag.utf8))
    addCounted(bytes)
  }

  /// Adds a text part.
  public func add(_ tag: String, _ text: String) {
    add(tag, Data(text.utf8))
  }

  /// The key: 64 lower-case hexadecimal digits.
  public func finish() -> String {
    hash.finish()
  }

  private func addCounted(_ bytes: Data) {
    var count = UInt64(bytes.count).littleEndian
    withUnsafeBytes(of: &count) { hash.update($0) }
    bytes.withUnsafeBytes { hash.update($0) }
  }
}
