// quire doctor: what it finds, and where it looks.
import Foundation
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
}
