// quire new: a paper of one's own on the engine.
import ArgumentParser
import Artifacts
import Foundation
import Weave

/// `quire new`.
struct NewCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "new",
    abstract: "Make a package for another paper: one working notebook on the engine alone.",
    discussion: """
      The package is built with the checkout of Quire that makes it; no detectors and no libtorch are needed. Its own \
      ./quire runs, weaves and checks it.
      """)

  @Argument(help: ArgumentHelp("The folder to make; its last part names the package.", valueName: "name"))
  var path: String

  func run() throws {
    try reporting {
      let folder = URL(filePath: path).standardizedFileURL
      let name = folder.lastPathComponent
      guard isPackageName(name) else {
        throw CommandFailure(
          description:
            "\"\(name)\" cannot name a package; expected letters, digits and hyphens, a letter first",
          code: 64)
      }
      guard !Files.exists(folder) else {
        throw CommandFailure(
          description: "\(path) exists already; quire new makes a new folder and changes none")
      }
      try make(name, folder, engine: engine())
      say("\(path) is a package with one notebook; its ./quire run and ./quire weave make the paper")
    }
  }

  private func isPackageName(_ name: String) -> Bool {
    name.first?.isLetter == true && name.utf8.count <= 64
      && name.allSatisfy { $0.isASCII && ($0.isLetter || $0.isNumber || $0 == "-") }
  }

  /// The checkout of the engine: the one that a project names, or the project itself.
  private func engine() throws -> URL {
    let environment = ProcessInfo.processInfo.environment
    let named = environment["QUIRE_ENGINE"].flatMap { $0.isEmpty ? nil : URL(filePath: $0) }
    let engine = try named ?? Session().root
    guard Files.exists(engine.appending(path: "Template/Package.swift")) else {
      throw CommandFailure(
        description:
          "\(engine.path) is no checkout of Quire, which has a folder Template; QUIRE_ENGINE names one")
    }
    return engine.resolvingSymlinksInPath()
  }

  /// Everything is written beside the folder first, which then appears whole.
  private func make(_ name: String, _ folder: URL, engine: URL) throws {
    let parent = folder.deletingLastPathComponent()
    try Files.makeFolder(parent)
    let scratch = parent.appending(path: ".\(name).\(ProcessInfo.processInfo.processIdentifier).tmp")
    defer { Files.remove(scratch) }
    let place = relativePath(of: engine, from: parent.resolvingSymlinksInPath().appending(path: name))
    let template = engine.appending(path: "Template")
    for path in files(in: template) {
      let target = scratch.appending(path: path == "gitignore" ? ".gitignore" : path)
      let text = String(decoding: try Files.read(template.appending(path: path)), as: UTF8.self)
        .replacingOccurrences(of: "PAPER_NAME", with: name)
        .replacingOccurrences(of: "ENGINE_PATH", with: place)
      try Files.write(text, to: target)
    }
    for font in Files.names(in: engine.appending(path: "Fonts")) {
      try Files.write(
        try Files.read(engine.appending(path: "Fonts/\(font)")), to: scratch.appending(path: "Fonts/\(font)"))
    }
    // The same versions of what the engine itself is built with.
    let resolved = engine.appending(path: "Package.resolved")
    if Files.exists(resolved) {
      try Files.write(try Files.read(resolved), to: scratch.appending(path: "Package.resolved"))
    }
    let launcher = scratch.appending(path: "quire").path
    guard chmod(launcher, 0o755) == 0, rename(scratch.path, folder.path) == 0 else {
      throw CommandFailure(description: "\(path) could not be made: \(String(cString: strerror(errno)))")
    }
  }

  private func files(in folder: URL, under path: String = "") -> [String] {
    Files.names(in: folder).flatMap { name -> [String] in
      let below = files(in: folder.appending(path: name), under: "\(path)\(name)/")
      return below.isEmpty ? [path + name] : below
    }
  }
}

/// The way from one folder to another, without a machine's own path where they share a part of theirs.
func relativePath(of target: URL, from folder: URL) -> String {
  let (to, from) = (target.pathComponents, folder.pathComponents)
  let shared = zip(to, from).prefix { $0 == $1 }.count
  let steps = Array(repeating: "..", count: from.count - shared) + to.dropFirst(shared)
  return steps.isEmpty ? "." : steps.joined(separator: "/")
}
