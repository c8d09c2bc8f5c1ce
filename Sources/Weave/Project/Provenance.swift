// The first line of a records file: by what code and where its records were made.
import Artifacts
import FoundationEssentials

/// Where the records of a notebook come from.
public struct Provenance: Codable, Sendable, Equatable {
  /// The code of a section when all of it ran.
  public struct SectionCode: Codable, Sendable, Equatable {
    /// The identity of its code, 16 digits.
    public var code: String
    /// The identity of what it reaches of the imported modules, 16 digits.
    public var library: String
    /// Parameters with other values than the notebook's own.
    public var parameters: [String: JSONValue]?
  }

  /// Always `provenance`.
  public var kind = "provenance"
  /// The notebook.
  public var notebook: String
  /// Where it ran last.
  public var environment: RunEnvironment
  /// The sections that ran as a whole, by label.
  public var sections: [String: SectionCode]
  /// The identities at the last run of the modules' files that the notebook's code reaches, by path, 16 digits each.
  public var library: [String: String]
}
