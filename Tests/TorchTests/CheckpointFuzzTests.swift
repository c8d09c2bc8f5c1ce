// Damaged checkpoints by the hundred thousand: each is read or refused, and none takes much memory.
import FoundationEssentials
import TestSupport
import Testing
import Torch

extension TorchTests {
  @Suite struct CheckpointFuzzTests {
    static let count = LongTests.areEnabled ? 200_000 : 2_000

    @Test("damaged safetensors files are read or refused, within bounded memory")
    func safetensors() throws {
      let whole = try encodeSafetensors(
        ["a": .ones([2, 3]), "b": .zeros([4]), "c": Tensor([1 as Int64], shape: [])],
        metadata: ["key": "text"])
      try fuzz([whole], seed: 1) { (data) throws(TorchError) in
        let file = try SafetensorsFile(data, from: "damaged")
        for name in file.names { _ = try file.tensor(name) }
      }
    }

    @Test("damaged PyTorch archives are read or refused, within bounded memory")
    func archives() throws {
      let files = try ["plain.pth", "training.pth", "harmful.pth"].map {
        try Fixtures.data("checkpoints/\($0)")
      }
      try fuzz(files, seed: 2) { (data) throws(TorchError) in
        _ = try PyTorchArchive(data, from: "damaged").tensors()
      }
    }

    @Test("descriptions of random instructions are read or refused, within bounded memory")
    func pickles() throws {
      let codes: [UInt8] = [
        0x28, 0x29, 0x30, 0x31, 0x4B, 0x4D, 0x4A, 0x4E, 0x51, 0x52, 0x55, 0x58, 0x5D, 0x61, 0x62, 0x64, 0x65,
        0x68, 0x6C, 0x71, 0x73, 0x74, 0x75, 0x7D, 0x81, 0x85, 0x86, 0x87, 0x88, 0x8A, 0x8C, 0x93, 0x94,
      ]
      let pieces = [
        "ctorch._utils\n_rebuild_tensor_v2\n", "ctorch\nFloatStorage\n", "ccollections\nOrderedDict\n",
        "X\u{7}\0\0\0storage", "X\u{1}\0\0\00", "X\u{1}\0\0\0w", "K\u{2}", "K\u{0}",
      ].map { Array($0.utf8) }
      var random = FuzzRandom(state: 3)
      try boundedMemory {
        for _ in 0..<Self.count {
          var pickle: [UInt8] = [0x80, 2, 0x7D]
          for _ in 0..<random.below(40) {
            switch random.below(3) {
            case 0: pickle += pieces[random.below(pieces.count)]
            case 1: pickle += [codes[random.below(codes.count)]]
            default: pickle += [codes[random.below(codes.count)], UInt8(random.below(6))]
            }
          }
          let data = zipArchive([("a/data.pkl", pickle + [0x2E]), ("a/data/0", [0, 0, 0, 0, 0, 0, 0, 0])])
          do throws(TorchError) { _ = try PyTorchArchive(data, from: "random").tensors() } catch {}
        }
      }
    }

    /// Reads many damaged copies of some files.
    private func fuzz(_ files: [Data], seed: UInt64, _ read: (Data) throws(TorchError) -> Void) throws {
      var random = FuzzRandom(state: seed)
      var refusals = 0
      try boundedMemory {
        for _ in 0..<Self.count {
          let damaged = random.damaged([UInt8](files[random.below(files.count)]))
          do throws(TorchError) { try read(Data(damaged)) } catch {
            refusals += 1
            #expect(!error.description.contains("\n"))
          }
        }
      }
      // Damage within the numbers is not to be seen; most of it is elsewhere.
      #expect(refusals > Self.count / 4 && refusals < Self.count)
    }

    private func boundedMemory(_ body: () throws -> Void) throws {
      let before = ProcessMemory.peak
      try body()
      #expect(ProcessMemory.peak - before < 300 << 20, "bytes that the peak rose by")
    }
  }
}
