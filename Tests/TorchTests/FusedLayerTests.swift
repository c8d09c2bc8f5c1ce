// Linear layers and attention in single precision, whose training passes are kernels of their own, against libtorch's
// operators in double precision.
import TestSupport
import Testing
import Torch

/// A layer and the shapes of what it is given.
private struct FusedLayer: Sendable, CustomTestStringConvertible {
  let testDescription: String
  let shapes: [[Int]]
  let apply: @Sendable ([Tensor]) -> Tensor

  init(_ name: String, _ shapes: [[Int]], _ apply: @escaping @Sendable ([Tensor]) -> Tensor) {
    testDescription = name
    self.shapes = shapes
    self.apply = apply
  }

  /// The output, its gradients, and the gradients of the sum of their squares.
  func results(_ type: ElementType) throws -> [[Double]] {
    let inputs = shapes.enumerated().map { place, shape in
      Tensor.normal(shape, seed: UInt64(place)).converted(to: type)
    }
    for input in inputs { input.setRequiresGradient(true) }
    let output = apply(inputs)
    let weights = Tensor.normal(output.shape, seed: 9).converted(to: type)
    let first = gradients(of: (output * weights).sum(), withRespectTo: inputs)
    let again = gradients(of: (apply(inputs) * weights).sum(), withRespectTo: inputs, createGraph: true)
    let squares = try again.map { try #require($0).power(2).sum() }.reduce(Tensor.zeros([], type: type), +)
    let second = gradients(of: squares, withRespectTo: inputs)
    // A bias has no second derivative.
    let found = try first.map { try #require($0).doubles } + second.map { $0?.doubles ?? [] }
    return [output.doubles] + found
  }

  static func linear(_ input: [Int], _ outputs: Int, hasBias: Bool = true) -> FusedLayer {
    let shapes = [input, [outputs, input[input.count - 1]]] + (hasBias ? [[outputs]] : [])
    return FusedLayer("linear of \(input) to \(outputs)\(hasBias ? "" : " without bias")", shapes) {
      $0[0].linear($0[1], bias: hasBias ? $0[2] : nil)
    }
  }

  /// Heads side by side in `[image, token, head · channel]`, as projections leave them.
  static func attention(
    images: Int = 2, heads: Int = 2, queries: Int, keys: Int, channels: Int, valueChannels: Int,
    isMasked: Bool = false, sharesQueries: Bool = false
  ) -> FusedLayer {
    let name =
      "attention of \(queries) to \(keys), \(channels) and \(valueChannels) channels"
      + "\(isMasked ? ", masked" : "")\(sharesQueries ? ", shared queries" : "")"
    let shapes = [
      [sharesQueries ? 1 : images, queries, heads * channels], [images, keys, heads * channels],
      [images, keys, heads * valueChannels],
    ]
    return FusedLayer(name, shapes) { inputs in
      let (query, key, value) = (inputs[0], inputs[1], inputs[2])
      func split(_ tensor: Tensor, _ channels: Int) -> Tensor {
        tensor.reshaped([tensor.size(0), -1, heads, channels]).transposed(1, 2)
      }
      var mask: Tensor?
      if isMasked {
        let row = (0..<images * keys).map { $0 % 5 == 1 ? -Double.infinity : 0 }
        mask = Tensor(row, shape: [images, 1, 1, keys]).converted(to: query.elementType)
      }
      return split(query, channels).attention(
        keys: split(key, channels), values: split(value, valueChannels), mask: mask)
    }
  }

  static let all: [FusedLayer] = [
    linear([7, 16], 5), linear([1, 64], 64), linear([2, 9, 64], 66), linear([3, 2, 5, 64], 4),
    linear([33, 256], 64, hasBias: false), linear([230, 32], 19), linear([5, 12], 3),
    FusedLayer("linear of a transposed matrix", [[32, 21], [8, 32], [8]]) {
      $0[0].transposed(0, 1).linear($0[1], bias: $0[2])
    },
    attention(queries: 25, keys: 36, channels: 8, valueChannels: 8),
    attention(queries: 16, keys: 2, channels: 8, valueChannels: 8),
    attention(images: 3, queries: 5, keys: 17, channels: 8, valueChannels: 8, isMasked: true),
    attention(queries: 33, keys: 20, channels: 16, valueChannels: 8, sharesQueries: true),
    attention(queries: 18, keys: 31, channels: 32, valueChannels: 32, isMasked: true),
    attention(queries: 4, keys: 6, channels: 12, valueChannels: 12),
  ]
}

extension TorchTests {
  @Suite struct FusedLayerTests {
    @Test(
      "outputs, gradients and second derivatives agree with libtorch's operators in double precision",
      arguments: FusedLayer.all)
    private func agreement(_ layer: FusedLayer) throws {
      let (found, expected) = (try layer.results(.float32), try layer.results(.float64))
      #expect(found.count == expected.count)
      for (place, (found, expected)) in zip(found, expected).enumerated() {
        #expect(largestDifference(found, expected) < 2e-5, "result \(place)")
      }
    }

    @Test("a pass without gradients differs by rounding only", arguments: FusedLayer.all)
    private func inference(_ layer: FusedLayer) throws {
      let inputs = layer.shapes.enumerated().map { Tensor.normal($0.element, seed: UInt64($0.offset)) }
      let plain = layer.apply(inputs).doubles
      inputs[0].setRequiresGradient(true)
      #expect(largestDifference(layer.apply(inputs).doubles, plain) < 2e-6)
    }

    @Test("outputs and gradients are the same on one thread and on two")
    func threads() async {
      await #expect(processExitsWith: .success) {
        for layer in [
          FusedLayer.linear([4, 300, 64], 256),
          FusedLayer.attention(images: 4, heads: 8, queries: 25, keys: 36, channels: 8, valueChannels: 8),
        ] {
          Runtime.setThreadCount(1)
          let one = try layer.results(.float32)
          Runtime.setThreadCount(2)
          #expect(try layer.results(.float32)[...layer.shapes.count] == one[...layer.shapes.count])
        }
      }
    }

    @Test("shapes that do not belong together trap with words")
    func shapes() async {
      await #expect(processExitsWith: .failure) {
        let heads = Tensor.ones([1, 2, 3, 8])
        _ = heads.attention(keys: .ones([1, 2, 4, 16]), values: .ones([1, 2, 4, 8]))
      }
    }
  }
}
