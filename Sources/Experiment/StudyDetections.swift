// Detections of several rows on the same scenes.
import Artifacts
import COCO
import FoundationEssentials
import Images
import Plotting

extension Study {
  /// Detections of rows on the first report scenes that show a group: the rule leaves no choice of scenes by their looks.
  ///
  /// - Parameters:
  ///   - rows: names with bits; floating point where there are none.
  ///   - leastScore: detections below it are not shown.
  public func detectionSheet(
    _ rows: [(name: String, bits: Artifact<WeightBits>?)], showing group: CriticalGroup, sceneCount: Int = 4,
    leastScore: Double = 0.5
  ) throws -> DetectionSheet {
    let truth = try truth().value
    let wanted = Set(source.task.categoryIDs(of: group))
    let shown = Set(truth.annotations.filter { wanted.contains($0.categoryID) }.map(\.imageID)).sorted()
      .prefix(sceneCount)
    let names = Dictionary(source.task.categories.map { ($0.id, $0.name) }) { first, _ in first }
    let detections = try rows.map { row in
      Dictionary(
        grouping: try self.detections(row.bits).value.detections.filter { shown.contains($0.imageID) },
        by: \.imageID)
    }
    let generator = try source.generator()
    return DetectionSheet(
      detectors: rows.map(\.name),
      try shown.map { id in
        // Scene i of a split is image i + 1.
        let image = generator.scenes(.report, id - 1..<id)[0].image
        let objects = truth.annotations.filter { $0.imageID == id }
        return DetectionSheet.Scene(
          file: Data(try encodeJPEG(image, quality: 90)), width: image.width, height: image.height,
          items: detections.map { row in
            outcomes(of: row[id] ?? [], among: objects, leastScore: leastScore).map { item in
              DetectionSheet.Item(
                box: Rect(item.box.x, item.box.y, item.box.width, item.box.height),
                label: names[item.categoryID] ?? "", outcome: item.outcome)
            }
          })
      })
  }
}

/// What became of the detections and the objects of one image: the highest score first, a detection finds the object of its
/// category that it overlaps most, if by half or more of their union and if nothing found it before.
///
/// Detections below the least score count as none. Found ones and wrong ones come by falling score, then what is missed.
public func outcomes(
  of detections: [Detection], among objects: [Annotation], leastScore: Double, leastOverlap: Double = 0.5
) -> [(box: PixelBox, categoryID: Int, outcome: DetectionSheet.Outcome)] {
  var isFound = [Bool](repeating: false, count: objects.count)
  let ranked = detections.filter { $0.score >= leastScore }.enumerated()
    .sorted { (-$0.element.score, $0.offset) < (-$1.element.score, $1.offset) }.map(\.element)
  var result: [(box: PixelBox, categoryID: Int, outcome: DetectionSheet.Outcome)] = ranked.map { detection in
    let open = objects.indices.filter { !isFound[$0] && objects[$0].categoryID == detection.categoryID }
    let overlaps = open.map { (place: $0, overlap: objects[$0].box.overlap(detection.box)) }
    guard let best = overlaps.max(by: { $0.overlap < $1.overlap }), best.overlap >= leastOverlap else {
      return (detection.box, detection.categoryID, .wrong)
    }
    isFound[best.place] = true
    return (detection.box, detection.categoryID, .found)
  }
  for (object, isFound) in zip(objects, isFound) where !isFound {
    result.append((object.box, object.categoryID, .missed))
  }
  return result
}

extension PixelBox {
  /// Intersection over union.
  fileprivate func overlap(_ other: PixelBox) -> Double {
    let across = min(x + width, other.x + other.width) - max(x, other.x)
    let down = min(y + height, other.y + other.height) - max(y, other.y)
    let shared = max(across, 0) * max(down, 0)
    let union = area + other.area - shared
    return union > 0 ? shared / union : 0
  }
}
