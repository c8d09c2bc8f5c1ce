// The compressed form of runs: six bits to a character, from "0" on.

extension RunLengthMask {
  /// A mask from COCO's compressed text.
  ///
  /// Each number is written as groups of five bits, lowest first, in characters from "0" on; bit 5 says that another group
  /// follows, bit 4 of the last group is the sign. From the fourth number on, it is the change against the one before the
  /// last.
  public init(width: Int, height: Int, compressed text: some Collection<UInt8>) throws(Fault) {
    var counts: [Int] = []
    var (value, shift) = (0, 0)
    for (position, byte) in text.enumerated() {
      // Eight groups are more than any picture needs and far from overflow.
      guard (48..<112).contains(byte), shift < 40 else { throw .text(position: position) }
      let group = Int(byte) - 48
      value |= (group & 31) << shift
      shift += 5
      if group & 32 != 0 { continue }
      if group & 16 != 0 { value |= -1 << shift }
      counts.append(counts.count > 2 ? value + counts[counts.count - 2] : value)
      (value, shift) = (0, 0)
      let last = counts[counts.count - 1]
      if last < 0 { throw .negativeRun(index: counts.count - 1, length: last) }
      // Sums must not run away in a long text.
      if last >= 1 << 40 { throw .text(position: position) }
    }
    guard shift == 0 else { throw .text(position: text.count) }
    try self.init(width: width, height: height, counts: counts)
  }

  /// COCO's compressed text.
  public var compressed: String {
    var text: [UInt8] = []
    for index in counts.indices {
      var rest = index > 2 ? counts[index] - counts[index - 2] : counts[index]
      while true {
        let group = rest & 31
        rest >>= 5
        // The last group's sign bit must say what is left: nothing, or minus one.
        let isLast = group & 16 == 0 ? rest == 0 : rest == -1
        text.append(UInt8(48 + group + (isLast ? 0 : 32)))
        if isLast { break }
      }
    }
    return String(decoding: text, as: UTF8.self)
  }
}
