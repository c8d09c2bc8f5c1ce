// The text that stands for code: tests edit it, and the program behaves as if it had been compiled from it.
import Artifacts
import FoundationEssentials

/// The notebook and the sources of a throw-away project.
struct ToySource {
  private let root: URL
  private let notebook: [Substring]

  init(environment: [String: String]) throws {
    root = try projectRoot(environment: environment, from: FileManager.default.currentDirectoryPath)
    let text = try Files.read(root.appending(path: "Notebooks/01-toy.swift"))
    notebook = String(decoding: text, as: UTF8.self)
      .split(separator: "\n", omittingEmptySubsequences: false)
  }

  /// The line of the call that records an output; nothing if there is no such call.
  func line(of label: String) -> UInt? {
    notebook.firstIndex { $0.hasPrefix("notebook.") && $0.contains("(\"\(label)\"") }.map { UInt($0 + 1) }
  }

  /// What follows `let NAME = ` in the notebook.
  func constant(_ name: String) -> String? { Self.constant(name, in: notebook) }

  /// What follows `let NAME = ` in a source file.
  static func constant(_ name: String, file: String, root: URL) throws -> String? {
    let text = String(decoding: try Files.read(root.appending(path: file)), as: UTF8.self)
    return constant(name, in: text.split(separator: "\n"))
  }

  private static func constant(_ name: String, in lines: [Substring]) -> String? {
    let start = "let \(name) = "
    guard let line = lines.first(where: { $0.hasPrefix(start) }) else { return nil }
    return line.dropFirst(start.count).split(separator: " //").first.map(String.init)
  }
}
