// quire sensitivity: how much a detector's losses depend on the weights of each layer.
import ArgumentParser
import Detection
import Fisher
import Foundation
import Quantization
import Torch

/// `quire sensitivity`.
struct SensitivityCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "sensitivity",
    abstract: "Measure the Fisher information of every layer, overall and for critical categories.",
    discussion: """
      For each layer the mean over pictures of the products of gradients: AA of the overall loss with itself, FF of the \
      critical loss with itself, AF of both. The trace is that of the Fisher information of alpha times the overall loss \
      plus the critical one: alpha² AA + 2 alpha AF + FF. Gradients are exact, each picture's own, without padding.
      """)

  @Option(help: "detr, dab-detr or deformable-detr.")
  var architecture: DetectorArchitecture

  @Option(help: ArgumentHelp("The weights.", valueName: "file"))
  var weights: String

  @Option(help: ArgumentHelp("A Hugging Face model configuration.", valueName: "config.json"))
  var config: String?

  @Option(help: ArgumentHelp("The data: an instances file and pictures.", valueName: "folder"))
  var data: String

  @Option(help: "The instances file to use, instances_SPLIT.json, where there are several.")
  var split: String?

  @Option(
    help: ArgumentHelp("A supercategory or, with \"category:\" before it, a category.", valueName: "name"))
  var critical: String?

  @Option(help: "The weight of the overall loss beside the critical one; 1 where it is not given.")
  var alpha: Double?

  @Option(help: "The number of pictures.")
  var images = 100

  @Option(help: ArgumentHelp("Bit widths to tell the costs of, separated by commas.", valueName: "bits"))
  var bits = "3,4,5,6,8"

  @Option(help: "Threads of libtorch.")
  var threads = 1

  @Flag(help: "Print one JSON object.")
  var json = false

  func validate() throws {
    if images < 1 { throw ValidationError("--images is \(images), expected at least 1") }
    if threads < 1 { throw ValidationError("--threads is \(threads), expected at least 1") }
    if let alpha, !alpha.isFinite { throw ValidationError("--alpha is \(alpha), expected a number") }
    if alpha != nil, critical == nil { throw ValidationError("--alpha is for --critical") }
    if widths == nil { throw ValidationError("--bits is \(bits), expected numbers from 2 to 8") }
  }

  private var widths: [Int]? {
    let parts = bits.split(separator: ",").map { Int($0) }
    let numbers = parts.compactMap { $0 }
    let arePossible = numbers.allSatisfy(QuantizationScheme.supportedBits.contains)
    return numbers.count == parts.count && !numbers.isEmpty && arePossible
      ? numbers : nil
  }

  func run() throws {
    try reporting("sensitivity") {
      Runtime.setThreadCount(threads)
      let file = try detectorFile(architecture, weights: weights, config: config)
      let calibration = try CalibrationPictures(file, data: data, split: split, limit: images)
      let critical = try critical.map { try calibration.objective($0) }
      let measurement = try calibration.fisher(critical: critical?.objective).measurement(bits: widths ?? [])
      let report = SensitivityReport(
        measurement, critical: self.critical, criticalImages: critical?.shown, alpha: alpha ?? 1)
      if json { try printJSON(report) } else { print(report.text) }
    }
  }
}

/// What `quire sensitivity` prints.
struct SensitivityReport: Encodable {
  let images: Int
  let critical: String?
  /// Pictures that show a critical category.
  let criticalImages: Int?
  let alpha: Double
  let bits: [Int]
  let layers: [Layer]

  struct Layer: Encodable {
    let name: String
    let weights: Int
    let AA: Double
    let AF: Double?
    let FF: Double?
    /// Of the objective.
    let trace: Double
    /// A bootstrap interval of the trace over pictures, 95 %.
    let interval: [Double]
    /// `Σⱼ Fⱼⱼ Δⱼ²` for each bit width.
    let cost: [Double]
  }

  init(
    _ measurement: FisherMeasurement, critical: String?, criticalImages: Int?, alpha: Double
  ) {
    images = measurement.imageCount
    self.critical = critical
    self.criticalImages = criticalImages
    self.alpha = alpha
    bits = measurement.bits
    let objective = critical == nil ? Objective.overall : .critical("critical", alpha: alpha)
    let products = measurement.critical["critical"]
    let count = Double(max(measurement.imageCount, 1))
    func mean(_ product: GradientProduct?, _ layer: Int) -> Double? {
      product.map { $0.perImage.reduce(0) { $0 + $1[layer] } / count }
    }
    layers = measurement.sensitivities(of: objective).enumerated().map { index, layer in
      Layer(
        name: layer.name, weights: layer.weightCount, AA: mean(measurement.overall, index) ?? 0,
        AF: mean(products?.cross, index), FF: mean(products?.own, index), trace: layer.trace,
        interval: [layer.interval.low, layer.interval.high], cost: layer.costs)
    }
  }

  /// Lines for people.
  var text: String {
    (["trace  mean per weight  layer"]
      + layers.map { "\($0.trace)  \($0.trace / Double($0.weights))  \($0.name)" }).joined(separator: "\n")
  }
}
