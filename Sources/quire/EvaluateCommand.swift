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
      A critical name is a supercategory of the annotation file or, with "category:" before it, a category.
      """)

  @Option(help: ArgumentHelp("The annotations: a COCO instances file.", valueName: "gt.json"))
  var annotations: String

  @Option(help: ArgumentHelp("The detections: a COCO result file.", valueName: "dt.json"))
  var detections: String

  @Option(help: ArgumentHelp("Sets of categories to report, separated by commas.", valueName: "name,…"))
  var critical: [String] = []

  @Option(help: ArgumentHelp("Intervals from so many resamples of the images.", valueName: "count"))
  var bootstrap: Int?

  @Option(help: "The seed of the resamples.")
  var seed: UInt64 = 1

  @Flag(help: "Print one JSON object.")
  var json = false

  func validate() throws {
    if let bootstrap, bootstrap < 1 {
      throw ValidationError("--bootstrap should be at least 1, found \(bootstrap)")
    }
  }

  func run() throws {
    let report: EvaluationReport
    do {
      let dataset = try Dataset(contentsOf: URL(filePath: annotations), needsPictures: false)
      let names = critical.flatMap { $0.split(separator: ",").map(String.init) }
      let sets = try names.map { try dataset.categorySet(named: $0) }
      let found = try readDetections(contentsOf: URL(filePath: detections), of: dataset)
      report = EvaluationReport(evaluate(dataset, found), critical: sets, resamples: bootstrap, seed: seed)
    } catch let error as COCOError {
      FileHandle.standardError.write(Data("quire evaluate: \(error)\n".utf8))
      throw ExitCode(2)
    }
    print(json ? try report.json() : report.text)
  }
}
