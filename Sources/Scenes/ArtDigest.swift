import CCrypto
import FoundationEssentials

/// A SHA-256, by libcrypto, over named files in the order they are added.
final class ArtDigest {
  private let context: OpaquePointer

  init() {
    guard let context = EVP_MD_CTX_new(), EVP_DigestInit_ex(context, EVP_sha256(), nil) == 1 else {
      fatalError("libcrypto offers no SHA-256")
    }
    self.context = context
  }

  deinit { EVP_MD_CTX_free(context) }

  /// Adds a file: its name and size in one line, then its bytes.
  func add(_ bytes: Data, named name: String) {
    update(Array("\(name) \(bytes.count)\n".utf8))
    update(bytes)
  }

  /// The digest in hexadecimal digits. Nothing can be added afterwards.
  func finish() -> String {
    var result = [UInt8](repeating: 0, count: 32)
    guard EVP_DigestFinal_ex(context, &result, nil) == 1 else { fatalError("libcrypto computes no SHA-256") }
    return result.map { ($0 < 16 ? "0" : "") + String($0, radix: 16) }.joined()
  }

  private func update(_ bytes: some ContiguousBytes) {
    let isGood = bytes.withUnsafeBytes { EVP_DigestUpdate(context, $0.baseAddress, $0.count) }
    guard isGood == 1 else { fatalError("libcrypto computes no SHA-256") }
  }
}
