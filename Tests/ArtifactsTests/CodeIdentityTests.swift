import Artifacts
import Foundation
import Testing

struct CodeIdentityTests {
  static let swift = #"""
    // Loss of a layer.
    import Foundation

    /* a /* nested */ comment */
    func loss(_ bits: Int) -> Double {
      let scale = 0.5e-3 * pow(2, Double(-bits))  // step
      let name = "a \(bits + 1) // no comment"
      let text = """
          first  line
        second "quoted"
        """
      guard bits >= 2, name != #"raw " \n"# else { return .nan }
      return scale * 1_000 + Double(text.count) - (bits == 3 ? 1 : 0)
    }
    """#
  static let cxx = ##"""
    // Kernel.
    #define SCALE(x) \
      ((x) * 2)
    #include <vector>
    static int f(int n) {
      const char *s = "a // b";  /* note */
      auto r = R"x(raw ")" text)x";
      char c = '\'';
      return n << 2 ? 0x1p-3 + 1'000 : SCALE(n) - c;
    }
    """##

  func identity(_ text: String, _ path: String = "a.swift") -> String {
    codeIdentity(of: Data(text.utf8), path: path)
  }

  @Test("comments, blank lines and indentation do not count in Swift")
  func swiftCosmetics() {
    let changed = #"""
      import Foundation
      //: prose with "an open quote
      func loss( _ bits : Int)->Double{
      let scale = 0.5e-3   *   pow( 2,Double( -bits ) )
            /* moved */
      let name="a \(bits + 1) // no comment"
            let text = """
                  first  line
                second "quoted"
                """
      guard bits >= 2,name != #"raw " \n"# else { return .nan }
      return scale * 1_000 + Double(text.count) -
          (bits == 3 ? 1 : 0)
      }
      """#
    #expect(identity(changed) == identity(Self.swift))
  }

  @Test("comments, blank lines and indentation do not count in C++")
  func cxxCosmetics() {
    let changed = ##"""
      #define SCALE(x)   ((x) * 2)   // doubles

      #include <vector>
      static int f(int n)
      {
        const char *s = "a // b";
        auto r = R"x(raw ")" text)x";  char c = '\'';
        return n << 2 ? 0x1p-3 + 1'000
          : SCALE(n) - c; }
      """##
    #expect(identity(changed, "a.cpp") == identity(Self.cxx, "a.cpp"))
  }

  @Test("changing any token changes the identity", arguments: ["a.swift", "a.cpp"])
  func mutations(path: String) throws {
    let text = path == "a.swift" ? Self.swift : Self.cxx
    let language = try #require(SourceLanguage(path: path))
    let tokens = lex(text, as: language).tokens
    #expect(tokens.count > 50)
    let original = codeIdentity(of: tokens)
    for index in tokens.indices {
      var mutated = tokens
      let old = tokens[index]
      let replacement = old.kind == .number ? old.text + "1" : old.text + old.text
      mutated[index].text = replacement
      #expect(codeIdentity(of: mutated) != original, "token \(old.text)")
      mutated.remove(at: index)
      #expect(codeIdentity(of: mutated) != original, "without token \(old.text)")
    }
  }

  @Test("changing any single character outside comments and blanks changes the identity")
  func characterMutations() {
    let original = identity(Self.swift)
    let bytes = Array(Self.swift.utf8)
    let codeStart = Self.swift.utf8.distance(
      from: Self.swift.startIndex, to: Self.swift.range(of: "func loss")?.lowerBound ?? Self.swift.startIndex)
    var count = 0
    for index in codeStart..<bytes.count where bytes[index] > 0x20 {
      let line = String(decoding: bytes[codeStart..<index], as: UTF8.self).split(separator: "\n").last ?? ""
      if line.contains("// step") || line.hasSuffix("/") || line.hasSuffix("//") { continue }
      var mutated = bytes
      // Another letter, digit or sign of the same kind keeps the text lexable.
      switch bytes[index] {
      case UInt8(ascii: "9"): mutated[index] = UInt8(ascii: "0")
      case UInt8(ascii: "0")..<UInt8(ascii: "9"): mutated[index] += 1
      case UInt8(ascii: "z"), UInt8(ascii: "Z"): mutated[index] -= 1
      case UInt8(ascii: "a")..<UInt8(ascii: "z"), UInt8(ascii: "A")..<UInt8(ascii: "Z"): mutated[index] += 1
      case UInt8(ascii: "+"): mutated[index] = UInt8(ascii: "-")
      case UInt8(ascii: "-"): mutated[index] = UInt8(ascii: "+")
      case UInt8(ascii: ">"): mutated[index] = UInt8(ascii: "<")
      case UInt8(ascii: "="): mutated[index] = UInt8(ascii: "!")
      default: continue
      }
      if String(decoding: bytes[index...].prefix(7), as: UTF8.self) == "// step" { continue }
      let text = String(decoding: mutated, as: UTF8.self)
      if text.contains("// step") {
        count += 1
        #expect(
          identity(text) != original, "at \(String(decoding: bytes[index...].prefix(12), as: UTF8.self))")
      }
    }
    #expect(count > 150)
  }

  @Test(
    "small edits that matter are seen",
    arguments: [
      ("let a = 1", "let a = 1.0"), ("a += b", "a + = b"), ("f(\"a b\")", "f(\"a  b\")"),
      ("let ab = c", "let a b = c"), ("a ?? b", "a ? b"), ("x.0", "x.1"), ("1e-5", "1e-6"),
      ("0x1p-3", "0x1p-2"),
      ("\"\\(a + b)\"", "\"\\(a - b)\""), ("#if DEBUG", "#if RELEASE"), ("a && !b", "a && b"),
    ])
  func edits(before: String, after: String) {
    #expect(identity(before) != identity(after))
  }

  @Test("an interpolated string with strings inside is one token")
  func interpolation() {
    let tokens = lex(#"print("a \(b ? "c)" : "\(d)") e", f)"#, as: .swift).tokens
    #expect(tokens.map(\.text) == ["print", "(", #""a \(b ? "c)" : "\(d)") e""#, ",", "f", ")"])
  }

  @Test("the lines of multi-line strings and block comments are known")
  func lines() {
    let lexed = lex("let a = \"\"\"\n  //: text\n  \"\"\"\n/* b\n */ c", as: .swift)
    let string = lexed.tokens.first { $0.kind == .string }
    #expect(string?.line == 1 && string?.lastLine == 3)
    #expect(lexed.blockComments == [4...5])
    #expect(lexed.tokens.last?.line == 5)
  }

  @Test("the end of a preprocessor line counts, a continued line is one line")
  func preprocessor() {
    #expect(identity("#define A b\nc", "a.h") != identity("#define A b c", "a.h"))
    #expect(identity("#define A b \\\n c", "a.h") == identity("#define A b c", "a.h"))
  }

  @Test("a file in no known language counts byte by byte")
  func otherFiles() {
    #expect(identity("a // b", "a.py") != identity("a //  b", "a.py"))
  }
}
