import COCO

/// The segments of a scene: its things where they are seen, and a segment for each kind of surface behind them.
public struct SceneSegments: Sendable, Equatable {
  /// Which segment each pixel belongs to; none is void.
  public let map: SegmentMap
  /// The category of each segment, in ascending order of segments' ids.
  public let categoryIDs: [UInt32: Int]

  /// A surface's segment has the id of its category, the n-th thing that of its category and n times 1,000.
  init(_ background: Background, _ arrangement: Arrangement, _ things: [Int]) {
    let surfaces = background.kinds.map(\.category.id)
    var categoryIDs: [UInt32: Int] = [:]
    let side = Int(Double(background.part.count).squareRoot())
    let ids = background.part.indices.map { pixel -> UInt32 in
      let owner = Int(arrangement.owners[pixel])
      let category = owner == 0 ? surfaces[Int(background.part[pixel])] : things[owner - 1]
      let id = UInt32(category + 1000 * owner)
      categoryIDs[id] = category
      return id
    }
    map = SegmentMap(width: side, height: side, ids: ids)
    self.categoryIDs = categoryIDs
  }

  /// The segments with area and box, ascending by id.
  public var segments: [PanopticSegment] {
    let extents = map.extents
    return categoryIDs.sorted { $0.key < $1.key }.map { id, category in
      PanopticSegment(
        id: Int(id), categoryID: category, area: extents[id]?.area, box: extents[id]?.box)
    }
  }
}

extension SceneGenerator {
  /// The surfaces that are seen behind an arrangement as objects, ascending by category.
  func surfaces(_ background: Background, behind arrangement: Arrangement) -> [SceneObject] {
    let segments = SceneSegments(background, arrangement, arrangement.places.map { _ in 0 })
    var whole: [Int: Int] = [:]
    for part in background.part { whole[background.kinds[Int(part)].category.id, default: 0] += 1 }
    return segments.segments.compactMap { segment in
      guard let total = whole[segment.categoryID], let box = segment.box, let area = segment.area,
        let index = task.categories.firstIndex(where: { $0.id == segment.categoryID })
      else { return nil }
      return SceneObject(
        categoryIndex: index, categoryID: segment.categoryID, box: box, area: Double(area),
        visibleFraction: Double(area) / Double(total), origin: .surface)
    }
  }
}
