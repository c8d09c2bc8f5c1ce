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
    let manifest = folder.appending(path: "Package.swift")
    if Files.exists(manifest),
      (try? FileManager.default.destinationOfSymbolicLink(atPath: manifest.path)) == nil
    {
      throw CommandFailure(
        description:
          "\(name): \"output\" is \(profile.output ?? ""), a project already; expected a folder for the report alone"
      )
    }
    try Files.makeFolder(folder)
    let lock = try FileLock(folder.appending(path: ".quire/locks/profile"))
    try withExtendedLifetime(lock) {
      for name in Self.links { try link(name) }
      try linkTrainedWeights()
      try DataImport(report: self).run()
      try keepProfile()
    }
    return folder
  }

  private func link(_ name: String) throws {
    let (target, place) = (checkout.appending(path: name), folder.appending(path: name))
    guard Files.exists(target) else { return }
    if (try? FileManager.default.destinationOfSymbolicLink(atPath: place.path)) == target.path { return }
    Files.remove(place)
    try Files.makeFolder(place.deletingLastPathComponent())
    try FileManager.default.createSymbolicLink(at: place, withDestinationURL: target)
  }

  /// Trained weights serve all reports as starting points. Each file is a link of its own, so that new ones do not go to the
  /// checkout.
  private func linkTrainedWeights() throws {
    for path in ["Results/artifacts/pretrain", "Results/artifacts/train"] {
      for name in Files.names(in: checkout.appending(path: path)) { try link("\(path)/\(name)") }
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
