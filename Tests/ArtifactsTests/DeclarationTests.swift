import Artifacts
import Foundation
import TestSupport
import Testing

struct DeclarationTests {
  static let swift = #"""
    import Foundation

    /// A box.
    public struct Box<Element: Hashable>: Sendable, Equatable {
      public let width, height: Double
      @discardableResult
      public static func make(_ width: Double = max(1, 2), height: Double, _ body: (Int) -> Int) -> Box {
        let area = width * height
        func inner() -> Int { 3 }
        return switch area { case 0: Box(); default: Box.init() }
      }
      enum Side: String {
        case left, right
        case top = "t"
        var isHorizontal: Bool { self != .top }
      }
      init?(text: String) { nil }
      subscript(index: Int) -> Double { width }
      static func == (one: Box, two: Box) -> Bool { true }
    }

    extension Box.Side: CaseIterable {
      static var allCases: [Self] { [] }
    }

    private let limit = [
      1,
      2,
    ].count
    @MainActor
    func run<Value>(_ values: [Value], of kind: (a: Int, b: Int)) async throws -> [Value] where Value: Sendable {
      values
    }
    """#

  func names(_ text: String, _ path: String = "a.swift") -> [String] {
    declarations(of: text, path: path).keys.sorted()
  }

  func changed(_ old: String, _ new: String, in text: String = Self.swift, _ path: String = "a.swift")
    -> [String]
  {
    let edited = text.replacingOccurrences(of: old, with: new)
    #expect(edited != text)
    return changedDeclarations(
      from: declarations(of: text, path: path), to: declarations(of: edited, path: path))
  }

  @Test("functions, properties, cases and types are found under the names that people know")
  func found() {
    #expect(
      names(Self.swift) == [
        "Box", "Box.==(one:two:)", "Box.Side", "Box.Side.allCases", "Box.Side.isHorizontal",
        "Box.Side.left",
        "Box.Side.top", "Box.init(text:)", "Box.make(_:height:_:)", "Box.subscript(index:)", "Box.width",
        "import Foundation", "limit",
        "run(_:of:)",
      ])
  }

  @Test(
    "an edit is told by the innermost declaration around it",
    arguments: [
      ("width * height", "width + height", ["Box.make(_:height:_:)"]),
      ("{ 3 }", "{ 4 }", ["Box.make(_:height:_:)"]),
      ("max(1, 2)", "max(1, 3)", ["Box.make(_:height:_:)"]),
      ("@discardableResult", "@inlinable", ["Box.make(_:height:_:)"]),
      ("self != .top", "self == .top", ["Box.Side.isHorizontal"]),
      ("\"t\"", "\"u\"", ["Box.Side.top"]),
      ("Sendable, Equatable", "Sendable", ["Box"]),
      ("  2,\n", "  3,\n", ["limit"]),
      ("@MainActor\n", "", ["run(_:of:)"]),
      ("  init?(text: String) { nil }\n", "", ["Box.init(text:)"]),
      ("width, height: Double", "width, height: Float", ["Box.width"]),
      ("of kind: (a: Int, b: Int)", "of kind: Int, on: Int", ["run(_:of:)", "run(_:of:on:)"]),
    ])
  func edits(old: String, new: String, expected: [String]) {
    #expect(changed(old, new) == expected)
  }

  @Test(
    "comments and white space change no declaration; a type that is new or gone is named without its members")
  func cosmetics() throws {
    #expect(changed("/// A box.", "/// A box\n    // of two sides.") == [])
    #expect(changed("  let area =", "\n\n  let   area  =  ") == [])
    let text = "let x = 1\nstruct Pair {\n  let a: Int\n  func sum() -> Int { a }\n}\n"
    #expect(changed(String(text.dropFirst(10)), "", in: text) == ["Pair"])
    #expect(changedDeclarations(from: [:], to: declarations(of: text, path: "a.swift")) == ["Pair", "x"])
  }

  @Test("C++ functions, in namespaces and in extern \"C\"")
  func cxx() {
    let text = """
      #include <vector>
      namespace {
      static const int limit = 3;
      template <typename T> T twice(const T &x) { return x + x; }
      }  // namespace
      extern "C" {
      int ct_add(int a, int b) {
        return twice(a) + b;
      }
      int ct_sub(int a, int b) { return a - b; }
      }
      """
    #expect(Set(names(text, "a.cpp")).isSuperset(of: ["twice", "ct_add", "ct_sub"]))
    #expect(changed("x + x", "x * 2", in: text, "a.cpp") == ["twice"])
    #expect(changed("a - b", "b - a", in: text, "a.cpp") == ["ct_sub"])
    #expect(changed("twice(a) + b", "twice(b) + a", in: text, "a.cpp") == ["ct_add"])
  }

  @Test("every declaration of this project's own sources has a name")
  func ownSources() throws {
    let folder = Fixtures.root.appending(path: "Sources")
    let paths = try FileManager.default.subpathsOfDirectory(atPath: folder.path).filter {
      $0.hasSuffix(".swift")
    }
    #expect(paths.count > 200)
    for path in paths.sorted() {
      let text = try String(contentsOf: folder.appending(path: path), encoding: .utf8)
      let names = names(text, path)
      #expect(!names.isEmpty && !names.contains(""), "\(path): \(names)")
    }
  }

  @Test("damage to a text is no crash, and what declares nothing has no name")
  func damage() {
    var text = Self.swift
    while !text.isEmpty {
      _ = declarations(of: text, path: "a.swift")
      _ = declarations(of: text, path: "a.cpp")
      text.removeLast(7 % text.count + 1)
    }
    #expect(declarations(of: "}}})]", path: "a.swift").keys.sorted() == [""])
    #expect(declarations(of: "text", path: "a.py").isEmpty)
  }

  @Test("the history names what changed since a result was recorded, and forgets what nothing rests on")
  func history() throws {
    let project = try ScratchProject()
    let path = "Sources/double.swift"
    try project.edit("func double(_ x: Int) -> Int { 2 * x }\nlet other = 1\n")
    let identity = try #require(codeIdentity(ofFile: path, in: project.root))
    let history = CodeHistory(root: project.root)
    #expect(history.place(of: path, since: identity) == path)
    try history.keep([path: [identity]])
    try project.edit("func double(_ x: Int) -> Int { x + x }\nlet other = 1\n")
    #expect(
      CodeHistory(root: project.root).place(of: path, since: identity) == "double(_:) in Sources/double.swift"
    )
    // Other results rest on the present text; the old one is still known.
    let now = try #require(codeIdentity(ofFile: path, in: project.root))
    try history.keep([path: [identity, now]])
    try project.edit("let other = 2\n")
    #expect(history.place(of: path, since: now) == "double(_:), other in Sources/double.swift")
    #expect(history.place(of: path, since: identity) == "double(_:), other in Sources/double.swift")
    try history.keep([path: [now]])
    #expect(history.place(of: path, since: identity) == path)
    try "nonsense\n".write(
      to: project.root.appending(path: CodeHistory.path), atomically: true, encoding: .utf8)
    #expect(CodeHistory(root: project.root).place(of: path, since: now) == path)
  }
}
