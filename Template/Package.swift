// swift-tools-version: 6.2
// A paper on the engine of Quire. Each file of Notebooks is an executable; what notebooks share stands in Sources.
import Foundation
import PackageDescription

/// The checkout of Quire that the notebooks are built with: $QUIRE_ENGINE, or its place as seen from this folder.
let engine = Context.environment["QUIRE_ENGINE"] ?? "ENGINE_PATH"

let folder = Context.packageDirectory + "/Notebooks"
let notebooks = ((try? FileManager.default.contentsOfDirectory(atPath: folder)) ?? []).sorted()

let package = Package(
  name: "PAPER_NAME",
  dependencies: [.package(name: "quire", path: engine)],
  targets: [
    .target(name: "Steps", dependencies: [.product(name: "Authoring", package: "quire")]),
    .testTarget(name: "StepsTests", dependencies: ["Steps"]),
  ]
    + notebooks.filter { $0.hasSuffix(".swift") }.map { file in
      .executableTarget(
        name: String(file.dropLast(6)), dependencies: ["Steps"], path: "Notebooks",
        exclude: notebooks.filter { $0 != file }, sources: [file],
        swiftSettings: [.defaultIsolation(MainActor.self)])
    },
  swiftLanguageModes: [.v6]
)
