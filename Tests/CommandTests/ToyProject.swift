// The built command on a throw-away project whose notebook is `ToyNotebook`: real steps, a real store.
import Foundation
import Synchronization
import TestSupport
import Testing

/// A project in a folder of its own, removed at the end.
final class ToyProject: Sendable {
  let root: URL

  /// The folder of the built programs.
  static let programs: URL? = CommandProject.command?.deletingLastPathComponent()

  static let isThere: Bool =
    programs.map { FileManager.default.isExecutableFile(atPath: $0.appending(path: "ToyNotebook").path) }
    ?? false

  static let reason: Comment = "there is no ToyNotebook beside the tests; swift build makes it"

  static let notebook = """
    //: # Sums tell {#sec-sums}
    //:
    //: The sum is {{sum}}, see @tbl-sums and @fig-line.
    import Toys

    let notebook = Notebook()
    let seed = 1
    let order = a b c
    let limit = notebook.parameter("limit", 4)

    //: ## Sums {#sec-sum}
    notebook.value("sum", .digits(1)) { try limited.value.reduce(0, +) + Double(limit - limit) }
    notebook.table("tbl-sums", caption: "Sums.") { sums(limited, limit) }

    //: ## Lines {#sec-line}
    notebook.figure("fig-line", caption: "The numbers.", alt: "A line.") { line(limited, limit) }

    //: ## Chance {#sec-chance}
    //:
    //: Drawn {{drawn}}, trained {{trained}}.
    notebook.value("drawn", .digits(1)) { try drawn(seed, order).value.reduce(0, +) }
    notebook.value("trained", .digits(3)) { try trained(seed).value.reduce(0, +) }

    """

  init(chain: Int = 0) throws {
    root = FileManager.default.temporaryDirectory.appending(path: "quire-toy-\(UUID().uuidString)")
    try write("Package.swift", "// manifest\n")
    var notebook = Self.notebook
    if chain > 0 {
      notebook += "let chain = \(chain)\n\n//: It ends with {{end}}.\n"
      notebook += "notebook.value(\"end\", .digits(1)) { try links(chain, limit).value.reduce(0, +) }\n"
    }
    try write("Notebooks/01-toy.swift", notebook)
    try write("Notebooks/front.md", "# Toys\n\nAbstract.\n")
    try write("Data/numbers.txt", "1\n2\n3\n4\n5\n6\n")
    try write("Sources/Toys/numbers.swift", "let factor = 2 // twice\n")
    try write("Sources/Toys/limited.swift", "let offset = 0\n")
    try write("Sources/Toys/trained.swift", "let rate = 1\nlet start = 0\n")
    let fonts = Fixtures.root.appending(path: "Fonts")
    for font in ["Inter-Regular.otf", "Inter-SemiBold.otf"] {
      try FileManager.default.createDirectory(
        at: root.appending(path: "Fonts"), withIntermediateDirectories: true)
      try FileManager.default.copyItem(
        at: fonts.appending(path: font), to: root.appending(path: "Fonts/\(font)"))
    }
    try FileManager.default.createDirectory(
      at: root.appending(path: "bin"), withIntermediateDirectories: true)
    guard let programs = Self.programs else { throw CocoaError(.executableNotLoadable) }
    try FileManager.default.createSymbolicLink(
      at: root.appending(path: "bin/01-toy"), withDestinationURL: programs.appending(path: "ToyNotebook"))
  }

  deinit {
    try? FileManager.default.removeItem(at: root)
  }

  /// A project that has run, is woven, and reproduces.
  static func woven() throws -> ToyProject {
    let project = try ToyProject()
    let run = try project.quire("run")
    try #require(run.code == 0, "\(run.messages)")
    let weave = try project.quire("weave", "--to", "md")
    try #require(weave.code == 0, "\(weave.messages)")
    return project
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
    try #require(before.contains(old), "\(path) does not contain \(old)")
    try write(path, before.replacingOccurrences(of: old, with: new))
  }

  /// The names in a folder, sorted.
  func names(in folder: String) -> [String] {
    ((try? FileManager.default.contentsOfDirectory(atPath: root.appending(path: folder).path)) ?? []).sorted()
  }

  /// The content of everything that is committed, but for the seconds and the occasion of runs.
  func committed() throws -> [String: Data] {
    var files: [String: Data] = [
      "paper.md": (try? Data(contentsOf: root.appending(path: "paper.md"))) ?? Data()
    ]
    for folder in ["Results/records", "Results/artifacts/trained", "Figures"] {
      for name in names(in: folder) {
        let content = try Data(contentsOf: root.appending(path: "\(folder)/\(name)"))
        files["\(folder)/\(name)"] = name.hasSuffix(".trace.json") ? Self.withoutCost(content) : content
      }
    }
    files["lock"] = try Data(contentsOf: root.appending(path: "Results/quire.lock.json"))
    return files
  }

  /// The numbers of the files of trained results by name: a file that was written anew has another.
  func artifactFileNumbers() throws -> [String: UInt64] {
    let folder = "Results/artifacts/trained"
    var numbers: [String: UInt64] = [:]
    for name in names(in: folder) {
      let path = root.appending(path: "\(folder)/\(name)").path
      let attributes = try FileManager.default.attributesOfItem(atPath: path)
      numbers[name] = (attributes[.systemFileNumber] as? NSNumber)?.uint64Value
    }
    return numbers
  }

  private static func withoutCost(_ trace: Data) -> Data {
    let lines = String(decoding: trace, as: UTF8.self).split(separator: "\n")
    let kept = lines.filter { !$0.contains("\"costSeconds\"") && !$0.contains("\"reason\"") }
    return Data(kept.joined(separator: "\n").utf8)
  }

  /// Starts the command in the project.
  func start(_ arguments: [String], environment: [String: String] = [:]) throws -> (
    process: Process, output: Pipe, messages: Pipe
  ) {
    let process = Process()
    guard let command = CommandProject.command else { throw CocoaError(.executableNotLoadable) }
    process.executableURL = command
    process.arguments =
      arguments + (Self.startsNotebooks(arguments) ? ["--binaries", root.appending(path: "bin").path] : [])
    var variables = ProcessInfo.processInfo.environment
    variables["CI"] = nil
    process.environment = variables.merging(["QUIRE_ROOT": root.path]) { $1 }.merging(environment) { $1 }
    let (output, messages) = (Pipe(), Pipe())
    process.standardOutput = output
    process.standardError = messages
    try process.run()
    return (process, output, messages)
  }

  private static func startsNotebooks(_ arguments: [String]) -> Bool {
    ["run", "plan", "why", "check", "accept", "retrain"].contains(arguments.first ?? "")
      && !arguments.contains("--binaries")
  }

  /// Runs the command in the project.
  func quire(_ arguments: String..., environment: [String: String] = [:]) throws -> CommandProject.Result {
    let (process, output, messages) = try start(arguments, environment: environment)
    // Messages are short here; the pipe holds them while the output is read.
    let printed = output.fileHandleForReading.readDataToEndOfFile()
    let said = messages.fileHandleForReading.readDataToEndOfFile()
    process.waitUntilExit()
    return CommandProject.Result(
      code: process.terminationStatus, output: String(decoding: printed, as: UTF8.self),
      messages: String(decoding: said, as: UTF8.self))
  }

  /// The titles of the steps that a run started, in order.
  static func ran(_ result: CommandProject.Result) -> [String] {
    result.messages.split(separator: "\n").filter { $0.hasPrefix("run   ") }.map { line in
      String(line.dropFirst(6)).components(separatedBy: "  because").first ?? ""
    }
  }
}
