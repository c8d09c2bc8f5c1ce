// Damaged pictures by the hundred thousand: each is decoded or refused, and none takes much memory.
import FoundationEssentials
import Images
import TestSupport
import Testing

@Suite("Decoding damaged pictures", .serialized)
struct ImageFuzzTests {
  @Test(
    "every damage is decoded or refused in one sentence, within bounded memory", arguments: ["png", "jpg"])
  func damaged(kind: String) throws {
    let count = LongTests.areEnabled ? 200_000 : 2_000
    let files = try DecodeTests.names.filter { $0.hasSuffix(kind) }
      .map { [UInt8](try Fixtures.data("images/" + $0)) }
    var random = FuzzRandom(state: kind == "png" ? 1 : 2)
    var refusals = 0
    let before = ProcessMemory.peak
    for _ in 0..<count {
      let bytes = random.damaged(files[random.below(files.count)])
      do throws(ImageError) {
        let image = try decodeImage(bytes)
        #expect(image.pixels.count == 3 * image.width * image.height)
      } catch {
        refusals += 1
        #expect(!error.description.isEmpty && !error.description.contains("\n"))
      }
    }
    #expect(refusals > count / 4)
    // A gray file of a kilobyte may rightly be half a million pixels large.
    #expect(ProcessMemory.peak - before < 300 << 20, "bytes that the peak rose by")
  }

  @Test("a header that claims more pixels than its bytes can hold is refused before memory is filled")
  func refusesSparse() throws {
    var bytes = [UInt8](try Fixtures.data("images/progressive.jpg"))
    let frame = try #require(bytes.indices.first { bytes[$0] == 0xFF && bytes[$0 + 1] == 0xC2 })
    for offset in [5, 7] { bytes[frame + offset] = 0x30 }
    let error = #expect(throws: ImageError.self) { try decodeImage(bytes) }
    #expect(error?.description.contains("bytes cannot hold a picture of 12") == true)
  }
}
