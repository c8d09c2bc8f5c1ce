// `quire evaluate`: COCO box scores of a result file.
import ArgumentParser
import COCO
import Foundation

struct EvaluateCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "evaluate",
    abstract: "Score detections against COCO annotations, exactly as pycocotools does.",
    discussion: """
      Average precision is the mean over overlaps from 0.5 to 0.95; -1 stands where there is nothing to measure. \
      A critical name is a supercategory of the annotation file or, with "category:" before it, a category. \
      With --panoptic both files are panoptic ones, scored as panopticapi does; their maps are in folders named like \
      the files without .json, unless given.
      """)

  @Option(help: ArgumentHelp("The annotations: a COCO instances file.", valueName: "gt.json"))
  var annotations: String

  @Option(help: ArgumentHelp("The detections: a COCO result file.", valueName: "dt.json"))
  var detections: String

  @Option(help: ArgumentHelp("Sets of categories to report, separated by commas.", valueName: "name,…"))
  var critical: [String] = []

  @Option(
    help: ArgumentHelp("How many resamples of the images the intervals are made from.", valueName: "count"))
  var bootstrap: Int?

  @Option(
    help: ArgumentHelp(
      "Other detections of the same images: the difference to them, with paired intervals and a permutation test.",
      valueName: "other.json"))
  var compare: String?

  @Option(help: "The seed of the resamples.")
  var seed: UInt64 = 1

  @Flag(help: "Score panoptic segments instead of boxes.")
  var panoptic = false

  @Option(help: ArgumentHelp("The folder of the annotations' panoptic maps.", valueName: "folder"))
  var annotationMaps: String?

  @Option(help: ArgumentHelp("The folder of the predicted panoptic maps.", valueName: "folder"))
  var detectionMaps: String?

  @Flag(help: "Print one JSON object.")
  var json = false

  @Flag(help: "Say the seconds of reading and of scoring, as one JSON object on standard error.")
  var times = false

  func validate() throws {
    if let bootstrap, bootstrap < 1 {
      throw ValidationError("--bootstrap should be at least 1, found \(bootstrap)")
    }
    if panoptic, bootstrap != nil || compare != nil || !critical.isEmpty {
      throw ValidationError("--panoptic goes with none of --bootstrap, --compare and --critical")
    }
    if !panoptic, annotationMaps != nil || detectionMaps != nil {
      throw ValidationError("--annotation-maps and --detection-maps go with --panoptic")
    }
  }

  func run() throws {
    try reporting { print(panoptic ? try panopticReport() : try boxReport()) }
  }

  private func boxReport() throws -> String {
    let clock = ContinuousClock()
    let start = clock.now
    let dataset = try Dataset(contentsOf: URL(filePath: annotations), for: .scoring)
    let names = critical.flatMap { $0.split(separator: ",").map(String.init) }
    let sets = try names.map { try dataset.categorySet(named: $0) }
    let found = try readDetections(contentsOf: URL(filePath: detections), of: dataset)
    let read = clock.now
    let evaluation = evaluate(dataset, found)
    let figures = evaluation.statistics
    let scored = clock.now
    if times {
      let (reading, scoring) = ((read - start) / .seconds(1), (scored - read) / .seconds(1))
      FileHandle.standardError.write(Data("{\"evaluation\": \(scoring), \"reading\": \(reading)}\n".utf8))
    }
    var report = EvaluationReport(
      evaluation, figures, critical: sets, resamples: bootstrap, seed: seed)
    if let compare {
      let other = try readDetections(contentsOf: URL(filePath: compare), of: dataset)
      let count = bootstrap ?? 1000
      report.comparison = EvaluationComparison(
        evaluation, evaluate(dataset, other), critical: sets, resamples: count, permutations: count,
        seed: seed)
    }
    return json ? try report.json() : report.text
  }

  private func panopticReport() throws -> String {
    func folder(_ given: String?, _ file: String) -> URL {
      given.map { URL(filePath: $0) } ?? URL(filePath: file).deletingPathExtension()
    }
    let truth = try PanopticDataset(contentsOf: URL(filePath: annotations))
    let quality = try panopticQuality(
      truth, maps: folder(annotationMaps, annotations),
      try readPanopticPredictions(contentsOf: URL(filePath: detections)),
      maps: folder(detectionMaps, detections), named: detections)
    let report = PanopticReport(quality)
    return json ? try report.json() : report.text
  }
}
