// Between the boxes of annotation files and those of detectors.
import Boxes

extension PixelBox {
  /// The box with these corners; both in pixels.
  public init(_ box: CornerBox) {
    self.init(x: box.x1, y: box.y1, width: box.x2 - box.x1, height: box.y2 - box.y1)
  }

  /// The corners, in pixels.
  public var corners: CornerBox {
    CornerBox(x1: x, y1: y, x2: x + width, y2: y + height)
  }

  /// Center and extent in fractions of a picture of this size.
  public func relative(width pictureWidth: Int, height pictureHeight: Int) -> CenterBox {
    let (w, h) = (Double(pictureWidth), Double(pictureHeight))
    return CenterBox(
      cx: (x + width / 2) / w, cy: (y + height / 2) / h, w: width / w, h: height / h)
  }
}
