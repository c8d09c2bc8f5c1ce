import Detection
import TestSupport
import Testing
import Torch

extension DetectionTensorTests {
  @Suite struct CriticalObjectiveTests {
    let logits = Tensor.normal([40, 8], seed: 3) * 3  // seven classes and "no object"

    @Test("the largest folded logit is the fold of the largest logit")
    func argumentOfMaximum() {
      let objective = CriticalObjective(classes: [5, 1], classCount: 7)
      let original = logits.maximum(along: -1).indices.integers
      let folded = objective.folded(logits).maximum(along: -1).indices.integers
      for (before, after) in zip(original, folded) {
        #expect(after == (before == 7 ? 3 : Int64(objective.folded(Int(before)))))
      }
    }

    @Test("with every class critical nothing changes")
    func everyClass() {
      let folded = CriticalObjective(classes: Array(0..<7), classCount: 7).folded(logits)
      #expect(folded.floats == logits.floats)
    }

    @Test("probabilities of critical classes and of no object do not fall, and some rise")
    func probabilities() {
      let objective = CriticalObjective(classes: [0, 4], classCount: 7)
      let before = logits.softmax().doubles
      let after = objective.folded(logits).softmax().doubles
      var rises = 0
      for row in 0..<40 {
        for (place, column) in [(0, 0), (1, 4), (3, 7)] {
          #expect(after[4 * row + place] >= before[8 * row + column] - 1e-7)
          if after[4 * row + place] > before[8 * row + column] + 1e-4 { rises += 1 }
        }
      }
      #expect(rises > 40)
    }

    @Test("sigmoid heads keep the logits of critical classes and the largest of the others, and nothing else")
    func sigmoidHeads() {
      let heads = logits.narrowed(1, from: 0, count: 7)
      let folded = CriticalObjective(classes: [0, 4], classCount: 7).folded(heads)
      #expect(folded.shape == [40, 3])
      let (before, after) = (heads.floats, folded.floats)
      for row in 0..<40 {
        let others = [1, 2, 3, 5, 6].map { before[7 * row + $0] }
        #expect(Array(after[3 * row..<3 * row + 3]) == [before[7 * row], before[7 * row + 4], others.max()])
      }
      let all = CriticalObjective(classes: Array(0..<7), classCount: 7).folded(heads)
      #expect(all.floats == heads.floats)
    }

    @Test("at ties the gradient of others goes to the first class alone")
    func ties() throws {
      let tied = Tensor.zeros([1, 5])
      tied.setRequiresGradient(true)
      let others = CriticalObjective(classes: [2], classCount: 4).folded(tied).selected(-1, 1).sum()
      #expect(try #require(gradients(of: others, withRespectTo: [tied])[0]).floats == [1, 0, 0, 0, 0])
    }
  }
}
