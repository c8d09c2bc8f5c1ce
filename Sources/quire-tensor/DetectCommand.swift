// quire detect: a detector on pictures.
import ArgumentParser
import Artifacts
import COCO
import CairoCanvas
import Detection
import Foundation
import Images
import Scenes
import Torch

/// `quire detect`.
struct DetectCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "detect",
    abstract: "Find objects in pictures with a published detector, or with one trained here.",
    discussion: """
      Weights are a safetensors file or a PyTorch archive, with the authors' names of tensors or with Hugging Face's. \
      Pictures are resized as published: shorter side 800, longer side at most 1333. A configuration is Hugging Face's \
      config.json; its additional key "size" names another shorter side. Weights trained here need none.
      """)

  @Option(help: "detr, dab-detr or deformable-detr.")
  var architecture: DetectorArchitecture

  @Option(help: ArgumentHelp("The weights.", valueName: "file"))
  var weights: String

  @Option(help: ArgumentHelp("A Hugging Face model configuration.", valueName: "config.json"))
  var config: String?

  @Option(
    name: .customLong("image"), parsing: .upToNextOption,
    help: ArgumentHelp("PNG or JPEG files.", valueName: "a.jpg"))
  var images: [String]

  @Option(help: "The most detections of one picture, best first.")
  var top = 100

  @Flag(help: "Also print the logits and boxes of all queries.")
  var raw = false

  @Option(help: ArgumentHelp("Draw the picture with its boxes.", valueName: "out.png"))
  var draw: String?

  @Option(help: "The least score of a box that is drawn; 0.5 where it is not given.")
  var threshold: Double?

  @Option(help: "cpu or cuda.")
  var device = ComputeDevice.cpu

  @Flag(help: "Print one JSON object.")
  var json = false

  func validate() throws {
    if images.isEmpty { throw ValidationError("--image names no picture") }
    if top < 0 { throw ValidationError("--top is \(top), expected at least 0") }
    if draw != nil, images.count > 1 {
      throw ValidationError("--draw is for one picture, and --image names \(images.count)")
    }
    if threshold != nil, draw == nil { throw ValidationError("--threshold is for --draw") }
  }

  func run() throws {
    try reporting("detect") {
      try device.demand()
      let file = try detectorFile(architecture, weights: weights, config: config)
      let found = try images.map { try detect(file, $0) }
      if let draw {
        let image = try readImage(URL(filePath: images[0]))
        let marked = try drawn(image, found[0], names: file.categoryNames)
        try Files.write(Data(marked), to: URL(filePath: draw))
      }
      if json {
        try printJSON(DetectionReport(images: found))
      } else {
        for image in found { print(image.text) }
      }
    }
  }

  private func detect(_ file: DetectorFile, _ name: String) throws -> PictureReport {
    let image = try readImage(URL(filePath: name))
    let output = withoutGradients {
      file.detector(ImageBatch([image.resized(by: file.resizing)]))
    }
    let last = output.logits.size(0) - 1
    let logits = output.logits.selected(0, last).selected(0, 0)
    let boxes = output.boxes.selected(0, last).selected(0, 0)
    guard (logits.floats + boxes.floats).allSatisfy(\.isFinite) else {
      throw TorchError("\(weights): the detector's output for \(name) is not finite; expected other weights")
    }
    let all = detections(
      output, file.detector.configuration.selection, imageIDs: [0],
      extents: [Extent(height: image.height, width: image.width)], categoryIDs: file.categoryIDs)
    // Of equal scores the first query's comes first.
    let best = all.enumerated().sorted { ($1.element.score, $0.offset) < ($0.element.score, $1.offset) }
      .prefix(top).map { PictureReport.Found($0.element) }
    return PictureReport(
      file: name, width: image.width, height: image.height, detections: best,
      logits: raw ? rows(logits) : nil, boxes: raw ? rows(boxes) : nil)
  }

  private func rows(_ matrix: Tensor) -> [[Float]] {
    let values = matrix.floats
    let width = matrix.size(1)
    return (0..<matrix.size(0)).map { Array(values[$0 * width..<($0 + 1) * width]) }
  }

  private func drawn(_ image: RGBImage, _ found: PictureReport, names: [Int: String]) throws -> [UInt8] {
    let root = try projectRoot(
      environment: ProcessInfo.processInfo.environment, from: FileManager.default.currentDirectoryPath)
    // Weights of the notebooks name their categories as the composed scenes do.
    let usual = Dictionary(
      SceneCategory.all.map { ($0.id, $0.name) }, uniquingKeysWith: { first, _ in first })
    let least = threshold ?? 0.5
    let shown = found.detections.filter { Double($0.score) >= least }
    return try markedPicture(
      image, shown.reversed().map { $0.tile(names.isEmpty ? usual : names) },
      fonts: root.appending(path: "Fonts"))
  }
}

extension DetectorArchitecture: ExpressibleByArgument {}
