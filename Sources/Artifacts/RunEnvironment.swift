// The kind of machine and the libraries of a run. Recorded with results, never part of a key.
import FoundationEssentials

/// Where a result was computed, as far as it may influence the last bits of floating-point results. It names no
/// machine and no person.
public struct RunEnvironment: Codable, Sendable, Equatable {
  /// The kind of processor, for example `x86_64`.
  public var architecture: String
  /// The widest vector instructions that numerical libraries choose their routines by: `avx512`, `avx2`, or empty.
  public var vectors: String
  /// Libraries and their versions, for example `libtorch`.
  public var libraries: [String: String]
  /// The number of threads for computing.
  public var threads: Int

  /// The environment of this process.
  public init(threads: Int, libraries: [String: String] = [:]) {
    self.threads = threads
    self.libraries = libraries.merging(["swift": Self.swiftVersion]) { $1 }
    #if arch(x86_64)
      architecture = "x86_64"
    #elseif arch(arm64)
      architecture = "arm64"
    #else
      architecture = "other"
    #endif
    vectors = Self.vectorInstructions()
  }

  /// Sixteen hexadecimal digits that are equal where results of class `exactOn` are comparable.
  public var fingerprint: String {
    let hasher = KeyHasher()
    hasher.add("architecture", architecture)
    hasher.add("vectors", vectors)
    hasher.add("threads", String(threads))
    for name in libraries.keys.sorted() {
      hasher.add(name, libraries[name, default: ""])
    }
    return String(hasher.finish().prefix(16))
  }

  private static var swiftVersion: String {
    #if compiler(>=6.4)
      "6.4 or later"
    #elseif compiler(>=6.3)
      "6.3"
    #else
      "6.2 or earlier"
    #endif
  }

  private static func vectorInstructions() -> String {
    guard let data = FileManager.default.contents(atPath: "/proc/cpuinfo") else { return "" }
    let text = String(decoding: data, as: UTF8.self)
    guard let flags = text.split(separator: "\n").first(where: { $0.hasPrefix("flags") }) else { return "" }
    let names = Set(flags.split(whereSeparator: { $0 == " " || $0 == "\t" }))
    if names.contains("avx512f") { return "avx512" }
    if names.contains("avx2") { return "avx2" }
    return ""
  }
}
