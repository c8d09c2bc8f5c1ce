import COCO
import FoundationEssentials
import Images

/// How the pictures of exported scenes are written.
public enum PictureFormat: Sendable, Equatable {
  /// Without loss.
  case png
  /// With a quality of 1...100.
  case jpeg(quality: Int)

  /// The ending of such files.
  public var ending: String { self == .png ? "png" : "jpg" }

  func encode(_ image: RGBImage) throws(ImageError) -> [UInt8] {
    switch self {
    case .png: try encodePNG(image)
    case .jpeg(let quality): try encodeJPEG(image, quality: quality)
    }
  }
}

extension SceneGenerator {
  /// Writes the first `count` scenes of a split as a COCO directory: `SPLIT/000000000001.png` and so on,
  /// `annotations/instances_SPLIT.json`, and the credits of the art in `ATTRIBUTION.txt`.
  ///
  /// The folder of pictures appears last and whole. If there is one already nothing is written, and that is an error.
  /// `progress` is told how many scenes are done.
  /// - Returns: the dataset written.
  public func export(
    _ split: SceneSplit, count: Int? = nil, to folder: URL, format: PictureFormat = .png, threads: Int = 1,
    progress: (Int) -> Void = { _ in }
  ) throws(SceneError) -> Dataset {
    let pictures = folder.appending(path: split.label)
    guard !FileManager.default.fileExists(atPath: pictures.path) else {
      throw SceneError("\(pictures.path) exists already; name another folder, or remove it first")
    }
    let partial = folder.appending(path: ".\(split.label).partial")
    try? FileManager.default.removeItem(at: partial)
    do {
      for needed in [partial, folder.appending(path: "annotations")] {
        try FileManager.default.createDirectory(at: needed, withIntermediateDirectories: true)
      }
      let objects = try writePictures(
        split, count: count ?? split.count, to: partial, format: format, threads: threads, progress)
      let dataset = dataset(ofObjects: objects, ending: format.ending)
      try dataset.write(to: folder.appending(path: "annotations/instances_\(split.label).json"))
      try Data(Self.credits.utf8).write(to: folder.appending(path: "ATTRIBUTION.txt"), options: .atomic)
      try FileManager.default.moveItem(at: partial, to: pictures)
      return dataset
    } catch {
      try? FileManager.default.removeItem(at: partial)
      switch error {
      case let error as ImageError: throw SceneError(error.description)
      case let error as COCOError: throw SceneError(error.description)
      default: throw SceneError("\(folder.path): the \(split.label) scenes cannot be written there")
      }
    }
  }

  private func writePictures(
    _ split: SceneSplit, count: Int, to folder: URL, format: PictureFormat, threads: Int,
    _ progress: (Int) -> Void
  ) throws -> [[SceneObject]] {
    var objects: [[SceneObject]] = []
    while objects.count < count {
      let range = objects.count..<min(objects.count + 256, count)
      let made = parallel(range, threads: threads) { index in
        let scene = scene(split, index)
        return (scene.objects, Result { () throws(ImageError) in try format.encode(scene.image) })
      }
      for (index, (inScene, encoded)) in zip(range, made) {
        let name = Self.fileName(of: index, ending: format.ending)
        try Data(encoded.get()).write(to: folder.appending(path: name))
        objects.append(inScene)
      }
      progress(objects.count)
    }
    return objects
  }

  /// Who drew the art, and under what terms pictures that show it may be passed on.
  static let credits =
    ArtSet.allCases.map(\.attribution).joined(separator: "\n")
    + "\nPictures that show art of OpenMoji or EmojiOne are adapted works and licensed CC BY-SA 4.0.\n"
}
