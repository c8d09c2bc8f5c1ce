// Who pays for quantization: every supercategory and every category by itself.
import Artifacts
import Authoring
import COCO
import NN
import Scenes

extension Study {
  /// The supercategories of the task, in the order of their first categories.
  public var supercategories: [CriticalGroup] {
    var names: [String] = []
    for category in source.task.categories
    where !category.supercategory.isEmpty && !names.contains(category.supercategory) {
      names.append(category.supercategory)
    }
    return names.map { name in
      CriticalGroup(
        name, categoryIDs: source.task.categories.filter { $0.supercategory == name }.map(\.id))
    }
  }

  /// Every category as a group of its own; the prefix sets *person*, the category, apart from the supercategory.
  var singleCategories: [CriticalGroup] {
    source.task.categories.map { CriticalGroup("category:\($0.name)", categoryIDs: [$0.id]) }
  }

  /// Scores of all supercategories and all categories, on the same resamples of the images.
  public func fineScores(_ bits: Artifact<WeightBits>? = nil) -> Artifact<RowScores> {
    notebook.artifact(
      Scoring(detections(bits), truth: truth(), groups: supercategories + singleCategories))
  }

  /// The loss of AP of some groups under uniform bits, resampled in pairs.
  func fineDrops(bits: Int, _ groups: [CriticalGroup?]) throws -> [ResampledNumber] {
    let (before, after) = (try fineScores().value, try fineScores(uniform(bits: bits)).value)
    return groups.map { before.resampled($0) - after.resampled($0) }
  }

  /// The loss of AP of every category, in the order of the task.
  public func categoryDrops(bits: Int) throws -> [ResampledNumber] {
    try fineDrops(bits: bits, singleCategories)
  }

  /// The AP of every category in floating point, in the order of the task.
  public func categoryPrecisions() throws -> [ResampledNumber] {
    let scores = try fineScores().value
    return singleCategories.map { scores.resampled($0) }
  }

  /// The loss of AP of every category as a figure.
  public func categoryDropsFigure(bits: Int) throws -> CategoryDrops {
    let drops = try categoryDrops(bits: bits)
    return CategoryDrops(
      zip(source.task.categories, drops).map { category, drop in
        CategoryDrops.Entry(
          name: category.name, group: category.supercategory, drop: drop.estimate().plottedPoints)
      },
      groups: supercategories.map(\.rawValue), overall: 100 * (try fineDrops(bits: bits, [nil])[0].value),
      quantity: "loss of AP (points)")
  }

  /// How unequally the loss is spread over categories: the Gini coefficient of the drops.
  public func dropInequality(bits: Int) throws -> Estimate {
    ResampledNumber.of(try categoryDrops(bits: bits), giniCoefficient).estimate()
  }

  /// The Gini coefficient of the AP in floating point: what that of the drops would be if every category lost the same
  /// share of its AP.
  public func precisionInequality() throws -> Estimate {
    ResampledNumber.of(try categoryPrecisions(), giniCoefficient).estimate()
  }

  /// The category that loses most, and what it loses.
  public func largestDrop(bits: Int) throws -> (name: String, drop: Estimate) {
    let drops = try categoryDrops(bits: bits)
    guard let place = drops.indices.max(by: { drops[$0].value < drops[$1].value }) else {
      fatalError("a task without categories")
    }
    return (source.task.categories[place].name, drops[place].estimate())
  }

  /// The rank correlation over categories of the drop with a property that has one value for each of them; those of which
  /// it is not a number are left out.
  public func dropCorrelation(bits: Int, with property: [Double]) throws -> Estimate {
    propertyCorrelation(of: try categoryDrops(bits: bits), with: property)
  }

  /// The same with the ranks of the AP in floating point taken out of both: whoever has little AP has little to lose.
  public func dropCorrelationBesidePrecision(bits: Int, with property: [Double]) throws -> Estimate {
    let (drops, precisions) = (try categoryDrops(bits: bits), try categoryPrecisions())
    return resampledOverCategories(drops, precisions, known: property) { drops, property, precisions in
      Experiment.partialRankCorrelation(drops, property, without: precisions)
    }.estimate()
  }

  /// The rank correlation over categories of the AP in floating point with a property, as for drops.
  public func precisionCorrelation(with property: [Double]) throws -> Estimate {
    propertyCorrelation(of: try categoryPrecisions(), with: property)
  }

  /// How numbers of all categories rank with a property of them.
  private func propertyCorrelation(of numbers: [ResampledNumber], with property: [Double]) -> Estimate {
    resampledOverCategories(numbers, numbers, known: property) { values, property, _ in
      Experiment.rankCorrelation(values, property)
    }.estimate()
  }

  /// How many objects of each category the report scenes show, and their mean area in pixels.
  public func categorySizes() throws -> (counts: [Double], areas: [Double]) {
    objectSizes(try truth().value, categoryIDs: source.task.categoryIDs)
  }
}

extension Study {
  /// By how much more AP every supercategory loses than all categories do, in the order of `supercategories`.
  public func excessDrops(bits: Int) throws -> [ResampledNumber] {
    let drops = try fineDrops(bits: bits, [nil] + supercategories)
    return drops.dropFirst().map { $0 - drops[0] }
  }

  /// The supercategories whose loss differs from the overall one after correction for their number.
  public func unequalSupercategories(bits: Int) throws -> [CriticalGroup] {
    let corrected = correctedForNumber(try excessDrops(bits: bits).map(\.pValue))
    return zip(supercategories, corrected).filter { $0.1 < 1 - Margin.level }.map(\.0)
  }

  /// A row for each supercategory, the largest loss first, with one for all categories above: name, number of categories, AP in
  /// floating point, drop, excess over the overall drop, its corrected probability.
  public func disparityRows(bits: Int) throws -> [[Cell]] {
    let floating = try fineScores().value
    let groups = supercategories
    let drops = try fineDrops(bits: bits, [nil] + groups)
    let excess = try excessDrops(bits: bits)
    let corrected = correctedForNumber(excess.map(\.pValue))
    let order = groups.indices.sorted { (-excess[$0].value, $0) < (-excess[$1].value, $1) }
    let all: [Cell] = [
      "all", .count(source.task.categories.count), .number(floating.estimate()),
      .number(drops[0].estimate()), .missing("–"), .missing("–"),
    ]
    return [all]
      + order.map { place in
        [
          .text(groups[place].rawValue), .count(groups[place].categoryIDs?.count ?? 0),
          .number(floating.estimate(groups[place])), .number(drops[place + 1].estimate()),
          .number(excess[place].estimate()), .number(corrected[place]),
        ]
      }
  }
}

extension Study {
  /// A row of a table of widths: name, what all categories lose, how many supercategories lose more or less than that after
  /// correction for their number, and the one with the largest excess, with it and its corrected probability.
  public func disparityRow(bits: Int) throws -> [Cell] {
    let excess = try excessDrops(bits: bits)
    let corrected = correctedForNumber(excess.map(\.pValue))
    guard let most = excess.indices.max(by: { excess[$0].value < excess[$1].value }) else {
      fatalError("a task without supercategories")
    }
    return [
      .text("\(bits) bits"), .number(try fineDrops(bits: bits, [nil])[0].estimate()),
      .count(corrected.count { $0 < 1 - Margin.level }), .text(supercategories[most].rawValue),
      .number(excess[most].estimate()), .number(corrected[most]),
    ]
  }
}

/// A statistic over categories. In every resample of the images categories are drawn anew too, since those of the data stand
/// for others.
///
/// - Parameters:
///   - numbers: one for each category.
///   - others: further ones.
///   - property: one for each category; those of which it is not a number are left out.
///   - statistic: from numbers, properties and further numbers of the drawn categories.
package func resampledOverCategories(
  _ numbers: [ResampledNumber], _ others: [ResampledNumber], known property: [Double], seed: UInt64 = 1,
  _ statistic: ([Double], [Double], [Double]) -> Double
) -> ResampledNumber {
  let known = property.indices.filter { !property[$0].isNaN }
  func value(_ places: [Int], _ number: (ResampledNumber) -> Double) -> Double {
    statistic(
      places.map { number(numbers[$0]) }, places.map { property[$0] }, places.map { number(others[$0]) })
  }
  let resamples = (0..<(numbers.first?.resamples.count ?? 0)).map { resample in
    let drawn = known.indices.map { draw in
      let random = SeedSequence.seed(seed, "category \(resample) \(draw)")
      return known[Int(random.multipliedFullWidth(by: UInt64(known.count)).high)]
    }
    return value(drawn) { $0.resamples[resample] }
  }
  return ResampledNumber(value(known) { $0.value }, resamples: resamples)
}

/// How many objects of each category there are, and their mean area in pixels, 0 where there is none; crowds aside.
public func objectSizes(_ truth: Dataset, categoryIDs: [Int]) -> (counts: [Double], areas: [Double]) {
  var (counts, sums): ([Int: Double], [Int: Double]) = ([:], [:])
  for object in truth.annotations where !object.isCrowd {
    counts[object.categoryID, default: 0] += 1
    sums[object.categoryID, default: 0] += object.area
  }
  return (
    categoryIDs.map { counts[$0] ?? 0 }, categoryIDs.map { (sums[$0] ?? 0) / max(counts[$0] ?? 0, 1) }
  )
}
