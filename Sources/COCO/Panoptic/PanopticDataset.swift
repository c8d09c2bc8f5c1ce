// Panoptic annotations: every pixel belongs to a thing or to stuff.

/// One segment of a picture.
public struct PanopticSegment: Sendable, Equatable {
  /// Its id in the picture's map, 1 or more.
  public var id: Int
  /// What it is.
  public var categoryID: Int
  /// Its area in pixels, as the file says; `nil` in predictions, where the map decides.
  public var area: Int?
  /// Its box, as the file says; `nil` in predictions.
  public var box: PixelBox?
  /// Whether it is a group of objects that are not told apart.
  public var isCrowd: Bool

  /// A segment.
  public init(id: Int, categoryID: Int, area: Int? = nil, box: PixelBox? = nil, isCrowd: Bool = false) {
    self.id = id
    self.categoryID = categoryID
    self.area = area
    self.box = box
    self.isCrowd = isCrowd
  }
}

/// The segments of one picture.
public struct PanopticAnnotation: Sendable, Equatable {
  /// The picture.
  public var imageID: Int
  /// The file of its map, relative to the folder of maps.
  public var fileName: String
  /// The segments, in the order of the file.
  public var segments: [PanopticSegment]

  /// The segments of a picture.
  public init(imageID: Int, fileName: String, segments: [PanopticSegment]) {
    self.imageID = imageID
    self.fileName = fileName
    self.segments = segments
  }
}

/// A kind of thing or stuff.
public struct PanopticCategory: Sendable, Equatable {
  /// Id, name and group.
  public var category: Category
  /// Whether it can be counted.
  public var isThing: Bool

  /// A kind of thing or stuff.
  public init(_ category: Category, isThing: Bool) {
    self.category = category
    self.isThing = isThing
  }
}

/// Pictures, their segments, and the kinds of segments.
public struct PanopticDataset: Sendable, Equatable {
  /// The pictures.
  public var images: [ImageRecord]
  /// The segments of each annotated picture.
  public var annotations: [PanopticAnnotation]
  /// The kinds.
  public var categories: [PanopticCategory]

  /// A data set from its three lists.
  public init(
    images: [ImageRecord], annotations: [PanopticAnnotation], categories: [PanopticCategory]
  ) {
    self.images = images
    self.annotations = annotations
    self.categories = categories
  }

  /// The same data for detection: each segment with its box is an object, stuff too; ids count from 1 in order.
  ///
  /// Segments without a box or an area, as in predictions, are left out.
  public var instances: Dataset {
    var annotations: [Annotation] = []
    for picture in self.annotations {
      for segment in picture.segments {
        guard let box = segment.box, let area = segment.area else { continue }
        annotations.append(
          Annotation(
            id: annotations.count + 1, imageID: picture.imageID, categoryID: segment.categoryID, box: box,
            area: Double(area), isCrowd: segment.isCrowd))
      }
    }
    return Dataset(images: images, annotations: annotations, categories: categories.map(\.category))
  }
}
