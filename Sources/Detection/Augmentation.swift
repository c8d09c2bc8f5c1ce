// How training pictures are varied: flips, sizes and crops, as the published detectors do it.
// github.com/facebookresearch/detr, datasets/coco.py and transforms.py.
import Boxes
import Images
import NN

/// The variations that a training picture may get.
public struct Augmentation: Codable, Sendable, Equatable {
  /// Whether half of the pictures are flipped from left to right.
  public var flips: Bool
  /// The shorter sides to choose from, in pixels; empty keeps the size.
  public var shortSides: [Int]
  /// The most that the longer side may have, in pixels.
  public var longSideLimit: Int
  /// What half of the pictures go through before; none do if absent.
  public var cropping: Cropping?

  /// A resize to one of some sizes, then a random part.
  public struct Cropping: Codable, Sendable, Equatable {
    /// The shorter sides to choose from before the crop, in pixels.
    public var shortSides: [Int]
    /// The least that each side of the part has, in pixels, where the picture is as large.
    public var least: Int
    /// The most that each side of the part has, in pixels.
    public var most: Int

    /// A crop.
    public init(shortSides: [Int], least: Int, most: Int) {
      self.shortSides = shortSides
      self.least = least
      self.most = most
    }
  }

  /// Variations by name.
  public init(flips: Bool, shortSides: [Int], longSideLimit: Int = 1333, cropping: Cropping? = nil) {
    self.flips = flips
    self.shortSides = shortSides
    self.longSideLimit = longSideLimit
    self.cropping = cropping
  }

  /// The published variations: eleven sizes up to 800, and crops.
  public static let published = Augmentation(
    flips: true, shortSides: Array(stride(from: 480, through: 800, by: 32)), longSideLimit: 1333,
    cropping: Cropping(shortSides: [400, 500, 600], least: 384, most: 600))

  /// The published variations for another largest short side, every length scaled alike.
  public static func published(largest side: Int) -> Augmentation {
    func scaled(_ length: Int) -> Int { max(1, (length * side + 400) / 800) }
    let full = published
    return Augmentation(
      flips: true, shortSides: full.shortSides.map(scaled), longSideLimit: scaled(full.longSideLimit),
      cropping: full.cropping.map {
        Cropping(shortSides: $0.shortSides.map(scaled), least: scaled($0.least), most: scaled($0.most))
      })
  }

  /// Flips alone, at one size.
  public static func flips(at shortSide: Int) -> Augmentation {
    Augmentation(flips: true, shortSides: [shortSide], longSideLimit: (1333 * shortSide + 400) / 800)
  }

  /// What happens to one picture: a function of its size and the seed.
  public func plan(width: Int, height: Int, seed: UInt64) -> AugmentationPlan {
    func draw(_ label: String, _ count: Int) -> Int {
      Int(SeedSequence.seed(seed, label).multipliedFullWidth(by: UInt64(count)).high)
    }
    var plan = AugmentationPlan(isMirrored: flips && draw("flip", 2) == 1, steps: [])
    var (width, height) = (width, height)
    func resize(_ rule: ResizeRule) {
      let size = rule.size(width: width, height: height)
      if size != (width, height) { plan.steps.append(.resize(width: size.width, height: size.height)) }
      (width, height) = size
    }
    if let cropping, draw("crop", 2) == 1 {
      resize(ResizeRule(shortSide: cropping.shortSides[draw("crop size", cropping.shortSides.count)]))
      func side(_ label: String, of length: Int) -> Int {
        let most = min(length, cropping.most)
        let least = min(cropping.least, most)
        return least + draw(label, most - least + 1)
      }
      let (partWidth, partHeight) = (side("crop width", of: width), side("crop height", of: height))
      let left = draw("crop left", width - partWidth + 1)
      let top = draw("crop top", height - partHeight + 1)
      plan.steps.append(.crop(left: left, top: top, width: partWidth, height: partHeight))
      (width, height) = (partWidth, partHeight)
    }
    if !shortSides.isEmpty {
      resize(
        ResizeRule(shortSide: shortSides[draw("size", shortSides.count)], longSideLimit: longSideLimit))
    }
    return plan
  }
}

/// What happens to one picture and its objects.
public struct AugmentationPlan: Sendable, Equatable {
  /// Whether it is flipped from left to right, before everything else.
  public var isMirrored: Bool
  /// The changes after that, in order.
  public var steps: [Step]

  /// A plan from its parts.
  public init(isMirrored: Bool, steps: [Step]) {
    self.isMirrored = isMirrored
    self.steps = steps
  }

  /// A change of a picture.
  public enum Step: Sendable, Equatable {
    /// To another size in pixels.
    case resize(width: Int, height: Int)
    /// To a part of it, in pixels.
    case crop(left: Int, top: Int, width: Int, height: Int)
  }

  /// The picture and its objects after the changes; objects of which a crop leaves nothing are dropped, boxes end at its
  /// edges.
  public func callAsFunction(_ sample: TrainingSample) -> TrainingSample {
    var image = isMirrored ? sample.image.mirrored() : sample.image
    var target = isMirrored ? sample.target.mirrored : sample.target
    for step in steps {
      switch step {
      case .resize(let width, let height):
        // Boxes are fractions of the picture, which a resize keeps.
        image = image.resized(width: width, height: height)
      case .crop(let left, let top, let width, let height):
        target = target.cropped(
          left: Double(left) / Double(image.width), top: Double(top) / Double(image.height),
          width: Double(width) / Double(image.width), height: Double(height) / Double(image.height))
        image = image.cropped(left: left, top: top, width: width, height: height)
      }
    }
    return TrainingSample(image: image, target: target)
  }
}

extension Target {
  /// The objects within a part of the picture, in fractions of the part.
  func cropped(left: Double, top: Double, width: Double, height: Double) -> Target {
    var kept = Target(classes: [], boxes: [])
    for (category, box) in zip(classes, boxes) {
      func clipped(_ center: Double, _ extent: Double, _ start: Double, _ length: Double) -> (Double, Double)
      {
        let low = min(max((center - extent / 2 - start) / length, 0), 1)
        let high = min(max((center + extent / 2 - start) / length, 0), 1)
        return (low, high)
      }
      let (x1, x2) = clipped(box.cx, box.w, left, width)
      let (y1, y2) = clipped(box.cy, box.h, top, height)
      guard x2 > x1, y2 > y1 else { continue }
      kept.classes.append(category)
      kept.boxes.append(CenterBox(cx: (x1 + x2) / 2, cy: (y1 + y2) / 2, w: x2 - x1, h: y2 - y1))
    }
    return kept
  }
}
