// quire train: a detector on anybody's data in COCO's format.
import ArgumentParser
import Artifacts
import COCO
import Detection
import Experiment
import Foundation
import Images
import NN
import Torch

/// `quire train`.
struct TrainCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "train",
    abstract: "Train a detector on data in COCO's format.",
    discussion: """
      The folder holds instances_train.json and instances_val.json, or the same in annotations/, and the pictures in \
      train/ and val/, images/, or beside. A training that was stopped goes on from its last saved state when the same \
      command is given again.
      Without --images, the mini size sees 256,000 pictures, the full size every picture 50 times.
      """)

  @Option(help: "detr, dab-detr or deformable-detr.")
  var architecture: DetectorArchitecture

  @Option(help: ArgumentHelp("The data: instances files and pictures.", valueName: "folder"))
  var data: String

  @Option(help: ArgumentHelp("The checkpoint to write.", valueName: "model.safetensors"))
  var output: String

  @Option(help: "mini or full.")
  var size = TrainingSize.mini

  @Option(help: ArgumentHelp("A detector to start from, in place of random values.", valueName: "file"))
  var weights: String?

  @Option(help: ArgumentHelp("The Hugging Face configuration of these weights.", valueName: "config.json"))
  var config: String?

  @Option(help: ArgumentHelp("A pre-trained backbone to start from.", valueName: "file"))
  var backbone: String?

  @Option(help: "50 or 101 layers of the backbone.")
  var depth = 50

  @Option(help: "The instances file to train on: instances_SPLIT.json.")
  var split = "train"

  @Option(help: "The instances file to measure AP on; where none is named, that of val if the data has one.")
  var validationSplit: String?

  @Option(help: "The most pictures to measure AP on.")
  var validationImages = 200

  @Option(
    help: "Pictures seen in all, repeats included; without it 256,000 for mini, 50 times the data for full.")
  var images: Int?

  @Option(help: "Pictures of a step.")
  var batch: Int?

  @Option(help: "The learning rate; that of the backbone keeps its proportion to it.")
  var rate: Double?

  @Option(help: "Steps between two measurements.")
  var interval: Int?

  @Option(help: "The shorter side of pictures in pixels: 96 for mini, 800 for full.")
  var side: Int?

  @Option(help: "flips: at one size; published: sizes and crops too. The latter for full.")
  var augmentation: AugmentationName?

  @Option(help: "What order, variations and first values follow from.")
  var seed: UInt64 = 1

  @Option(help: ArgumentHelp("Seconds between two saved states.", valueName: "seconds"))
  var saveEvery = 120.0

  @Option(help: "cpu or cuda.")
  var device = ComputeDevice.cpu

  @Option(help: "Threads of libtorch; gradients depend on the number in their last digits.")
  var threads = 1

  @Flag(help: "Print what was made as one JSON object.")
  var json = false

  func validate() throws {
    for (name, value) in [
      ("--images", images), ("--batch", batch), ("--interval", interval), ("--threads", threads),
      ("--validation-images", validationImages),
    ] {
      if let value, value < 1 { throw ValidationError("\(name) is \(value), expected at least 1") }
    }
    if let side, !(16...4096).contains(side) {
      throw ValidationError("--side is \(side), expected 16 to 4096")
    }
    if let rate, !(rate > 0 && rate < 1) {
      throw ValidationError("--rate is \(rate), expected more than 0 and less than 1")
    }
    if ![50, 101].contains(depth) { throw ValidationError("--depth is \(depth), expected 50 or 101") }
    if weights != nil, backbone != nil {
      throw ValidationError("--weights and --backbone exclude each other")
    }
    if config != nil, weights == nil { throw ValidationError("--config is for --weights") }
  }

  func run() throws {
    try reporting("train") {
      try device.demand()
      Runtime.setThreadCount(threads)
      let file = URL(filePath: output)
      if Files.exists(file) {
        throw TrainingError("\(output): is there already; expected the name of a new file")
      }
      let plan = try plan()
      let history = try train(plan, file)
      if json {
        try printJSON(
          Summary(file: output, imagesSeen: plan.recipe.stepCount * plan.recipe.batchSize, history: history))
      }
    }
  }

  private struct Summary: Encodable {
    let file: String
    let imagesSeen: Int
    let history: [TrainingPoint]
  }

  /// Everything that decides the result but the pictures themselves.
  private struct Plan {
    let detector: any Detector
    let categoryIDs: [Int]
    let pictures: PictureFolder
    let validation: PictureFolder?
    let recipe: TrainingRecipe
    let augmentation: Augmentation
    let side: Int
  }

  private func plan() throws -> Plan {
    let folder = URL(filePath: data)
    let place = try DataDirectory(folder, split: split)
    let dataset = try Dataset(contentsOf: place.annotations)
    guard !dataset.images.isEmpty else {
      throw TrainingError("\(place.annotations.lastPathComponent): no pictures in it")
    }
    let start = try weights.map {
      try detectorFile(architecture, weights: $0, config: config)
    }
    let categoryIDs = start?.categoryIDs ?? size.categoryIDs(dataset)
    let detector =
      start?.detector
      ?? makeDetector(
        size.configuration(architecture, classCount: categoryIDs.count, depth: depth), seed: seed)
    if let backbone { try detector.backbone.load(backboneFile: URL(filePath: backbone)) }
    let shortSide = side ?? start?.resizing.shortSide ?? size.shortSide
    let variations = (augmentation ?? (size == .full ? .published : .flips)).augmentation(side: shortSide)
    // Absent validation data is no fault where none was asked for; broken ones are.
    let usual = DataDirectory.hasSplit("val", in: folder) ? "val" : nil
    let validation = try (validationSplit ?? usual).map { split in
      let other = try DataDirectory(folder, split: split)
      var all = try Dataset(contentsOf: other.annotations)
      all.images = Array(all.images.prefix(validationImages))
      let kept = Set(all.images.map(\.id))
      all.annotations.removeAll { !kept.contains($0.imageID) }
      return try PictureFolder(all, in: other.pictures, categoryIDs: categoryIDs)
    }
    return Plan(
      detector: detector, categoryIDs: categoryIDs,
      pictures: try PictureFolder(dataset, in: place.pictures, categoryIDs: categoryIDs),
      validation: validation, recipe: recipe(pictureCount: dataset.images.count), augmentation: variations,
      side: shortSide)
  }

  private func recipe(pictureCount: Int) -> TrainingRecipe {
    var recipe = size.recipe(pictureCount: pictureCount)
    recipe.imageCount = images ?? recipe.imageCount
    recipe.batchSize = min(batch ?? recipe.batchSize, recipe.imageCount)
    if let rate {
      recipe.backboneRate *= rate / recipe.rate
      recipe.rate = rate
    }
    recipe.validationInterval = interval ?? recipe.validationInterval
    recipe.warmUpSteps = min(recipe.warmUpSteps, recipe.stepCount / 10)
    return recipe
  }

  private func train(_ plan: Plan, _ file: URL) throws -> [TrainingPoint] {
    let state = try stateFile(plan, file)
    say(
      "\(plan.pictures.targets.count) pictures, \(plan.categoryIDs.count) categories, \(plan.recipe.stepCount) steps"
        + (Files.exists(state) ? ", going on from \(state.lastPathComponent)" : ""))
    let loop = TrainingLoop(
      recipe: plan.recipe, stateFile: state, saveInterval: saveEvery, report: { line, _ in say(line) })
    let history = try trainDetector(
      plan.detector, on: plan.pictures, plan.augmentation, loop, seed: seed,
      validate: { try score($0, plan) })
    let checkpoint = try Checkpoint(
      plan.detector,
      metadata: [
        "configuration": try metadataJSON(plan.detector.configuration),
        "categoryIDs": try metadataJSON(plan.categoryIDs), "history": try metadataJSON(history),
        "categoryNames": try metadataJSON(
          Dictionary(plan.pictures.dataset.categories.map { ($0.id, $0.name) }, uniquingKeysWith: { $1 })),
        "size": String(plan.side),
      ])
    try Files.write(checkpoint.encoded(), to: file)
    Files.remove(state)
    return history
  }

  /// AP on the validation pictures; −1 where there are none.
  private func score(_ detector: any Detector, _ plan: Plan) throws -> Double {
    guard let validation = plan.validation else { return -1 }
    let found = try detections(
      of: detector, imageIDs: validation.dataset.images.map(\.id), categoryIDs: plan.categoryIDs,
      resizing: ResizeRule(shortSide: plan.side, longSideLimit: (1333 * plan.side + 400) / 800),
      image: { try validation.image($0) })
    return evaluate(validation.dataset, found).statistics.ap
  }

  /// Beside the output, with a name that changes with everything that decides the training.
  private func stateFile(_ plan: Plan, _ file: URL) throws -> URL {
    let hasher = KeyHasher()
    hasher.add("detector", try metadataJSON(plan.detector.configuration))
    hasher.add("recipe", try metadataJSON(plan.recipe))
    hasher.add("augmentation", try metadataJSON(plan.augmentation))
    hasher.add("images", try metadataJSON(plan.pictures.dataset.images))
    hasher.add("targets", try metadataJSON(plan.pictures.targets))
    hasher.add("seed", String(seed))
    for start in [weights, backbone].compactMap(\.self) {
      hasher.add("start", SHA256.hash(of: try Files.read(URL(filePath: start))))
    }
    let name = ".\(file.lastPathComponent).\(hasher.finish().prefix(12)).state"
    return file.deletingLastPathComponent().appending(path: name)
  }
}
