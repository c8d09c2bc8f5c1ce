// The part of a COCO instances file that training and scoring read.

/// An axis-parallel box as annotation files state it: upper left corner and extent, in pixels.
public struct PixelBox: Sendable, Equatable, Hashable {
  /// Left edge.
  public var x: Double
  /// Upper edge.
  public var y: Double
  /// Width, not negative.
  public var width: Double
  /// Height, not negative.
  public var height: Double

  /// A box from its upper left corner and its extent.
  public init(x: Double, y: Double, width: Double, height: Double) {
    self.x = x
    self.y = y
    self.width = width
    self.height = height
  }

  /// Width times height.
  public var area: Double { width * height }
}

/// One picture of a data set.
public struct ImageRecord: Sendable, Equatable, Codable {
  /// The number by which annotations and results refer to it.
  public var id: Int
  /// Width in pixels; 0 where the file was read for scoring only and does not say.
  public var width: Int
  /// Height in pixels; 0 where the file was read for scoring only and does not say.
  public var height: Int
  /// The picture's file, relative to the folder of pictures; may be empty where the file was read for scoring only.
  public var fileName: String

  /// A picture from its id, size and file name.
  public init(id: Int, width: Int, height: Int, fileName: String) {
    self.id = id
    self.width = width
    self.height = height
    self.fileName = fileName
  }

  private enum CodingKeys: String, CodingKey {
    case id
    case width
    case height
    case fileName = "file_name"
  }
}

/// One object in a picture.
public struct Annotation: Sendable, Equatable {
  /// The object's number, unique in its file. Scoring counts an object with id 0 as never found, as pycocotools does.
  public var id: Int
  /// The picture it is in.
  public var imageID: Int
  /// What it is.
  public var categoryID: Int
  /// Where it is.
  public var box: PixelBox
  /// Its area in square pixels: of its outline where there is one, not of its box. Decides its size class.
  public var area: Double
  /// Whether the box covers a group of objects that are not told apart. Scoring ignores such regions.
  public var isCrowd: Bool

  /// An object; its area is that of its box unless given.
  public init(
    id: Int, imageID: Int, categoryID: Int, box: PixelBox, area: Double? = nil, isCrowd: Bool = false
  ) {
    self.id = id
    self.imageID = imageID
    self.categoryID = categoryID
    self.box = box
    self.area = area ?? box.area
    self.isCrowd = isCrowd
  }
}

/// One kind of object.
public struct Category: Sendable, Equatable {
  /// The number by which annotations and results refer to it.
  public var id: Int
  /// What people call it.
  public var name: String
  /// The group it belongs to; empty if it has none.
  public var supercategory: String

  /// A kind of object from its id, name and group.
  public init(id: Int, name: String, supercategory: String = "") {
    self.id = id
    self.name = name
    self.supercategory = supercategory
  }
}

/// Pictures, the objects in them, and the kinds of objects. The order of the objects has a meaning: of two objects that
/// overlap a detection equally, scoring takes the later one.
public struct Dataset: Sendable, Equatable, Codable {
  /// The pictures, also those without objects.
  public var images: [ImageRecord]
  /// The objects.
  public var annotations: [Annotation]
  /// The kinds of objects, also those that do not occur.
  public var categories: [Category]

  /// A data set from its three lists.
  public init(images: [ImageRecord], annotations: [Annotation], categories: [Category]) {
    self.images = images
    self.annotations = annotations
    self.categories = categories
  }
}

/// One detected box with its score: a line of a COCO result file.
public struct Detection: Sendable, Equatable, Codable {
  /// The picture it is in.
  public var imageID: Int
  /// What it is said to be.
  public var categoryID: Int
  /// Where it is said to be.
  public var box: PixelBox
  /// How sure the detector is; only the order counts.
  public var score: Double

  /// A detected box.
  public init(imageID: Int, categoryID: Int, box: PixelBox, score: Double) {
    self.imageID = imageID
    self.categoryID = categoryID
    self.box = box
    self.score = score
  }

  private enum CodingKeys: String, CodingKey {
    case imageID = "image_id"
    case categoryID = "category_id"
    case box = "bbox"
    case score
  }
}
