// Panoptic quality (Kirillov and others, 2019), as the published reference code computes it.

/// How well segments are found, by category.
public struct PanopticQuality: Sendable, Equatable {
  /// What is counted of one category.
  public struct Entry: Sendable, Equatable, Codable {
    /// Sum of the overlaps of all matched pairs.
    public var overlap = 0.0
    /// Matched pairs.
    public var truePositives = 0
    /// Predicted segments without a partner.
    public var falsePositives = 0
    /// True segments without a partner.
    public var falseNegatives = 0

    /// Whether there is anything to measure.
    public var isPresent: Bool { truePositives + falsePositives + falseNegatives > 0 }

    private var weight: Double {
      Double(truePositives) + 0.5 * Double(falsePositives) + 0.5 * Double(falseNegatives)
    }

    /// Panoptic quality: sum of overlaps over pairs and half of what has no partner; 0 where nothing is present.
    public var quality: Double { isPresent ? overlap / weight : 0 }
    /// Segmentation quality: mean overlap of the pairs; 0 without pairs.
    public var segmentation: Double { truePositives > 0 ? overlap / Double(truePositives) : 0 }
    /// Recognition quality: pairs over pairs and half of what has no partner; 0 where nothing is present.
    public var recognition: Double { isPresent ? Double(truePositives) / weight : 0 }
  }

  /// Means over the categories that are present, -1 if none is.
  public struct Average: Sendable, Equatable {
    /// Mean panoptic quality.
    public var quality: Double
    /// Mean segmentation quality.
    public var segmentation: Double
    /// Mean recognition quality.
    public var recognition: Double
    /// How many categories are present.
    public var count: Int
  }

  /// The categories, in the order of the file.
  public let categories: [PanopticCategory]
  /// What is counted of each.
  public private(set) var entries: [Entry]
  private let places: [Int: Int]

  /// Nothing counted yet.
  public init(_ categories: [PanopticCategory]) {
    self.categories = categories
    entries = Array(repeating: Entry(), count: categories.count)
    places = Dictionary(
      categories.enumerated().map { ($1.category.id, $0) }, uniquingKeysWith: { first, _ in first })
  }

  /// The means over all categories, or over those that are things or are not.
  public func average(things: Bool? = nil) -> Average {
    let chosen = zip(categories, entries).filter { category, entry in
      entry.isPresent && (things == nil || category.isThing == things)
    }.map(\.1)
    func mean(_ value: (Entry) -> Double) -> Double {
      chosen.isEmpty ? -1 : chosen.reduce(0) { $0 + value($1) } / Double(chosen.count)
    }
    return Average(
      quality: mean(\.quality), segmentation: mean(\.segmentation), recognition: mean(\.recognition),
      count: chosen.count)
  }

  /// Why a picture's segments cannot be compared.
  public enum Fault: Error, Equatable, Sendable {
    /// The two maps differ in size.
    case sizes(truth: [Int], prediction: [Int])
    /// The predicted map has a segment that the file does not list.
    case unlisted(segment: Int)
    /// The file lists predicted segments that the map does not have.
    case absent(segments: [Int])
    /// A predicted segment is of a category that is not among those to be scored.
    case category(Int, segment: Int)
  }

  /// Counts one picture.
  ///
  /// A pair of a true and a predicted segment of one category is matched where it overlaps by more than half, predicted
  /// pixels without truth left out. Crowds are never matched; a prediction of which more than half lies on void and on the
  /// crowd of its category is not held against it.
  public mutating func add(
    _ truth: [PanopticSegment], _ truthMap: SegmentMap, _ prediction: [PanopticSegment],
    _ predictionMap: SegmentMap
  ) throws(Fault) {
    guard (truthMap.width, truthMap.height) == (predictionMap.width, predictionMap.height) else {
      throw .sizes(
        truth: [truthMap.width, truthMap.height], prediction: [predictionMap.width, predictionMap.height])
    }
    let areas = predictionMap.extents.mapValues(\.area)
    try check(prediction, areas)
    let trueSegments = Dictionary(truth.map { ($0.id, $0) }, uniquingKeysWith: { _, last in last })
    let predicted = Dictionary(prediction.map { ($0.id, $0) }, uniquingKeysWith: { _, last in last })
    let shared = Self.intersections(truthMap, predictionMap)
    var (matchedTruth, matchedPrediction) = (Set<Int>(), Set<Int>())
    // In ascending order of the pairs, so that sums do not depend on a table's order.
    for pair in shared.keys.sorted() {
      let (trueID, id) = (Int(pair >> 32), Int(pair & 0xFFFF_FFFF))
      guard let one = trueSegments[trueID], let other = predicted[id], !one.isCrowd,
        one.categoryID == other.categoryID, let place = places[one.categoryID]
      else { continue }
      let both = shared[pair] ?? 0
      let onVoid = shared[UInt64(id)] ?? 0
      let union = (areas[UInt32(id)] ?? 0) + (one.area ?? 0) - both - onVoid
      let overlap = Double(both) / Double(union)
      guard overlap > 0.5 else { continue }
      entries[place].truePositives += 1
      entries[place].overlap += overlap
      matchedTruth.insert(trueID)
      matchedPrediction.insert(id)
    }
    var crowds: [Int: Int] = [:]
    for one in truth where !matchedTruth.contains(one.id) {
      if one.isCrowd {
        crowds[one.categoryID] = one.id
      } else if let place = places[one.categoryID] {
        entries[place].falseNegatives += 1
      }
    }
    for other in prediction where !matchedPrediction.contains(other.id) {
      var pardoned = shared[UInt64(other.id)] ?? 0
      if let crowd = crowds[other.categoryID] {
        pardoned += shared[UInt64(crowd) << 32 | UInt64(other.id)] ?? 0
      }
      if Double(pardoned) / Double(areas[UInt32(other.id)] ?? 0) > 0.5 { continue }
      if let place = places[other.categoryID] { entries[place].falsePositives += 1 }
    }
  }

  private func check(_ prediction: [PanopticSegment], _ areas: [UInt32: Int]) throws(Fault) {
    let listed = Set(prediction.map(\.id))
    if let unlisted = areas.keys.filter({ $0 != 0 && !listed.contains(Int($0)) }).min() {
      throw .unlisted(segment: Int(unlisted))
    }
    let absent = prediction.map(\.id).filter { areas[UInt32(truncatingIfNeeded: $0)] == nil }
    guard absent.isEmpty else { throw .absent(segments: absent) }
    for one in prediction where places[one.categoryID] == nil {
      throw .category(one.categoryID, segment: one.id)
    }
  }

  /// How many pixels each pair of ids shares; the true id is in the upper half of the key.
  private static func intersections(_ truth: SegmentMap, _ prediction: SegmentMap) -> [UInt64: Int] {
    var counts: [UInt64: Int] = [:]
    var (last, run): (UInt64, Int) = (0, 0)
    for pixel in truth.ids.indices {
      let pair = UInt64(truth.ids[pixel]) << 32 | UInt64(prediction.ids[pixel])
      if pair != last {
        if run > 0 { counts[last, default: 0] += run }
        (last, run) = (pair, 0)
      }
      run += 1
    }
    if run > 0 { counts[last, default: 0] += run }
    return counts
  }
}
