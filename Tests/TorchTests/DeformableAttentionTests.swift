// Deformable attention: fused against another implementation, against finite differences and against its composition.
import TestSupport
import Testing
import Torch

/// Inputs of one call.
private struct Points: Sendable {
  let channels: Int
  let points: Int
  let referenceWidth: Int
  let sharesReferences: Bool

  static let extents = [
    (rows: 5, columns: 7), (rows: 3, columns: 4), (rows: 1, columns: 2), (rows: 1, columns: 1),
  ]

  /// Value, references, offsets and scores for two images, six queries and two heads; many points lie outside.
  func inputs(_ type: ElementType) -> [Tensor] {
    let cells = Self.extents.map { $0.rows * $0.columns }.reduce(0, +)
    let levelCount = Self.extents.count
    func random(_ shape: [Int], _ seed: UInt64) -> Tensor {
      Tensor.normal(shape, seed: seed).converted(to: .float64)
    }
    let images = sharesReferences ? 1 : 2
    return [
      random([2, cells, 2, channels], 1),
      random([images, 6, levelCount, referenceWidth], 2).sigmoid() * 0.8 + 0.1,
      random([2, 6, 2, levelCount * points, 2], 3) * 1.5,
      random([2, 6, 2, levelCount * points], 4),
    ].map { $0.converted(to: type).detached() }
  }

  func attend(_ inputs: [Tensor], _ form: Tensor.DeformableAttentionForm) -> Tensor {
    inputs[0].deformableAttention(
      references: inputs[1], offsets: inputs[2], scores: inputs[3], extents: Self.extents, form: form)
  }

  /// The output, and the gradients of a weighted sum of it.
  func result(_ inputs: [Tensor], _ form: Tensor.DeformableAttentionForm) -> (
    output: Tensor, gradients: [Tensor?]
  ) {
    for input in inputs { input.setRequiresGradient(true) }
    let output = attend(inputs, form)
    let weights = Tensor.normal(output.shape, seed: 9).converted(to: output.elementType)
    return (output, gradients(of: (output * weights).sum(), withRespectTo: inputs))
  }
}

extension TorchTests {
  @Suite struct DeformableAttentionTests {
    @Test("output and gradients agree with another implementation", arguments: [true, false])
    func reference(isFused: Bool) throws {
      let file = try SafetensorsFile(contentsOf: Fixtures.url("boxes/deformableAttention.safetensors"))
      let (value, locations) = (try file.tensor("value"), try file.tensor("locations"))
      let extents = stride(from: 0, to: 8, by: 2).map { index in
        let numbers = (try? file.tensor("shapes").integers) ?? []
        return (rows: Int(numbers[index]), columns: Int(numbers[index + 1]))
      }
      // With references of zero the offsets are the locations in cells, and scores are logarithms of weights.
      let scale = Tensor(extents.flatMap { [Double($0.columns), Double($0.rows)] }, shape: [4, 1, 2])
      let offsets = (locations * scale).reshaped([2, 6, 2, 12, 2])
      let weights = try file.tensor("weights").reshaped([2, 6, 2, 12])
      let scores = weights.log()
      for input in [value, offsets, scores] { input.setRequiresGradient(true) }
      let output = value.deformableAttention(
        references: .zeros([1, 6, 4, 2], type: .float64), offsets: offsets, scores: scores, extents: extents,
        form: isFused ? .fused : .composed)
      #expect(largestDifference(output.doubles, try file.tensor("output").doubles) < 1e-12)

      let upstream = try file.tensor("upstream")
      let found = gradients(of: (output * upstream).sum(), withRespectTo: [value, offsets, scores])
      #expect(
        largestDifference(try #require(found[0]).doubles, try file.tensor("gradient.value").doubles) < 1e-12)
      // A point exactly on the center of a cell has two one-sided derivatives, and rounding chooses.
      let own = (try #require(found[1]).reshaped([2, 6, 2, 4, 3, 2]) * scale).doubles.dropFirst(2)
      #expect(
        largestDifference(Array(own), Array(try file.tensor("gradient.locations").doubles.dropFirst(2)))
          < 1e-12)
      // Through the softmax: weight times the difference to the mean.
      let expected = try file.tensor("gradient.weights").reshaped(weights.shape)
      let through = weights * (expected - (weights * expected).sum([-1], keepingDimensions: true))
      #expect(largestDifference(try #require(found[2]).doubles, through.doubles) < 1e-12)
    }

    @Test(
      "the fused operator equals its composition in values and gradients",
      arguments: [
        (8, 4, 2, true), (32, 4, 2, false), (8, 4, 4, false), (4, 3, 2, false), (5, 2, 4, true),
        (64, 1, 4, true),
        (24, 5, 2, true),
      ], [ElementType.float32, .float64])
    func composition(_ sizes: (Int, Int, Int, Bool), _ type: ElementType) throws {
      let points = Points(
        channels: sizes.0, points: sizes.1, referenceWidth: sizes.2, sharesReferences: sizes.3)
      let fused = points.result(points.inputs(type), .fused)
      let composed = points.result(points.inputs(type), .composed)
      let tolerance = type == .float32 ? 1e-5 : 1e-13
      #expect(fused.output.shape == [2, 6, 2 * sizes.0])
      #expect(largestDifference(fused.output.doubles, composed.output.doubles) < tolerance)
      for (own, expected) in zip(fused.gradients, composed.gradients) {
        let (own, expected) = (try #require(own), try #require(expected))
        #expect(own.shape == expected.shape)
        #expect(largestDifference(own.doubles, expected.doubles) < 2 * tolerance)
      }
    }

    @Test("gradients agree with finite differences", arguments: [2, 4])
    func finiteDifferences(referenceWidth: Int) throws {
      let points = Points(channels: 4, points: 2, referenceWidth: referenceWidth, sharesReferences: true)
      let inputs = points.inputs(.float64)
      let found = points.result(inputs, .fused)
      let weights = Tensor.normal(found.output.shape, seed: 9).converted(to: .float64)
      for (place, input) in inputs.enumerated() {
        // A direction in which all elements move at once, small enough that hardly any point leaves its cell.
        let direction = Tensor.normal(input.shape, seed: 20 + UInt64(place)).converted(to: .float64)
        let step = 1e-6
        let ends = [step, -step].map { step in
          var moved = inputs.map { $0.detached() }
          moved[place] = moved[place] + direction * step
          return (points.attend(moved, .fused) * weights).sum().item()
        }
        let slope = (try #require(found.gradients[place]) * direction).sum().item()
        #expect(isClose((ends[0] - ends[1]) / (2 * step), slope, relative: 1e-7))
      }
    }

    @Test("the composition can be differentiated twice")
    func twice() throws {
      let points = Points(channels: 4, points: 2, referenceWidth: 2, sharesReferences: false)
      let inputs = points.inputs(.float64)
      let directions = inputs.enumerated().map {
        Tensor.normal($0.element.shape, seed: 30 + UInt64($0.offset)).converted(to: .float64)
      }
      /// The derivative of a sum of squares along the directions, and its gradients.
      func slope(_ inputs: [Tensor], createGraph: Bool) -> Tensor {
        for input in inputs { input.setRequiresGradient(true) }
        let first = gradients(
          of: points.attend(inputs, .composed).power(2).sum(), withRespectTo: inputs, createGraph: createGraph
        )
        return zip(first, directions).map { ($0 ?? .zeros($1.shape)) * $1 }.map { $0.sum() }.reduce(
          Tensor.zeros([], type: .float64), +)
      }
      let second = gradients(of: slope(inputs, createGraph: true), withRespectTo: inputs)
      let curvature = zip(second, directions).reduce(0.0) {
        $0 + (($1.0 ?? .zeros($1.1.shape)) * $1.1).sum().item()
      }
      let step = 1e-6
      let ends = [step, -step].map { step in
        slope(zip(inputs, directions).map { ($0.detached() + $1 * step).detached() }, createGraph: false)
          .item()
      }
      #expect(isClose((ends[0] - ends[1]) / (2 * step), curvature, relative: 1e-6))
    }

    @Test("asking the fused operator for a second derivative is a mistake of the program")
    func fusedTwice() async {
      let result = await #expect(processExitsWith: .failure, observing: [\.standardErrorContent]) {
        let points = Points(channels: 8, points: 4, referenceWidth: 2, sharesReferences: true)
        let inputs = points.inputs(.float32)
        for input in inputs { input.setRequiresGradient(true) }
        _ = gradients(of: points.attend(inputs, .fused).sum(), withRespectTo: inputs, createGraph: true)
      }
      let text = String(decoding: result?.standardErrorContent ?? [], as: UTF8.self)
      #expect(text.contains("has no second derivative"), "\(text)")
    }

    @Test("a coordinate that is no number is not hidden, and nothing depends on the number of threads")
    func numbersAndThreads() async {
      await #expect(processExitsWith: .success) {
        let points = Points(channels: 8, points: 4, referenceWidth: 2, sharesReferences: false)
        var inputs = points.inputs(.float32)
        func bytes(_ threads: Int) -> [[UInt8]] {
          Runtime.setThreadCount(threads)
          let (output, gradients) = points.result(points.inputs(.float32), .fused)
          return [output.bytes] + gradients.map { $0?.bytes ?? [] }
        }
        #expect(bytes(1) == bytes(2))
        Runtime.setThreadCount(1)
        for wrong in [Double.nan, .infinity, -1e30] {
          inputs[2] = .full(inputs[2].shape, wrong)
          let values = points.attend(inputs, .fused).floats
          #expect(values.allSatisfy { wrong.isNaN ? $0.isNaN : $0 == 0 })
        }
      }
    }
  }
}
