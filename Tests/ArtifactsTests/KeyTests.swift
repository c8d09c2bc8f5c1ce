import Artifacts
import Foundation
import Testing

struct KeyTests {
  @Test("SHA-256 gives the published values")
  func publishedVectors() {
    #expect(SHA256.hash(of: "") == "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855")
    #expect(SHA256.hash(of: "abc") == "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad")
    let million = Data(repeating: UInt8(ascii: "a"), count: 1_000_000)
    #expect(SHA256.hash(of: million) == "cdc76e5c9914fb9281a1c7e284d73e67f1809a48a497200e046d39ccc7112cd0")
  }

  @Test("a hash taken in pieces is the hash of the whole")
  func pieces() {
    let hash = SHA256()
    for piece in ["a", "", "bc"] { Data(piece.utf8).withUnsafeBytes { hash.update($0) } }
    #expect(hash.finish() == SHA256.hash(of: "abc"))
  }

  @Test(
    "moving a boundary between parts changes the key",
    arguments: [
      [("a", "bc"), ("d", "")], [("a", "b"), ("cd", "")], [("ab", "c"), ("d", "")],
      [("a", "bcd")], [("a", "bc"), ("d", ""), ("", "")],
    ])
  func boundaries(parts: [(String, String)]) {
    let reference = KeyHasher()
    reference.add("a", "bc")
    reference.add("", "d")
    let hasher = KeyHasher()
    for (tag, text) in parts { hasher.add(tag, text) }
    #expect(hasher.finish() != reference.finish())
  }

  @Test("JSON has sorted keys, shortest numbers, and says nan and inf")
  func canonicalJSON() throws {
    let value: [String: Double] = ["b": 0.1, "a": 1, "B": .nan, "a10": .infinity, "a9": -2.5e-300]
    let text = String(decoding: try CanonicalJSON.encode(value), as: UTF8.self)
    #expect(text == #"{"B":"nan","a":1,"a10":"inf","a9":-2.5e-300,"b":0.1}"#)
    let back = try CanonicalJSON.decode([String: Double].self, from: Data(text.utf8))
    #expect(back["a9"] == -2.5e-300 && back["a10"] == .infinity && back["B"]?.isNaN == true)
  }

  @Test(
    "doubles survive JSON bit by bit",
    arguments: [0.1 + 0.2, 1e23, .leastNonzeroMagnitude, -0.0, 123_456_789.123_456_79])
  func doublesSurvive(value: Double) throws {
    let back = try CanonicalJSON.decode([Double].self, from: CanonicalJSON.encode([value]))
    #expect(back.map(\.bitPattern) == [value.bitPattern])
  }

  @Test("any JSON value survives")
  func jsonValue() throws {
    let text = #"{"a":[1,2.5,null,true,"x"],"b":{"c":-9007199254740993}}"#
    let value = try CanonicalJSON.decode(JSONValue.self, from: Data(text.utf8))
    #expect(String(decoding: try CanonicalJSON.encode(value), as: UTF8.self) == text)
  }

  @Test("classes survive JSON, and an unknown one is refused")
  func classes() throws {
    let all: [Determinism] = [
      .exact, .exactOn, .within(absolute: 0.02), .within(relative: 1e-6), .statistical(seeds: 3), .volatile,
    ]
    #expect(try CanonicalJSON.decode([Determinism].self, from: CanonicalJSON.encode(all)) == all)
    #expect(throws: DecodingError.self) {
      try CanonicalJSON.decode(Determinism.self, from: Data(#"{"kind":"sometimes"}"#.utf8))
    }
  }

  @Test("the weaker of two promises holds, and the wider of two tolerances")
  func weakening() {
    #expect(Determinism.exact.weakened(by: .volatile) == .volatile)
    #expect(Determinism.within(absolute: 0.1).weakened(by: .exactOn) == .within(absolute: 0.1))
    #expect(
      Determinism.within(absolute: 0.1).weakened(by: .within(relative: 0.2))
        == .within(absolute: 0.1, relative: 0.2))
  }
}
