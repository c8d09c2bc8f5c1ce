// SHA-256 by libcrypto, which uses the processor's instructions for it.
import CCrypto
import FoundationEssentials

/// A running SHA-256 of bytes handed over piece by piece.
public final class SHA256 {
  private let context: OpaquePointer

  /// A hash of nothing yet.
  public init() {
    guard let context = EVP_MD_CTX_new(), EVP_DigestInit_ex(context, EVP_sha256(), nil) == 1 else {
      fatalError("libcrypto offers no SHA-256")
    }
    self.context = context
  }

  deinit {
    EVP_MD_CTX_free(context)
  }

  /// Takes more bytes in.
  public func update(_ bytes: UnsafeRawBufferPointer) {
    guard EVP_DigestUpdate(context, bytes.baseAddress, bytes.count) == 1 else {
      fatalError("libcrypto failed to hash \(bytes.count) bytes")
    }
  }

  /// The hash of all bytes so far, as 64 lower-case hexadecimal digits; takes no more bytes afterwards.
  public func finish() -> String {
    var digest = [UInt8](repeating: 0, count: 32)
    var count: UInt32 = 0
    guard EVP_DigestFinal_ex(context, &digest, &count) == 1, count == 32 else {
      fatalError("libcrypto failed to finish a hash")
    }
    return hexadecimal(digest)
  }

  /// The hash of some bytes, as 64 lower-case hexadecimal digits.
  public static func hash(of data: Data) -> String {
    let hash = SHA256()
    data.withUnsafeBytes { hash.update($0) }
    return hash.finish()
  }

  /// The hash of a text's UTF-8 bytes, as 64 lower-case hexadecimal digits.
  public static func hash(of text: String) -> String {
    hash(of: Data(text.utf8))
  }
}

/// Bytes as lower-case hexadecimal digits.
func hexadecimal(_ bytes: [UInt8]) -> String {
  let digits = Array("0123456789abcdef".utf8)
  var text: [UInt8] = []
  text.reserveCapacity(bytes.count * 2)
  for byte in bytes {
    text.append(digits[Int(byte >> 4)])
    text.append(digits[Int(byte & 15)])
  }
  return String(decoding: text, as: UTF8.self)
}
