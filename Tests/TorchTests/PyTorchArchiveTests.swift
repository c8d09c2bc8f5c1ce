// PyTorch's checkpoint files: what they hold, and that nothing in them is executed.
import FoundationEssentials
import TestSupport
import Testing
import Torch

extension TorchTests {
  @Suite struct PyTorchArchiveTests {
    private func archive(_ name: String) throws -> PyTorchArchive {
      try PyTorchArchive(contentsOf: Fixtures.url("checkpoints/\(name)"))
    }

    @Test("every type of numbers comes as PyTorch wrote it, the two unknown here as the next larger one")
    func types() throws {
      let file = try archive("plain.pth")
      for type in ["float64", "float32", "float16", "bfloat16", "int64", "int32", "int8", "uint8"] {
        let tensor = try file.tensor(type)
        #expect(tensor.shape == [2, 3] && tensor.doubles == [0, 1, 2, 3, 4, 5], "\(type)")
      }
      #expect(try file.tensor("bfloat16").elementType == .float32)
      #expect(try file.tensor("float16").elementType == .float16)
      #expect(try file.tensor("int16").elementType == .int32)
      #expect(try file.tensor("int16").integers == [-3, -2, -1, 0, 1, 2])
      #expect(try file.tensor("bool").integers == [1, 0, 1])
    }

    @Test("views come in row-major order, scalars and empty tensors with their shapes")
    func views() throws {
      let file = try archive("plain.pth")
      #expect(try file.tensor("turned").shape == [2, 3])
      #expect(try file.tensor("turned").doubles == [0, 2, 4, 1, 3, 5])
      #expect(try file.tensor("part").doubles == [5, 6, 9, 10])
      #expect(try file.tensor("scalar").shape == [] && file.tensor("scalar").item() == 2.5)
      #expect(try file.tensor("empty").shape == [0, 3])
      #expect(try file.tensor("parameter").doubles == [0, 1, 2, 3])
      #expect(try file.tensor("tied").doubles == file.tensor("first").doubles)
    }

    @Test("the weights are found beside optimizer, epoch and all else that training programs keep")
    func training() throws {
      let file = try TensorFile(contentsOf: Fixtures.url("checkpoints/training.pth"))
      #expect(file.tensors.keys.sorted() == ["bias", "weight"])
      #expect(file.tensors["weight"]?.doubles == [0, 1, 2, 3, 4, 5])
    }

    @Test(
      "a foreign class or function is refused by its name",
      arguments: [("foreign.pth", "argparse.Namespace"), ("harmful.pth", ".system")])
    func foreign(name: String, culprit: String) throws {
      let error = #expect(throws: TorchError.self) { try archive(name) }
      let sentence = try #require(error).description
      #expect(sentence.hasPrefix("\(name): it names "))
      #expect(sentence.contains(culprit) && sentence.contains("neither a tensor nor a plain value"))
      #expect(!FileManager.default.fileExists(atPath: "was-executed"))
    }

    @Test("a file of an older PyTorch, of another kind, an empty and an absent one are told apart")
    func otherFiles() throws {
      func sentence(_ body: () throws -> TensorFile) -> String? {
        #expect(throws: TorchError.self) { try body() }?.description
      }
      let old = sentence { try TensorFile(contentsOf: Fixtures.url("checkpoints/old.pth")) }
      #expect(try #require(old).hasPrefix("old.pth: written by a PyTorch older than 1.6"))
      #expect(
        sentence { try TensorFile(Data(), from: "a.pth") } == "a.pth: 0 bytes; expected a safetensors file")
      let absent = sentence { try TensorFile(contentsOf: Fixtures.url("checkpoints/none.pth")) }
      #expect(absent == "none.pth: there is no such file; expected a checkpoint")
      let zip = sentence { try TensorFile(zipArchive([("a.txt", [1])]), from: "a.zip") }
      #expect(try #require(zip).hasPrefix("a.zip: a zip archive with 0 entries data.pkl"))
    }

    @Test("every way to cut a file short is refused")
    func truncated() throws {
      let data = try Fixtures.data("checkpoints/training.pth")
      for count in 0..<data.count {
        #expect(throws: TorchError.self, "\(count) bytes") {
          try PyTorchArchive(data.prefix(count), from: "cut")
        }
      }
    }

    /// A pickle of a tensor with given storage size, shape and strides on a storage of 4 numbers of 4 bytes.
    private func file(count: Int, offset: Int = 0, shape: [Int], strides: [Int], entry: Int = 16) -> Data {
      func integer(_ value: Int) -> [UInt8] {
        [0x8A, 8] + (0..<8).map { UInt8(truncatingIfNeeded: value >> (8 * $0)) }
      }
      func text(_ value: String) -> [UInt8] { [0x8C, UInt8(value.utf8.count)] + value.utf8 }
      var pickle: [UInt8] = [0x80, 2, 0x7D] + text("w") + [0x63] + "torch._utils\n_rebuild_tensor_v2\n".utf8
      pickle += [0x28, 0x28] + text("storage") + [0x63] + "torch\nFloatStorage\n".utf8
      pickle += text("0") + text("cpu") + integer(count) + [0x74, 0x51] + integer(offset)
      pickle += [0x28] + shape.flatMap(integer) + [0x74, 0x28] + strides.flatMap(integer) + [0x74]
      pickle += [0x89, 0x7D, 0x74, 0x52, 0x73, 0x2E]
      return zipArchive([("a/data.pkl", pickle), ("a/data/0", [UInt8](repeating: 0, count: entry))])
    }

    @Test("a tensor outside of its storage, larger than it, or of impossible shape is refused")
    func lies() throws {
      #expect(
        try PyTorchArchive(file(count: 4, shape: [2, 2], strides: [2, 1]), from: "x").tensor("w").count == 4)
      let outside: [Data] = [
        file(count: 4, shape: [5], strides: [1]), file(count: 4, offset: 1, shape: [4], strides: [1]),
        file(count: 4, shape: [2], strides: [4]), file(count: 4, shape: [1 << 40], strides: [0]),
        file(count: 4, offset: -1, shape: [1], strides: [1]), file(count: 4, shape: [-1], strides: [1]),
        file(count: 4, shape: [2], strides: [.max]), file(count: 4, shape: [2, 2], strides: [1]),
        file(count: 4, shape: [.max, 0, 4], strides: [1, 1, 1]),
      ]
      for (index, data) in outside.enumerated() {
        let error = #expect(throws: TorchError.self) { try PyTorchArchive(data, from: "x") }
        #expect(try #require(error).description.contains("is not inside its storage"), "\(index)")
      }
      let short = #expect(throws: TorchError.self) {
        try PyTorchArchive(file(count: 5, shape: [5], strides: [1]), from: "x")
      }
      #expect(short?.description == "x: w has 5 numbers that are not all in the file")
    }
  }
}

/// A zip archive of entries stored as they are, without checksums.
func zipArchive(_ entries: [(name: String, bytes: [UInt8])]) -> Data {
  func little(_ value: Int, _ count: Int) -> [UInt8] {
    (0..<count).map { UInt8(truncatingIfNeeded: value >> (8 * $0)) }
  }
  var body: [UInt8] = []
  var directory: [UInt8] = []
  for (name, bytes) in entries {
    let sizes = little(bytes.count, 4) + little(bytes.count, 4) + little(name.utf8.count, 2) + [0, 0]
    let common = [20, 0, 0, 0, 0, 0, 0, 0, 0, 0] + little(0, 4) + sizes
    directory +=
      [0x50, 0x4B, 1, 2, 20, 0] + common + [UInt8](repeating: 0, count: 10) + little(body.count, 4)
    directory += name.utf8
    body += [0x50, 0x4B, 3, 4] + common + name.utf8 + bytes
  }
  let count = little(entries.count, 2)
  let end =
    [0x50, 0x4B, 5, 6, 0, 0, 0, 0] + count + count + little(directory.count, 4) + little(body.count, 4)
  return Data(body + directory + end + [0, 0])
}
