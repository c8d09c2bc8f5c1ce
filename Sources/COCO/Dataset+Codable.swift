// Coding with the key names of COCO files, so that an encoded value is such a file.

extension PixelBox: Codable {
  /// Reads the four numbers `[x, y, width, height]`.
  public init(from decoder: any Decoder) throws {
    var list = try decoder.unkeyedContainer()
    self.init(
      x: try list.decode(Double.self), y: try list.decode(Double.self),
      width: try list.decode(Double.self), height: try list.decode(Double.self))
  }

  /// Writes the four numbers `[x, y, width, height]`.
  public func encode(to encoder: any Encoder) throws {
    var list = encoder.unkeyedContainer()
    for number in [x, y, width, height] { try list.encode(number) }
  }
}

extension Annotation: Codable {
  private enum CodingKeys: String, CodingKey {
    case id
    case imageID = "image_id"
    case categoryID = "category_id"
    case box = "bbox"
    case area
    case isCrowd = "iscrowd"
  }

  /// Reads a record of the list `annotations`.
  public init(from decoder: any Decoder) throws {
    let record = try decoder.container(keyedBy: CodingKeys.self)
    self.init(
      id: try record.decode(Int.self, forKey: .id),
      imageID: try record.decode(Int.self, forKey: .imageID),
      categoryID: try record.decode(Int.self, forKey: .categoryID),
      box: try record.decode(PixelBox.self, forKey: .box),
      area: try record.decode(Double.self, forKey: .area),
      isCrowd: try record.decodeIfPresent(Int.self, forKey: .isCrowd) ?? 0 != 0)
  }

  /// Writes a record of the list `annotations`.
  public func encode(to encoder: any Encoder) throws {
    var record = encoder.container(keyedBy: CodingKeys.self)
    try record.encode(id, forKey: .id)
    try record.encode(imageID, forKey: .imageID)
    try record.encode(categoryID, forKey: .categoryID)
    try record.encode(box, forKey: .box)
    try record.encode(area, forKey: .area)
    try record.encode(isCrowd ? 1 : 0, forKey: .isCrowd)
  }
}

extension Category: Codable {
  private enum CodingKeys: String, CodingKey {
    case id
    case name
    case supercategory
  }

  /// Reads a record of the list `categories`; the group may be absent.
  public init(from decoder: any Decoder) throws {
    let record = try decoder.container(keyedBy: CodingKeys.self)
    self.init(
      id: try record.decode(Int.self, forKey: .id), name: try record.decode(String.self, forKey: .name),
      supercategory: try record.decodeIfPresent(String.self, forKey: .supercategory) ?? "")
  }

  /// Writes a record of the list `categories`; an empty group is left out.
  public func encode(to encoder: any Encoder) throws {
    var record = encoder.container(keyedBy: CodingKeys.self)
    try record.encode(id, forKey: .id)
    try record.encode(name, forKey: .name)
    if !supercategory.isEmpty { try record.encode(supercategory, forKey: .supercategory) }
  }
}
