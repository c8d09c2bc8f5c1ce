import Artifacts
import Foundation
import TestSupport
import Testing
import Weave

/// A generator that gives the same numbers in every run.
struct SplitMix: RandomNumberGenerator {
  var state: UInt64
  mutating func next() -> UInt64 {
    state &+= 0x9E37_79B9_7F4A_7C15
    var z = state
    z = (z ^ (z >> 30)) &* 0xBF58_476D_1CE4_E5B9
    z = (z ^ (z >> 27)) &* 0x94D0_49BB_1331_11EB
    return z ^ (z >> 31)
  }
}

struct FuzzTests {
  static let scraps = [
    "//:", "//|", "//-", "```", "$$", "$", "{{", "}}", "[@", "@fig-", "]", "\"\"\"", "\"", "\\(", "(", ")",
    "{", "}", "#",
    "/*", "*/", "\n", "`", "<!--", "-->", "let ", "var ", ",", "=", "é", "\t", "- Note:", "@article{", "<b",
  ]

  func mutated(_ text: String, _ random: inout SplitMix) -> String {
    var characters = Array(text)
    for _ in 0..<Int.random(in: 1...6, using: &random) {
      let index = Int.random(in: 0...characters.count, using: &random)
      if Bool.random(using: &random), index < characters.count {
        characters.removeSubrange(
          index..<min(characters.count, index + Int.random(in: 1...20, using: &random)))
      } else {
        characters.insert(contentsOf: Self.scraps.randomElement(using: &random) ?? "", at: index)
      }
    }
    return String(characters)
  }

  @Test("damaged notebooks are parsed or refused, and never end the program")
  func notebooks() throws {
    var random = SplitMix(state: 1)
    var parsed = 0
    for _ in 0..<600 {
      guard let notebook = try? parseNotebook(mutated(TinyProject.notebook, &random), name: "01-test") else {
        continue
      }
      parsed += 1
      let map = CodeMap(notebook)
      for line in 1...notebook.lineCount { #expect(map.section(ofLine: line) != nil) }
    }
    #expect(parsed > 100)
  }

  @Test("damaged papers are woven or refused, and never end the program")
  func papers() throws {
    var random = SplitMix(state: 2)
    let project = try TinyProject()
    try project.run()
    var woven = 0
    for _ in 0..<150 {
      try project.write("Notebooks/01-squares.swift", mutated(TinyProject.notebook, &random))
      try project.write("Notebooks/front.md", mutated(TinyProject.front, &random))
      guard let read = try? project.project(), let paper = try? weave(read) else { continue }
      woven += 1
      let length = paper.markdown.utf8.count
      #expect(paper.numbers.allSatisfy { $0.offset + $0.length <= length })
    }
    #expect(woven > 10)
  }

  @Test("damaged papers are compared with what was woven, and never end the program")
  func comparisons() throws {
    var random = SplitMix(state: 3)
    let project = try TinyProject()
    try project.run()
    let paper = try project.weaveAll()
    for _ in 0..<150 {
      let damaged = mutated(paper.markdown, &random)
      try project.write("paper.md", damaged)
      #expect(try project.check().findings.isEmpty == (damaged == paper.markdown))
    }
  }

  @Test("damaged bibliographies are read or refused, and never end the program")
  func bibliographies() {
    var random = SplitMix(state: 4)
    var read = 0
    for _ in 0..<600 {
      let works = try? Bibliography(mutated(TinyProject.bibliography, &random), path: "references.bib")
      for entry in (works?.entries ?? [:]).values { _ = entry.text("title") }
      if works != nil { read += 1 }
    }
    #expect(read > 50)
  }

  /// The sources of this project whose only comments are whole lines, with the code that is left without those. In
  /// others a string may hold what looks like a comment, which is not for so simple a rule to tell.
  static func plainSources() throws -> [(path: String, text: String, code: String)] {
    let paths = try ["Sources", "Notebooks"].flatMap { folder in
      try FileManager.default.subpathsOfDirectory(atPath: Fixtures.root.appending(path: folder).path)
        .map { "\(folder)/\($0)" }
    }
    return try paths.sorted().filter { SourceLanguage(path: $0) != nil }.compactMap { path in
      let text = try String(contentsOf: Fixtures.root.appending(path: path), encoding: .utf8)
      let lines = text.split(separator: "\n").filter { !$0.drop { $0 == " " }.hasPrefix("//") }
      let code = lines.joined(separator: "\n")
      let isPlain = ["//", "/*", "\"\"\"", "\\\n"].allSatisfy { !code.contains($0) }
      return isPlain ? (path, text, code) : nil
    }
  }

  @Test("the lexer loses nothing that is not white space or a comment")
  func lexer() throws {
    func dense(_ text: String) -> [UInt8] { text.utf8.filter { !" \t\r\n".utf8.contains($0) } }
    var counts: [SourceLanguage: Int] = [:]
    for (path, text, code) in try Self.plainSources() {
      let language = try #require(SourceLanguage(path: path))
      let kept = dense(lex(text, as: language).tokens.map(\.text).joined())
      let isWhole = kept == dense(code)  // a failed expectation would print both
      #expect(isWhole, "\(path)")
      counts[language, default: 0] += 1
    }
    #expect(counts[.swift, default: 0] > 200 && counts[.cxx, default: 0] > 3, "\(counts)")
  }

  @Test("whatever the damage, tokens come in the order of their lines")
  func lexedDamage() {
    var random = SplitMix(state: 5)
    for _ in 0..<600 {
      let text = mutated(TinyProject.notebook, &random)
      for language in [SourceLanguage.swift, .cxx] {
        let lines = lex(text, as: language).tokens.map(\.line)
        #expect(lines == lines.sorted())
      }
    }
  }
}
