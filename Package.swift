// swift-tools-version: 6.2
// The manifest is the architecture: every target, what it may import, and nothing else.
// Imports go down only; Tests/ArchitectureTests holds this file to that.
import Foundation
import PackageDescription

let root = Context.packageDirectory

// libtorch: $QUIRE_TORCH, or what `make setup` unpacked. Without it everything that needs no tensors still builds.
let torch = Context.environment["QUIRE_TORCH"] ?? root + "/.deps/torch"
let hasTorch = FileManager.default.fileExists(atPath: torch + "/include/ATen/ATen.h")

/// The names of everything in a folder, sorted.
func files(in folder: String) -> [String] {
  ((try? FileManager.default.contentsOfDirectory(atPath: root + "/" + folder)) ?? []).sorted()
}

let strict: [SwiftSetting] = [.treatAllWarnings(as: .error)]
let arguments = Target.Dependency.product(name: "ArgumentParser", package: "swift-argument-parser")

func library(_ name: String, _ dependencies: [Target.Dependency] = []) -> Target {
  .target(name: name, dependencies: dependencies, swiftSettings: strict)
}

func tests(_ name: String, _ dependencies: [Target.Dependency]) -> Target {
  .testTarget(
    name: name + "Tests", dependencies: dependencies + ["TestSupport"], exclude: [],
    swiftSettings: strict)
}

// What needs no tensors.
var targets: [Target] = [
  .systemLibrary(name: "CCairo", pkgConfig: "cairo-ft", providers: [.apt(["libcairo2-dev"])]),
  .systemLibrary(name: "CCrypto", pkgConfig: "libcrypto", providers: [.apt(["libssl-dev"])]),
  .target(
    name: "CImages",
    cSettings: [.unsafeFlags(["-I/usr/include/freetype2", "-I/usr/include/libpng16"])],
    linkerSettings: [.linkedLibrary("freetype"), .linkedLibrary("png16"), .linkedLibrary("jpeg")]),
  .target(name: "CSimdjson", linkerSettings: [.linkedLibrary("simdjson")]),
  library("Boxes"),
  library("Allocation"),
  library("Images", ["CImages"]),
  library("COCO", ["Boxes", "Images", "CSimdjson"]),
  library("Scenes", ["COCO", "Images", "CCairo", "CCrypto"]),
  library("Plotting"),
  library("CairoCanvas", ["Plotting", "Images", "CCairo"]),
  .target(name: "CGnuplot", linkerSettings: [.linkedLibrary("boost_iostreams")]),
  library("TerminalPlots", ["Plotting", "CGnuplot"]),
  library("Artifacts", ["CCrypto"]),
  library("Authoring", ["Artifacts", "Plotting"]),
  library("Weave", ["Artifacts", "Authoring", "Plotting"]),
  .executableTarget(
    name: "quire",
    dependencies: ["Weave", "CairoCanvas", "TerminalPlots", "COCO", "Allocation", "Scenes", arguments],
    swiftSettings: strict),
  .executableTarget(name: "ToyNotebook", dependencies: ["Authoring"], swiftSettings: strict),
  library("TestSupport"),
  tests("Boxes", ["Boxes"]),
  tests("Allocation", ["Allocation"]),
  tests("Images", ["Images"]),
  tests("COCO", ["COCO"]),
  tests("Scenes", ["Scenes"]),
  tests("Plotting", ["Plotting", "CairoCanvas"]),
  tests("TerminalPlots", ["TerminalPlots"]),
  tests("Artifacts", ["Artifacts", "Authoring"]),
  tests("Weave", ["Weave", "CairoCanvas"]),
  tests("Command", ["Artifacts", "Images"]),
  tests("Architecture", []),
]

// What computes with tensors, and the notebooks.
if hasTorch {
  targets += [
    .target(
      name: "CTorch",
      cxxSettings: [
        .unsafeFlags([
          "-isystem", torch + "/include", "-isystem", torch + "/include/torch/csrc/api/include",
          "-std=c++20", "-Wall", "-Werror",
        ])
      ],
      linkerSettings: [
        .unsafeFlags([
          "-L" + torch + "/lib", "-Xlinker", "-rpath", "-Xlinker", torch + "/lib",
          "-Xlinker", "--no-as-needed",
        ]),
        .linkedLibrary("torch"), .linkedLibrary("torch_cpu"), .linkedLibrary("c10"),
      ]),
    library("Torch", ["CTorch"]),
    library("NN", ["Torch"]),
    library("Detection", ["NN", "COCO", "Boxes", "Images"]),
    library("Quantization", ["NN", "Allocation"]),
    library("Fisher", ["Quantization", "NN"]),
    library(
      "Experiment", ["Authoring", "Fisher", "Quantization", "Detection", "Scenes", "COCO"]),
    .executableTarget(
      name: "quire-tensor", dependencies: ["Experiment", "CairoCanvas", arguments], swiftSettings: strict),
    tests("Torch", ["Torch"]),
    tests("NN", ["NN"]),
    tests("Detection", ["Detection"]),
    tests("Quantization", ["Quantization"]),
    tests("Fisher", ["Fisher"]),
    tests("Experiment", ["Experiment", "CairoCanvas"]),
  ]
  // Benchmarks are built only when asked for; each is an executable of its one file.
  let benchmarkFiles = Context.environment["QUIRE_BENCHMARKS"] == nil ? [] : files(in: "Benchmarks")
  targets += benchmarkFiles.filter { $0.hasSuffix(".swift") }.map { file in
    .executableTarget(
      name: String("benchmark-" + file.dropLast(6)), dependencies: ["Experiment"], path: "Benchmarks",
      exclude: benchmarkFiles.filter { $0 != file }, sources: [file],
      swiftSettings: strict + [.defaultIsolation(MainActor.self)])
  }
  // Each notebook is an executable of its one file; the rest of the folder is not its business.
  let notebookFiles = files(in: "Notebooks")
  targets += notebookFiles.filter { $0.hasSuffix(".swift") }.map { file in
    .executableTarget(
      name: String(file.dropLast(6)), dependencies: ["Experiment"], path: "Notebooks",
      exclude: notebookFiles.filter { $0 != file }, sources: [file],
      swiftSettings: strict + [.defaultIsolation(MainActor.self)])
  }
}

let package = Package(
  name: "quire",
  // What other papers are built on: `quire new` makes one.
  products: [
    .library(name: "Authoring", targets: ["Artifacts", "Plotting", "Authoring"]),
    .executable(name: "quire", targets: ["quire"]),
  ],
  dependencies: [
    .package(url: "https://github.com/apple/swift-argument-parser", exact: "1.8.2")
  ],
  targets: targets,
  swiftLanguageModes: [.v6],
  cxxLanguageStandard: .cxx20
)
