// What can go wrong around steps, each as one sentence.

/// A failure of the store or of a step, told in one sentence.
public enum ArtifactError: Error, CustomStringConvertible {
  /// A step's name is not made of lower-case letters, digits and hyphens.
  case badStepName(String)
  /// A declared source file is not there.
  case missingSource(step: String, path: String)
  /// A file that a step reads is not there.
  case missingFile(step: String, path: String)
  /// A declared source file, or a file it reads, changed while the step ran.
  case sourceChanged(step: String, path: String)
  /// A step used an artifact that is not among its inputs.
  case undeclaredInput(step: String, input: String)
  /// A property of a step is a set or a dictionary whose order changes from process to process.
  case unorderedParameter(path: String)
  /// A step failed.
  case failed(step: String, title: String, cause: String)
  /// Something may not be computed now, because the caller forbids computing.
  case notStored(step: String, title: String, key: String)
  /// A file could not be read or written.
  case file(path: String, action: String, reason: String)
  /// No folder with a Package.swift and a Notebooks folder was found.
  case noRoot(from: String)
  /// What says that a project is a rehearsal's names no share.
  case badRehearsalShare(String)

  /// The sentence.
  public var description: String {
    switch self {
    case .badStepName(let name):
      "the step name \"\(name)\" must be made of lower-case letters, digits and hyphens"
    case .missingSource(let step, let path):
      "the step \(step) declares the source \(path), but there is no such file in the project"
    case .missingFile(let step, let path):
      "the step \(step) reads \(path), but there is no such file"
    case .sourceChanged(let step, let path):
      "\(path) changed while the step \(step) ran, so its result was not kept; run it again"
    case .undeclaredInput(let step, let input):
      "the step \(step) used the artifact \(input), which is not one of its stored properties"
    case .unorderedParameter(let path):
      "the step's property \(path) has no fixed order; use a sorted array, or a dictionary with text keys"
    case .failed(let step, let title, let cause):
      "the step \(step) (\(title)) failed: \(cause)"
    case .notStored(let step, let title, let key):
      "the result of \(step) (\(title)) is not in the store under \(key.prefix(12)), and nothing may be computed now"
    case .file(let path, let action, let reason):
      "\(path) could not be \(action): \(reason)"
    case .badRehearsalShare(let text):
      ".quire/rehearsal holds \(text); expected a number above 0 and at most 1"
    case .noRoot(let folder):
      "no folder with Package.swift and Notebooks was found at or above \(folder); set QUIRE_ROOT"
    }
  }
}
