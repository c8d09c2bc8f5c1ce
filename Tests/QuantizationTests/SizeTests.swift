// Sizes against a count by hand and against bytes that were really packed.
import NN
import Quantization
import Testing
import Torch

extension QuantizationTests {
  @Suite struct SizeTests {
    @Test("sizes are those of a count by hand, with shared tensors once")
    func byHand() throws {
      let network = SmallNetwork()
      let size = try storedSize(of: network, ["stem": 5, "block.0": 3])
      #expect(size.quantizedWeightCount == 72 + 12)
      #expect(size.codeBits == 72 * 5 + 12 * 3)
      #expect(size.codeBytes == 45 + 5)  // 36 bits begin a fifth byte
      #expect(size.scaleBytes == (4 + 3) * 4)
      // The buffer of 4, the biases of 3 and 5, the norm's 3 + 3, the head's 15 weights.
      #expect(size.floatingPointBytes == (4 + 3 + 5 + 6 + 15) * 4)
      #expect(size.totalBytes == 50 + 28 + 132)
      #expect(size.averageBits == 396.0 / 84)
      let plain = try storedSize(of: network, [:])
      #expect(plain.totalBytes == (72 + 12 + 4 + 3 + 5 + 6 + 15) * 4)
      #expect(plain.averageBits == 0)
      let wide = try storedSize(of: network, ["stem": 5], scheme: QuantizationScheme(granularity: .tensor))
      #expect(wide.scaleBytes == 4)
    }

    @Test("packed codes take the bytes that are accounted for")
    func packedBytes() throws {
      let network = SmallNetwork()
      let assignment = ["stem": 3, "block.0": 7, "head": 2]
      var bytes = 0
      for (name, values) in try quantizedWeights(of: network, assignment) {
        let codes = values.codes.integers.map { Int8($0) }
        let stored = packed(codes, bits: values.bits)
        bytes += stored.count
        #expect(try unpacked(stored, count: codes.count, bits: values.bits) == codes, "\(name)")
      }
      #expect(try storedSize(of: network, assignment).codeBytes == bytes)
    }

    @Test("every code of every width survives packing, in any position within a byte", arguments: 2...8)
    func allCodes(bits: Int) throws {
      let top = (1 << (bits - 1)) - 1
      for offset in 0..<8 {
        let codes = [Int8](repeating: 1, count: offset) + (-top...top).map { Int8($0) }
        let stored = packed(codes, bits: bits)
        #expect(stored.count == (codes.count * bits + 7) / 8)
        #expect(try unpacked(stored, count: codes.count, bits: bits) == codes)
      }
    }

    @Test("bytes that packing never makes are refused")
    func damaged() {
      #expect(throws: QuantizationError("1 bytes for 3 codes of 3 bits; expected 2")) {
        try unpacked([0], count: 3, bits: 3)
      }
      // 100 in binary is −4 at three bits, which the symmetric range leaves out.
      #expect(throws: QuantizationError("code -4 at place 1; 3 bits hold −3 to 3")) {
        try unpacked([0b0010_0000], count: 2, bits: 3)
      }
    }
  }
}
