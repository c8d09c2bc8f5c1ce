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
  /// `annotations/instances_SPLIT.json`, and the credits of the art in `ATTRIBUTION.txt`; of panoptic scenes also
  /// `annotations/panoptic_SPLIT.json` with the maps in `annotations/panoptic_SPLIT/`.
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
      let annotations = folder.appending(path: "annotations")
      let maps = task == .panoptic ? annotations.appending(path: "panoptic_\(split.label)") : nil
      for needed in [partial, annotations] + [maps].compactMap({ $0 }) {
        try FileManager.default.createDirectory(at: needed, withIntermediateDirectories: true)
      }
      let written = try writePictures(
        split, count: count ?? split.count, to: partial, maps: maps, format: format, threads: threads,
        progress)
      let dataset = dataset(ofObjects: written.map(\.objects), ending: format.ending)
      try dataset.write(to: annotations.appending(path: "instances_\(split.label).json"))
      if maps != nil {
        try panopticDataset(dataset.images, written.map(\.segments))
          .write(to: annotations.appending(path: "panoptic_\(split.label).json"))
      }
      try Data(credits.utf8).write(to: folder.appending(path: "ATTRIBUTION.txt"), options: .atomic)
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

  /// What export keeps of a scene once its picture is written.
  private struct Written: Sendable {
    let objects: [SceneObject]
    let segments: [PanopticSegment]
  }

  private func writePictures(
    _ split: SceneSplit, count: Int, to folder: URL, maps: URL?, format: PictureFormat, threads: Int,
    _ progress: (Int) -> Void
  ) throws -> [Written] {
    typealias Encoded = Result<[UInt8], ImageError>
    var written: [Written] = []
    while written.count < count {
      let range = written.count..<min(written.count + 256, count)
      let made = parallel(range, threads: threads) { index -> (Written, Encoded, Encoded?) in
        guard maps != nil else {
          let scene = scene(split, index)
          let picture = Encoded { () throws(ImageError) in try format.encode(scene.image) }
          return (Written(objects: scene.objects, segments: []), picture, nil)
        }
        let (scene, segments) = panopticScene(split, index)
        return (
          Written(objects: scene.objects, segments: segments.segments),
          Encoded { () throws(ImageError) in try format.encode(scene.image) },
          Encoded { () throws(ImageError) in try segments.map.png() }
        )
      }
      for (index, (one, picture, map)) in zip(range, made) {
        let name = Self.fileName(of: index, ending: format.ending)
        try Data(picture.get()).write(to: folder.appending(path: name))
        if let maps, let map {
          try Data(map.get()).write(to: maps.appending(path: Self.fileName(of: index, ending: "png")))
        }
        written.append(one)
      }
      progress(written.count)
    }
    return written
  }

  /// The panoptic data set of scenes from index 0 on.
  private func panopticDataset(_ images: [ImageRecord], _ segments: [[PanopticSegment]]) -> PanopticDataset {
    PanopticDataset(
      images: images,
      annotations: segments.enumerated().map { index, segments in
        PanopticAnnotation(
          imageID: index + 1, fileName: Self.fileName(of: index, ending: "png"), segments: segments)
      },
      categories: task.categories.map {
        PanopticCategory(
          Category(id: $0.id, name: $0.name, supercategory: $0.supercategory), isThing: $0.isThing)
      })
  }

  /// Whose pictures are shown, and under what terms pictures that show them may be passed on.
  private var credits: String {
    if task == .garments { return GarmentCatalog.attribution + "\n" }
    return ArtSet.allCases.map(\.attribution).joined(separator: "\n")
      + "\nPictures that show art of OpenMoji or EmojiOne are adapted works and licensed CC BY-SA 4.0.\n"
  }
}
