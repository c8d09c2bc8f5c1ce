// What a running step is given.
import FoundationEssentials

/// The surroundings of a running step.
public struct StepContext {
  /// A folder for resumable work in progress. It belongs to the step's key, survives a kill, and is removed when the
  /// step has succeeded.
  public let scratch: URL
  /// How many threads the step is to use.
  public let threads: Int
  private let root: URL
  private let report: (String, Double?) -> Void

  /// A context made by hand, for tests of single steps.
  /// - Parameters:
  ///   - scratch: an existing folder.
  ///   - threads: how many threads the step is to use.
  ///   - root: the folder that relative paths of files start at.
  ///   - report: receives what the step says through `progress`.
  public init(
    scratch: URL, threads: Int = 2, root: URL = URL(filePath: "."),
    report: @escaping (String, Double?) -> Void = { _, _ in }
  ) {
    self.scratch = scratch
    self.threads = threads
    self.root = root
    self.report = report
  }

  /// The content of a file that is one of the step's properties.
  public func read(_ file: InputFile) throws -> Data {
    try Files.read(file.url(in: root))
  }

  /// Tells people how far the step is.
  /// - Parameters:
  ///   - message: a few words, for example `epoch 3 of 30, loss 4.71`.
  ///   - fraction: the share done, 0 to 1, where it is known.
  public func progress(_ message: String, fraction: Double? = nil) {
    report(message, fraction)
  }
}
