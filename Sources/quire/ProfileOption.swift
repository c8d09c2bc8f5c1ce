// --profile: the same commands on a report on other data.
import ArgumentParser
import Artifacts
import Authoring
import Foundation

/// The option of all commands about notebooks that says what their report is about.
struct ProfileOption: ParsableArguments {
  @Option(
    help: ArgumentHelp(
      "Work on the report on other data that this file describes, in a folder of its own.", valueName: "file")
  )
  var profile: String?
}

/// The checkout that a project's sources stand in: the project itself, or what a report on other data links to.
func sourceCheckout(of root: URL) -> URL {
  let manifest = root.appending(path: "Package.swift").path
  guard let target = try? FileManager.default.destinationOfSymbolicLink(atPath: manifest) else { return root }
  return URL(filePath: target, relativeTo: root).deletingLastPathComponent().standardizedFileURL
}

/// The folder of a report on other data: a project with the notebooks of a checkout, by links, and results of its own.
struct ForeignReport {
  let profile: Profile
  /// The folder of the profile file, which paths in it start at.
  let home: URL
  let checkout: URL
  let folder: URL
  /// The name of the profile file in messages.
  let name: String

  /// What a project of links takes from its checkout.
  private static let links = [
    "Package.swift", "Notebooks", "Sources", "Fonts", "references.bib", ".deps", "quire",
  ]
  /// What is made first in the folder.
  private static let lock = ".quire/locks/profile"

  init(file: String, checkout: URL) throws {
    let url = URL(filePath: file).standardizedFileURL
    guard let text = FileManager.default.contents(atPath: url.path) else {
      throw CommandFailure(description: "\(file): there is no such file; expected a profile in JSON")
    }
    let profile = try Profile(json: text, named: url.lastPathComponent)
    let home = url.deletingLastPathComponent()
    let standard = checkout.appending(path: "build/profiles/\(profile.name)")
    folder = profile.output.map { URL(filePath: $0, relativeTo: home).standardizedFileURL } ?? standard
    name = url.lastPathComponent
    self.profile = profile
    self.home = home
    self.checkout = checkout
  }

  /// Makes the folder, or brings it up to date.
  /// - Returns: the folder.
  func prepare() throws -> URL {
    try refuseOtherUse()
    try Files.makeFolder(folder)
    let lock = try FileLock(folder.appending(path: Self.lock))
    try withExtendedLifetime(lock) {
      for name in Self.links { try link(name) }
      try linkTrainedWeights()
      try DataImport(report: self).run()
      try keepProfile()
    }
    return folder
  }

  /// Refuses a folder that is not for the report alone: links and data would take the place of what somebody keeps there.
  private func refuseOtherUse() throws {
    guard Files.exists(folder), let use = otherUse else { return }
    let key = profile.output == nil ? "the report's folder" : "\"output\""
    throw CommandFailure(
      description:
        "\(name): \(key) is \(folder.path), \(use); expected a folder that is missing, empty, or a report already"
    )
  }

  /// What the folder, which exists, is besides the report's.
  private var otherUse: String? {
    let here = realPath(folder)
    if here == realPath(home) { return "the folder of the profile itself" }
    if realPath(URL(filePath: profile.data.folder, relativeTo: home)).hasPrefix(here) {
      return "which holds the profile's data"
    }
    return isOwn ? nil : "which quire did not make"
  }

  /// Whether quire made the folder. The lock comes first, then the link to the manifest; a profile that is at fault is
  /// not kept.
  private var isOwn: Bool {
    guard let names = try? FileManager.default.contentsOfDirectory(atPath: folder.path) else { return false }
    let isMarked = [Self.lock, Profile.path].contains { Files.exists(folder.appending(path: $0)) }
    return names.isEmpty || names == [".quire"] || (destination("Package.swift") != nil && isMarked)
  }

  /// Where a link in the folder leads to; nothing if there is no link.
  private func destination(_ path: String) -> String? {
    try? FileManager.default.destinationOfSymbolicLink(atPath: folder.appending(path: path).path)
  }

  /// Whether something is there that is no link, and so not for links to replace.
  private func isOccupied(_ path: String) -> Bool {
    destination(path) == nil && Files.exists(folder.appending(path: path))
  }

  private func link(_ path: String) throws {
    let (target, place) = (checkout.appending(path: path), folder.appending(path: path))
    guard Files.exists(target), destination(path) != target.path else { return }
    guard !isOccupied(path) else {
      throw CommandFailure(
        description: "\(name): \(place.path) is in the way; expected a link to \(target.path), or nothing")
    }
    Files.remove(place)
    try Files.makeFolder(place.deletingLastPathComponent())
    try FileManager.default.createSymbolicLink(at: place, withDestinationURL: target)
  }

  /// Trained weights serve all reports as starting points. Each file is a link of its own, so that new ones do not go to the
  /// checkout; those that the report has itself stay.
  private func linkTrainedWeights() throws {
    for step in ["Results/artifacts/pretrain", "Results/artifacts/train"] {
      let paths = Files.names(in: checkout.appending(path: step)).map { "\(step)/\($0)" }
      for path in paths where !isOccupied(path) { try link(path) }
    }
  }

  /// Another profile is another report: what was recorded under the old one is gone, what was computed stays in the store.
  private func keepProfile() throws {
    var kept = profile
    // Where data and report stand belongs to this machine.
    (kept.data.folder, kept.output) = ("", nil)
    let text = try CanonicalJSON.encodePretty(kept)
    let place = folder.appending(path: Profile.path)
    if FileManager.default.contents(atPath: place.path) == text { return }
    Files.remove(folder.appending(path: "Results/records"))
    try Files.write(text, to: place)
  }
}

/// The way to a folder without links, with a slash at its end, so that what lies in it begins with it.
private func realPath(_ folder: URL) -> String {
  let path = folder.standardizedFileURL.resolvingSymlinksInPath().path
  return path.hasSuffix("/") ? path : path + "/"
}
