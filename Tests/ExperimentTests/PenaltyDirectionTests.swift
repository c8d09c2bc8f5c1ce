// Ways to take the derivative of a Fisher trace, on the smallest detector.
import Artifacts
import Detection
import Experiment
import Fisher
import FoundationEssentials
import Testing

extension ExperimentDataTests {
  @Suite("Directions of the penalty") struct PenaltyDirectionTests {
    func directions(_ methods: [SecondDerivative]) throws -> PenaltyDirections {
      let task = DetectionTask.detection
      guard case .detr(var configuration) = QATTests.configuration else { fatalError("it is a DETR") }
      configuration.classCount = task.categories.count
      let detector = makeDetector(.detr(configuration), seed: 7)
      let names = detector.weightLayers.map(\.name).filter { !$0.contains("embed") }
      let person = try #require(task.classes(of: .person).first)
      let samples = QATTests.samples.map { sample in
        TrainingSample(image: sample.image, target: Target(classes: [person], boxes: sample.target.boxes))
      }
      return try penaltyDirections(
        of: detector, bits: Dictionary(uniqueKeysWithValues: names.map { ($0, 4) }), .person, of: task,
        [Array(samples.prefix(4)), Array(samples.suffix(4))], methods: methods, reaches: [1e-5, 1e-3])
    }

    @Test("double backward comes first, agrees with itself, and a short move against it lowers the trace")
    func exact() throws {
      let found = try directions([.central(step: 1e-4)])
      #expect(found.moves.map(\.method) == [.exact, .central(step: 1e-4)] && found.before.count == 2)
      let exact = try #require(found.moves.first)
      #expect(exact.cosines.allSatisfy { abs($0 - 1) < 1e-5 })
      // Signs are random: what falls for certain is the estimate, and the trace only in the mean over batches.
      #expect(exact.own[0].reduce(0, +) < found.before.reduce(0, +))
      #expect(exact.own.count == 2 && exact.other.allSatisfy { $0.count == 2 })
    }

    @Test("the weights are as before when it is done, so that it finds the same again")
    func repeatable() throws {
      #expect(try directions([.central(step: 1e-2)]) == directions([.central(step: 1e-2)]))
    }
  }

  @Suite("Bytes of results") struct ResultBytesTests {
    @Test("a trace by part has the same bytes however it was put together")
    func traceByPart() throws {
      let norms = ["\"frozen\":[1]", "\"heads\":[1]", "\"trained\":[1]"]
      let encoded = try Set(
        (0..<6).map { order in
          var rest = norms
          let text = [order / 2, order % 2, 0].map { rest.remove(at: $0) }.joined(separator: ",")
          return try CanonicalJSON.encode(
            CanonicalJSON.decode(TraceByPart.self, from: Data("{\"squaredNorms\":{\(text)}}".utf8)))
        })
      #expect(encoded == [Data(#"{"squaredNorms":{"frozen":[1],"heads":[1],"trained":[1]}}"#.utf8)])
    }
  }
}
