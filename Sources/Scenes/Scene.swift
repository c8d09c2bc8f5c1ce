import COCO
import Images

/// One object of a scene, with what COCO annotates of it.
public struct SceneObject: Sendable, Equatable {
  /// Position among the catalog's categories, 0..<65.
  public let categoryIndex: Int
  /// COCO's category id.
  public let categoryID: Int
  /// The box of the visible part, in whole pixels.
  public let box: PixelBox
  /// Pixels of the visible part.
  public let area: Double
  /// The part of the object that is neither hidden nor outside the picture, above 0 and at most 1.
  public let visibleFraction: Double
  /// The code point drawn.
  public let codePoint: UInt32
  /// Whose drawing it is.
  public let artSet: ArtSet
}

/// A picture and what is in it.
public struct Scene: Sendable, Equatable {
  /// The picture.
  public let image: RGBImage
  /// Its objects, from back to front.
  public let objects: [SceneObject]
}
