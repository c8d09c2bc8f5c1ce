// A small random generator whose numbers are the same everywhere and for ever.

/// SplitMix64 (Steele, Lea and Flood, 2014): the state grows by a constant and is scrambled to give each number.
package struct SplitMix64: Sendable {
  private var state: UInt64

  /// A generator that starts at a seed.
  package init(seed: UInt64) {
    state = seed
  }

  /// The generator of one member of a family: it starts at the member's place in the numbers of the family's seed.
  package init(seed: UInt64, member: Int) {
    var family = SplitMix64(seed: seed &+ UInt64(member) &* Self.step)
    state = family.next()
  }

  private static let step: UInt64 = 0x9E37_79B9_7F4A_7C15

  /// The next number.
  package mutating func next() -> UInt64 {
    state &+= Self.step
    var mixed = state
    mixed = (mixed ^ (mixed >> 30)) &* 0xBF58_476D_1CE4_E5B9
    mixed = (mixed ^ (mixed >> 27)) &* 0x94D0_49BB_1331_11EB
    return mixed ^ (mixed >> 31)
  }

  /// A number below `bound`: the upper half of a 128-bit product, whose bias is below `bound` / 2⁶⁴.
  package mutating func next(below bound: Int) -> Int {
    Int(next().multipliedFullWidth(by: UInt64(bound)).high)
  }
}
