// Panoptic data in files: maps in folders beside their JSON.
import FoundationEssentials
import Images

/// The map in a file, which messages call by the name given.
public func readSegmentMap(_ url: URL) throws(COCOError) -> SegmentMap {
  guard let bytes = try? Data(contentsOf: url) else {
    throw .unusable(file: url.relativePath, reason: "there is no such map that can be read")
  }
  do throws(ImageError) {
    return try SegmentMap(png: Array(bytes))
  } catch {
    throw .unusable(file: url.relativePath, reason: error.description)
  }
}

/// Scores predicted segments against the true ones, map by map, as the published reference code does.
///
/// Every annotated picture needs a prediction; predictions of other pictures are passed over.
/// - Parameters:
///   - truth: the annotations, with the folder of their maps.
///   - prediction: the predictions, with the folder of their maps.
public func panopticQuality(
  _ truth: PanopticDataset, maps truthFolder: URL, _ prediction: [PanopticAnnotation],
  maps predictionFolder: URL, named name: String
) throws(COCOError) -> PanopticQuality {
  let predicted = Dictionary(prediction.map { ($0.imageID, $0) }, uniquingKeysWith: { _, last in last })
  var quality = PanopticQuality(truth.categories)
  for one in truth.annotations {
    guard let other = predicted[one.imageID] else {
      throw .invalid(
        file: name, place: "\"annotations\"", expected: "a prediction for every annotated image",
        found: "none for image \(one.imageID)")
    }
    let file = predictionFolder.appending(path: other.fileName)
    let maps = (
      try readSegmentMap(truthFolder.appending(path: one.fileName)), try readSegmentMap(file)
    )
    do throws(PanopticQuality.Fault) {
      try quality.add(one.segments, maps.0, other.segments, maps.1)
    } catch {
      throw complaint(error, file: file.relativePath, image: one.imageID)
    }
  }
  return quality
}

private func complaint(_ fault: PanopticQuality.Fault, file: String, image: Int) -> COCOError {
  let place = "the map of image \(image)"
  switch fault {
  case .sizes(let truth, let prediction):
    return .invalid(
      file: file, place: place, expected: "\(truth[0]) x \(truth[1]) pixels",
      found: "\(prediction[0]) x \(prediction[1])")
  case .unlisted(let segment):
    return .invalid(
      file: file, place: place, expected: "of segments that the JSON lists", found: "segment \(segment)")
  case .absent(let segments):
    return .invalid(
      file: file, place: place, expected: "of all segments that the JSON lists",
      found: "no pixel of \(segments.map(String.init).joined(separator: ", "))")
  case .category(let category, let segment):
    return .invalid(
      file: file, place: "\(place): segment \(segment)", expected: "of a category of the annotations",
      found: "category \(category)")
  }
}

extension PanopticDataset {
  /// The text of a panoptic file: one picture per line, sorted keys.
  ///
  /// Every segment needs an area and a box.
  public func json() throws(COCOError) -> Data {
    var text = JSONText()
    text.raw("{\n\"annotations\": [")
    for (index, one) in annotations.enumerated() {
      text.raw(index == 0 ? "\n" : ",\n")
      text.raw("{\"file_name\": ")
      text.string(one.fileName)
      text.raw(", \"image_id\": \(one.imageID), \"segments_info\": [")
      for (number, segment) in one.segments.enumerated() {
        let place = "annotations[\(index)] (image_id \(one.imageID)): segment \(segment.id)"
        guard let area = segment.area, let box = segment.box else {
          throw .invalid(file: "output", place: place, expected: "with area and box", found: "without")
        }
        text.raw(number == 0 ? "" : ", ")
        text.raw("{\"area\": \(area), \"bbox\": ")
        try text.box(box, place)
        text.raw(", \"category_id\": \(segment.categoryID), \"id\": \(segment.id)")
        text.raw(segment.isCrowd ? ", \"iscrowd\": 1}" : ", \"iscrowd\": 0}")
      }
      text.raw("]}")
    }
    text.raw("\n],\n\"categories\": [")
    for (index, one) in categories.enumerated() {
      text.raw(index == 0 ? "\n" : ",\n")
      text.raw("{\"id\": \(one.category.id), \"isthing\": \(one.isThing ? 1 : 0), \"name\": ")
      text.string(one.category.name)
      text.raw(", \"supercategory\": ")
      text.string(one.category.supercategory)
      text.raw("}")
    }
    text.raw("\n],\n\"images\": [")
    for (index, one) in images.enumerated() {
      text.raw(index == 0 ? "\n" : ",\n")
      text.raw("{\"file_name\": ")
      text.string(one.fileName)
      text.raw(", \"height\": \(one.height), \"id\": \(one.id), \"width\": \(one.width)}")
    }
    text.raw("\n]\n}\n")
    return Data(text.bytes)
  }

  /// Writes a panoptic file beside its place and then moves it there.
  public func write(to url: URL) throws(COCOError) {
    try put(try json(), url)
  }
}
