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
    let store = project.store { $0.rehearsalShare = share }
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

  @Test("a folder says that it is a rehearsal's; what is no share is refused in words")
  func folder() throws {
    func share() throws -> Double {
      try StoreOptions(environment: ["QUIRE_ROOT": project.root.path], from: project.root.path).rehearsalShare
    }
    #expect(try share() == 1)
    let file = project.root.appending(path: ".quire/rehearsal")
    try Files.write("0.05\n", to: file)
    #expect(try share() == 0.05)
    for text in ["0", "1.5", "-1", "nan", "much", ""] {
      try Files.write(text + "\n", to: file)
      let error = #expect(throws: ArtifactError.self) { try share() }
      let found = text.isEmpty ? "nothing" : text
      #expect(
        "\(try #require(error))" == ".quire/rehearsal holds \(found); expected a number above 0 and at most 1"
      )
    }
  }
}
