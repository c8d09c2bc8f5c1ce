// What a notebook leaves behind: one JSON line per output. Running writes them, weaving reads them.
import Artifacts
import FoundationEssentials
import Plotting

/// A value named in the prose: a number, or words.
public struct RecordedValue: Codable, Sendable, Equatable {
  /// The number with its interval; nothing for words.
  public var number: Estimate?
  /// What stands in the text.
  public var printed: String
  /// How it was printed; nothing for words.
  public var format: NumberFormat?

  /// A payload from its parts.
  package init(number: Estimate?, printed: String, format: NumberFormat?) {
    self.number = number
    self.printed = printed
    self.format = format
  }
}

/// A table with its caption.
public struct RecordedTable: Codable, Sendable, Equatable {
  /// What stands above it.
  public var caption: String
  /// The table.
  public var table: Table

  /// A payload from its parts.
  package init(caption: String, table: Table) {
    self.caption = caption
    self.table = table
  }
}

/// A figure with its words: a description, not a picture.
public struct RecordedFigure: Codable, Sendable, Equatable {
  /// What stands below it.
  public var caption: String
  /// What one sees, for those who do not see it.
  public var alternative: String
  /// The description.
  public var figure: Figure

  /// A payload from its parts.
  package init(caption: String, alternative: String, figure: Figure) {
    self.caption = caption
    self.alternative = alternative
    self.figure = figure
  }
}

/// What the evidence says about a claim.
public enum Verdict: String, Codable, Sendable, Equatable, CaseIterable {
  /// The test was passed.
  case supported
  /// The test was failed.
  case notSupported = "not supported"
  /// The test could not decide.
  case inconclusive
}

/// A claim with its computed verdict.
public struct RecordedClaim: Codable, Sendable, Equatable {
  /// Its number, for example `C5`.
  public var number: String
  /// What is claimed.
  public var statement: String
  /// The test that decided.
  public var test: String
  /// The outcome.
  public var verdict: Verdict
  /// The names of the values it rests on.
  public var restsOn: [String]

  /// A payload from its parts.
  package init(number: String, statement: String, test: String, verdict: Verdict, restsOn: [String]) {
    self.number = number
    self.statement = statement
    self.test = test
    self.verdict = verdict
    self.restsOn = restsOn
  }
}

/// Something that was skipped.
public struct RecordedNote: Codable, Sendable, Equatable {
  /// What was skipped.
  public var skipped: String
  /// Why.
  public var because: String

  /// A payload from its parts.
  package init(skipped: String, because: String) {
    self.skipped = skipped
    self.because = because
  }
}

/// What an output is.
public enum RecordPayload: Sendable, Equatable {
  /// A value.
  case value(RecordedValue)
  /// A table.
  case table(RecordedTable)
  /// A figure.
  case figure(RecordedFigure)
  /// A claim.
  case claim(RecordedClaim)
  /// A note.
  case note(RecordedNote)

  /// `value`, `table`, `figure`, `claim` or `note`.
  public var kind: String {
    switch self {
    case .value: "value"
    case .table: "table"
    case .figure: "figure"
    case .claim: "claim"
    case .note: "note"
    }
  }
}

/// Where a record belongs in its notebook, and of which code it is. Made when records are collected.
public struct RecordPlace: Codable, Sendable, Equatable {
  /// The label of the section; empty before the first one.
  public var section: String
  /// The call's place among the tokens of its statement; survives edits of the prose.
  public var token: Int
  /// The identity of the statement's code with the code of the notebook that it uses, 16 digits.
  public var code: String
  /// The identity of the project's modules that the notebook imports, 16 digits.
  public var library: String
  /// Parameters of the notebook that had other values than its own; nothing if none had.
  public var parameters: [String: JSONValue]?
  /// Where it was computed, if not where the notebook ran last.
  public var environment: RunEnvironment?

  /// A place from its parts.
  public init(
    section: String, token: Int, code: String, library: String, parameters: [String: JSONValue]? = nil,
    environment: RunEnvironment? = nil
  ) {
    self.section = section
    self.token = token
    self.code = code
    self.library = library
    self.parameters = parameters
    self.environment = environment
  }
}

/// One output of a notebook.
public struct Record: Sendable, Equatable {
  /// Its label: the identity of the output.
  public var name: String
  /// The line of the call that recorded it.
  public var line: Int
  /// Its promise about being computed again.
  public var determinism: Determinism
  /// What it is.
  public var payload: RecordPayload
  /// The steps whose values it was made from, each as `step/first 12 digits of its key`, sorted.
  public var artifacts: [String]
  /// Where it belongs; nothing while the notebook still runs.
  public var place: RecordPlace?

  /// A record from its parts.
  public init(
    name: String, line: Int, determinism: Determinism, payload: RecordPayload, artifacts: [String] = [],
    place: RecordPlace? = nil
  ) {
    self.name = name
    self.line = line
    self.determinism = determinism
    self.payload = payload
    self.artifacts = artifacts
    self.place = place
  }
}

extension Record: Codable {
  private enum CodingKeys: String, CodingKey {
    case kind, name, line, determinism = "class", payload, artifacts, place
  }

  /// Reads one line.
  public init(from decoder: any Decoder) throws {
    let container = try decoder.container(keyedBy: CodingKeys.self)
    name = try container.decode(String.self, forKey: .name)
    line = try container.decode(Int.self, forKey: .line)
    determinism = try container.decode(Determinism.self, forKey: .determinism)
    artifacts = try container.decode([String].self, forKey: .artifacts)
    place = try container.decodeIfPresent(RecordPlace.self, forKey: .place)
    switch try container.decode(String.self, forKey: .kind) {
    case "value": payload = .value(try container.decode(RecordedValue.self, forKey: .payload))
    case "table": payload = .table(try container.decode(RecordedTable.self, forKey: .payload))
    case "figure": payload = .figure(try container.decode(RecordedFigure.self, forKey: .payload))
    case "claim": payload = .claim(try container.decode(RecordedClaim.self, forKey: .payload))
    case "note": payload = .note(try container.decode(RecordedNote.self, forKey: .payload))
    case let kind:
      throw DecodingError.dataCorruptedError(
        forKey: .kind, in: container,
        debugDescription: "\(kind) is none of value, table, figure, claim, note")
    }
  }

  /// Writes one line.
  public func encode(to encoder: any Encoder) throws {
    var container = encoder.container(keyedBy: CodingKeys.self)
    try container.encode(payload.kind, forKey: .kind)
    try container.encode(name, forKey: .name)
    try container.encode(line, forKey: .line)
    try container.encode(determinism, forKey: .determinism)
    try container.encode(artifacts, forKey: .artifacts)
    try container.encodeIfPresent(place, forKey: .place)
    switch payload {
    case .value(let value): try container.encode(value, forKey: .payload)
    case .table(let table): try container.encode(table, forKey: .payload)
    case .figure(let figure): try container.encode(figure, forKey: .payload)
    case .claim(let claim): try container.encode(claim, forKey: .payload)
    case .note(let note): try container.encode(note, forKey: .payload)
    }
  }
}
