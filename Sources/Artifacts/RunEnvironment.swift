// The kind of machine and the libraries of a run. Recorded with results, never part of a key.
import FoundationEssentials

/// Where a result was computed, as far as it may influence the last bits of floating-point results. It names no
/// machine and no person.
public struct RunEnvironment: Codable, Sendable, Equatable {
  /// The kind of processor, for example `x86_64`.
  public var architecture: String
  /// The widest vector instructions that numerical libraries choose their routines by: `avx512`, `avx2`, or empty.
  public var vectors: String
  /// The maker, family and model of the processor, by which numerical libraries choose routines and sizes of blocks, for example
  /// `GenuineIntel 6 143`; nothing where the system does not tell.
  public var processor: String?
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
    let description = FileManager.default.contents(atPath: "/proc/cpuinfo") ?? Data()
    let processor = ProcessorDescription(String(decoding: description, as: UTF8.self))
    (vectors, self.processor) = (processor.vectors, processor.name)
  }

  /// Sixteen hexadecimal digits that are equal where results of class `exactOn` are comparable.
  public var fingerprint: String {
    let hasher = KeyHasher()
    hasher.add("architecture", architecture)
    hasher.add("vectors", vectors)
    if let processor { hasher.add("processor", processor) }
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
}

/// What the system tells about its processors, in the form of `/proc/cpuinfo`.
package struct ProcessorDescription {
  /// The widest vector instructions: `avx512`, `avx2`, or empty.
  package let vectors: String
  /// Maker, family and model; nothing unless all are told.
  package let name: String?

  /// Reads the text.
  package init(_ text: String) {
    func value(_ key: String) -> String? {
      text.split(separator: "\n").lazy.map { $0.split(separator: ":", maxSplits: 1).map(trimmed) }
        .first { $0.count == 2 && $0[0] == key }?[1]
    }
    let flags = Set((value("flags") ?? "").split(separator: " "))
    vectors = flags.contains("avx512f") ? "avx512" : flags.contains("avx2") ? "avx2" : ""
    let parts = ["vendor_id", "cpu family", "model"].compactMap(value)
    name = parts.count == 3 ? parts.joined(separator: " ") : nil
  }
}

private func trimmed(_ text: Substring) -> String {
  let blanks: Set<Character> = [" ", "\t"]
  return String(text.drop(while: blanks.contains).reversed().drop(while: blanks.contains).reversed())
}
