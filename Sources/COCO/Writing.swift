// Data sets and results as files: one record per line, sorted keys, shortest numbers, the same bytes for the same values.
import FoundationEssentials

extension Dataset {
  /// The text of an instances file. Records keep their order, since scoring breaks ties by it.
  ///
  /// Fails for a number that is not finite, which JSON cannot state.
  public func json() throws(COCOError) -> Data {
    var text = JSONText()
    text.raw("{\n\"annotations\": [")
    for (index, one) in annotations.enumerated() {
      text.raw(index == 0 ? "\n" : ",\n")
      text.raw("{\"area\": ")
      try text.number(one.area, "annotations[\(index)] (id \(one.id)): \"area\"")
      text.raw(", \"bbox\": ")
      try text.box(one.box, "annotations[\(index)] (id \(one.id)): \"bbox\"")
      text.raw(", \"category_id\": \(one.categoryID), \"id\": \(one.id), \"image_id\": \(one.imageID)")
      text.raw(one.isCrowd ? ", \"iscrowd\": 1}" : ", \"iscrowd\": 0}")
    }
    text.raw("\n],\n\"categories\": [")
    for (index, one) in categories.enumerated() {
      text.raw(index == 0 ? "\n" : ",\n")
      text.raw("{\"id\": \(one.id), \"name\": ")
      text.string(one.name)
      if !one.supercategory.isEmpty {
        text.raw(", \"supercategory\": ")
        text.string(one.supercategory)
      }
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

  /// Writes an instances file beside its place and then moves it there, so that no half of it is ever seen.
  public func write(to url: URL) throws(COCOError) {
    try put(try json(), url)
  }
}

/// The text of a COCO result file. Records keep their order, since scoring breaks ties of scores by it.
///
/// Fails for a number that is not finite, which JSON cannot state.
public func resultJSON(_ detections: [Detection]) throws(COCOError) -> Data {
  var text = JSONText()
  text.raw("[")
  for (index, one) in detections.enumerated() {
    text.raw(index == 0 ? "\n" : ",\n")
    text.raw("{\"bbox\": ")
    try text.box(one.box, "detections[\(index)]: \"bbox\"")
    text.raw(", \"category_id\": \(one.categoryID), \"image_id\": \(one.imageID), \"score\": ")
    try text.number(one.score, "detections[\(index)]: \"score\"")
    text.raw("}")
  }
  text.raw("\n]\n")
  return Data(text.bytes)
}

/// Writes a COCO result file beside its place and then moves it there.
public func writeDetections(_ detections: [Detection], to url: URL) throws(COCOError) {
  try put(try resultJSON(detections), url)
}

func put(_ data: Data, _ url: URL) throws(COCOError) {
  do {
    try data.write(to: url, options: .atomic)
  } catch {
    throw .unusable(file: url.relativePath, reason: "cannot be written")
  }
}

/// Pieces of JSON put one after the other.
struct JSONText {
  var bytes: [UInt8] = []

  mutating func raw(_ text: String) { bytes.append(contentsOf: text.utf8) }

  mutating func number(_ number: Double, _ place: String) throws(COCOError) {
    guard number.isFinite else {
      throw .invalid(file: "output", place: place, expected: "a finite number", found: "\(number)")
    }
    if number.magnitude < 1e15, number == number.rounded(), number.sign == .plus || number != 0 {
      raw("\(Int(number))")
    } else {
      raw("\(number)")
    }
  }

  mutating func box(_ box: PixelBox, _ place: String) throws(COCOError) {
    raw("[")
    try number(box.x, place)
    raw(", ")
    try number(box.y, place)
    raw(", ")
    try number(box.width, place)
    raw(", ")
    try number(box.height, place)
    raw("]")
  }

  mutating func string(_ text: String) {
    bytes.append(UInt8(ascii: "\""))
    for byte in text.utf8 {
      switch byte {
      case UInt8(ascii: "\""), UInt8(ascii: "\\"): bytes += [UInt8(ascii: "\\"), byte]
      case 0..<0x20:
        let digits = Array("0123456789abcdef".utf8)
        bytes += [
          UInt8(ascii: "\\"), UInt8(ascii: "u"), 48, 48, digits[Int(byte >> 4)], digits[Int(byte & 15)],
        ]
      default: bytes.append(byte)
      }
    }
    bytes.append(UInt8(ascii: "\""))
  }
}
