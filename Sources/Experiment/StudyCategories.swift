// The words for single categories: how their gradients lie to each other, and what those foretell.
import Artifacts
import Authoring
import Fisher
import Plotting
import Quantization

extension Study {
  /// The rise of the class terms of every category under uniform bits that the Fisher traces foretell for one object of it,
  /// in the order of the task; not a number where the scenes of the traces show no object of the category.
  public func foretoldCategoryRises(bits: Int) throws -> [Double] {
    let module = try detector.value.detector()
    let errors = quantizationErrors(of: try quantizationPolicy.searchedLayers(of: module), bits: [bits])
    let gram = try categoryGradients.value
    // Scene i of a split is image i + 1.
    let objects = try truth(.selection).value.annotations.filter {
      $0.imageID <= gram.imageCount && !$0.isCrowd
    }
    let counts = Dictionary(grouping: objects, by: \.categoryID).mapValues(\.count)
    return try foretoldRises(
      gram, of: source.task.categories.map(\.name), errors: errors,
      objectsPerScene: source.task.categories.map { Double(counts[$0.id] ?? 0) / Double(gram.imageCount) })
  }
}

/// The rise of parts of a loss by rounding for one object of each, `½ Σᵢ trace(i) / n(i) · Σⱼ Δⱼ²` over the objects of a scene;
/// not a number where there are no objects.
///
/// - Parameter errors: of the rounded layers, for one width.
package func foretoldRises(
  _ gram: LayerGram, of parts: [String], errors: [LayerErrors], objectsPerScene: [Double]
) throws -> [Double] {
  try zip(parts, objectsPerScene).map { part, objects in
    guard objects > 0 else { return .nan }
    let costs = try gram.costs(of: [part], errors: errors)
    return errors.reduce(0) { $0 + (costs[$1.name]?[0] ?? 0) / 2 } / objects
  }
}

/// Which parts of the critical loss a map of sensitivities counts.
public enum MappedLoss: Sendable {
  /// The class terms of the categories alone.
  case classes
  /// With the boxes of all objects, which every critical loss has.
  case classesAndBoxes
}

extension Study {
  /// How sensitive every layer is to each supercategory, as a ratio to its sensitivity to all categories; rows by
  /// `supercategories`.
  public func relativeSensitivities(_ loss: MappedLoss) throws -> [[Double?]] {
    let gram = try categoryGradients.value
    let boxes = loss == .classes ? [] : ["boxes"]
    let overall = try gram.traces(of: source.task.categories.map(\.name) + boxes)
    return try supercategories.map { group in
      let names = source.task.categories.filter { group.categoryIDs?.contains($0.id) ?? false }.map(\.name)
      return Experiment.relativeSensitivities(try gram.traces(of: names + boxes), to: overall)
    }
  }

  /// The ratios as a figure, without and with the boxes.
  public func sensitivityMap() throws -> SensitivityMap {
    SensitivityMap(
      layerNames: try categoryGradients.value.layerNames, groups: supercategories.map(\.rawValue),
      [
        .init(
          title: "(a) class terms of the supercategory alone", ratios: try relativeSensitivities(.classes)),
        .init(
          title: "(b) with the boxes of all objects",
          ratios: try relativeSensitivities(.classesAndBoxes)),
      ])
  }

  /// The supercategory and the layer with the ratio farthest from one.
  public func mostPeculiarLayer(_ loss: MappedLoss) throws -> (group: String, layer: String, ratio: Double) {
    let (ratios, names) = (try relativeSensitivities(loss), try categoryGradients.value.layerNames)
    var most = (group: "", layer: "", ratio: 1.0)
    for (group, row) in zip(supercategories, ratios) {
      for (layer, ratio) in zip(names, row) {
        guard let ratio, max(ratio, 1 / ratio) > max(most.ratio, 1 / most.ratio) else { continue }
        most = (group.rawValue, layer, ratio)
      }
    }
    return most
  }

  /// In how many draws of calibration scenes each layer keeps its bits, as a figure.
  public func keptBits(_ stability: BitStabilityResult, for group: CriticalGroup) -> KeptBits {
    guard let few = stability.rows.first, let many = stability.rows.last else {
      fatalError("a stability of bits without draws")
    }
    return KeptBits(
      layerNames: stability.layerNames, sceneCounts: (few.sceneCount, many.sceneCount),
      differs: zip(stability.bitsOverall, stability.bitsCritical).map { $0 != $1 },
      [
        .init(title: "(a) overall loss", few: few.keptOverall, many: many.keptOverall),
        .init(
          title: "(b) with \(group.rawValue) critical", few: few.keptCritical, many: many.keptCritical),
      ])
  }
}

extension BitStabilityResult {
  /// The mean share of draws of most scenes that keep the bits, overall objective, over layers whose bits the two objectives agree on
  /// and over those where they differ; nil where there are none.
  public var keptWhereEqualAndNot: (equal: Double?, different: Double?) {
    let kept = rows.last?.keptOverall ?? []
    func mean(_ isEqual: Bool) -> Double? {
      let values = kept.indices.filter { (bitsOverall[$0] == bitsCritical[$0]) == isEqual }.map { kept[$0] }
      return values.isEmpty ? nil : values.reduce(0, +) / Double(values.count)
    }
    return (mean(true), mean(false))
  }
}
