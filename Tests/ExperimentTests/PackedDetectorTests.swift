// Packed detectors of both sizes against what they are computed to take.
import Detection
import Experiment
import FoundationEssentials
import Quantization
import Testing
import Torch

extension ExperimentDataTests {
  @Suite("Packed detectors") struct PackedDetectorTests {
    private static let policy = QuantizationPolicy(
      floatingPoint: ["class_embed", "bbox_embed"], fixedBits: ["backbone.0.body.conv1": 8])

    private func packed(_ configuration: DetectorConfiguration) throws -> (data: Data, size: StoredSize) {
      let detector = makeDetector(configuration, seed: 1)
      let bits = try Self.policy.uniformAssignment(of: detector, bits: 4)
      let metadata = ["configuration": try metadataJSON(configuration)]
      return (
        try encodePacked(detector, bits, metadata: metadata), try storedSize(of: detector, bits)
      )
    }

    @Test(
      "every mini detector at four bits takes the computed size and its header",
      arguments: DetectorKind.allCases)
    func mini(kind: DetectorKind) throws {
      let (data, size) = try packed(kind.configuration(classCount: 65))
      let header = data.prefix(8).reversed().reduce(0) { ($0 << 8) | Int($1) }
      #expect(data.count == 8 + header + size.totalBytes)
      let file = try PackedFile(data, from: "mini")
      #expect(file.size == size)
      let again = makeDetector(kind.configuration(classCount: 65), seed: 2)
      try again.load(checkpoint: file.tensors)
    }

    @Test("DETR-R50 of the published size at four bits takes at most 1.02 times the computed size")
    func full() throws {
      let (data, size) = try packed(.detr(.full()))
      // 41 million weights at half a byte, scales, and what stays in single precision.
      #expect((20_000_000..<23_000_000).contains(size.totalBytes))
      #expect(Double(data.count) <= 1.02 * Double(size.totalBytes))
    }
  }
}
