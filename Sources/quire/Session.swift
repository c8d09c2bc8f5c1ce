// What the commands about notebooks share: the project, its figures' drawer, and messages.
import ArgumentParser
import Artifacts
import CairoCanvas
import Foundation
import Plotting
import Weave

/// A failure that a command tells in one sentence.
struct CommandFailure: Error, CustomStringConvertible {
  let description: String
  var code: Int32 = 2
}

/// The project that a command works on.
struct Session {
  let root: URL

  /// The project around the present folder, or the report on other data that a profile describes.
  init(_ subject: ProfileOption? = nil) throws {
    let here = try projectRoot(
      environment: ProcessInfo.processInfo.environment, from: FileManager.default.currentDirectoryPath)
    guard let file = subject?.profile else {
      root = here
      return
    }
    root = try ForeignReport(file: file, checkout: sourceCheckout(of: here)).prepare()
  }

  /// The project with its notebooks, of which there must be one.
  func project(parameters: [String: JSONValue] = [:]) throws -> Project {
    let project = try Project(root: root, parameters: parameters)
    guard !project.notebooks.isEmpty else {
      throw CommandFailure(
        description: "\(root.path)/Notebooks holds no notebook, expected files such as 01-title.swift")
    }
    return project
  }

  /// Runs the body while nobody cleans up: what it reads and writes stays until it ends.
  func keepingResults<Result>(_ body: () throws -> Result) throws -> Result {
    let lock = try FileLock(root.appending(path: ".quire/locks/store"), isShared: true)
    return try withExtendedLifetime(lock, body)
  }

  /// What git prints about the project; nothing where it fails, where there is no git, or no repository.
  func git(_ arguments: String...) -> String? {
    findProgram("git").flatMap { Subprocess(program: $0, arguments: arguments, folder: root).output() }
      .map { $0.trimmingCharacters(in: .newlines) }
  }

  /// Draws with the fonts of the project.
  var drawer: FigureDrawer {
    let fonts = root.appending(path: "Fonts")
    var versions: [String: String] = [:]
    for name in Files.names(in: fonts) where name.hasSuffix(".otf") {
      if let data = try? Files.read(fonts.appending(path: name)) {
        versions[name] = String(SHA256.hash(of: data).prefix(16))
      }
    }
    versions["cairo"] = cairoVersion
    return FigureDrawer(versions: versions) { label, figure in
      let drawn = try render(figure, fonts: fonts)
      return DrawnFigureFiles(
        label: label, files: ["svg": Data(drawn.svg), "pdf": Data(drawn.pdf), "png": Data(drawn.png)],
        drawing: drawn.drawingHash)
    }
  }

  /// Draws figures, and writes down in the lock file what they were drawn from.
  /// - Parameters:
  ///   - labels: which; all if nil.
  ///   - paper: the paper if it was woven now.
  func draw(_ project: Project, _ labels: Set<String>?, paper: String?) throws -> Int {
    let drawer = drawer
    let drawn = try project.drawFigures(labels, with: drawer, under: root)
    let lock = try FileLock(root.appending(path: ".quire/locks/lock-file"))
    try withExtendedLifetime(lock) {
      let previous = try LockFile.read(root: root)
      // Another run may have recorded something while figures were drawn.
      let next = try self.project().lock(
        previous: previous, drawn: drawn, paper: paper, drawing: drawer.versions)
      if next != previous { try next.write(root: root) }
    }
    return drawn.count
  }
}

/// Runs the body of a command; failures become one sentence on standard error and an exit code.
func reporting(_ body: () throws -> Void) throws {
  do {
    try body()
  } catch let exit as ExitCode {
    throw exit
  } catch let failure as CommandFailure {
    say(failure.description)
    throw ExitCode(failure.code)
  } catch let error as UnknownTarget {
    say(error.description)
    throw ExitCode(64)
  } catch {
    say("\(error)")
    throw ExitCode(2)
  }
}

/// A message on standard error.
func say(_ message: String) {
  writeToStandardError(message.split(separator: "\n").map { "quire: \($0)\n" }.joined())
}

/// One JSON object on standard output.
func printJSON(_ value: some Encodable) throws {
  print(String(decoding: try CanonicalJSON.encode(value), as: UTF8.self))
}
