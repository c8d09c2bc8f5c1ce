import Foundation
import Testing

@Suite(.enabled(if: CommandProject.command != nil, CommandProject.reason))
struct ShowTests {
  let project: CommandProject

  init() throws {
    project = try CommandProject()
    #expect(try project.quire("run", "--binaries", project.binaries).code == 0)
  }

  @Test("show prints a value, with all its digits as CSV")
  func value() throws {
    #expect(try project.quire("show", "answer").output == "answer  10  (10.0)\n")
    #expect(try project.quire("show", "answer", "--csv").output == "name,value\nanswer,10.0\n")
    let unknown = try project.quire("show", "answr")
    #expect(unknown.code == 64 && unknown.messages.contains("did you mean answer?"))
  }

  @Test(
    "options that mean nothing together are wrong usage",
    arguments: [
      ["figures", "--csv"], ["figures", "--theme", "dark"], ["figures", "--out", "x", "--format", "gif"],
      ["figures", "--out", "x", "--csv", "--format", "svg"], ["show", "answer", "--columns", "3"],
    ])
  func usage(arguments: [String]) throws {
    let result = try project.quire(arguments, environment: [:])
    #expect(result.code == 64, "\(result.messages)")
  }

  @Test(
    "copies of figures go to their folder, in the formats and on the ground asked for, and leave Figures alone",
    .enabled(if: ToyProject.isThere, ToyProject.reason))
  func copies() throws {
    let project = try ToyProject.woven()
    let before = try project.committed()
    func copy(_ theme: String, _ format: String) throws -> [String] {
      let folder = "\(theme)-copies"
      let out = project.root.appending(path: folder).path
      let result = try project.quire("figures", "--out", out, "--theme", theme, "--format", format)
      #expect(result.code == 0, "\(result.messages)")
      return project.names(in: folder)
    }
    #expect(try copy("dark", "svg") == ["fig-line.svg"])
    #expect(try copy("light", "svg,csv") == ["fig-line.csv", "fig-line.svg"])
    let (dark, light) = (
      try project.text("dark-copies/fig-line.svg"), try project.text("light-copies/fig-line.svg")
    )
    #expect(dark != light && dark.hasPrefix("<?xml"))
    #expect(try project.text("Figures/fig-line.svg") == light)
    #expect(try project.committed() == before && project.names(in: "Figures").count == 3)
    let shown = try project.quire("show", "fig-line", "--csv")
    #expect(try project.text("light-copies/fig-line.csv") == shown.output)
  }

  /// The toy's figure shows the first four numbers of its file, 1 to 4, each times two.
  @Test(
    "show prints the data of a figure and of a table as comma-separated values",
    .enabled(if: ToyProject.isThere, ToyProject.reason))
  func data() throws {
    let project = try ToyProject.woven()
    let figure = try project.quire("show", "fig-line", "--csv")
    #expect(
      figure.output == """
        panel,kind,name,x,y,low,high,value
        1,line,numbers,0.0,2.0,,,
        1,line,numbers,1.0,4.0,,,
        1,line,numbers,2.0,6.0,,,
        1,line,numbers,3.0,8.0,,,

        """, "\(figure.messages)")
    #expect(try project.quire("show", "tbl-sums", "--csv").output == "Of,Sum\nall,20.0\n")
  }
}
