import Detection
import NN
import TestSupport
import Testing
import Torch

extension DetectionTensorTests {
  /// Against an independent implementation in double precision; its README states the tolerances.
  @Suite struct DeformableParityTests {
    @Test(
      "features, positions, memory, states, logits and boxes equal another implementation's",
      arguments: ReferenceCase.allCases, [Tensor.DeformableAttentionForm.fused, .composed])
    func states(_ which: ReferenceCase, _ form: Tensor.DeformableAttentionForm) throws {
      let outputs = try DeformableReference.file("outputs")
      func reference(_ name: String) throws -> Tensor { try outputs.tensor("\(which.rawValue).\(name)") }
      func difference(_ actual: Tensor, _ name: String) throws -> Double {
        let expected = try reference(name)
        guard actual.shape == expected.shape else { return .infinity }
        return (actual - expected).abs().largest().item()
      }
      let detector = try DeformableReference.detector()
      detector.attentionForm = form
      let batch = try Reference.batch(which)
      let result = withoutGradients { detector.states(of: batch) }
      for level in 0..<3 {
        let expected = try reference("feature.\(level)").doubles
        #expect(largestDifference(result.features[level + 1].doubles, expected) < 1e-5)
      }
      // Encodings and encoder states of padded cells are angles of millions of radians: only valid cells have a meaning.
      var valid: [Bool] = []
      for image in 0..<batch.validExtents.count {
        for level in 0..<4 {
          let expected = try reference("position.\(level)").selected(0, image)  // [width, row, column]
          let (rows, columns) = (expected.size(1), expected.size(2))
          let cells = try Self.validCells(batch, image: image, rows: rows, columns: columns)
          valid += cells
          let own = result.positions[level]
          let flat = own.selected(0, own.size(0) == 1 ? 0 : image).transposed(0, 1).floats
          for (place, (found, wanted)) in zip(flat, expected.floats).enumerated()
          where cells[place % (rows * columns)] {
            #expect(abs(found - wanted) < 1e-5)
          }
        }
      }
      let width = result.memory.size(2)
      let (memory, expected) = (result.memory.floats, try reference("encoderLast").floats)
      #expect(memory.count == expected.count)
      for (cell, isValid) in valid.enumerated() where isValid {
        for place in cell * width..<(cell + 1) * width {
          #expect(abs(memory[place] - expected[place]) < 3e-4)
        }
      }
      #expect(try difference(result.decoded.selected(0, 1), "decoderLast") < 3e-4)
      for (layer, prefix) in ["aux.0.", ""].enumerated() {
        #expect(try difference(result.output.logits.selected(0, layer), prefix + "logits") < 2e-4)
        #expect(try difference(result.output.boxes.selected(0, layer), prefix + "boxes") < 1e-5)
      }
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
      let expected = try #require(try DeformableReference.loss(set, which))
      let targets = try Reference.targets(set, which)
      let detector = try DeformableReference.detector()
      let (pairs, terms) = try withoutGradients { () throws in
        let output = detector(try Reference.batch(which))
        let pairs = detector.loss.matching(output, targets)
        return (pairs, detector.loss.terms(output, targets, pairs))
      }
      for (layer, reference) in [expected.matching.first, expected.matching.last].enumerated() {
        for (image, expectedPairs) in reference.enumerated() {
          let order = zip(expectedPairs[0], expectedPairs[1]).sorted { $0.0 < $1.0 }
          #expect(pairs[layer][image].map(\.query) == order.map(\.0))
          #expect(pairs[layer][image].map(\.object) == order.map(\.1))
        }
      }
      for (name, tensor) in [
        ("loss_ce", terms.classification), ("loss_bbox", terms.boxDistance), ("loss_giou", terms.overlap),
      ] {
        let last = try #require(expected.parts[name])
        let first = try #require(expected.parts[name + "_0"])
        #expect(isClose(tensor.selected(0, 1).item(), last, absolute: 1e-7, relative: 2e-5))
        #expect(isClose(tensor.selected(0, 0).item(), first, absolute: 1e-7, relative: 2e-5))
      }
      #expect(isClose(detector.loss.total(terms).item(), expected.total, relative: 2e-5))
    }

    @Test("gradients of ten tensors agree to 5e-4 in norm", arguments: ReferenceCase.allCases)
    func gradientsOfTensors(_ which: ReferenceCase) throws {
      let detector = try DeformableReference.detector()
      let targets = try Reference.targets("two", which)
      let output = detector(try Reference.batch(which))
      let loss = detector.loss
      loss.total(loss.terms(output, targets, loss.matching(output, targets))).backward()
      let parameters = Dictionary(
        uniqueKeysWithValues: detector.namedParameters.map { ($0.name, $0.parameter.value) })
      let reference = try DeformableReference.tensors("gradients", prefix: which.rawValue + ".")
      #expect(reference.count == 10)
      for (name, expected) in reference {
        let own = try #require(parameters[name]?.gradient, "\(name)")
        let difference = (own - expected).power(2).sum().item() / expected.power(2).sum().item()
        #expect(difference.squareRoot() < 5e-4, "\(name)")
      }
    }

    @Test(
      "every name of the official checkpoints is consumed and none is left",
      arguments: [("official-deformable-detr", false, 158), ("official-deformable-detr-refine", true, 178)])
    func names(_ list: String, _ refines: Bool, _ layerCount: Int) throws {
      let detector = DeformableDETR(.full(refinesBoxes: refines), seed: 0)
      #expect(detector.weightLayers.count == layerCount)
      #expect(detector.state.mapValues(\.shape) == (try DeformableReference.officialShapes(list)))
    }
  }
}
