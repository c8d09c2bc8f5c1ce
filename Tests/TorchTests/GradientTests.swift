// Gradients against finite differences in double precision.
import TestSupport
import Testing
import Torch

/// A function of one tensor, to be differentiated at a point.
private struct Differentiable: Sendable {
  let name: String
  let shape: [Int]
  let function: @Sendable (Tensor) -> Tensor

  init(_ name: String, _ shape: [Int] = [2, 3], _ function: @escaping @Sendable (Tensor) -> Tensor) {
    self.name = name
    self.shape = shape
    self.function = function
  }
}

/// Fixed numbers that look random; a function of the shape.
private func constants(_ shape: [Int], seed: UInt64 = 77) -> Tensor {
  Tensor.normal(shape, seed: seed).converted(to: .float64)
}

extension TorchTests {
  @Suite struct GradientTests {
    private static let functions: [Differentiable] = [
      Differentiable("exp") { $0.exp() },
      Differentiable("log") { ($0.abs() + 0.5).log() },
      Differentiable("sqrt") { ($0.abs() + 0.5).sqrt() },
      Differentiable("rsqrt") { ($0.abs() + 0.5).rsqrt() },
      Differentiable("sin and cos") { $0.sin() * $0.cos() },
      Differentiable("sigmoid") { $0.sigmoid() },
      Differentiable("relu") { $0.relu() },
      Differentiable("logSigmoid") { $0.logSigmoid() },
      Differentiable("power") { $0.power(3) },
      Differentiable("clamped") { $0.clamped(low: -0.3, high: 0.4) },
      Differentiable("quotient") { constants([2, 3]) / ($0.abs() + 1) },
      Differentiable("maximum and minimum") {
        $0.maximum(constants([3])) * $0.minimum(constants([3], seed: 4))
      },
      Differentiable("matrixProduct") { $0.matrixProduct($0.transposed()) },
      Differentiable("chosen") { $0.chosen(where: $0.isGreater(than: 0), else: $0 * 3) },
      Differentiable("filled") { $0.filled(where: $0.isGreater(than: 0), with: 2) },
      Differentiable("means") { $0.mean([0]) * $0.sum([0]) },
      Differentiable("largest") { $0.largest([1]) },
      Differentiable("maximum along") { $0.maximum(along: 1).values },
      Differentiable("top two") { $0.largest(2).values },
      Differentiable("cumulativeSum") { $0.cumulativeSum(along: 1) },
      Differentiable("logSumExp") { $0.logSumExp(along: 1) },
      Differentiable("softmax") { $0.softmax() },
      Differentiable("logSoftmax") { $0.logSoftmax() },
      Differentiable("shapes") {
        $0.reshaped([3, 2]).permuted([1, 0]).flipped([0]).narrowed(1, from: 1, count: 2).unsqueezed(0)
      },
      Differentiable("picked twice") { $0.picked(1, Tensor([2 as Int64, 0, 2], shape: [3])) },
      Differentiable("gathered") { $0.gathered(1, Tensor([2 as Int64, 0, 1, 1], shape: [2, 2])) },
      Differentiable("joined") {
        Tensor.concatenated([$0, $0 * $0]) + Tensor.stacked([$0, $0]).reshaped([4, 3])
      },
      Differentiable("expanded") { $0.unsqueezed(1).expanded([2, 4, 3]) * constants([2, 4, 3]) },
      Differentiable("linear, input") { $0.linear(constants([4, 3]), bias: constants([4])) },
      Differentiable("linear, weight") { constants([5, 3]).linear($0) },
      Differentiable("linear, bias", [4]) {
        constants([5, 3]).linear(constants([4, 3], seed: 2), bias: $0)
      },
      Differentiable("convolved, input", [2, 2, 5, 4]) {
        $0.convolved(constants([3, 2, 3, 3]), bias: constants([3]), stride: 2, padding: 1)
      },
      Differentiable("convolved, weight", [3, 2, 3, 3]) {
        constants([2, 2, 7, 6]).convolved($0, stride: 2, padding: 2, dilation: 2)
      },
      Differentiable("convolved, scaled weight", [3, 2, 3, 3]) {
        constants([2, 2, 5, 5]).convolved($0, scale: constants([3]), bias: constants([3]), padding: 1)
      },
      Differentiable("convolved, scale", [3]) {
        constants([2, 2, 5, 5]).convolved(constants([3, 2, 1, 1]), scale: $0)
      },
      Differentiable("maxPooled", [1, 2, 5, 4]) { $0.maxPooled(window: 3, stride: 2, padding: 1) },
      Differentiable("batchNormalized", [3, 2, 2, 2]) {
        $0.batchNormalized(
          weight: constants([2]), bias: constants([2]), mean: .zeros([2], type: .float64),
          variance: .ones([2], type: .float64), training: true)
      },
      Differentiable("layerNormalized", [3, 4]) {
        $0.layerNormalized(weight: constants([4]), bias: constants([4]))
      },
      Differentiable("groupNormalized", [2, 4, 3]) {
        $0.groupNormalized(groups: 2, weight: constants([4]), bias: constants([4]))
      },
      Differentiable("droppedOut") { $0.droppedOut(0.5, seed: 2) },
    ]

    @Test("gradients are what finite differences say", arguments: functions.indices)
    func finiteDifferences(index: Int) throws {
      let tested = Self.functions[index]
      let point = constants(tested.shape, seed: 21)
      // Weights make every output count differently, so that no error can cancel.
      let weights = constants(tested.function(point).shape, seed: 5)
      func value(_ tensor: Tensor) -> Tensor { (tested.function(tensor) * weights).sum() }
      let leaf = point.clone()
      leaf.setRequiresGradient(true)
      let gradient = try #require(gradients(of: value(leaf), withRespectTo: [leaf])[0]).doubles
      let numbers = point.doubles
      let step = 1e-6
      let expected = numbers.indices.map { place in
        var moved = numbers
        moved[place] += step
        let above = value(Tensor(moved, shape: tested.shape)).item()
        moved[place] -= 2 * step
        return (above - value(Tensor(moved, shape: tested.shape)).item()) / (2 * step)
      }
      #expect(largestDifference(gradient, expected) < 1e-7, "\(tested.name)")
    }

    @Test("gradients can be differentiated again")
    func second() throws {
      let leaf = vector([1, -2])
      leaf.setRequiresGradient(true)
      let first = try #require(
        gradients(of: leaf.power(3).sum(), withRespectTo: [leaf], createGraph: true)[0])
      #expect(first.doubles == [3, 12])
      let second = try #require(gradients(of: (first * first).sum(), withRespectTo: [leaf])[0])
      // d/dx (3x²)² = 36x³
      #expect(second.doubles == [36, -288])
    }

    @Test("a kept graph serves several losses, and what a loss does not depend on has no gradient")
    func keptGraph() {
      let left = vector([2])
      let right = vector([5])
      left.setRequiresGradient(true)
      right.setRequiresGradient(true)
      let shared = left.exp()
      let first = gradients(of: shared.sum(), withRespectTo: [left, right], keepingGraph: true)
      #expect(first[1] == nil)
      let second = gradients(of: (shared * right).sum(), withRespectTo: [left, right])
      #expect(isClose(second[0]?.item() ?? 0, 5 * (first[0]?.item() ?? 0), relative: 1e-15))
      #expect(isClose(second[1]?.item() ?? 0, shared.item(), relative: 1e-15))
    }

    @Test("backward adds up until cleared")
    func accumulation() {
      let leaf = vector([1, 2])
      leaf.setRequiresGradient(true)
      #expect(leaf.gradient == nil)
      (leaf * 3).sum().backward()
      (leaf * 4).sum().backward()
      #expect(leaf.gradient?.doubles == [7, 7])
      leaf.clearGradient()
      #expect(leaf.gradient == nil)
    }

    @Test("nothing is recorded without gradients, and the mode is as before also after an error")
    func mode() {
      struct Interruption: Error {}
      let leaf = vector([1])
      leaf.setRequiresGradient(true)
      #expect(withoutGradients { !(leaf * 2).requiresGradient })
      #expect((leaf * 2).requiresGradient)
      #expect(throws: Interruption.self) {
        try withoutGradients { () throws(Interruption) in throw Interruption() }
      }
      #expect((leaf * 2).requiresGradient)
      #expect(!leaf.detached().requiresGradient)
    }

    @Test("ties share the gradient of largest, and one of them has that of maximum")
    func ties() {
      let leaf = vector([4, 4, 1])
      leaf.setRequiresGradient(true)
      #expect(gradients(of: leaf.largest([0]), withRespectTo: [leaf])[0]?.doubles == [0.5, 0.5, 0])
      #expect(
        gradients(of: leaf.maximum(along: 0).values, withRespectTo: [leaf])[0]?.doubles == [1, 0, 0])
    }
  }
}
