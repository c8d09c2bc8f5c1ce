// Layers against their definitions.
import NN
import TestSupport
import Testing
import Torch

extension NNTests {
  @Suite struct LayerTests {
    @Test("a convolution with scale and shift is the convolution, scaled and shifted")
    func scaledConvolution() {
      let layer = Convolution(3, 5, kernel: 3, stride: 2, padding: 1, Initializer(seed: 1))
      let input = Tensor.normal([2, 3, 9, 7], seed: 2)
      let scale = Tensor.normal([5], seed: 3)
      let shift = Tensor.normal([5], seed: 4)
      let expected = layer(input) * scale.reshaped([1, 5, 1, 1]) + shift.reshaped([1, 5, 1, 1])
      let fused = layer(input, scale: scale, shift: shift)
      #expect(fused.shape == [2, 5, 5, 4])
      #expect(largestDifference(fused.doubles, expected.doubles) < 1e-6)
    }

    @Test("a frozen batch normalization is the one of evaluation, and learning moves the running numbers")
    func batchNorm() {
      let layer = BatchNorm(3)
      layer.weight.value.assign(Tensor([0.5 as Float, 2, -1], shape: [3]))
      layer.bias.value.assign(Tensor([0.1 as Float, 0, 3], shape: [3]))
      let input = Tensor.normal([4, 3, 5, 5], seed: 1) * 3 + 1
      let output = layer.learning(input)
      #expect(abs(output.selected(1, 1).mean().item()) < 1e-5)
      #expect(layer.runningMean.floats.allSatisfy { abs($0 - 0.1) < 0.1 && $0 != 0 })
      let (scale, shift) = layer.frozen
      let expected = input.batchNormalized(
        weight: layer.weight.value, bias: layer.bias.value, mean: layer.runningMean,
        variance: layer.runningVariance, training: false)
      let frozen = input * scale.reshaped([1, 3, 1, 1]) + shift.reshaped([1, 3, 1, 1])
      #expect(largestDifference(frozen.doubles, expected.doubles) < 1e-6)
    }

    @Test("a perceptron has rectifiers between its layers and none behind the last")
    func perceptron() {
      let perceptron = MultilayerPerceptron([3, 4, 2], Initializer(seed: 2))
      let input = Tensor.normal([5, 3], seed: 1)
      let expected = perceptron.layers[1](perceptron.layers[0](input).relu())
      #expect(perceptron(input).floats == expected.floats)
      #expect(expected.floats.contains { $0 < 0 })
    }
  }

  @Suite struct AttentionTests {
    let attention = MultiheadAttention(width: 8, headCount: 2, Initializer(seed: 1))
    let query = Tensor.normal([2, 3, 8], seed: 1)
    let key = Tensor.normal([2, 5, 8], seed: 2)
    let value = Tensor.normal([2, 5, 8], seed: 3)

    @Test("attention is its definition, head by head")
    func definition() {
      let output = attention(query: query, key: key, value: value)
      #expect(output.shape == [2, 3, 8])
      var heads: [Tensor] = []
      for head in 0..<2 {
        func part(_ tensor: Tensor) -> Tensor { tensor.narrowed(2, from: 4 * head, count: 4) }
        let scores = part(attention.query(query)).matrixProduct(part(attention.key(key)).transposed()) / 2
        heads.append(scores.softmax().matrixProduct(part(attention.value(value))))
      }
      let expected = attention.output(Tensor.concatenated(heads, along: 2))
      #expect(largestDifference(output.doubles, expected.doubles) < 1e-5)
    }

    @Test("the order of keys does not matter, and the order of queries is the order of results")
    func permutations() {
      let output = attention(query: query, key: key, value: value)
      let order = Tensor([3 as Int64, 0, 4, 1, 2], shape: [5])
      let shuffled = attention(query: query, key: key.picked(1, order), value: value.picked(1, order))
      #expect(largestDifference(shuffled.doubles, output.doubles) < 1e-5)
      let turned = Tensor([2 as Int64, 0, 1], shape: [3])
      let moved = attention(query: query.picked(1, turned), key: key, value: value)
      #expect(largestDifference(moved.doubles, output.picked(1, turned).doubles) < 1e-5)
      #expect(largestDifference(moved.doubles, output.doubles) > 1e-2)
    }

    @Test("a masked key is as good as absent")
    func mask() {
      let mask = Tensor([0 as Float, 0, 0, -.infinity, -.infinity], shape: [1, 1, 1, 5]).expanded([
        2, 1, 1, 5,
      ])
      let masked = attention(query: query, key: key, value: value, mask: mask)
      let short = attention(
        query: query, key: key.narrowed(1, from: 0, count: 3), value: value.narrowed(1, from: 0, count: 3))
      #expect(largestDifference(masked.doubles, short.doubles) < 1e-6)
    }

    @Test("heads that do not divide the width are a mistake of the program")
    func heads() async {
      await #expect(processExitsWith: .failure) {
        _ = MultiheadAttention(width: 8, headCount: 3, Initializer(seed: 1))
      }
    }
  }
}
