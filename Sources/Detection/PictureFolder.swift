// COCO data on disk as training takes it: targets at once, pictures when asked for.
import Boxes
import COCO
import FoundationEssentials
import Images

/// Pictures on disk with their objects.
public struct PictureFolder: Sendable {
  /// The data set that the pictures belong to.
  public let dataset: Dataset
  /// The objects of each picture as a detector is taught them.
  public let targets: [Target]
  private let folder: URL

  /// Pictures of a data set, with the classes of a detector.
  ///
  /// Crowds are left out; boxes are cut at the edges of their picture, and dropped where nothing is left.
  /// - Parameter categoryIDs: the COCO category of each class; a category of the data that is none of them is an error.
  public init(_ dataset: Dataset, in folder: URL, categoryIDs: [Int]) throws(COCOError) {
    let classes = Dictionary(
      categoryIDs.enumerated().map { ($1, $0) }, uniquingKeysWith: { first, _ in first })
    let places = Dictionary(uniqueKeysWithValues: dataset.images.enumerated().map { ($1.id, $0) })
    var targets = Array(repeating: Target(classes: [], boxes: []), count: dataset.images.count)
    for annotation in dataset.annotations where !annotation.isCrowd {
      guard let category = classes[annotation.categoryID] else {
        throw .unusable(
          file: folder.relativePath,
          reason:
            "category \(annotation.categoryID) occurs in it, which is none of the detector's \(classes.count)"
        )
      }
      guard let place = places[annotation.imageID] else { continue }
      let image = dataset.images[place]
      let (width, height) = (Double(image.width), Double(image.height))
      let box = annotation.box
      let (x1, x2) = (min(max(box.x, 0), width), min(max(box.x + box.width, 0), width))
      let (y1, y2) = (min(max(box.y, 0), height), min(max(box.y + box.height, 0), height))
      guard x2 > x1, y2 > y1 else { continue }
      targets[place].classes.append(category)
      targets[place].boxes.append(
        CenterBox(
          cx: (x1 + x2) / 2 / width, cy: (y1 + y2) / 2 / height, w: (x2 - x1) / width, h: (y2 - y1) / height))
    }
    self.dataset = dataset
    self.targets = targets
    self.folder = folder
  }

  /// A picture by its place in the data set.
  public func image(_ index: Int) throws(ImageError) -> RGBImage {
    try dataset.images[index].picture(in: folder)
  }

  /// A picture with its objects, by its place in the data set.
  public func sample(_ index: Int) throws(ImageError) -> TrainingSample {
    TrainingSample(image: try image(index), target: targets[index])
  }
}
