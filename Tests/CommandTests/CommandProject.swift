// The built command on a throw-away project. Its notebook is a shell script that records what a compiled one would.
import Foundation
import TestSupport
import Testing

/// A project in a folder of its own, and the command beside the tests.
final class CommandProject: Sendable {
  let root: URL

  /// The command, as built with the tests.
  static let command: URL? = {
    let link =
      (try? FileManager.default.destinationOfSymbolicLink(atPath: "/proc/self/exe"))
      ?? CommandLine.arguments[0]
    let url = URL(filePath: link).deletingLastPathComponent().appending(path: "quire")
    return FileManager.default.isExecutableFile(atPath: url.path) ? url : nil
  }()

  static let reason: Comment = "there is no quire beside the tests; swift build makes it"

  static let notebook = """
    //: # Ten is the answer {#sec-answer}
    //:
    //: It is {{answer}}.
    import Toys

    let notebook = Notebook()
    let base = 4

    //: ## Twice {#sec-twice}
    //:
    //: Twice that is {{twice}}.
    notebook.value("answer", .count) { base + 6 }
    notebook.value("twice", .count) { 20 }

    """

  init() throws {
    root = FileManager.default.temporaryDirectory.appending(path: "quire-command-\(UUID().uuidString)")
    try write("Package.swift", "// manifest\n")
    try write("Notebooks/01-answer.swift", Self.notebook)
    try write("Notebooks/front.md", "# Answers\n\nAbstract.\n")
    try write("Sources/Toys/toys.swift", "let toys = 1\n")
    try program(answer: 10)
  }

  deinit {
    try? FileManager.default.removeItem(at: root)
  }

  func write(_ path: String, _ text: String) throws {
    let url = root.appending(path: path)
    try FileManager.default.createDirectory(
      at: url.deletingLastPathComponent(), withIntermediateDirectories: true)
    try Data(text.utf8).write(to: url)
  }

  func text(_ path: String) throws -> String {
    String(decoding: try Data(contentsOf: root.appending(path: path)), as: UTF8.self)
  }

  func edit(_ path: String, _ old: String, _ new: String) throws {
    let before = try text(path)
    try #require(before.contains(old))
    try write(path, before.replacingOccurrences(of: old, with: new))
  }

  /// Writes the program of the notebook: it records the outputs asked for, and then does something more.
  func program(answer: Int, then: String = "") throws {
    func record(_ name: String, _ value: Int, _ line: Int) -> String {
      let format = #"{"isSigned":false,"scale":"count","showsInterval":false,"digits":0}"#
      return
        #"{"artifacts":[],"class":{"kind":"exact"},"kind":"value","line":\#(line),"name":"\#(name)","payload":"#
        + #"{"format":\#(format),"number":{"value":\#(value)},"printed":"\#(value)"}}"#
    }
    let script = """
      #!/bin/sh
      asked() { case ",$QUIRE_LABELS," in *,$1,*) return 0;; esac; case "$QUIRE_LINES$QUIRE_LABELS" in *9-13*|"") return 0;; esac; return 1; }
      asked answer && echo '\(record("answer", answer, 12))' >> "$QUIRE_RECORDS"
      asked twice && echo '\(record("twice", answer * 2, 13))' >> "$QUIRE_RECORDS"
      \(then)
      exit 0
      """
    try write("bin/01-answer", script)
    try FileManager.default.setAttributes(
      [.posixPermissions: 0o755], ofItemAtPath: root.appending(path: "bin/01-answer").path)
  }

  /// What a command did.
  struct Result {
    let code: Int32
    let output: String
    let messages: String
  }

  /// Starts the command in the project.
  func start(
    _ arguments: [String], environment: [String: String] = [:]
  ) throws -> (process: Process, output: Pipe, messages: Pipe) {
    let process = Process()
    guard let command = Self.command else { throw CocoaError(.executableNotLoadable) }
    process.executableURL = command
    process.arguments = arguments
    process.environment = ProcessInfo.processInfo.environment.merging([
      "QUIRE_ROOT": root.path, "QUIRE_ENGINE": Fixtures.root.path,
    ]) { $1 }.merging(environment) { $1 }
    let (output, messages) = (Pipe(), Pipe())
    process.standardOutput = output
    process.standardError = messages
    try process.run()
    return (process, output, messages)
  }

  /// Runs the command in the project.
  func quire(_ arguments: String...) throws -> Result { try quire(arguments, environment: [:]) }

  /// Runs the command in the project with some variables of its environment changed.
  func quire(_ arguments: [String], environment: [String: String]) throws -> Result {
    let (process, output, messages) = try start(arguments, environment: environment)
    let printed = output.fileHandleForReading.readDataToEndOfFile()
    let said = messages.fileHandleForReading.readDataToEndOfFile()
    process.waitUntilExit()
    return Result(
      code: process.terminationStatus, output: String(decoding: printed, as: UTF8.self),
      messages: String(decoding: said, as: UTF8.self))
  }

  /// The notebook's program instead of a build.
  var binaries: String { root.appending(path: "bin").path }
}
