// The optimizer against reference values, and its continuation from a checkpoint.
import NN
import TestSupport
import Testing
import Torch

extension NNTests {
  @Suite struct AdamWTests {
    private func pair(_ weight: Tensor, _ bias: Tensor) -> (Parameter, Parameter, AdamW) {
      let weight = Parameter(weight.clone())
      let bias = Parameter(bias.clone())
      let optimizer = AdamW([
        AdamW.Group(parameters: [("w", weight)], rate: 1e-2, decay: 1e-2),
        AdamW.Group(parameters: [("b", bias)], rate: 1e-3, decay: 1e-2),
      ])
      return (weight, bias, optimizer)
    }

    /// Leaves a given gradient in a parameter.
    private func put(_ gradient: Tensor, into parameter: Parameter) {
      (parameter.value * gradient).sum().backward()
    }

    @Test("five clipped steps of two groups are the reference's", arguments: [ElementType.float64, .float32])
    func referenceSteps(type: ElementType) throws {
      let file = try SafetensorsFile(contentsOf: Fixtures.url("boxes/adamw.safetensors"))
      let tolerance = type == .float64 ? 1e-12 : 1e-6
      func read(_ name: String) throws -> Tensor { try file.tensor(name).converted(to: type) }
      let (weight, bias, optimizer) = pair(try read("w.0"), try read("b.0"))
      for step in 1...5 {
        put(try read("gw.\(step)"), into: weight)
        put(try read("gb.\(step)"), into: bias)
        let norm = optimizer.step(clippingNorm: 0.1)
        #expect(isClose(norm, try file.tensor("norm.\(step)").item(), relative: tolerance))
        #expect(largestDifference(weight.value.doubles, try file.tensor("w.\(step)").doubles) < tolerance)
        #expect(largestDifference(bias.value.doubles, try file.tensor("b.\(step)").doubles) < tolerance)
        #expect(weight.value.gradient == nil)
      }
      let means = optimizer.state["mean.w"]?.doubles ?? []
      #expect(largestDifference(means, try file.tensor("w.firstMoment.5").doubles) < tolerance)
      let variances = optimizer.state["variance.w"]?.doubles ?? []
      #expect(largestDifference(variances, try file.tensor("w.secondMoment.5").doubles) < tolerance)
    }

    @Test("going on from a checkpoint is going on without a break")
    func restore() throws {
      func gradient(_ step: Int) -> Tensor { Tensor.normal([2, 2], seed: UInt64(step)) }
      let start = Tensor.normal([2, 2], seed: 40)
      let (weight, _, optimizer) = pair(start, .ones([1]))
      var resumed: [Float] = []
      for step in 1...4 {
        put(gradient(step), into: weight)
        optimizer.step()
        if step == 2 {
          // A second optimizer takes over here and does steps 3 and 4 on its own.
          let (other, _, second) = pair(weight.value.detached(), .ones([1]))
          try second.restore(optimizer.state.mapValues { $0.clone() }, stepCount: 2)
          put(gradient(3), into: other)
          second.step()
          put(gradient(4), into: other)
          second.step()
          resumed = other.value.floats
        }
      }
      #expect(weight.value.floats == resumed)
      let mismatch = #expect(throws: StateMismatch.self) { try optimizer.restore([:], stepCount: 1) }
      #expect(mismatch?.missing == ["mean.b", "mean.w", "variance.b", "variance.w"])
    }

    @Test("the factor of the schedule scales the step, decay included")
    func rateFactor() {
      let (weight, _, optimizer) = pair(Tensor([1.0], shape: [1]), .ones([1]))
      put(Tensor([3.0], shape: [1]), into: weight)
      optimizer.step(rateFactor: 0.5)
      // The first step is the rate itself, toward the gradient's sign.
      #expect(isClose(weight.value.item(), 1 - 0.005 * 0.01 - 0.005, absolute: 1e-9))
    }
  }
}
