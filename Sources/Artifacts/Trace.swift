// The note beside each stored result: what it was made from, by what, and at what cost.
import FoundationEssentials

/// Everything that enters the key of a step, part by part, so that a changed key can be explained.
public struct KeyParts: Codable, Sendable, Equatable {
  /// One input of a step.
  public struct Input: Codable, Sendable, Equatable {
    /// The property, for example `detector` or `runs[2]`.
    public let name: String
    /// The step that makes the input; `file` for a file.
    public let step: String
    /// The key of that step; explains the input, but is not part of the key.
    public let key: String
    /// The hash of the input's value.
    public let hash: String

    /// An input from its parts.
    package init(name: String, step: String, key: String, hash: String) {
      self.name = name
      self.step = step
      self.key = key
      self.hash = hash
    }
  }

  /// The name of the step.
  public let step: String
  /// The version of the step.
  public let version: Int
  /// The identities of the declared source files, by path.
  public let code: [String: String]
  /// Whether `code` stays out of the key.
  public let isKeyedByVersionAlone: Bool
  /// The step's properties that are no artifacts.
  public let parameters: JSONValue
  /// The inputs, sorted by name.
  public let inputs: [Input]

  /// Parts by name.
  package init(
    step: String, version: Int, code: [String: String], isKeyedByVersionAlone: Bool, parameters: JSONValue,
    inputs: [Input]
  ) {
    self.step = step
    self.version = version
    self.code = code
    self.isKeyedByVersionAlone = isKeyedByVersionAlone
    self.parameters = parameters
    self.inputs = inputs
  }

  /// Raised when the way of making keys or of storing results changes.
  public static let formatVersion = 1

  /// The key: a hash of the parts, 64 hexadecimal digits.
  public func key() throws -> String {
    let hasher = KeyHasher()
    hasher.add("format", String(Self.formatVersion))
    hasher.add("step", step)
    hasher.add("version", String(version))
    if !isKeyedByVersionAlone {
      for path in code.keys.sorted() {
        hasher.add("path", path)
        hasher.add("code", code[path, default: ""])
      }
    }
    hasher.add("parameters", try CanonicalJSON.encode(parameters))
    for input in inputs {
      hasher.add("input", input.name)
      hasher.add("hash", input.hash)
    }
    return hasher.finish()
  }
}

/// The record of one run of a step. It is written after the result's file, and a result without it does not exist.
public struct Trace: Codable, Sendable, Equatable {
  /// The file of the result.
  public struct Output: Codable, Sendable, Equatable {
    /// Its name, in the folder of the trace.
    public let file: String
    /// The hash of its content.
    public let hash: String
    /// Its size.
    public let bytes: Int
  }

  /// The full key.
  public let key: String
  /// What the key was made of.
  public let parts: KeyParts
  /// The step's title, for people.
  public let title: String
  /// The promise about running again.
  public let determinism: Determinism
  /// The result.
  public let output: Output
  /// How long the run took, in all processes that had a part in it.
  public let costSeconds: Double
  /// Where it ran; not part of the key.
  public let environment: RunEnvironment
  /// Why it ran.
  public let reason: String
}
