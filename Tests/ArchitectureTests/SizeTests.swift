// One idea per file, and a shim that stays small.
import Testing

@Suite("How long files may be")
struct SizeTests {
  static let limit = 400

  @Test("no file is longer than 400 lines, but for those listed with a reason")
  func filesAreShort() throws {
    let endings = ["swift", "c", "cpp", "h", "hpp", "sh", "py"]
    let files = try ["Sources", "Tests", "Notebooks", "Scripts"].flatMap {
      try SourceTree.files(in: $0, endings: endings)
    }
    #expect(files.count > 50)
    let long = files.filter { $0.lineCount > Self.limit }
    for file in long where Architecture.longFiles[file.path] == nil {
      Issue.record("\(file.path) has \(file.lineCount) lines; the limit is \(Self.limit)")
    }
    for path in Architecture.longFiles.keys.sorted() {
      #expect(long.contains { $0.path == path }, "\(path) is listed as long and is not")
    }
  }

  @Test("the C header of libtorch has at most 250 lines")
  func headerBudget() throws {
    let headers = try SourceTree.files(in: "Sources/CTorch/include", endings: ["h"])
    #expect(!headers.isEmpty)
    #expect(headers.map(\.lineCount).reduce(0, +) <= 250)
  }

  @Test("the operators over libtorch have at most 800 lines, fused kernels aside")
  func operatorBudget() throws {
    let sources = try SourceTree.files(in: "Sources/CTorch", endings: ["cpp", "hpp", "cc"])
    #expect(!sources.isEmpty)
    let names = Set(sources.map(\.name))
    #expect(Architecture.fusedKernels.isSubset(of: names), "a fused kernel is listed that does not exist")
    let operators = sources.filter { !Architecture.fusedKernels.contains($0.name) }
    #expect(operators.map(\.lineCount).reduce(0, +) <= 800)
  }
}
