// What a picture truly shows.
import Boxes

/// The objects of one picture.
public struct Target: Sendable, Equatable, Codable {
  /// The class of each object, `0..<classCount`.
  public var classes: [Int]
  /// The box of each object, in fractions of the picture.
  public var boxes: [CenterBox]

  /// Objects by class and box.
  public init(classes: [Int], boxes: [CenterBox]) {
    guard classes.count == boxes.count else {
      fatalError("\(classes.count) classes for \(boxes.count) boxes")
    }
    self.classes = classes
    self.boxes = boxes
  }

  /// The picture flipped from left to right.
  public var mirrored: Target {
    Target(classes: classes, boxes: boxes.map { CenterBox(cx: 1 - $0.cx, cy: $0.cy, w: $0.w, h: $0.h) })
  }
}
