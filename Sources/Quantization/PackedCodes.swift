// Codes of 2 to 8 bits packed without gaps: what the accounting of sizes counts.

/// The bytes that `count` codes take when packed; the last byte is filled up with zeros.
public func packedByteCount(_ count: Int, bits: Int) -> Int { (count * bits + 7) / 8 }

/// Codes as two's complement numbers of `bits` bits, one after the other, the lowest bit first.
///
/// - Parameter codes: within `±(2ᵇ⁻¹ − 1)`.
public func packed(_ codes: [Int8], bits: Int) -> [UInt8] {
  let top = QuantizationScheme.largestCode(bits: bits)
  var result = [UInt8](repeating: 0, count: packedByteCount(codes.count, bits: bits))
  let mask = UInt16((1 << bits) - 1)
  for (index, code) in codes.enumerated() {
    guard abs(Int(code)) <= top else { fatalError("code \(code) at \(bits) bits") }
    let place = index * bits
    let shifted = (UInt16(truncatingIfNeeded: Int(code)) & mask) << UInt16(place % 8)
    result[place / 8] |= UInt8(truncatingIfNeeded: shifted)
    // A code that reaches into the next byte always has one: the count is rounded up.
    if place % 8 + bits > 8 { result[place / 8 + 1] |= UInt8(truncatingIfNeeded: shifted >> 8) }
  }
  return result
}

/// The codes that `packed` made.
///
/// - Throws: an error if the bytes are not as many as `count` codes take, or hold a code that is never written.
public func unpacked(_ bytes: [UInt8], count: Int, bits: Int) throws(QuantizationError) -> [Int8] {
  let top = QuantizationScheme.largestCode(bits: bits)
  let expected = packedByteCount(count, bits: bits)
  guard bytes.count == expected else {
    throw QuantizationError("\(bytes.count) bytes for \(count) codes of \(bits) bits; expected \(expected)")
  }
  var result: [Int8] = []
  result.reserveCapacity(count)
  for index in 0..<count {
    let place = index * bits
    let low = UInt16(bytes[place / 8])
    let high = place % 8 + bits > 8 ? UInt16(bytes[place / 8 + 1]) << 8 : 0
    let raw = Int((low | high) >> UInt16(place % 8)) & ((1 << bits) - 1)
    let code = raw > top ? raw - (1 << bits) : raw
    guard code >= -top else {
      throw QuantizationError("code \(code) at place \(index); \(bits) bits hold −\(top) to \(top)")
    }
    result.append(Int8(code))
  }
  return result
}
