// What is said about panoptic quality: one JSON object with sorted keys, or a table for people.
import FoundationEssentials

/// Panoptic quality over all categories, things and stuff, and of each category.
public struct PanopticReport: Sendable, Encodable {
  /// Means over categories, -1 where none is present.
  public struct Mean: Sendable, Encodable {
    /// Panoptic, segmentation and recognition quality.
    public var PQ, SQ, RQ: Double
    /// How many categories are present.
    public var categories: Int
  }

  /// One category.
  public struct CategoryEntry: Sendable, Encodable {
    /// Its id.
    public var id: Int
    /// Its name.
    public var name: String
    /// Panoptic, segmentation and recognition quality; -1 where it is not present.
    public var PQ, SQ, RQ: Double
    /// Matched segments, predicted ones without a partner, true ones without a partner.
    public var TP, FP, FN: Int
  }

  /// Over all categories, over things, over stuff.
  public var all, things, stuff: Mean
  /// Each category, in the order of the file.
  public var categories: [CategoryEntry]

  /// Reports on counted pictures.
  public init(_ quality: PanopticQuality) {
    func mean(_ things: Bool?) -> Mean {
      let average = quality.average(things: things)
      return Mean(
        PQ: average.quality, SQ: average.segmentation, RQ: average.recognition, categories: average.count)
    }
    (all, things, stuff) = (mean(nil), mean(true), mean(false))
    categories = zip(quality.categories, quality.entries).map { category, entry in
      CategoryEntry(
        id: category.category.id, name: category.category.name,
        PQ: entry.isPresent ? entry.quality : -1, SQ: entry.isPresent ? entry.segmentation : -1,
        RQ: entry.isPresent ? entry.recognition : -1, TP: entry.truePositives, FP: entry.falsePositives,
        FN: entry.falseNegatives)
    }
  }

  /// One line of JSON with sorted keys.
  public func json() throws -> String {
    let encoder = JSONEncoder()
    encoder.outputFormatting = [.sortedKeys, .withoutEscapingSlashes]
    return String(decoding: try encoder.encode(self), as: UTF8.self)
  }

  /// A table for people, in points.
  public var text: String {
    func points(_ value: Double) -> String {
      if value < 0 { return "     –" }
      let tenths = Int((value * 1000).rounded())
      let text = "\(tenths / 10).\(tenths % 10)"
      return String(repeating: " ", count: max(6 - text.count, 0)) + text
    }
    func line(_ name: String, _ pq: Double, _ sq: Double, _ rq: Double) -> String {
      name + String(repeating: " ", count: max(24 - name.count, 1)) + points(pq) + points(sq) + points(rq)
    }
    let head = String(repeating: " ", count: 24) + "    PQ    SQ    RQ"
    let means = [("all", all), ("things", things), ("stuff", stuff)].map { line($0, $1.PQ, $1.SQ, $1.RQ) }
    return ([head] + means + [""] + categories.map { line($0.name, $0.PQ, $0.SQ, $0.RQ) })
      .joined(separator: "\n")
  }
}
