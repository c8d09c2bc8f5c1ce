// The words for training with quantized weights: arms, seeds, curves, rows.
import Artifacts
import Authoring
import Detection
import Fisher
import FoundationEssentials
import Quantization
import Scenes

#if canImport(Glibc)
  import Glibc
#endif

/// A way of training with quantized weights.
public enum QATArm: String, Sendable, CaseIterable {
  /// Detection losses and a teacher.
  case plain
  /// The same with the penalty on the Fisher trace of the critical loss over the second half.
  case flat
  /// The same with the derivative of the trace by double backward.
  case exact
  /// The same with a penalty on the change of the critical loss's gradient.
  case gradientDifference
  /// The same with critical classes weighing more in the detection loss.
  case weighted

  /// The name in tables and figures.
  public var title: String {
    switch self {
    case .plain: "plain QAT"
    case .flat: "Fisher-trace QAT"
    case .exact: "Fisher-trace QAT, double backward"
    case .gradientDifference: "gradient-difference QAT"
    case .weighted: "weighted-class QAT"
    }
  }

  /// Its recipe.
  public var recipe: QATRecipe {
    switch self {
    case .plain: QATRecipe()
    case .flat: QATRecipe(penalty: FlatnessPenalty())
    case .exact: QATRecipe(penalty: FlatnessPenalty(.fisherTrace(.exact)))
    case .gradientDifference:
      QATRecipe(penalty: FlatnessPenalty(.gradientDifference(step: 0.5), firstWeight: 5, lastWeight: 5))
    case .weighted: QATRecipe(weighsCriticalClasses: true)
    }
  }
}

/// How much flatness counts: a weight that rises over the second half of the training.
public struct PenaltyWeight: Sendable {
  /// Where it begins.
  public let first: Double
  /// Where it ends.
  public let last: Double

  /// No penalty; the weight of the report, ten times and a hundred times that.
  public static let swept = [(0, 0), (1e-5, 5e-5), (1e-4, 5e-4), (1e-3, 5e-3)].map {
    PenaltyWeight(first: $0, last: $1)
  }

  /// Those of the sweep that no arm of the report has.
  static var others: [PenaltyWeight] {
    let ofReport = FlatnessPenalty()
    return swept.filter { $0.last != 0 && $0.last != ofReport.lastWeight }
  }
}

extension Study {
  /// The detector trained by an arm at four bits, uniform or as given.
  public func qat(
    _ arm: QATArm, for group: CriticalGroup, bits: Artifact<WeightBits>? = nil, seed: UInt64 = 1
  ) -> Artifact<QuantizedCheckpoint> {
    let recipe = arm.recipe
    return trained(
      bits.map { notebook.artifact(AssignedBits($0)) } ?? uniform(bits: 4),
      for: recipe.hasCriticalTerm ? group : nil, recipe: recipe, seed: seed)
  }

  /// The courses of an arm's trainings, one for each seed.
  private func courses(_ arm: QATArm, for group: CriticalGroup, seeds: [UInt64]) throws -> [TrainingCourse] {
    try seeds.map { try qat(arm, for: group, seed: $0).course() }
  }

  /// The course of training by some arms, with a group's AP, losses and Fisher trace.
  public func qatCurves(_ arms: [QATArm], for group: CriticalGroup, seeds: [UInt64]) throws -> QATCurves {
    let runs = try arms.map { try courses($0, for: group, seeds: seeds) }
    let seen = (runs.first?.first?.points ?? []).map { Double($0.imagesSeen) }
    func curves(_ figure: String, suffix: String = "", isDashed: Bool = false, scale: Double = 1) throws
      -> [QATCurves.Arm]
    {
      try zip(arms, runs).map { arm, courses in
        let values = try courses.map { try $0.details(figure, for: group).map { scale * $0 } }
        return QATCurves.Arm(name: arm.title + suffix, values: values, isDashed: isDashed)
      }
    }
    let recipe = arms.map(\.recipe).first { $0.penalty != nil }
    return QATCurves(
      imagesSeen: seen,
      panels: [
        .init(
          title: "(a) AP of \(group.rawValue)", quantity: "AP (points)",
          arms: try curves("AP", scale: 100)),
        .init(
          title: "(b) critical loss, dashed: of training", quantity: "critical loss",
          arms: try curves("training loss", suffix: ", training", isDashed: true)
            + curves("validation loss")),
        .init(
          title: "(c) critical Fisher trace", quantity: "trace", isLogarithmic: true,
          arms: try curves("trace")),
      ],
      onset: recipe.flatMap { recipe in
        recipe.penalty.map { $0.plainShare * Double(recipe.training.imageCount) }
      })
  }

  /// The AP of detectors trained by an arm at four bits, uniform or as given, overall or of a group: the mean over seeds.
  public func qatPrecision(
    _ arm: QATArm, for group: CriticalGroup, bits: Artifact<WeightBits>? = nil, seeds: [UInt64],
    scored scoredGroup: CriticalGroup? = nil
  ) throws -> ResampledNumber {
    .mean(
      try seeds.map {
        try scores(of: qat(arm, for: group, bits: bits, seed: $0)).value.resampled(scoredGroup)
      })
  }

  /// The gain of AP of one arm over another in pairs, overall or of a group: the mean over seeds.
  public func gain(
    _ arm: QATArm, over other: QATArm, trainedFor group: CriticalGroup, seeds: [UInt64],
    scored scoredGroup: CriticalGroup? = nil
  ) throws -> ResampledNumber {
    try qatPrecision(arm, for: group, seeds: seeds, scored: scoredGroup)
      - qatPrecision(other, for: group, seeds: seeds, scored: scoredGroup)
  }

  /// The critical Fisher trace at the end of one arm over that of another: the mean over seeds.
  public func traceRatio(
    _ arm: QATArm, over other: QATArm, for group: CriticalGroup, seeds: [UInt64]
  ) throws -> Double {
    try Experiment.traceRatio(
      courses(arm, for: group, seeds: seeds), over: courses(other, for: group, seeds: seeds), for: group)
  }

  /// A row of a table: name, AP overall, AP by group.
  public func precisionRow(_ name: String, _ scores: RowScores) -> [Cell] {
    [.text(name), .number(scores.estimate())] + groups.map { .number(scores.estimate($0)) }
  }

  /// By how much the critical loss on scenes of the selection is above that on scenes of the training, at the first and at
  /// the last point of an arm's course: the mean over seeds.
  public func generalizationGap(
    _ arm: QATArm, for group: CriticalGroup, seeds: [UInt64]
  ) throws -> (first: Double, last: Double) {
    try Experiment.generalizationGap(courses(arm, for: group, seeds: seeds), for: group)
  }

  /// What happens to a group between the first and the last point of an arm's course, for each seed: by how much its critical
  /// loss on scenes of the training falls, and by how much its AP on selection scenes rises.
  public func courseOfTraining(
    _ arm: QATArm, for group: CriticalGroup, seeds: [UInt64]
  ) throws -> [(fallOfTrainingLoss: Double, riseOfPrecision: Double)] {
    try Experiment.courseOfTraining(courses(arm, for: group, seeds: seeds), for: group)
  }

  /// The detector trained with another weight of the penalty, at uniform four bits.
  public func qat(with weight: PenaltyWeight, for group: CriticalGroup) -> Artifact<QuantizedCheckpoint> {
    var recipe = weight.last == 0 ? QATArm.plain.recipe : QATArm.flat.recipe
    recipe.penalty?.firstWeight = weight.first
    recipe.penalty?.lastWeight = weight.last
    return trained(uniform(bits: 4), for: recipe.hasCriticalTerm ? group : nil, recipe: recipe)
  }

  /// A row of a table of the penalty's weight: the last one, AP on selection scenes, overall and of a group, critical loss
  /// on scenes of the training and of the selection, critical trace; one seed.
  public func penaltyRow(_ weight: PenaltyWeight, for group: CriticalGroup) throws -> [Cell] {
    let course = try qat(with: weight, for: group).course()
    let figures = try ["AP", "training loss", "validation loss", "trace"].map {
      try course.detail($0, for: group, at: course.last)
    }
    let name = weight.last == 0 ? "0" : scientific(weight.last)
    return [.text(name), .number(course.last.score)] + figures.map { Cell.number($0) }
  }

  /// Slices of the critical loss around the weights that some arms end with, on one scale.
  public func landscapeFigure(
    _ arms: [QATArm], for group: CriticalGroup, line: [Double], plane: [Double]
  ) throws -> LossSlices {
    LossSlices(
      try arms.map { arm in
        let result = qat(arm, for: group)
        let along = try landscape(around: result, group, places: line).value
        let over = try landscape(around: result, group, places: plane, isPlane: true).value
        return LossSlices.Detector(
          name: arm.title, line: (along.first, (along.losses[group.rawValue] ?? []).map { $0.first ?? 0 }),
          plane: (over.first, over.losses[group.rawValue] ?? []))
      }, quantity: "critical loss")
  }
}

/// A positive number as digits times a power of ten, such as 5 · 10⁻⁵: one digit after the point, or none where it is zero.
package func scientific(_ number: Double) -> String {
  var exponent = Int(log10(number).rounded(.down))
  var digits = (number / pow(10, Double(exponent)) * 10).rounded() / 10
  // What is rounded up to ten has one place more.
  if digits >= 10 { (digits, exponent) = (digits / 10, exponent + 1) }
  let raised: [Character: Character] = [
    "-": "⁻", "0": "⁰", "1": "¹", "2": "²", "3": "³", "4": "⁴", "5": "⁵", "6": "⁶", "7": "⁷", "8": "⁸",
    "9": "⁹",
  ]
  let shown = digits == digits.rounded() ? "\(Int(digits))" : "\(digits)"
  return "\(shown) · 10" + String("\(exponent)".compactMap { raised[$0] })
}
