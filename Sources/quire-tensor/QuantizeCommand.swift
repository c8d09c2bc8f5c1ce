// quire quantize: a detector's weights in few bits, as a file that really is as small as that.
import ArgumentParser
import Artifacts
import Detection
import Experiment
import Foundation
import NN
import Quantization
import Torch

/// `quire quantize`.
struct QuantizeCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "quantize",
    abstract: "Store a detector's weights in 2 to 8 bits; detect and sensitivity read the result.",
    discussion: """
      The file is a safetensors file: of each quantized layer NAME its codes without gaps as bytes (NAME.codes) and a \
      scale for each output channel (NAME.scales); everything else as it is. With --bits, heads stay in floating point \
      and the first convolution gets 8 bits unless said otherwise, as does what divides by the sizes of anchors in DAB-DETR. With --allocation, what quire allocate --json \
      printed, every layer gets the bits that stand there, and layers that do not stay in floating point.
      """)

  @Option(help: "detr, dab-detr or deformable-detr.")
  var architecture: DetectorArchitecture

  @Option(help: ArgumentHelp("The weights.", valueName: "file"))
  var weights: String

  @Option(help: ArgumentHelp("A Hugging Face model configuration.", valueName: "config.json"))
  var config: String?

  @Option(help: "The same bits for all layers, 2 to 8.")
  var bits: Int?

  @Option(help: ArgumentHelp("The bits of each layer.", valueName: "bits.json"))
  var allocation: String?

  @Option(
    name: .customLong("float"),
    help: ArgumentHelp(
      "With --bits, layers that stay in floating point, separated by commas.", valueName: "names"))
  var floatingPoint = "class_embed,bbox_embed"

  @Option(
    name: .customLong("fixed"),
    help: ArgumentHelp(
      "With --bits, layers with bits of their own, separated by commas.", valueName: "name=bits"))
  var fixedBits = "backbone.0.body.conv1=8"

  @Option(
    help: ArgumentHelp(
      "largest: no weight is clipped; percentile; squared-error: the scale of least squared error; fisher: of least squared error weighted by the Fisher information of --data.",
      valueName: "choice"))
  var scale = ScaleChoice.largest

  @Option(help: "The share of weights that --scale percentile does not clip; 0.999 where it is not given.")
  var percentile: Double?

  @Flag(help: "One scale for a whole layer in place of one for each output channel.")
  var perTensor = false

  @Flag(help: "Take the mean error of each output channel on --data back, in biases and norms.")
  var correctBiases = false

  @Option(help: ArgumentHelp("Data in COCO's format, for what needs pictures.", valueName: "folder"))
  var data: String?

  @Option(help: "The instances file to use, instances_SPLIT.json, where there are several.")
  var split: String?

  @Option(help: "The number of pictures.")
  var images = 100

  @Option(help: ArgumentHelp("The packed file to write.", valueName: "model.q.safetensors"))
  var output: String

  @Flag(help: "Print one JSON object.")
  var json = false

  func validate() throws {
    if (bits == nil) == (allocation == nil) {
      throw ValidationError("expected either --bits or --allocation")
    }
    if let bits, !QuantizationScheme.supportedBits.contains(bits) {
      throw ValidationError("--bits is \(bits), expected 2 to 8")
    }
    if policy == nil { throw ValidationError("--fixed is \(fixedBits), expected NAME=BITS with 2 to 8 bits") }
    if let percentile {
      if !(percentile > 0 && percentile <= 1) {
        throw ValidationError("--percentile is \(percentile), expected more than 0, at most 1")
      }
      if scale != .percentile {
        throw ValidationError("--percentile is for --scale percentile, and the scale is \(scale.rawValue)")
      }
    }
    if images < 1 { throw ValidationError("--images is \(images), expected at least 1") }
    if data == nil, scale == .fisher || correctBiases {
      throw ValidationError(
        "\(scale == .fisher ? "--scale fisher" : "--correct-biases") needs pictures, expected --data")
    }
    if URL(filePath: output).standardizedFileURL == URL(filePath: weights).standardizedFileURL {
      throw ValidationError("--output is the file of --weights, expected another one")
    }
  }

  /// What becomes of layers with --bits; `nil` if it cannot be read.
  private var policy: QuantizationPolicy? {
    func names(_ text: String) -> [String] { text.split(separator: ",").map(String.init) }
    var fixed: [String: Int] = [:]
    for entry in names(fixedBits) {
      let parts = entry.split(separator: "=")
      guard parts.count == 2, let width = Int(parts[1]), QuantizationScheme.supportedBits.contains(width)
      else {
        return nil
      }
      fixed[String(parts[0])] = width
    }
    return QuantizationPolicy(
      floatingPoint: names(floatingPoint), fixedBits: fixed,
      fixedBitsIfPresent: reportPolicy.fixedBitsIfPresent)
  }

  func run() throws {
    try reporting("quantize") {
      Runtime.setThreadCount(1)
      let file = try detectorFile(architecture, weights: weights, config: config)
      let detector = file.detector
      let assignment = try assignment(for: detector)
      let scheme = QuantizationScheme(
        granularity: perTensor ? .tensor : .outputChannel,
        scaling: scale.scaling(percentile: percentile ?? 0.999))
      let calibration = try data.map {
        try CalibrationPictures(file, data: $0, split: split, limit: images)
      }
      let importance =
        scale == .fisher ? try calibration?.fisher(critical: nil).diagonals(of: .overall) ?? [:] : [:]
      let quantized = try quantizedWeights(of: detector, assignment, scheme: scheme, importance: importance)
      var uncorrected: [String] = []
      if correctBiases, let calibration {
        uncorrected = try correctBiases(detector, quantized, calibration)
      }
      let packed = try encodePacked(
        detector, quantized,
        metadata: [
          "configuration": try metadataJSON(detector.configuration),
          "categoryIDs": try metadataJSON(file.categoryIDs),
          "categoryNames": try metadataJSON(file.categoryNames),
          "size": String(file.resizing.shortSide), "quantizer": try metadataJSON(scheme),
        ])
      let size = try storedSize(of: detector, assignment, scheme: scheme)
      try Files.write(packed, to: URL(filePath: output))
      let report = QuantizationReport(
        file: output, detector: detector, quantized: quantized, size: size, fileBytes: packed.count,
        uncorrected: uncorrected)
      if json { try printJSON(report) } else { print(report.text) }
    }
  }

  private func assignment(for detector: any Detector) throws -> BitAssignment {
    if let bits { return try (policy ?? QuantizationPolicy()).uniformAssignment(of: detector, bits: bits) }
    let name = allocation ?? ""
    guard let text = try? Data(contentsOf: URL(filePath: name)) else {
      throw QuantizationError("\(name): there is no such file that can be read; expected an allocation")
    }
    guard let read = try? JSONDecoder().decode(Allocated.self, from: text) else {
      throw QuantizationError(
        "\(name): \"bits\" is not an object of whole numbers by layer name; expected what quire allocate --json prints"
      )
    }
    do {
      // Names and widths are checked here, so that the sentence names the file.
      _ = try storedSize(of: detector, read.bits)
    } catch {
      throw QuantizationError("\(name): \(error)")
    }
    return read.bits
  }

  private struct Allocated: Decodable {
    let bits: [String: Int]
  }

  private func correctBiases(
    _ detector: any Detector, _ quantized: [String: QuantizedTensor], _ calibration: CalibrationPictures
  ) throws -> [String] {
    try Quantization.correctBiases(of: detector, for: quantized) {
      for index in 0..<calibration.count { _ = detector(try calibration.batch(index)) }
    }
  }
}

/// How scales are chosen, in words of the command line.
enum ScaleChoice: String, CaseIterable, ExpressibleByArgument {
  case largest
  case percentile
  case squaredError = "squared-error"
  case fisher

  func scaling(percentile share: Double) -> QuantizationScheme.Scaling {
    switch self {
    case .largest: .largestMagnitude
    case .percentile: .percentile(share)
    case .squaredError: .squaredError
    case .fisher: .weightedSquaredError
    }
  }
}
