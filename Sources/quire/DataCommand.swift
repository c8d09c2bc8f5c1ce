// quire data: the embedded data for other people's tools.
import ArgumentParser
import Artifacts
import Foundation
import Scenes

/// `quire data`.
struct DataCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "data", abstract: "Write the composed scenes as a data set in COCO's format.",
    subcommands: [DataExport.self])
}

/// `quire data export`: composed scenes as a COCO directory.
struct DataExport: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "export",
    abstract:
      "Write composed scenes as a COCO directory: pictures, instances JSON (panoptic JSON and maps too), credits."
  )

  @Option(help: "The folder to write to; it is made where it is missing.")
  var out: String

  @Option(help: "Which task: \(SceneTask.allCases.map(\.rawValue).joined(separator: ", ")).")
  var task = SceneTask.detection

  @Option(
    name: .customLong("split"), parsing: .upToNextOption,
    help:
      "Which splits: \(SceneSplit.allCases.map(\.label).joined(separator: ", ")). All where none is named.")
  var splits: [SceneSplit] = []

  @Option(help: "How many scenes of each split; a split's own count where it is not given.")
  var count: Int?

  @Option(help: "What all randomness follows from.")
  var seed: UInt64 = 1

  @Option(
    help:
      "How many of the published training garments the training scenes show; \(GarmentCatalog.usualTrainingInstances) if not given."
  )
  var trainingInstances: Int?

  @Option(help: "Columns and rows of a picture, at least 32.")
  var size = 96

  @Option(help: "png, or jpeg.")
  var format = "png"

  @Option(help: "The quality of JPEG pictures, 1 to 100; 95 where it is not given.")
  var quality: Int?

  @Option(help: "How many threads make scenes; the result does not depend on it.")
  var threads = 2

  @Flag(help: "Print what was written as one JSON object.")
  var json = false

  func validate() throws {
    guard size >= 32 else { throw ValidationError("--size is \(size), expected at least 32") }
    if let quality, !(1...100).contains(quality) {
      throw ValidationError("--quality is \(quality), expected 1 to 100")
    }
    guard threads >= 1 else { throw ValidationError("--threads is \(threads), expected at least 1") }
    guard count.map({ $0 >= 1 }) ?? true else {
      throw ValidationError("--count is \(count ?? 0), expected at least 1")
    }
    if let trainingInstances {
      guard (100...GarmentCatalog.firstSelectionInstance).contains(trainingInstances) else {
        throw ValidationError(
          "--training-instances is \(trainingInstances), expected 100 to \(GarmentCatalog.firstSelectionInstance)"
        )
      }
      guard task == .garments else {
        throw ValidationError("--training-instances is for --task garments, and the task is \(task.rawValue)")
      }
    }
    if let split = splits.first(where: { !task.splits.contains($0) }) {
      throw ValidationError("the task \(task.rawValue) has no split \(split.label)")
    }
    guard ["png", "jpeg"].contains(format) else {
      throw ValidationError("--format is \(format), expected png or jpeg")
    }
    if quality != nil, format != "jpeg" {
      throw ValidationError("--quality is for --format jpeg, and the format is \(format)")
    }
  }

  func run() throws {
    try reporting {
      let written = try export()
      if json { try printJSON(Summary(folder: out, seed: seed, size: size, splits: written)) }
    }
  }

  /// What was written of one split.
  private struct Written: Encodable {
    let split: String
    let pictures: Int
    let objects: Int
  }

  private struct Summary: Encodable {
    let folder: String
    let seed: UInt64
    let size: Int
    let splits: [Written]
  }

  private func export() throws -> [Written] {
    let root = try projectRoot(
      environment: ProcessInfo.processInfo.environment, from: FileManager.default.currentDirectoryPath)
    let generator = SceneGenerator(
      catalog: try SceneCatalog.load(root: root, for: task), seed: seed, size: size, task: task,
      trainingInstances: trainingInstances ?? GarmentCatalog.usualTrainingInstances)
    let folder = URL(filePath: out)
    return try (splits.isEmpty ? task.splits : splits).map { split in
      let dataset = try generator.export(
        split, count: count, to: folder, format: format == "png" ? .png : .jpeg(quality: quality ?? 95),
        threads: threads)
      say("\(split.label): \(dataset.images.count) pictures, \(dataset.annotations.count) objects")
      return Written(
        split: split.label, pictures: dataset.images.count, objects: dataset.annotations.count)
    }
  }
}

extension SceneTask: ExpressibleByArgument {}

extension SceneSplit: ExpressibleByArgument {
  /// The split of that name.
  public init?(argument: String) {
    guard let split = Self.allCases.first(where: { $0.label == argument }) else { return nil }
    self = split
  }

  /// The names of all splits.
  public static var allValueStrings: [String] { allCases.map(\.label) }
}
