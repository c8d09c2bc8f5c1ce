// Files that steps read.
import FoundationEssentials

/// A file that a step reads, as a property of the step: its content enters the key, its name does not.
///
/// The content is hashed before the step runs and again after it; a result made while the file changed is not kept.
public struct InputFile: Encodable, Sendable, Equatable {
  /// Where it is: relative to the project's root, or anywhere.
  public let path: String

  /// A file at a path.
  public init(_ path: String) { self.path = path }

  /// Its place on this machine.
  /// - Parameter root: the project's root.
  public func url(in root: URL) -> URL {
    path.hasPrefix("/") ? URL(filePath: path) : root.appending(path: path)
  }

  /// What traces and records call it: nothing of this machine.
  var name: String { path.hasPrefix("/") ? URL(filePath: path).lastPathComponent : path }

  /// Encodes nothing but a placeholder: a file enters a key by its content's hash and not as a parameter.
  public func encode(to encoder: any Encoder) throws {
    var container = encoder.singleValueContainer()
    try container.encodeNil()
  }
}

extension KeyParts.Input {
  /// The step that stands for a file among the inputs.
  static let fileStep = "file"

  /// Whether it is a file and not the result of a step; then `key` is its path.
  public var isFile: Bool { step == Self.fileStep }
}
