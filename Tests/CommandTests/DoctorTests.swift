// quire doctor: what it finds, and where it looks.
import Foundation
import TestSupport
import Testing

@Suite(.enabled(if: CommandProject.command != nil, CommandProject.reason))
struct DoctorTests {
  @Test("what the engine's set-up installed serves packages made on it, and what writes the PDF is named")
  func engine() throws {
    let (project, engine) = (try CommandProject(), try CommandProject())
    try engine.write(".deps/torch/include/ATen/ATen.h", "")
    try engine.write(".deps/typst/typst/__init__.py", "")
    var variables = ["QUIRE_ENGINE": engine.root.path]
    // A libtorch of one's own goes before.
    if ProcessInfo.processInfo.environment["QUIRE_TORCH"] != nil {
      variables["QUIRE_TORCH"] = engine.root.appending(path: ".deps/torch").path
    }
    let found = try project.quire(["doctor"], environment: variables)
    #expect(found.output.contains("ok   libtorch    headers and libraries are there"), "\(found.output)")
    if FileManager.default.isExecutableFile(atPath: "/usr/bin/python3") {
      #expect(found.output.contains("/.deps/typst, writes build/paper.pdf"), "\(found.output)")
    }
    let bare = try project.quire(["doctor"], environment: ["QUIRE_ENGINE": "", "PATH": "/nowhere"])
    #expect(bare.code == 1 && bare.output.contains("BAD  typst       none for python3"), "\(bare.output)")
  }

  @Test(
    "a truncated result is named, of the local store as of the committed ones, and ends with 1",
    .enabled(if: ToyProject.isThere, ToyProject.reason))
  func truncated() throws {
    let project = try ToyProject.woven()
    // The set-up of this checkout, so that nothing else is bad where that is complete.
    let engine = ["QUIRE_ENGINE": Fixtures.root.path]
    func doctor() throws -> (code: Int32, lines: [Substring]) {
      let result = try project.quire("doctor", environment: engine)
      return (result.code, result.output.split(separator: "\n"))
    }
    let sound = try doctor()
    #expect(sound.lines.contains { $0.hasPrefix("ok   store       3 results, ") }, "\(sound.lines)")
    #expect(sound.lines.contains { $0.hasPrefix("ok   committed   1 results, ") }, "\(sound.lines)")
    for (check, folder, step) in [
      ("store", ".quire/store", "numbers"), ("committed", "Results/artifacts", "trained"),
    ] {
      let name = try #require(
        project.names(in: "\(folder)/\(step)").first { !$0.hasSuffix(".trace.json") })
      let whole = try project.text("\(folder)/\(step)/\(name)")
      try project.write("\(folder)/\(step)/\(name)", String(whole.prefix(3)))
      let found = try doctor()
      #expect(found.code == 1)
      let bad = found.lines.filter { $0.hasPrefix("BAD ") && !sound.lines.contains($0) }
      #expect(bad.count == 1 && bad.first?.hasPrefix("BAD  \(check) ") == true, "\(bad)")
      #expect(bad.first?.contains("damaged") == true, "\(bad)")
      #expect(bad.first?.hasSuffix(": \(step)/\(name)") == true, "\(bad)")
      try project.write("\(folder)/\(step)/\(name)", whole)
    }
  }
}
