// What may import what. CONTRIBUTING.md shows the same as a picture.

/// One target of the package and the targets it rests on.
struct ArchitecturalTarget {
  let name: String
  /// The targets it may name in the manifest. It may also import what those rest on, C modules excepted.
  let restsOn: [String]
}

/// The targets of `Sources`, lowest first: each rests on targets that stand before it.
enum Architecture {
  static let targets: [ArchitecturalTarget] = [
    // C: one library each.
    .init(name: "CTorch", restsOn: []),
    .init(name: "CCairo", restsOn: []),
    .init(name: "CCrypto", restsOn: []),
    .init(name: "CImages", restsOn: []),
    .init(name: "CSimdjson", restsOn: []),
    .init(name: "CGnuplot", restsOn: []),
    // Arithmetic and files, without tensors.
    .init(name: "Boxes", restsOn: []),
    .init(name: "Allocation", restsOn: []),
    .init(name: "Images", restsOn: ["CImages"]),
    .init(name: "COCO", restsOn: ["Boxes", "Images", "CSimdjson"]),
    .init(name: "Scenes", restsOn: ["COCO", "Images", "CCairo", "CCrypto"]),
    // Notebooks and the paper, without tensors.
    .init(name: "Artifacts", restsOn: ["CCrypto"]),
    .init(name: "Plotting", restsOn: []),
    .init(name: "CairoCanvas", restsOn: ["Plotting", "Images", "CCairo"]),
    .init(name: "TerminalPlots", restsOn: ["Plotting", "CGnuplot"]),
    .init(name: "Authoring", restsOn: ["Artifacts", "Plotting"]),
    .init(name: "Weave", restsOn: ["Artifacts", "Authoring", "Plotting"]),
    .init(
      name: "quire",
      restsOn: ["Weave", "CairoCanvas", "TerminalPlots", "COCO", "Allocation", "Scenes"]),
    .init(name: "ToyNotebook", restsOn: ["Authoring"]),
    // Tensors.
    .init(name: "Torch", restsOn: ["CTorch"]),
    .init(name: "NN", restsOn: ["Torch"]),
    .init(name: "Detection", restsOn: ["NN", "COCO", "Boxes", "Images"]),
    .init(name: "Quantization", restsOn: ["NN", "Allocation"]),
    .init(name: "Fisher", restsOn: ["Quantization", "NN"]),
    // The paper's own steps.
    .init(
      name: "Experiment",
      restsOn: ["Authoring", "Fisher", "Quantization", "Detection", "Scenes", "COCO"]),
    .init(name: "quire-tensor", restsOn: ["Experiment", "CairoCanvas"]),
    .init(name: "TestSupport", restsOn: []),
  ]

  /// Targets that are commands; only these and the notebooks may import all of Foundation.
  static let commands: Set<String> = ["quire", "quire-tensor"]

  /// Modules of the toolchain that any target may import.
  static let systemModules: Set<String> = [
    "FoundationEssentials", "Dispatch", "Synchronization", "Glibc", "Musl", "Darwin",
  ]

  /// Files that may be longer than the limit, and why.
  static let longFiles: [String: String] = [:]

  /// Sources of CTorch that hold fused kernels; they do not count into the budget for operators.
  static let fusedKernels: Set<String> = [
    "PerImage.cpp", "DeformableAttention.hpp", "DeformableAttention.cpp", "DeformableKernel.cpp",
    "DeformableSamples.hpp", "Attention.cpp", "AttentionKernel.hpp", "AttentionKernel.cpp", "Linear.cpp",
    "MatrixKernel.hpp", "MatrixKernel.cpp", "Vectors.hpp",
  ]

  /// Whether a target is C; a C module is imported only by targets that rest on it directly.
  static func isC(_ name: String) -> Bool {
    name.first == "C" && name.dropFirst().first?.isUppercase == true && name != "COCO"
  }

  /// The target of a name.
  static func target(_ name: String) -> ArchitecturalTarget? {
    targets.first { $0.name == name }
  }

  /// Everything below a target, C modules included.
  static func everythingBelow(_ name: String) -> Set<String> {
    var found: Set<String> = []
    for next in target(name)?.restsOn ?? [] {
      found.insert(next)
      found.formUnion(everythingBelow(next))
    }
    return found
  }

  /// The modules that sources of a target may import.
  static func mayImport(_ name: String) -> Set<String> {
    let direct = target(name)?.restsOn ?? []
    let modules = everythingBelow(name).filter { !isC($0) || direct.contains($0) }
    let command: Set<String> = commands.contains(name) ? ["Foundation", "ArgumentParser"] : []
    return modules.union(systemModules).union(command)
  }

  /// The modules that notebooks may import.
  static var notebooksMayImport: Set<String> {
    mayImport("Experiment").filter { !isC($0) }.union(["Experiment", "Foundation"])
  }
}
