// Packed files: what goes in comes out bit for bit, sizes are what was computed, damage is refused.
import FoundationEssentials
import NN
import Quantization
import TestSupport
import Testing
import Torch

extension QuantizationTests {
  @Suite struct PackedFileTests {
    @Test(
      "every code comes back from every bit width, with the code that only learned scales use",
      arguments: 2...8)
    func codes(bits: Int) throws {
      let top = (1 << (bits - 1)) - 1
      for lowest in [-top, -top - 1] {
        for count in [0, 1, 2, 3, 7, 8, 9, 64, 1001] {
          let codes = (0..<count).map { Int8(lowest + ($0 * 7919) % (top - lowest + 1)) }
          let bytes = packed(codes, bits: bits, lowest: lowest)
          #expect(bytes.count == packedByteCount(count, bits: bits))
          #expect(try unpacked(bytes, count: count, bits: bits, lowest: lowest) == codes)
        }
      }
    }

    @Test(
      "weights come back bit for bit, and the file takes the computed size and its header", arguments: 2...8)
    func roundTrip(bits: Int) throws {
      let network = SmallNetwork()
      let assignment = ["stem": bits, "block.0": 10 - bits, "head": bits]
      let expected = try quantizedWeights(of: network, assignment).mapValues(\.dequantized.floats)
      let data = try encodePacked(network, assignment, metadata: ["note": "kept"])
      let file = try PackedFile(data, from: "test")
      #expect(file.bits == assignment)
      #expect(file.metadata == ["note": "kept"])
      for (name, weights) in expected {
        #expect(file.tensors[name + ".weight"]?.floats == weights)
      }
      let size = try storedSize(of: network, assignment)
      #expect(file.size == size)
      let header = data.prefix(8).reversed().reduce(0) { ($0 << 8) | Int($1) }
      #expect(data.count == 8 + header + size.totalBytes)
      let other = SmallNetwork()
      try other.load(file.tensors)
      for (name, values) in network.state {
        let quantizedName = name.hasSuffix(".weight") ? String(name.dropLast(7)) : name
        #expect(
          other.state[name]?.floats == expected[quantizedName] ?? expectedShared(name, expected)
            ?? values.floats)
      }
    }

    private func expectedShared(_ name: String, _ expected: [String: [Float]]) -> [Float]? {
      name == "block.1.weight" ? expected["block.0"] : nil
    }

    @Test("one scale for a whole tensor, and a channel of zeros, are stored and come back")
    func otherScales() throws {
      let network = SmallNetwork()
      network.head.weight.value.narrowed(0, from: 1, count: 1).assign(Tensor.zeros([1, 3]))
      let scheme = QuantizationScheme(granularity: .tensor)
      let file = try PackedFile(encodePacked(network, ["head": 3], scheme: scheme), from: "test")
      #expect(file.quantized["head"]?.scales.shape == [1])
      let channels = try PackedFile(encodePacked(network, ["head": 3]), from: "test")
      #expect(channels.quantized["head"]?.scales.floats[1] == 1)
      #expect(channels.tensors["head.weight"]?.floats[3..<6] == [0, 0, 0])
    }

    @Test("a file that is cut off anywhere, or whose header was tampered with, is refused with a sentence")
    func damage() throws {
      let data = try encodePacked(SmallNetwork(), ["stem": 3, "head": 5])
      for length in stride(from: 0, to: data.count, by: 7) {
        #expect(throws: (any Error).self) { try PackedFile(data.prefix(length), from: "cut") }
      }
      func replacing(_ text: String, _ other: String) -> Data {
        precondition(text.utf8.count == other.utf8.count)
        let bytes = Array(data)
        let pattern = Array(text.utf8)
        guard
          let place = bytes.indices.dropLast(pattern.count).first(where: {
            Array(bytes[$0..<$0 + pattern.count]) == pattern
          })
        else { fatalError("the file does not have \(text)") }
        return Data(bytes[..<place] + Array(other.utf8) + bytes[(place + pattern.count)...])
      }
      func refusal(_ data: Data) -> String {
        do {
          _ = try PackedFile(data, from: "file")
          return "accepted"
        } catch { return "\(error)" }
      }
      #expect(
        refusal(replacing("quire-packed-1", "quire-packed-9")).contains(
          "quire-packed-9; expected quire-packed-1"))
      #expect(
        refusal(replacing("\\\"bits\\\":5", "\\\"bits\\\":9"))
          == "file: the layer head has 9 bits; expected 2 to 8")
      #expect(refusal(replacing("\\\"bits\\\":5", "\\\"bits\\\":4")).contains("lowest code -15"))
      #expect(
        refusal(replacing("\\\"shape\\\":[5,3]", "\\\"shape\\\":[5,4]")).contains(
          "head is damaged: 10 bytes for 20"))
      #expect(refusal(replacing("head.codes", "head.coded")).contains("head lacks its codes"))
    }

    @Test("random changes of single bytes are refused or give weights on a grid, and never more")
    func flippedBytes() throws {
      let data = try encodePacked(SmallNetwork(), ["stem": 3, "block.0": 4, "head": 5])
      var state: UInt64 = 1
      for _ in 0..<300 {
        state = state &* 6_364_136_223_846_793_005 &+ 1_442_695_040_888_963_407
        var changed = data
        changed[changed.startIndex + Int(state >> 33) % data.count] ^=
          UInt8(truncatingIfNeeded: state >> 20) | 1
        guard let file = try? PackedFile(changed, from: "changed") else { continue }
        #expect(file.quantized.values.allSatisfy { $0.scales.floats.allSatisfy { $0 > 0 && $0.isFinite } })
      }
    }

    @Test("double precision and codes of another shape are refused")
    func refusals() throws {
      let network = SmallNetwork()
      let quantized = try quantizedWeights(of: network, ["head": 3])
      #expect(throws: QuantizationError.self) {
        try encodePacked(network, ["stem": quantized["head"]].compactMapValues { $0 })
      }
      network.head.weight.value = network.head.weight.value.detached().converted(to: .float64)
      #expect(
        throws: QuantizationError(
          "the layer head has scales of type float64; packed files hold single precision")
      ) { try encodePacked(network, ["head": 3]) }
    }
  }
}
