// Trainings cut short, to see that everything runs: nothing of it may be taken for the real thing.
import Artifacts
import Foundation
import Testing

/// Says how long it practised.
private struct Practice: Rehearsable {
  static let name = "practice"
  static let version = 1
  static let sources: [String] = []
  static let isKeyedByVersionAlone = true
  static let isCommitted = true
  static let determinism = Determinism.exactOn
  var title: String { "practised" }
  let data: Artifact<[Int]>
  var hours = 100.0
  func run(_ context: StepContext) throws -> [Double] { [hours] }
  func shortened(to share: Double) -> Practice { Practice(data: data, hours: hours * share) }
}

@Suite("Rehearsals") struct RehearsalTests {
  let project: ScratchProject

  init() throws { project = try ScratchProject() }

  func practised(_ share: Double) throws -> (value: [Double], key: String) {
    let store = project.store { $0.trainingShare = share }
    let artifact = Artifact(Practice(data: Artifact(Count(limit: 4), in: store)), in: store)
    return (try artifact.value, try artifact.key())
  }

  @Test("a training cut short has a key of its own, and never serves as the whole one")
  func keys() throws {
    let short = try practised(0.01)
    #expect(short.value == [1])
    let whole = try practised(1)
    #expect(whole.value == [100])
    #expect(whole.key != short.key)
    #expect(try practised(0.02).key != short.key)
    _ = project.said()
    // A rehearsal goes on with what one of the same share has made.
    #expect(try practised(0.01).value == [1])
    #expect(project.said().allSatisfy { $0.hasPrefix("hit") })
  }

  @Test("the whole training has the key it always had")
  func wholeKey() throws {
    let usual = project.store()
    let artifact = Artifact(Practice(data: Artifact(Count(limit: 4), in: usual)), in: usual)
    #expect(try artifact.key() == practised(1).key)
  }

  @Test(
    "the environment names the share; what is none is refused in words",
    arguments: ["0", "1.5", "-1", "nan", "much"])
  func environment(_ text: String) throws {
    let variables = ["QUIRE_ROOT": project.root.path, "QUIRE_TRAINING_SHARE": text]
    let error = #expect(throws: ArtifactError.self) {
      try StoreOptions(environment: variables, from: project.root.path)
    }
    #expect(
      "\(try #require(error))" == "QUIRE_TRAINING_SHARE is \(text); expected a number above 0 and at most 1")
    let good = ["QUIRE_ROOT": project.root.path, "QUIRE_TRAINING_SHARE": "0.05"]
    #expect(try StoreOptions(environment: good, from: project.root.path).trainingShare == 0.05)
  }
}
