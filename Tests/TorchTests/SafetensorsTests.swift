// Checkpoint files: there and back, and everything that can be wrong with one.
import FoundationEssentials
import Testing
import Torch

extension TorchTests {
  @Suite struct SafetensorsTests {
    @Test("every element type, every shape and the metadata come back bit for bit")
    func roundTrip() throws {
      var tensors: [String: Tensor] = ["scalar": Tensor([2.5], shape: []), "empty": .zeros([0, 3])]
      for type in ElementType.allCases {
        tensors["typed.\(type)"] = (Tensor.normal([3, 5], seed: 4) * 10).abs().converted(to: type)
      }
      tensors["turned"] = Tensor([1.0 as Float, 2, 3, 4, 5, 6], shape: [2, 3]).transposed()
      let data = try encodeSafetensors(tensors, metadata: ["format": "pt", "note": "a \"quoted\" line\n"])
      let file = try SafetensorsFile(data, from: "memory")
      #expect(file.metadata == ["format": "pt", "note": "a \"quoted\" line\n"])
      #expect(file.names == tensors.keys.sorted())
      for (name, tensor) in tensors {
        let read = try file.tensor(name)
        #expect(read.shape == tensor.shape)
        #expect(read.elementType == tensor.elementType)
        #expect(read.bytes == tensor.bytes)
      }
    }

    @Test("the same tensors make the same bytes, and a file on disk reads like one in memory")
    func file() throws {
      let data = try encodeSafetensors(["b": .ones([2]), "a": .zeros([3])])
      #expect(data == (try encodeSafetensors(["a": .zeros([3]), "b": .ones([2])])))
      let place = FileManager.default.temporaryDirectory.appending(path: "quire-safetensors-test.safetensors")
      try data.write(to: place, options: .atomic)
      defer { try? FileManager.default.removeItem(at: place) }
      let file = try SafetensorsFile(contentsOf: place)
      #expect(try file.tensor("a").floats == [0, 0, 0])
      #expect(try file.tensor("b").floats == [1, 1])
    }

    /// A file with a given header text before twelve bytes of numbers.
    private static func file(_ header: String, length: UInt64? = nil) -> Data {
      let text = Array(header.utf8)
      var bytes = (0..<8).map { UInt8(truncatingIfNeeded: (length ?? UInt64(text.count)) >> UInt64(8 * $0)) }
      bytes += text
      bytes += [UInt8](repeating: 0, count: 12)
      return Data(bytes)
    }

    private static func entry(_ type: String, _ shape: String, _ offsets: String) -> Data {
      file("{\"w\":{\"dtype\":\"\(type)\",\"shape\":\(shape),\"data_offsets\":\(offsets)}}")
    }

    static let damaged: [(data: Data, sentence: String)] = [
      (Data([1, 2, 3]), "model: 3 bytes; expected a safetensors file"),
      (
        file("{}", length: 5000),
        "model: the header is said to have 5000 bytes of 22; not a safetensors file"
      ),
      (
        file("{}", length: .max),
        "model: the header is said to have 18446744073709551615 bytes of 22; not a safetensors file"
      ),
      (file("PK zip"), "model: the header is not the JSON of a safetensors file"),
      (file("[1, 2]"), "model: the header is not the JSON of a safetensors file"),
      (file("{\"w\":{\"dtype\":\"F32\"}}"), "model: the header is not the JSON of a safetensors file"),
      (
        entry("F8_E4M3", "[12]", "[0,12]"),
        "model: tensor w has the element type F8_E4M3, which is not supported"
      ),
      (entry("F32", "[-3]", "[0,12]"), "model: tensor w has the impossible shape [-3]"),
      (
        entry("F32", "[4611686018427387904,4]", "[0,12]"),
        "model: tensor w has the impossible shape [4611686018427387904, 4]"
      ),
      (
        entry("F32", "[2]", "[0,12]"),
        "model: tensor w of shape [2] lies at [0, 12]; expected 8 bytes within 12"
      ),
      (
        entry("F32", "[3]", "[4,16]"),
        "model: tensor w of shape [3] lies at [4, 16]; expected 12 bytes within 12"
      ),
      (
        entry("F32", "[0]", "[8,4]"),
        "model: tensor w of shape [0] lies at [8, 4]; expected 0 bytes within 12"
      ),
      (
        entry("F32", "[3]", "[-12,0]"),
        "model: tensor w of shape [3] lies at [-12, 0]; expected 12 bytes within 12"
      ),
      (
        entry("F32", "[3]", "[0]"),
        "model: tensor w of shape [3] lies at [0]; expected 12 bytes within 12"
      ),
      (
        entry("F32", "[0,4611686018427387904,4]", "[0,0]"),
        "model: tensor w has the impossible shape [0, 4611686018427387904, 4]"
      ),
      (entry("F32", "[2]", "[0,8]"), "model: its tensors take 8 bytes of 12; expected all of them"),
      (
        file(
          """
          {"v":{"dtype":"F32","shape":[2],"data_offsets":[0,8]},"w":{"dtype":"F32","shape":[2],"data_offsets":[4,12]}}
          """),
        "model: tensor w begins at byte 4; expected 8, where the one before it ends"
      ),
    ]

    @Test("a damaged file is refused by a sentence with its name", arguments: damaged.indices)
    func refusals(index: Int) {
      let (data, sentence) = Self.damaged[index]
      let error = #expect(throws: TorchError.self) { try SafetensorsFile(data, from: "model") }
      #expect(error?.description == sentence)
    }

    @Test("bfloat16 is read as float32 and int16 as int32")
    func widened() throws {
      var data = Self.file(
        """
        {"b":{"dtype":"BF16","shape":[2],"data_offsets":[0,4]},"i":{"dtype":"I16","shape":[4],"data_offsets":[4,12]}}
        """)
      data.replaceSubrange(data.endIndex - 12..<data.endIndex - 10, with: [0xC0, 0x3F])
      data.replaceSubrange(data.endIndex - 2..<data.endIndex, with: [0xFE, 0xFF])
      let file = try SafetensorsFile(data, from: "memory")
      #expect(try file.tensor("b").elementType == .float32 && file.tensor("b").floats == [1.5, 0])
      #expect(try file.tensor("i").elementType == .int32 && file.tensor("i").integers == [0, 0, 0, -2])
    }

    @Test("every way to cut a file short is refused")
    func truncated() throws {
      let data = try encodeSafetensors(["w": .ones([3]), "v": .ones([2, 2])])
      for count in 0..<data.count {
        #expect(throws: TorchError.self, "\(count) bytes") {
          try SafetensorsFile(data.prefix(count), from: "cut")
        }
      }
      #expect(try SafetensorsFile(data, from: "whole").names == ["v", "w"])
    }

    @Test("a missing file and a missing tensor are told by name")
    func missing() throws {
      let absent = FileManager.default.temporaryDirectory.appending(path: "quire-no-such.safetensors")
      let error = #expect(throws: TorchError.self) { try SafetensorsFile(contentsOf: absent) }
      #expect(error?.description == "quire-no-such.safetensors: cannot be read; expected a safetensors file")
      let file = try SafetensorsFile(try encodeSafetensors(["w": .ones([1])]), from: "model")
      let second = #expect(throws: TorchError.self) { try file.tensor("neck") }
      #expect(second?.description == "model: there is no tensor neck; it has 1 others")
    }
  }
}
