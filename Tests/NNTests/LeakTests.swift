// Tensors that nobody needs any more are freed.
import NN
import Testing
import Torch

extension NNTests {
  @Suite struct LeakTests {
    @Test("training steps leave no tensor behind")
    func leaks() async {
      await #expect(processExitsWith: .success) {
        let network = MultilayerPerceptron([4, 8, 2], Initializer(seed: 1))
        let optimizer = AdamW([AdamW.Group(parameters: network.namedParameters, rate: 1e-2, decay: 1e-4)])
        var losses: [Double] = []
        func step() {
          let input = Tensor.normal([16, 4], seed: 2)
          let loss = (network(input) - Tensor.normal([16, 2], seed: 3)).power(2).mean()
          loss.backward()
          optimizer.step(clippingNorm: 1)
          losses.append(loss.item())
        }
        step()
        let before = Runtime.liveTensorCount
        #expect(before > 0)
        for _ in 0..<3 { step() }
        #expect(Runtime.liveTensorCount == before)
        let kept = Tensor.ones([1])
        #expect(Runtime.liveTensorCount == before + 1)
        withExtendedLifetime(kept) {}
        #expect(losses[3] < losses[0])
      }
    }
  }
}
