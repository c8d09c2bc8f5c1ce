// Data sets and results from their files, checked record by record.
import CSimdjson
import FoundationEssentials

extension Dataset {
  /// Reads an instances file in COCO's format.
  ///
  /// Every record is checked: kinds of values, boxes of four numbers, ids that occur once, and references to images
  /// and categories that exist. `iscrowd` and `supercategory` may be absent; other keys are not read.
  /// - Parameters:
  ///   - url: the file.
  ///   - needsPictures: whether images must state size and file name; scoring needs neither.
  public init(contentsOf url: URL, needsPictures: Bool = true) throws(COCOError) {
    try self.init(json: try bytes(of: url), named: url.relativePath, needsPictures: needsPictures)
  }

  /// Reads the text of an instances file; `named` is what messages call it.
  public init(json: Data, named name: String, needsPictures: Bool = true) throws(COCOError) {
    let tree = try JSONTree(json, file: name)
    let keys: [StaticString] = ["images", "annotations", "categories"]
    let lists = try tree.fields(keys)
    images = try Self.images(lists[0], tree, needsPictures)
    categories = try Self.categories(lists[2], tree)
    annotations = []
    try readAnnotations(lists[1], tree)
  }

  private static func images(
    _ list: csj_value, _ tree: JSONTree, _ needsPictures: Bool
  ) throws(COCOError) -> [ImageRecord] {
    var images: [ImageRecord] = []
    var seen = Set<Int>()
    try tree.forEachRecord(in: list, called: "images", keys: ["id", "width", "height", "file_name"]) {
      (record) throws(COCOError) in
      let id = try record.integer(0)
      guard seen.insert(id).inserted else { throw record.fault(0, expected: "an id that occurs once") }
      var image = ImageRecord(id: id, width: 0, height: 0, fileName: "")
      if needsPictures || record.has(1) { image.width = try record.integer(1, expected: "a width in pixels") }
      if needsPictures || record.has(2) {
        image.height = try record.integer(2, expected: "a height in pixels")
      }
      if needsPictures || record.has(3) { image.fileName = try record.text(3) }
      if needsPictures, image.width < 1 { throw record.fault(1, expected: "a width of at least 1") }
      if needsPictures, image.height < 1 { throw record.fault(2, expected: "a height of at least 1") }
      images.append(image)
    }
    return images
  }

  private static func categories(_ list: csj_value, _ tree: JSONTree) throws(COCOError) -> [Category] {
    var categories: [Category] = []
    var seen = Set<Int>()
    try tree.forEachRecord(in: list, called: "categories", keys: ["id", "name", "supercategory"]) {
      (record) throws(COCOError) in
      let id = try record.integer(0)
      guard seen.insert(id).inserted else { throw record.fault(0, expected: "an id that occurs once") }
      categories.append(
        Category(
          id: id, name: try record.text(1), supercategory: record.has(2) ? try record.text(2) : ""))
    }
    return categories
  }

  private mutating func readAnnotations(_ list: csj_value, _ tree: JSONTree) throws(COCOError) {
    let imageIDs = Set(images.map(\.id))
    let categoryIDs = Set(categories.map(\.id))
    var found: [Annotation] = []
    var seen = Set<Int>()
    found.reserveCapacity(list.length)
    seen.reserveCapacity(list.length)
    let keys: [StaticString] = ["id", "image_id", "category_id", "bbox", "area", "iscrowd"]
    try tree.forEachRecord(in: list, called: "annotations", keys: keys) { (record) throws(COCOError) in
      let annotation = Annotation(
        id: try record.integer(0), imageID: try record.integer(1), categoryID: try record.integer(2),
        box: try record.box(3), area: try record.number(4, atLeast: 0), isCrowd: try record.flag(5))
      guard seen.insert(annotation.id).inserted else {
        throw record.fault(0, expected: "an id that occurs once")
      }
      guard imageIDs.contains(annotation.imageID) else {
        throw record.fault(1, expected: "the id of one of the \(imageIDs.count) images")
      }
      guard categoryIDs.contains(annotation.categoryID) else {
        throw record.fault(2, expected: "the id of one of the \(categoryIDs.count) categories")
      }
      found.append(annotation)
    }
    annotations = found
  }
}

/// Reads a COCO result file: a list of boxes with scores, in the order that breaks ties of scores.
///
/// Each must be in an image of the data set. A category that the data set does not have is kept; scoring passes over it.
public func readDetections(contentsOf url: URL, of dataset: Dataset) throws(COCOError) -> [Detection] {
  try readDetections(json: try bytes(of: url), named: url.relativePath, of: dataset)
}

/// Reads the text of a COCO result file; `named` is what messages call it.
public func readDetections(
  json: Data, named name: String, of dataset: Dataset
) throws(COCOError) -> [Detection] {
  let tree = try JSONTree(json, file: name)
  let imageIDs = Set(dataset.images.map(\.id))
  let list = tree.root
  guard list.kind == Int32(csj_array) else {
    throw .invalid(file: name, place: "the file", expected: "a list of detections", found: list.summary)
  }
  var detections: [Detection] = []
  detections.reserveCapacity(list.length)
  let keys: [StaticString] = ["image_id", "category_id", "bbox", "score"]
  try tree.forEachRecord(in: list, called: "detections", keys: keys) { (record) throws(COCOError) in
    let detection = Detection(
      imageID: try record.integer(0), categoryID: try record.integer(1), box: try record.box(2),
      score: try record.number(3))
    guard imageIDs.contains(detection.imageID) else {
      throw record.fault(0, expected: "the id of one of the \(imageIDs.count) images")
    }
    detections.append(detection)
  }
  return detections
}

private func bytes(of url: URL) throws(COCOError) -> Data {
  do {
    return try Data(contentsOf: url)
  } catch {
    let exists = FileManager.default.fileExists(atPath: url.path)
    throw .unusable(file: url.relativePath, reason: exists ? "cannot be read" : "there is no such file")
  }
}

extension JSONTree {
  /// The values of the outermost object under some keys, each of which must be there.
  fileprivate func fields(_ keys: [StaticString]) throws(COCOError) -> [csj_value] {
    var values = Array(repeating: csj_value(), count: keys.count)
    let keyTexts: [UnsafePointer<CChar>?] = keys.map {
      UnsafeRawPointer($0.utf8Start).assumingMemoryBound(to: CChar.self)
    }
    let names = keys.map { "\"\($0)\"" }.joined(separator: ", ")
    guard csj_fields(root, keyTexts, keyTexts.count, &values) == 0 else {
      throw .invalid(file: file, place: "the file", expected: "an object with \(names)", found: root.summary)
    }
    for (key, value) in zip(keys, values) where value.kind != Int32(csj_array) {
      throw .invalid(file: file, place: "\"\(key)\"", expected: "a list", found: value.summary)
    }
    return values
  }
}
