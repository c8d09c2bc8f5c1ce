// Panoptic JSON files, checked record by record.
import CSimdjson
import FoundationEssentials

extension PanopticDataset {
  /// Reads a panoptic file with its three lists.
  public init(contentsOf url: URL) throws(COCOError) {
    try self.init(JSONRecords(JSONScanner(contentsOf: url)))
  }

  /// Reads the text of a panoptic file; `named` is what messages call it.
  public init(json: Data, named name: String) throws(COCOError) {
    try self.init(JSONRecords(JSONScanner(json, file: name)))
  }

  private init(_ records: JSONRecords) throws(COCOError) {
    var records = records
    var (images, annotations, categories) = ([ImageRecord](), [PanopticAnnotation](), [PanopticCategory]())
    let lists = [
      JSONList(name: "images", keys: ["id", "width", "height", "file_name"]),
      JSONList(name: "annotations", keys: PanopticAnnotation.keys),
      JSONList(name: "categories", keys: ["id", "name", "supercategory", "isthing"]),
    ]
    let clear = { (list: Int) in
      switch list {
      case 0: images = []
      case 1: annotations = []
      default: categories = []
      }
    }
    let file = try records.readObject(lists, begin: clear) { (list, record) throws(COCOError) in
      switch list {
      case 0:
        images.append(
          ImageRecord(
            id: try record.integer(0), width: try record.integer(1), height: try record.integer(2),
            fileName: try record.text(3)))
      case 1: annotations.append(try PanopticAnnotation(record, needsExtents: true))
      default:
        let category = Category(
          id: try record.integer(0), name: try record.text(1),
          supercategory: record.has(2) ? try record.text(2) : "")
        categories.append(PanopticCategory(category, isThing: try record.flag(3)))
      }
    }
    self.init(images: images, annotations: annotations, categories: categories)
    try check(named: file)
  }

  /// Refuses ids that occur twice and references to what the file does not list.
  private func check(named file: String) throws(COCOError) {
    func unique(_ ids: [Int], _ list: String) throws(COCOError) -> Set<Int> {
      var seen = Set<Int>()
      for (index, id) in ids.enumerated() where !seen.insert(id).inserted {
        throw .invalid(
          file: file, place: "\(list)[\(index)]: id", expected: "an id that occurs once", found: "\(id)")
      }
      return seen
    }
    let imageIDs = try unique(images.map(\.id), "images")
    let categoryIDs = try unique(categories.map(\.category.id), "categories")
    _ = try unique(annotations.map(\.imageID), "annotations")
    for (index, one) in annotations.enumerated() {
      guard imageIDs.contains(one.imageID) else {
        throw .invalid(
          file: file, place: "annotations[\(index)]: \"image_id\"",
          expected: "the id of one of the \(imageIDs.count) images", found: "\(one.imageID)")
      }
      for segment in one.segments where !categoryIDs.contains(segment.categoryID) {
        throw .invalid(
          file: file, place: "annotations[\(index)] (image_id \(one.imageID)): segment \(segment.id)",
          expected: "of one of the \(categoryIDs.count) categories", found: "category \(segment.categoryID)")
      }
    }
  }
}

/// Reads the `annotations` of a file of predicted segments; other lists may be absent.
public func readPanopticPredictions(contentsOf url: URL) throws(COCOError) -> [PanopticAnnotation] {
  try readPredictions(JSONRecords(JSONScanner(contentsOf: url)))
}

/// Reads the text of a file of predicted segments; `named` is what messages call it.
public func readPanopticPredictions(
  json: Data, named name: String
) throws(COCOError) -> [PanopticAnnotation] {
  try readPredictions(JSONRecords(JSONScanner(json, file: name)))
}

private func readPredictions(_ records: JSONRecords) throws(COCOError) -> [PanopticAnnotation] {
  var records = records
  var annotations: [PanopticAnnotation] = []
  let lists = [JSONList(name: "annotations", keys: PanopticAnnotation.keys)]
  _ = try records.readObject(lists, begin: { _ in annotations = [] }) { (_, record) throws(COCOError) in
    annotations.append(try PanopticAnnotation(record, needsExtents: false))
  }
  return annotations
}

extension PanopticAnnotation {
  static let keys: [StaticString] = ["image_id", "file_name", "segments_info"]

  /// Reads a record of the list `annotations`.
  init(_ record: JSONRecord, needsExtents: Bool) throws(COCOError) {
    self.init(imageID: try record.integer(0), fileName: try record.text(1), segments: [])
    guard !fileName.isEmpty else { throw record.fault(1, expected: "the name of a file") }
    var seen = Set<Int>()
    let list = JSONList(name: "segments_info", keys: ["id", "category_id", "area", "bbox", "iscrowd"])
    try record.forEachRecord(of: list, under: 2) { (segment) throws(COCOError) in
      let id = try segment.integer(0)
      guard (1..<1 << 24).contains(id) else {
        throw segment.fault(0, expected: "an id from 1 to 16777215, as a PNG can store it")
      }
      guard seen.insert(id).inserted else {
        throw segment.fault(0, expected: "an id that occurs once in its picture")
      }
      segments.append(
        PanopticSegment(
          id: id, categoryID: try segment.integer(1),
          area: needsExtents || segment.has(2) ? try segment.integer(2) : nil,
          box: needsExtents || segment.has(3) ? try segment.box(3) : nil, isCrowd: try segment.flag(4)))
    }
  }
}
