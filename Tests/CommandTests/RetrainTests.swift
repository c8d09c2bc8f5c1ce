import Foundation
import Testing

@Suite(.enabled(if: ToyProject.isThere, ToyProject.reason))
struct RetrainTests {
  private let trained = "Results/artifacts/trained"

  /// The name of the one training, as commands print it.
  private func name(in project: ToyProject) throws -> String {
    "trained/\(try #require(project.names(in: trained).first).prefix { $0 != "." })"
  }

  /// What the training gave, and what its trace says.
  private func content(of project: ToyProject) throws -> (result: String, trace: String) {
    let files = project.names(in: trained)
    #expect(files.count == 2)
    return (try project.text("\(trained)/\(files[0])"), try project.text("\(trained)/\(files[1])"))
  }

  @Test("where the code is that of the traces nothing is trained")
  func present() throws {
    let project = try ToyProject.woven()
    let result = try project.quire("retrain")
    #expect(result.code == 0 && result.output == "all of it was trained by the present code\n")
  }

  @Test(
    "equal weights of other code get a trace that names the present code; only they and what they need are computed"
  )
  func equal() throws {
    let project = try ToyProject.woven()
    try project.edit("Sources/Toys/trained.swift", "rate = 1", "rate = 2")
    let before = try content(of: project)
    let result = try project.quire("retrain")
    #expect(result.code == 0, "\(result.messages)")
    #expect(
      result.output.hasPrefix("equal       \(try name(in: project)): trained with seed 1: trained again in "))
    #expect(result.output.hasSuffix("1 of 1 trained again came out equal, byte by byte\n"))
    #expect(ToyProject.ran(result) == ["trained with seed 1", "numbers"], "\(result.messages)")
    let after = try content(of: project)
    #expect(after.result == before.result && after.trace != before.trace)
    #expect(project.names(in: ".quire/retrained").isEmpty)
    let check = try project.quire("check", "--rebuild", "none")
    #expect(check.code == 0 && !check.output.contains("other code"), "\(check.output)")
  }

  @Test("other weights change nothing that is committed, are kept, and end with 1")
  func different() throws {
    let project = try ToyProject.woven()
    try project.edit("Sources/Toys/trained.swift", "start = 0", "start = 3")
    let before = try content(of: project)
    let result = try project.quire("retrain", try name(in: project))
    #expect(result.code == 1, "\(result.messages)")
    #expect(result.output.contains("differs     \(try name(in: project)): trained with seed 1: "))
    #expect(result.output.hasSuffix("0 of 1 trained again came out equal, byte by byte\n"))
    let after = try content(of: project)
    #expect(after.result == before.result && after.trace == before.trace)
    #expect(project.names(in: ".quire/retrained/store/trained").count == 2)
    let again = try project.quire("retrain")
    #expect(again.code == 1 && ToyProject.ran(again).isEmpty, "what was trained already is compared at once")
  }

  @Test("other weights on another kind of processor say nothing about the code")
  func elsewhere() throws {
    let project = try ToyProject.woven()
    try project.edit("Sources/Toys/trained.swift", "start = 0", "start = 3")
    let trace = try #require(project.names(in: trained).last)
    try project.edit("\(trained)/\(trace)", "\"threads\" : 2", "\"threads\" : 3")
    try project.edit("\(trained)/\(trace)", "\"architecture\" : \"", "\"architecture\" : \"other than ")
    let result = try project.quire("retrain")
    #expect(result.code == 2 && result.output.contains("unknown     "), "\(result.output)\(result.messages)")
  }

  @Test("what does not fit into the time is left, and names that there are not are refused")
  func refused() throws {
    let project = try ToyProject.woven()
    try project.edit("Sources/Toys/trained.swift", "rate = 1", "rate = 2")
    let none = try project.quire("retrain", "--budget", "0s")
    #expect(
      none.code == 0
        && none.output == "0 of 0 trained again came out equal, byte by byte; 1 did not fit into the time\n")
    let unknown = try project.quire("retrain", "trained/abc")
    #expect(unknown.code == 64 && unknown.messages.contains("no committed training \"trained/abc\""))
    #expect(try project.quire("retrain", "--budget", "soon").code == 64)
    #expect(try project.quire("retrain", "--jobs", "0").code == 64)
  }
}
