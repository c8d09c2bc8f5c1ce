import Foundation
import Testing
import Weave

/// Whether an edit of a library counts for code that mentions some names. Missing a dependence would let a record pass for
/// fresh that is not, so every way in which Swift uses a declaration without naming it has a case.
struct DeclarationGraphTests {
  static let library = """
    import Numbers

    public struct Study {
      let source: Source
      public init(_ source: Source) { self.source = source }
      public func gain() -> Gain { Gain(measured(source.size)) }
      public func curve() -> Curve { Curve(points: [1, 2]) }
      public func unused() -> Int { 1 }
    }

    extension Study {
      public func other() -> Double { helper(3) }
      public static func - (one: Study, two: Study) -> Study { one }
      public subscript(place: Int) -> Int { place }
    }

    public struct Source { var size = 4 }

    public struct Gain {
      var value: Int
      init(_ value: Int) { self.value = value }
      func rounded() -> Int { value / 2 }
    }

    public struct Curve: Codable, Shape {
      var points: [Int]
      func area() -> Double { 2 }
      enum CodingKeys: String, CodingKey { case points = "p" }
    }

    protocol Shape { func area() -> Double }

    extension Shape { func doubled() -> Double { 2 * area() } }

    extension Curve: CustomStringConvertible { public var description: String { "curve" } }

    extension Double: Shape { func area() -> Double { self } }

    extension Int { func halved() -> Int { self / 2 } }

    func measured(_ size: Int) -> Int { size * factor }
    func helper(_ value: Double) -> Double { "\\(offset)".isEmpty ? value : 0 }
    let factor = 3, unit = 7
    let (width, (height, depth)) = measures(from: [3, edge, 5], unit, scale)
    var total: Int {
      let sum = 1, rest = 2
      return sum + rest
    }
    let offset = 1.0
    func == (one: Gain, two: Gain) -> Bool { one.value == two.value }

    enum Level {
      case low, high
      static let usual = Level.low
    }

    func lowest() -> Level { .usual }
    """

  private func isReached(_ old: String, _ new: String, by names: Set<String>) throws -> Bool {
    let edited = Self.library.replacing(old, with: new)
    try #require(edited != Self.library, "nothing to edit: \(old)")
    let graphs = [Self.library, edited].map { DeclarationGraph([("Sources/Library/a.swift", $0)]) }
    return graphs[0].identity(reachedBy: names) != graphs[1].identity(reachedBy: names)
  }

  @Test(
    "a body that is reached through others counts", arguments: ["size * factor", "factor = 3", "size = 4"])
  func throughOthers(_ old: String) throws {
    #expect(try isReached(old, old + " + 1", by: ["Study", "gain"]))
  }

  @Test(
    "what nothing reached names does not count",
    arguments: ["{ 1 }", "helper(3)", "[1, 2]", "offset = 1.0", "value / 2", "self / 2", "Level.low"])
  func unreached(_ old: String) throws {
    #expect(
      try !isReached(
        old,
        old.replacing("1", with: "9").replacing("2", with: "8")
          .replacing("3", with: "9").replacing("low", with: "high"), by: ["Study", "gain"]))
  }

  @Test("initializers, stored properties, subscripts, operators and new ones of them come with their type")
  func withTheType() throws {
    for (old, new) in [
      ("self.source = source", "self.source = Source()"), ("let source: Source", "var source: Source"),
      ("{ place }", "{ place + 1 }"), ("Study { one }", "Study { two }"),
      ("self.value = value", "self.value = 0"),
      ("  var value: Int", "  var value: Int\n  static func + (a: Gain, b: Gain) -> Gain { a }"),
    ] {
      #expect(try isReached(old, new, by: ["Study", "gain"]), "\(old)")
    }
  }

  @Test("members that fulfil a protocol, and nested types, come with their type")
  func conformances() throws {
    for (old, new) in [
      ("Double { 2 }", "Double { 3 }"), ("\"curve\"", "\"arc\""), ("points = \"p\"", "points = \"q\""),
    ] {
      #expect(try isReached(old, new, by: ["Study", "curve"]), "\(old)")
      #expect(try !isReached(old, new, by: ["Study", "other"]), "\(old)")
    }
  }

  @Test(
    "operators at the top level, imports, and conformances of types from elsewhere with what they rest on count for all code"
  )
  func always() throws {
    for (old, new) in [
      ("one.value == two.value", "true"), ("import Numbers", "import Sums"),
      ("Double { self }", "Double { -self }"), ("2 * area()", "3 * area()"),
    ] {
      #expect(try isReached(old, new, by: []), "\(old)")
    }
  }

  @Test("members of types from elsewhere count where they are named")
  func foreignMembers() throws {
    #expect(try isReached("self / 2", "self / 3", by: ["halved"]))
  }

  @Test("every name of a declaration with several counts, and names in interpolations do")
  func severalNames() throws {
    #expect(try isReached("unit = 7", "unit = 8", by: ["unit"]))
    #expect(try isReached("offset = 1.0", "offset = 2.0", by: ["helper"]))
    for name in ["width", "height", "depth"] {
      #expect(try isReached("[3, edge, 5]", "[4, edge, 5]", by: [name]), "\(name)")
    }
    #expect(try isReached("low, high", "low, high, top", by: ["Level", "high"]))
  }

  @Test("names in bodies, arguments and lists are not those of the declaration they stand in")
  func namesWithin() throws {
    for name in ["edge", "scale", "unit"] {
      #expect(try !isReached("[3, edge, 5]", "[4, edge, 5]", by: [name]), "\(name)")
    }
    #expect(try isReached("rest = 2", "rest = 3", by: ["total"]))
    for name in ["sum", "rest"] { #expect(try !isReached("rest = 2", "rest = 3", by: [name]), "\(name)") }
  }

  @Test("a static member that stands behind a leading dot counts where its type is reached")
  func implicitMember() throws {
    #expect(try isReached("Level.low", "Level.high", by: ["lowest"]))
    #expect(try !isReached("Level.low", "Level.high", by: ["usual"]))
  }

  @Test("how a rehearsal shortens a step counts for nothing; a conformance beside it counts")
  func rehearsals() throws {
    let end = "func lowest"
    let members =
      "public func shortened(to share: Double) -> Study { self }\n  private init(short: Study) { source = short.source }"
    #expect(
      try !isReached(end, "extension Study: Rehearsable {\n  \(members)\n}\n\(end)", by: ["Study", "gain"]))
    #expect(
      try isReached(
        end, "extension Study: Rehearsable, Shape {\n  \(members)\n}\n\(end)", by: ["Study", "gain"]))
    #expect(try isReached(end, "extension Study: Shape {\n  \(members)\n}\n\(end)", by: ["Study", "gain"]))
    #expect(
      try isReached(
        end, "extension Study: Rehearsable {\n  \(members)\n}\nextension Study: Shape {}\n\(end)",
        by: ["Study", "gain"]))
  }

  @Test("a new overload or a shadowing declaration of a mentioned name counts, one of another name does not")
  func additions() throws {
    let end = "func lowest"
    #expect(try isReached(end, "func measured(_ size: Double) -> Int { 0 }\n\(end)", by: ["Study", "gain"]))
    #expect(try isReached(end, "extension Study { func gain(_ x: Int) {} }\n\(end)", by: ["Study", "gain"]))
    #expect(try !isReached(end, "extension Study { func newer() {} }\n\(end)", by: ["Study", "gain"]))
    #expect(try !isReached(end, "struct Newer: Codable { var gained = 1 }\n\(end)", by: ["Study", "gain"]))
  }

  @Test("comments and the place of a declaration do not count")
  func places() throws {
    #expect(try !isReached("let offset", "// A comment.\nlet offset", by: ["Study", "other"]))
    let parts = Self.library.components(separatedBy: "public struct Source")
    let moved = DeclarationGraph([("b.swift", "public struct Source" + parts[1]), ("a.swift", parts[0])])
    let whole = DeclarationGraph([("a.swift", Self.library)])
    #expect(moved.identity(reachedBy: ["Study", "gain"]) == whole.identity(reachedBy: ["Study", "gain"]))
    #expect(moved.paths(reachedBy: ["unit"]).contains("b.swift"))
  }

  @Test(
    "a file is reached by what it declares, not by its imports, its extensions' heads or what rehearsals use")
  func paths() {
    let rehearsal = """
      import Numbers

      extension Study: Rehearsable {
        func shortened(to share: Double) -> Study { few(self) }
      }

      extension Study { func few() -> Int { rehearsedCount(2) } }
      func rehearsedCount(_ count: Int) -> Int { count }
      """
    let graph = DeclarationGraph([("a.swift", Self.library), ("rehearsal.swift", rehearsal)])
    #expect(graph.paths(reachedBy: ["Study", "gain"]) == ["a.swift"])
    #expect(graph.paths(reachedBy: ["Study", "few"]) == ["a.swift", "rehearsal.swift"])
  }

  @Test("a file in another language counts for all code")
  func otherLanguages() {
    let texts = ["int a() { return 1; }", "int a() { return 2; }"]
    let identities = texts.map { DeclarationGraph([("a.cpp", $0)]).identity(reachedBy: []) }
    #expect(identities[0] != identities[1])
  }
}
