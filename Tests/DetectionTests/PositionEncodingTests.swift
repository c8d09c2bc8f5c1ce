import Detection
import TestSupport
import Testing
import Torch

extension DetectionTensorTests {
  @Suite struct PositionEncodingTests {
    @Test(
      "sine encodings agree with another implementation, with and without padding",
      arguments: [("detr", Float(10000), Float(0)), ("dab", 20, 0), ("deformable", 10000, -0.5)],
      [false, true])
    func encoding(_ kind: (name: String, temperature: Float, offset: Float), _ isMasked: Bool) throws {
      let file = try SafetensorsFile(contentsOf: Fixtures.url("boxes/positions.safetensors"))
      let expected = try file.tensor("\(kind.name).\(isMasked ? "masked" : "full")").doubles  // [32, 6, 8]
      let map = Extent(height: 6, width: 8)
      let valid = isMasked ? Extent(height: 4, width: 5) : map
      let encoding = SinePositionEncoding(width: 32, temperature: kind.temperature, offset: kind.offset)
      let actual = encoding(valid: [valid], in: map).doubles  // [1, 48, 32]
      for channel in 0..<32 {
        for row in 0..<6 {
          for column in 0..<8 {
            // In padded lines the deformable angle is millions of radians: only valid cells have a meaning.
            if kind.name == "deformable", row >= valid.height || column >= valid.width { continue }
            #expect(
              abs(actual[(row * 8 + column) * 32 + channel] - expected[(channel * 6 + row) * 8 + column])
                < 1e-5)
          }
        }
      }
    }
  }
}
