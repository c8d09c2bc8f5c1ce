// Damaging files at random, and the memory that reading them takes.
import FoundationEssentials

/// Random numbers for damage: xorshift, the same on every machine.
public struct FuzzRandom {
  private var state: UInt64

  /// Numbers that follow from a seed.
  public init(state: UInt64) {
    self.state = state &* 0x9E37_79B9_7F4A_7C15 | 1
  }

  /// A number from 0 to `count - 1`.
  public mutating func below(_ count: Int) -> Int {
    state ^= state << 13
    state ^= state >> 7
    state ^= state << 17
    return Int(state.multipliedFullWidth(by: UInt64(count)).high)
  }

  /// A copy with one to four damages: bytes changed, set to extremes, cut out, doubled, or the end missing.
  public mutating func damaged(_ original: [UInt8]) -> [UInt8] {
    var bytes = original
    for _ in 0...below(4) where !bytes.isEmpty {
      let place = below(bytes.count)
      switch below(8) {
      case 0: bytes.removeSubrange(place...)
      case 1: bytes.removeSubrange(place..<min(bytes.count, place + 1 + below(8)))
      case 2: bytes.insert(contentsOf: bytes[place..<min(bytes.count, place + 1 + below(16))], at: place)
      case 3: for index in place..<min(bytes.count, place + 1 + below(8)) { bytes[index] = 0xFF }
      case 4: for index in place..<min(bytes.count, place + 1 + below(8)) { bytes[index] = 0 }
      case 5: bytes[place] ^= 1 << UInt8(below(8))
      default: bytes[place] = UInt8(below(256))
      }
    }
    return bytes
  }
}

/// The memory of this process.
public enum ProcessMemory {
  /// The most that it ever had at once, in bytes; 0 where the system does not tell.
  public static var peak: Int { field("VmHWM:") }

  /// What it has now, in bytes; 0 where the system does not tell.
  public static var resident: Int { field("VmRSS:") }

  private static func field(_ name: String) -> Int {
    guard let text = try? String(contentsOf: URL(filePath: "/proc/self/status"), encoding: .utf8),
      let line = text.split(separator: "\n").first(where: { $0.hasPrefix(name) })
    else { return 0 }
    return (Int(line.filter(\.isNumber)) ?? 0) << 10
  }
}
