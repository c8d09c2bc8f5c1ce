// Small steps with everything that large ones have: files, parameters, seeds, code, committed results.
import Artifacts
import FoundationEssentials

/// What is wrong with a throw-away project.
struct ToyError: Error, CustomStringConvertible {
  let description: String
}

/// The numbers of a file, each times a factor in the code.
struct Numbers: Step {
  static let name = "numbers"
  static let version = 1
  static let sources = ["Sources/Toys/numbers.swift"]
  static let isData = true
  static let determinism = Determinism.exact
  var title: String { "numbers" }
  let file: InputFile
  let root: CodeRoot

  func run(_ context: StepContext) throws -> [Double] {
    // Long enough for a cost in milliseconds.
    let start = ContinuousClock.now
    while ContinuousClock.now - start < .milliseconds(3) {}
    let factor = try root.number("factor", in: Self.sources[0])
    return try String(decoding: context.read(file), as: UTF8.self).split(separator: "\n").enumerated()
      .map { index, line in
        guard let number = Double(line) else {
          throw ToyError(description: "\(file.path):\(index + 1): \"\(line)\" is no number")
        }
        return number * factor
      }
  }
}

/// The first of the numbers.
struct Limited: Step {
  static let name = "limited"
  static let version = 1
  static let sources = ["Sources/Toys/limited.swift"]
  static let determinism = Determinism.exact
  var title: String { "first \(limit)" }
  let numbers: Artifact<[Double]>
  let limit: Int
  let root: CodeRoot

  func run(_ context: StepContext) throws -> [Double] {
    let offset = try root.number("offset", in: Self.sources[0])
    let noise = root.isFlaky ? Double(UInt64.random(in: 1...1_000_000)) : 0
    return try numbers.value.prefix(limit).map { $0 + offset + noise }
  }
}

/// Numbers drawn in an order, from a seed.
struct Drawn: Step {
  static let name = "drawn"
  static let version = 1
  static let sources: [String] = []
  static let determinism = Determinism.exact
  var title: String { "drawn with seed \(seed)" }
  let numbers: Artifact<[Double]>
  let order: [String]
  let seed: Int

  func run(_ context: StepContext) throws -> [Double] {
    var state = UInt64(seed)
    return try numbers.value.enumerated().map { index, number in
      state = state &* 6_364_136_223_846_793_005 &+ 1_442_695_040_888_963_407
      let name = order[index % order.count]
      return number + Double(state >> 40) + Double((index + 1) * name.utf8.reduce(0) { 31 * $0 + Int($1) })
    }
  }
}

/// The expensive step: keyed by its version alone, and committed.
struct Trained: Step {
  static let name = "trained"
  static let version = 1
  static let sources = ["Sources/Toys/trained.swift"]
  static let isKeyedByVersionAlone = true
  static let isCommitted = true
  static let determinism = Determinism.exactOn
  var title: String { "trained with seed \(seed)" }
  let numbers: Artifact<[Double]>
  let seed: Int
  let root: CodeRoot

  func run(_ context: StepContext) throws -> [Double] {
    let rate = try root.number("rate", in: Self.sources[0]),
      start = try root.number("start", in: Self.sources[0])
    return try numbers.value.map { $0 / Double(seed + 1) + rate * start }
  }
}

/// A link of a chain of many steps that each take a moment.
struct Link: Step {
  static let name = "link"
  static let version = 1
  static let sources: [String] = []
  static let determinism = Determinism.exact
  var title: String { "link \(number)" }
  let before: Artifact<[Double]>
  let number: Int

  func run(_ context: StepContext) throws -> [Double] {
    let start = ContinuousClock.now
    while ContinuousClock.now - start < .milliseconds(3) {}
    return try before.value.map { $0 + Double(number) }
  }
}

/// Where the code stands that a step pretends to be compiled from; neither parameter nor input.
struct CodeRoot: Encodable {
  let url: URL

  init(_ url: URL) { self.url = url }

  var isFlaky: Bool { Files.exists(url.appending(path: "flaky")) }

  func number(_ name: String, in file: String) throws -> Double {
    guard let text = try ToySource.constant(name, file: file, root: url), let number = Double(text) else {
      throw ToyError(description: "\(file) has no number \(name)")
    }
    return number
  }

  func encode(to encoder: any Encoder) throws {
    var container = encoder.singleValueContainer()
    try container.encodeNil()
  }
}
