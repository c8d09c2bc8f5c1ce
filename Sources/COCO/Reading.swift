// Data sets and results from their files, checked record by record.
import CSimdjson
import FoundationEssentials

/// What a file is read for, and so what is asked of it.
public enum ReadingPurpose: Sendable {
  /// Pictures will be looked at: every record must be complete and consistent.
  case pictures
  /// Boxes will be scored: what pycocotools has an answer for is taken as it is, such as a box of negative extent or an
  /// object in an image that the file does not list.
  case scoring
}

extension Dataset {
  /// Reads an instances file in COCO's format.
  ///
  /// The file passes through a window of some megabytes, so memory grows with the records kept and not with the file. Every
  /// record is checked: kinds of values, boxes of four numbers and ids that occur once; for pictures also references to
  /// images and categories, boxes and masks stored as runs. `iscrowd` and `supercategory` may be absent; other keys are
  /// not read.
  public init(contentsOf url: URL, for purpose: ReadingPurpose = .pictures) throws(COCOError) {
    try self.init(JSONRecords(JSONScanner(contentsOf: url)), purpose)
  }

  /// Reads the text of an instances file; `named` is what messages call it.
  public init(json: Data, named name: String, for purpose: ReadingPurpose = .pictures) throws(COCOError) {
    try self.init(JSONRecords(JSONScanner(json, file: name)), purpose)
  }

  private init(_ records: JSONRecords, _ purpose: ReadingPurpose) throws(COCOError) {
    var records = records
    var reader = DatasetReader(purpose: purpose)
    let lists = [
      JSONList(name: "images", keys: ["id", "width", "height", "file_name"]),
      JSONList(
        name: "annotations",
        keys: ["id", "image_id", "category_id", "bbox", "area", "iscrowd", "segmentation"]),
      JSONList(name: "categories", keys: ["id", "name", "supercategory"]),
    ]
    let file = try records.readObject(lists, begin: { reader.begin($0) }) {
      (list, record) throws(COCOError) in
      switch list {
      case 0: try reader.addImage(record)
      case 1: try reader.addAnnotation(record)
      default: try reader.addCategory(record)
      }
    }
    if purpose == .pictures { try reader.checkReferences(in: file) }
    self.init(images: reader.images, annotations: reader.annotations, categories: reader.categories)
  }
}

/// The records of an instances file as they come.
private struct DatasetReader {
  let purpose: ReadingPurpose
  var images: [ImageRecord] = []
  var annotations: [Annotation] = []
  var categories: [Category] = []
  private var imageIDs = Set<Int>()
  private var annotationIDs = Set<Int>()
  private var categoryIDs = Set<Int>()
  /// The first mask whose size is another than that of its image can be told only when all images are known.
  private var maskSizes: [(annotation: Int, width: Int, height: Int)] = []

  init(purpose: ReadingPurpose) {
    self.purpose = purpose
  }

  /// A list starts, or starts again.
  mutating func begin(_ list: Int) {
    switch list {
    case 0: (images, imageIDs) = ([], [])
    case 1: (annotations, annotationIDs, maskSizes) = ([], [], [])
    default: (categories, categoryIDs) = ([], [])
    }
  }

  mutating func addImage(_ record: JSONRecord) throws(COCOError) {
    let needsPictures = purpose == .pictures
    let id = try record.integer(0)
    guard imageIDs.insert(id).inserted else { throw record.fault(0, expected: "an id that occurs once") }
    var image = ImageRecord(id: id, width: 0, height: 0, fileName: "")
    if needsPictures || record.has(1) { image.width = try record.integer(1, expected: "a width in pixels") }
    if needsPictures || record.has(2) { image.height = try record.integer(2, expected: "a height in pixels") }
    if needsPictures || record.has(3) { image.fileName = try record.text(3) }
    if needsPictures, image.width < 1 { throw record.fault(1, expected: "a width of at least 1") }
    if needsPictures, image.height < 1 { throw record.fault(2, expected: "a height of at least 1") }
    images.append(image)
  }

  mutating func addCategory(_ record: JSONRecord) throws(COCOError) {
    let id = try record.integer(0)
    guard categoryIDs.insert(id).inserted else { throw record.fault(0, expected: "an id that occurs once") }
    categories.append(
      Category(id: id, name: try record.text(1), supercategory: record.has(2) ? try record.text(2) : ""))
  }

  mutating func addAnnotation(_ record: JSONRecord) throws(COCOError) {
    let isScored = purpose == .scoring
    let annotation = Annotation(
      id: try record.integer(0), imageID: try record.integer(1), categoryID: try record.integer(2),
      box: try record.box(3, allowingNegative: isScored),
      area: try record.number(4, atLeast: isScored ? -.infinity : 0), isCrowd: try record.flag(5))
    guard annotationIDs.insert(annotation.id).inserted else {
      throw record.fault(0, expected: "an id that occurs once")
    }
    if !isScored, let mask = try record.mask(6) {
      maskSizes.append((annotations.count, mask.width, mask.height))
    }
    annotations.append(annotation)
  }

  /// Refuses annotations of images and categories that the file does not list, and masks of another size than their image.
  func checkReferences(in file: String) throws(COCOError) {
    func fault(_ index: Int, _ key: String, _ expected: String, _ found: String) -> COCOError {
      .invalid(
        file: file, place: "annotations[\(index)] (id \(annotations[index].id)): \"\(key)\"",
        expected: expected, found: found)
    }
    for (index, one) in annotations.enumerated() {
      guard imageIDs.contains(one.imageID) else {
        throw fault(index, "image_id", "the id of one of the \(imageIDs.count) images", "\(one.imageID)")
      }
      guard categoryIDs.contains(one.categoryID) else {
        throw fault(
          index, "category_id", "the id of one of the \(categoryIDs.count) categories", "\(one.categoryID)")
      }
    }
    let places = Dictionary(uniqueKeysWithValues: images.enumerated().map { ($1.id, $0) })
    for mask in maskSizes {
      guard let image = places[annotations[mask.annotation].imageID].map({ images[$0] }) else { continue }
      guard (mask.width, mask.height) == (image.width, image.height) else {
        throw fault(
          mask.annotation, "segmentation", "a mask of \(image.width) x \(image.height) pixels",
          "\(mask.width) x \(mask.height)")
      }
    }
  }
}

/// Reads a COCO result file: a list of boxes with scores, in the order that breaks ties of scores.
///
/// Each must be in an image of the data set. A category that the data set does not have is kept; scoring passes over it.
public func readDetections(contentsOf url: URL, of dataset: Dataset) throws(COCOError) -> [Detection] {
  try readDetections(JSONRecords(JSONScanner(contentsOf: url)), of: dataset)
}

/// Reads the text of a COCO result file; `named` is what messages call it.
public func readDetections(
  json: Data, named name: String, of dataset: Dataset
) throws(COCOError) -> [Detection] {
  try readDetections(JSONRecords(JSONScanner(json, file: name)), of: dataset)
}

private func readDetections(_ records: JSONRecords, of dataset: Dataset) throws(COCOError) -> [Detection] {
  var records = records
  let imageIDs = Set(dataset.images.map(\.id))
  var detections: [Detection] = []
  let list = JSONList(name: "detections", keys: ["image_id", "category_id", "bbox", "score"])
  try records.readList(list, of: "detections") { (record) throws(COCOError) in
    let detection = Detection(
      imageID: try record.integer(0), categoryID: try record.integer(1),
      box: try record.box(2, allowingNegative: true), score: try record.number(3))
    guard imageIDs.contains(detection.imageID) else {
      throw record.fault(0, expected: "the id of one of the \(imageIDs.count) images")
    }
    detections.append(detection)
  }
  return detections
}
