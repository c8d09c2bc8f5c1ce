/// The random numbers of one scene: SplitMix64 (Steele, Lea and Flood, 2014), started from a hash of what names the scene.
///
/// A stream depends on nothing but seed, label and index, so scenes can be made in any order, one by one, on any number of
/// threads. All derived numbers use integer operations and exact floating-point ones, so they are the same on every machine.
package struct RandomStream {
  private var state: UInt64

  /// The stream that follows a state of the generator.
  package init(state: UInt64) { self.state = state }

  /// The stream of one item: the label is hashed by FNV-1a, then seed and index are mixed in.
  package init(seed: UInt64, label: String, index: Int) {
    var hash: UInt64 = 0xCBF2_9CE4_8422_2325
    for byte in label.utf8 { hash = (hash ^ UInt64(byte)) &* 0x0000_0100_0000_01B3 }
    let keyed = Self.mix(hash &+ Self.mix(seed &+ Self.increment))
    state = Self.mix(keyed &+ UInt64(bitPattern: Int64(index)) &* Self.increment)
  }

  private static let increment: UInt64 = 0x9E37_79B9_7F4A_7C15

  private static func mix(_ value: UInt64) -> UInt64 {
    var z = value
    z = (z ^ (z >> 30)) &* 0xBF58_476D_1CE4_E5B9
    z = (z ^ (z >> 27)) &* 0x94D0_49BB_1331_11EB
    return z ^ (z >> 31)
  }

  /// 64 random bits.
  package mutating func next() -> UInt64 {
    state &+= Self.increment
    return Self.mix(state)
  }

  /// A number in 0..<1, a multiple of 2^-24.
  package mutating func unit() -> Float { Float(next() >> 40) * 0x1p-24 }

  /// A number between two others.
  package mutating func between(_ low: Float, _ high: Float) -> Float { low + (high - low) * unit() }

  /// A whole number in 0..<count; its bias of count / 2^64 is of no consequence.
  package mutating func below(_ count: Int) -> Int { Int(next().multipliedFullWidth(by: UInt64(count)).high) }

  /// True with the given probability.
  package mutating func chance(_ probability: Float) -> Bool { unit() < probability }

  /// One of several, all alike likely.
  mutating func pick<C: RandomAccessCollection>(_ items: C) -> C.Element where C.Index == Int {
    items[items.startIndex + below(items.count)]
  }
}
