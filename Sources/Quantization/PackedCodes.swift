// Codes of 2 to 8 bits packed without gaps: what the accounting of sizes counts.

/// The bytes that `count` codes take when packed; the last byte is filled up with zeros.
public func packedByteCount(_ count: Int, bits: Int) -> Int { (count * bits + 7) / 8 }

/// Codes as two's complement numbers of `bits` bits, one after the other, the lowest bit first.
///
/// - Parameters:
///   - codes: within `±(2ᵇ⁻¹ − 1)`, and down to `lowest`.
///   - lowest: the lowest code, where it is not `−(2ᵇ⁻¹ − 1)`: learned scales also use `−2ᵇ⁻¹`.
public func packed(_ codes: [Int8], bits: Int, lowest: Int? = nil) -> [UInt8] {
  let top = QuantizationScheme.largestCode(bits: bits)
  let bottom = lowest ?? -top
  var result = [UInt8](repeating: 0, count: packedByteCount(codes.count, bits: bits))
  let mask = UInt16((1 << bits) - 1)
  for (index, code) in codes.enumerated() {
    guard Int(code) >= bottom, Int(code) <= top else { fatalError("code \(code) at \(bits) bits") }
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
/// - Throws: an error if the bytes are not as many as `count` codes take, hold a code that is never written, or are not
///   filled up with zeros.
public func unpacked(
  _ bytes: [UInt8], count: Int, bits: Int, lowest: Int? = nil
) throws(QuantizationError) -> [Int8] {
  let top = QuantizationScheme.largestCode(bits: bits)
  let bottom = lowest ?? -top
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
    guard code >= bottom else {
      throw QuantizationError("code \(code) at place \(index); \(bits) bits hold −\(-bottom) to \(top)")
    }
    result.append(Int8(code))
  }
  let used = count * bits % 8
  if used > 0, let last = bytes.last, last >> UInt8(used) != 0 {
    throw QuantizationError("the last byte \(last) has bits beyond the \(count) codes; expected zeros")
  }
  return result
}
