// Scenes and what they truly show, composed or from pictures.
import Authoring
import Boxes
import COCO
import FoundationEssentials
import Images
import Scenes

/// Where steps take scenes from. Scene `i` of a split is image `i + 1` of its data set.
public enum SceneSupply: Sendable {
  /// Scenes that are composed when asked for.
  case composed(SceneGenerator)
  /// Pictures that a profile's data was reduced to, by split.
  case pictures([SceneSplit: PictureSet])

  /// Several scenes of a split, in order; their bytes do not depend on the number of threads. Composed scenes never run out;
  /// of pictures there are as many as there are.
  public func scenes(_ split: SceneSplit, _ range: Range<Int>, threads: Int = 1) -> [Scene] {
    switch self {
    case .composed(let generator): generator.scenes(split, range, threads: threads)
    case .pictures(let sets): Self.part(split, of: sets).scenes(range)
    }
  }

  /// What the first scenes of a split truly show; all of them by default.
  public func dataset(_ split: SceneSplit, count: Int? = nil, threads: Int = 1) -> Dataset {
    switch self {
    case .composed(let generator): return generator.dataset(split, count: count, threads: threads)
    case .pictures(let sets):
      let set = Self.part(split, of: sets)
      return set.dataset.keeping { $0.id <= count ?? set.count }
    }
  }

  /// What the first scenes of a split truly show, given these scenes.
  public func dataset(_ split: SceneSplit, of scenes: [Scene]) -> Dataset {
    guard case .composed(let generator) = self else { return dataset(split, count: scenes.count) }
    return generator.dataset(ofObjects: scenes.map(\.objects))
  }

  /// Several crops of single objects; there are none of pictures.
  public func singleObjects(_ split: SceneSplit, _ range: Range<Int>, threads: Int = 1) -> [ObjectCrop] {
    guard case .composed(let generator) = self else {
      fatalError("crops of single objects are composed, not cut out of pictures")
    }
    return generator.singleObjects(split, range, threads: threads)
  }

  private static func part(_ split: SceneSplit, of sets: [SceneSplit: PictureSet]) -> PictureSet {
    guard let set = sets[split] else { fatalError("the data of a profile has no split \(split.label)") }
    return set
  }
}

extension PictureSet {
  /// Pictures with their objects: crowds are left out, boxes are cut at the edges, and dropped where nothing is left.
  func scenes(_ wanted: Range<Int>) -> [Scene] {
    let range = wanted.clamped(to: 0..<count)
    let classes = Dictionary(
      dataset.categories.map(\.id).sorted().enumerated().map { ($1, $0) },
      uniquingKeysWith: { first, _ in first })
    var objects = Array(repeating: [SceneObject](), count: range.count)
    for annotation in dataset.annotations where !annotation.isCrowd {
      // Image ids count from 1.
      let place = annotation.imageID - 1
      guard range.contains(place), let category = classes[annotation.categoryID],
        let box = annotation.box.clipped(
          width: dataset.images[place].width, height: dataset.images[place].height)
      else { continue }
      objects[place - range.lowerBound].append(
        SceneObject(
          categoryIndex: category, categoryID: annotation.categoryID, box: box, area: annotation.area,
          visibleFraction: 1, origin: .annotation(annotation.id)))
    }
    let side = canvasSide
    return range.map { place in
      let picture = picture(place)
      return Scene(
        image: side.map { picture.onCanvas(side: $0) } ?? picture, objects: objects[place - range.lowerBound])
    }
  }

  /// The side of the square that pictures of several sizes stand on, at its upper left; nothing where all have one size. What a
  /// detector sees of a picture must not depend on which others share its batch.
  private var canvasSide: Int? {
    let sizes = dataset.images.map { ($0.width, $0.height) }
    guard let first = sizes.first, sizes.contains(where: { $0 != first }) else { return nil }
    return sizes.map { max($0.0, $0.1) }.max()
  }
}

extension RGBImage {
  /// The picture at the upper left of a square of the mean color of ImageNet, which detectors see as zero.
  fileprivate func onCanvas(side: Int) -> RGBImage {
    var canvas = RGBImage(width: side, height: side, filledWith: (124, 116, 104))
    for row in 0..<height {
      canvas.pixels.replaceSubrange(
        3 * row * side..<3 * (row * side + width), with: pixels[3 * row * width..<3 * (row + 1) * width])
    }
    return canvas
  }
}

extension PixelBox {
  /// The part inside a picture; nothing if there is none.
  fileprivate func clipped(width: Int, height: Int) -> PixelBox? {
    let (left, right) = (min(max(x, 0), Double(width)), min(max(x + self.width, 0), Double(width)))
    let (top, bottom) = (min(max(y, 0), Double(height)), min(max(y + self.height, 0), Double(height)))
    guard right > left, bottom > top else { return nil }
    return PixelBox(x: left, y: top, width: right - left, height: bottom - top)
  }
}
