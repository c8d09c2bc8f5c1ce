import FoundationEssentials
import Images

/// Photographs of garments, 28 x 28 and gray: Fashion-MNIST (Xiao, Rasul and Vollgraf, 2017), 60,000 for training and
/// 10,000 for testing, as published.
public struct GarmentCatalog: Sendable {
  /// Photographs and labels of one published part.
  private struct Part: Sendable {
    let pixels: [UInt8]
    /// Places of the photographs of each kind, ascending. // [kind]
    let places: [[Int]]
  }

  /// SHA-256, in hexadecimal digits, over the names and bytes of the four files.
  let digest: String
  private let training: Part
  private let testing: Part

  /// The line of credit that whoever shows the photographs has to print.
  public static let attribution =
    "Fashion-MNIST, Copyright 2017 Zalando SE, MIT License, from the Debian package dataset-fashion-mnist."

  /// How many of the published training photographs training scenes show unless told otherwise.
  public static let usualTrainingInstances = 2000
  /// Training photographs from this place on are kept for selection scenes.
  public static let firstSelectionInstance = 54_000
  /// Photographs are small, so they may be drawn larger than they are, and are soft then.
  static let largestScale = 2.4

  private static let side = 28

  /// Reads the files that the set-up puts into a folder.
  init(contentsOf folder: URL) throws(SceneError) {
    let digest = ArtDigest()
    training = try Self.part("train", 60_000, in: folder, digest)
    testing = try Self.part("t10k", 10_000, in: folder, digest)
    self.digest = digest.finish()
  }

  private static func part(
    _ name: String, _ count: Int, in folder: URL, _ digest: ArtDigest
  ) throws(SceneError) -> Part {
    func bytes(_ file: String, header: [UInt8], size: Int) throws(SceneError) -> Data {
      let path = folder.appending(path: file)
      guard let data = try? Data(contentsOf: path) else {
        throw SceneError("\(path.path) cannot be read; the set-up fetches the photographs of garments")
      }
      guard data.count == size, data.starts(with: header) else {
        throw SceneError(
          "\(path.path) should be \(size) bytes of Fashion-MNIST, found \(data.count) or another beginning")
      }
      digest.add(data, named: file)
      return data.dropFirst(header.count)
    }
    func word(_ number: Int) -> [UInt8] { [24, 16, 8, 0].map { UInt8(number >> $0 & 255) } }
    let imageHeader = word(0x803) + word(count) + word(side) + word(side)
    let pixels = try bytes(
      "\(name)-images-idx3-ubyte", header: imageHeader, size: imageHeader.count + count * side * side)
    let labelHeader = word(0x801) + word(count)
    let labels = try bytes("\(name)-labels-idx1-ubyte", header: labelHeader, size: labelHeader.count + count)
    var places = Array(repeating: [Int](), count: SceneCategory.garments.count)
    for (place, label) in labels.enumerated() {
      guard places.indices.contains(Int(label)) else {
        throw SceneError(
          "\(folder.path)/\(name)-labels-idx1-ubyte: label \(place) should be 0 to 9, found \(label)")
      }
      places[Int(label)].append(place)
    }
    return Part(pixels: Array(pixels), places: places)
  }

  /// The photographs of a kind that a split shows: its first training ones, those kept for selection, or those for testing.
  func instances(of kind: Int, in split: SceneSplit, trainingInstances: Int) -> ArraySlice<Int> {
    let published = training.places[kind]
    func place(_ limit: Int) -> Int { published.firstIndex { $0 >= limit } ?? published.count }
    switch split {
    case .train: return published[..<place(min(trainingInstances, Self.firstSelectionInstance))]
    case .selection: return published[place(Self.firstSelectionInstance)...]
    case .report, .unseenEmojiOne, .unseenTwemoji: return testing.places[kind][...]
    }
  }

  /// A photograph cut out: as opaque as it is bright, up to a brightness of a quarter; `nil` where nothing is.
  func cutOut(_ place: Int, in split: SceneSplit) -> CutOut? {
    let part = split == .train || split == .selection ? training : testing
    let start = place * Self.side * Self.side
    let pixels = part.pixels[start..<start + Self.side * Self.side].map { gray -> UInt32 in
      let alpha = min(UInt32(gray) * 4, 255)
      let channel = (UInt32(gray) * alpha + 127) / 255
      return alpha << 24 | channel << 16 | channel << 8 | channel
    }
    return CutOut(width: Self.side, height: Self.side, pixels: pixels).cropped(toAlpha: 128)
  }
}
