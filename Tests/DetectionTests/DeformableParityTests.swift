import Detection
import NN
import TestSupport
import Testing
import Torch

extension DetectionTensorTests {
  /// Against an independent implementation in double precision; its README states the tolerances.
  @Suite struct DeformableParityTests {
    let reference = Reference.deformable

    @Test(
      "features, positions, memory, states, logits and boxes equal another implementation's",
      arguments: ReferenceCase.allCases, [Tensor.DeformableAttentionForm.fused, .composed])
    func states(_ which: ReferenceCase, _ form: Tensor.DeformableAttentionForm) throws {
      let outputs = try reference.file("outputs")
      func expected(_ name: String) throws -> Tensor { try outputs.tensor("\(which.rawValue).\(name)") }
      let detector = try reference.detector(DeformableDETR.self)
      detector.attentionForm = form
      let batch = try Reference.batch(which)
      let result = withoutGradients { detector.states(of: batch) }
      for level in 0..<3 {
        let feature = try expected("feature.\(level)").doubles
        #expect(largestDifference(result.features[level + 1].doubles, feature) < 1e-5)
      }
      // Encodings and encoder states of padded cells are angles of millions of radians: only valid cells have a meaning.
      var valid: [Bool] = []
      for image in 0..<batch.validExtents.count {
        for level in 0..<4 {
          let position = try expected("position.\(level)").selected(0, image)  // [width, row, column]
          let (rows, columns) = (position.size(1), position.size(2))
          let cells = try Self.validCells(batch, image: image, rows: rows, columns: columns)
          valid += cells
          let own = result.positions[level]
          let flat = own.selected(0, own.size(0) == 1 ? 0 : image).transposed(0, 1).floats
          for (place, (found, wanted)) in zip(flat, position.floats).enumerated()
          where cells[place % (rows * columns)] {
            #expect(abs(found - wanted) < 1e-5)
          }
        }
      }
      let width = result.memory.size(2)
      let (memory, encoded) = (result.memory.floats, try expected("encoderLast").floats)
      #expect(memory.count == encoded.count)
      for (cell, isValid) in valid.enumerated() where isValid {
        for place in cell * width..<(cell + 1) * width {
          #expect(abs(memory[place] - encoded[place]) < 3e-4)
        }
      }
      #expect(try reference.largestDifference(result.decoded.selected(0, 1), which, "decoderLast") < 3e-4)
      try reference.expectOutput(result.output, which)
    }

    /// Which cells of a map show a picture, by the pixel at the nearest position.
    private static func validCells(
      _ batch: ImageBatch, image: Int, rows: Int, columns: Int
    ) throws -> [Bool] {
      let valid = batch.validExtents[image]
      func isValid(_ index: Int, _ input: Int, _ output: Int, _ limit: Int) -> Bool {
        Int(Float(index) * (Float(input) / Float(output))) < limit
      }
      return (0..<rows).flatMap { row in
        (0..<columns).map { column in
          isValid(row, batch.pixels.size(2), rows, valid.height)
            && isValid(column, batch.pixels.size(3), columns, valid.width)
        }
      }
    }

    @Test(
      "matchings are equal and losses agree to 2e-5, with empty pictures and more objects than queries",
      arguments: ReferenceCase.allCases, ["two", "firstEmpty", "bothEmpty", "moreThanQueries"])
    func losses(_ which: ReferenceCase, _ set: String) throws {
      try reference.expectLosses(set, which, of: reference.detector(DeformableDETR.self))
    }

    @Test(
      "gradients of ten tensors agree to 5e-6 in norm, in double precision", arguments: ReferenceCase.allCases
    )
    func gradientsOfTensors(_ which: ReferenceCase) throws {
      try reference.expectGradients(
        which, of: reference.detector(DeformableDETR.self), in: .float64, within: 5e-6)
    }

    @Test(
      "every name of the official checkpoints is consumed and none is left",
      arguments: [("official-deformable-detr", false, 158), ("official-deformable-detr-refine", true, 178)])
    func names(_ list: String, _ refines: Bool, _ layerCount: Int) throws {
      let detector = DeformableDETR(.full(refinesBoxes: refines), seed: 0)
      #expect(detector.weightLayers.count == layerCount)
      #expect(detector.state.mapValues(\.shape) == (try Reference.officialShapes(list)))
    }
  }
}
