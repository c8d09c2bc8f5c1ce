import Boxes
import Detection
import TestSupport
import Testing
import Torch

extension DetectionTensorTests {
  @Suite struct CriticalVariantTests {
    /// Two decoder layers, three pictures (one without objects), six queries, five classes.
    let targets = [
      Target(
        classes: [0, 3, 4],
        boxes: [
          CenterBox(cx: 0.3, cy: 0.4, w: 0.2, h: 0.3), CenterBox(cx: 0.6, cy: 0.5, w: 0.3, h: 0.2),
          CenterBox(cx: 0.5, cy: 0.5, w: 0.4, h: 0.4),
        ]), Target(classes: [], boxes: []),
      Target(classes: [2], boxes: [CenterBox(cx: 0.2, cy: 0.2, w: 0.1, h: 0.1)]),
    ]
    let objective = CriticalObjective(classes: [0, 2], classCount: 5)

    static let losses: [DetectionLoss] = [.detr, .deformableDETR]

    func output(_ loss: DetectionLoss, seed: UInt64 = 1) -> DetectorOutput {
      let count = loss.classes == .focal(alpha: 0.25) ? 5 : 6
      return DetectorOutput(
        logits: Tensor.normal([2, 3, 6, count], seed: seed),
        boxes: Tensor.uniform([2, 3, 6, 4], low: 0.1, high: 0.6, seed: seed + 1))
    }

    @Test("factors of pictures weigh their own losses; factors of one give the sum", arguments: losses)
    func weightedPictures(loss: DetectionLoss) {
      let output = output(loss)
      let pairs = loss.matching(output, targets)
      func total(_ normalization: LossNormalization) -> Double {
        loss.total(loss.terms(output, targets, pairs, normalization: normalization)).item()
      }
      let own = (0..<3).map { image -> Double in
        let one = DetectorOutput(
          logits: output.logits.narrowed(1, from: image, count: 1),
          boxes: output.boxes.narrowed(1, from: image, count: 1))
        return loss.total(
          loss.terms(one, [targets[image]], pairs.map { [$0[image]] }, normalization: .perImage)
        ).item()
      }
      #expect(isClose(total(.perImage), own.reduce(0, +), relative: 1e-5))
      #expect(isClose(total(.weighted([1, 1, 1])), total(.perImage), relative: 1e-6))
      #expect(isClose(total(.weighted([1, -1, 0.5])), own[0] - own[1] + 0.5 * own[2], relative: 1e-4))
    }

    @Test(
      "the paper's reading is the loss on folded logits and labels; others drop what they say they drop",
      arguments: losses)
    func variants(loss: DetectionLoss) {
      let output = output(loss)
      let pairs = loss.matching(output, targets)
      func value(_ variant: CriticalVariant, _ changed: DetectorOutput? = nil) -> Double {
        objective.loss(variant, changed ?? output, targets, pairs, loss, normalization: .perImage).item()
      }
      // Without critical classes nothing is left but object or none, whatever the objective was.
      let objects = loss.total(
        loss.terms(
          DetectorOutput(
            logits: CriticalObjective(classes: [], classCount: 5).folded(output.logits), boxes: output.boxes),
          targets.map { Target(classes: $0.classes.map { _ in 0 }, boxes: $0.boxes) }, pairs,
          normalization: .perImage))
      #expect(value(.noCategory) == objects.item())
      let folded = loss.total(
        loss.terms(
          objective.folded(output), targets.map { objective.folded($0) }, pairs, normalization: .perImage))
      #expect(value(.folded) == folded.item())
      // Moving the box of a query that stands for an object that is not critical.
      let place = pairs[1][0].first { $0.object == 1 }?.query ?? 0
      var numbers = output.boxes.floats
      let start = ((1 * 3 + 0) * 6 + place) * 4
      for index in start..<start + 4 { numbers[index] += 0.1 }
      let moved = DetectorOutput(logits: output.logits, boxes: Tensor(numbers, shape: output.boxes.shape))
      #expect(value(.folded, moved) != value(.folded))
      #expect(value(.ownBoxes, moved) == value(.ownBoxes))
      #expect(value(.othersAsBackground, moved) == value(.othersAsBackground))
      #expect(value(.ownBoxes) != value(.folded))
      // With every class critical all readings are the ordinary loss, but for the weighted one.
      let all = CriticalObjective(classes: Array(0..<5), classCount: 5)
      let ordinary = loss.total(loss.terms(output, targets, pairs, normalization: .perImage)).item()
      for variant in [CriticalVariant.folded, .ownBoxes, .othersAsBackground] {
        let found = all.loss(variant, output, targets, pairs, loss, normalization: .perImage).item()
        #expect(isClose(found, ordinary, relative: 1e-6), "\(variant)")
      }
      #expect(!isClose(value(.reweighted), ordinary, relative: 1e-3))
    }

    @Test(
      "a student that agrees with its teacher learns nothing, and one that does not goes there",
      arguments: losses)
    func distillation(loss: DetectionLoss) throws {
      let teacher = output(loss)
      let logits = teacher.logits.detached().clone()
      logits.setRequiresGradient(true)
      let same = Distillation().loss(
        DetectorOutput(logits: logits, boxes: teacher.boxes), teacher: teacher, classes: loss.classes)
      #expect(abs(same.item()) < 1e-5)
      let gradient = try #require(gradients(of: same, withRespectTo: [logits])[0])
      #expect(gradient.abs().largest().item() < 1e-6)
      let student = output(loss, seed: 9)
      let other = Distillation(classification: 1, boxDistance: 0).loss(
        student, teacher: teacher, classes: loss.classes)
      #expect(other.item() > 0.1)
      let boxes = Distillation(classification: 0, boxDistance: 2).loss(
        student, teacher: teacher, classes: loss.classes)
      let expected = (student.boxes - teacher.boxes).abs().sum().item() * 2 / 18
      #expect(isClose(boxes.item(), expected, relative: 1e-5))
    }
  }
}
