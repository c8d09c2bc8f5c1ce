import Artifacts
import Detection
import Experiment
import FoundationEssentials
import Scenes
import TestSupport
import Testing

@Suite struct TaskTests {
  private func json(_ value: some Encodable) throws -> String {
    String(decoding: try CanonicalJSON.encode(value), as: UTF8.self)
  }

  @Test("sources are written as the keys of committed weights know them")
  func encoding() throws {
    #expect(
      try json(SceneSource(task: .detection)) == #"{"seed":1,"size":96,"task":"detection","version":2}"#)
    #expect(
      try json(SceneSource(task: .garments, trainingInstances: 500))
        == #"{"seed":1,"size":96,"task":"garments","trainingInstances":500,"version":2}"#)
    #expect(try json([CriticalGroup.person, .footwear]) == #"["person","footwear"]"#)
  }

  @Test(
    "committed weights are those that the report asks for",
    arguments: [DetectorKind.detrR50, .dabDETRR50])
  func committedKeys(_ kind: DetectorKind) throws {
    var options = StoreOptions(root: Fixtures.root)
    options.computes = false
    let store = Store(options, reporter: Reporter(isQuiet: true))
    let source = SceneSource(task: .detection)
    let backbone = Artifact(BackbonePretraining(kind: kind.backboneKind, source: source), in: store)
    let detector = Artifact(DetectorTraining(kind: kind, source: source, backbone: backbone), in: store)
    for (folder, key) in [("pretrain", try backbone.key()), ("train", try detector.key())] {
      let trace = "Results/artifacts/\(folder)/\(key.prefix(12)).trace.json"
      #expect(FileManager.default.fileExists(atPath: Fixtures.root.appending(path: trace).path), "\(trace)")
    }
  }

  @Test("every critical group of a task has categories, and none has all")
  func groups() {
    for task in DetectionTask.embedded {
      #expect(task.criticalGroups.count >= 2)
      for group in task.criticalGroups {
        let classes = task.classes(of: group)
        #expect(!classes.isEmpty && classes.count < task.categories.count, "\(task.name): \(group.rawValue)")
        #expect(task.categoryIDs(of: group) == classes.map { task.categoryIDs[$0] })
      }
    }
    #expect(DetectionTask.panoptic.classes(of: .ground).count == 6)
    #expect(DetectionTask.panoptic.classes(of: .wall).count == 4)
  }

  @Test(
    "training samples of panoptic scenes hold the surfaces, those of garments photographs for training only")
  func samples() throws {
    let art = Fixtures.root.appending(path: ".deps/art/noto")
    let garments = Fixtures.root.appending(path: ".deps/garments")
    if FileManager.default.fileExists(atPath: art.path) {
      let things = try SceneSource(task: .detection).generator().scenes(.train, 3..<4)[0]
      let panoptic = try SceneSource(task: .panoptic).generator().scenes(.train, 3..<4)[0]
      #expect(panoptic.image == things.image)
      #expect(panoptic.sample.target.classes.contains { $0 >= DetectionTask.detection.categories.count })
    }
    if FileManager.default.fileExists(atPath: garments.path) {
      let few = try SceneSource(task: .garments, trainingInstances: 40).generator()
      for scene in few.scenes(.train, 0..<20) {
        for object in scene.objects {
          guard case .garment(let place) = object.origin else {
            Issue.record("a scene of garments shows something else")
            continue
          }
          #expect(place < 40)
        }
      }
    }
  }
}
