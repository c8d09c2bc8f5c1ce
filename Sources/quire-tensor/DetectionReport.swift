// What `quire detect` prints.
import COCO
import Plotting

/// The object on standard output.
struct DetectionReport: Encodable {
  let images: [PictureReport]
}

/// What was found in one picture.
struct PictureReport: Encodable {
  let file: String
  let width: Int
  let height: Int
  let detections: [Found]
  /// `[query][class]`, where asked for.
  let logits: [[Float]]?
  /// `[query]`: center, width and height in fractions of the picture, where asked for.
  let boxes: [[Float]]?

  /// A detection as COCO's result files have it.
  struct Found: Encodable {
    let category_id: Int
    let score: Float
    /// Left, upper edge, width and height in pixels.
    let bbox: [Float]

    init(_ detection: Detection) {
      category_id = detection.categoryID
      score = Float(detection.score)
      bbox = [detection.box.x, detection.box.y, detection.box.width, detection.box.height].map { Float($0) }
    }

    /// The box as it is drawn; every category has a color of its own, within the few there are.
    func tile(_ names: [Int: String]) -> TileBox {
      let place = bbox.map { Double($0) }
      let name = names[category_id] ?? "\(category_id)"
      return TileBox(
        Rect(place[0], place[1], max(place[2], 0), max(place[3], 0)),
        label: "\(name) \(Int((score * 100).rounded())) %", color: .series(category_id))
    }
  }

  /// Lines for people.
  var text: String {
    (["\(file): \(width) x \(height), \(detections.count) detections"]
      + detections.map {
        "  \($0.category_id)  \($0.score)  \($0.bbox.map { "\($0)" }.joined(separator: " "))"
      }).joined(separator: "\n")
  }
}
