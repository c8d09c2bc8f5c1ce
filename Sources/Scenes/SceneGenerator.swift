import CCairo
import COCO
import Images

/// Composes scenes: every one follows from the seed, its split and its index, and from nothing else.
///
/// A scene has one to eight objects. Each is drawn as follows: a category (all alike likely), a code point of it, an art set
/// of the split that draws it, then size, turn, mirroring and place. An object may hide others and be cut off by the frame,
/// but a place is refused if it leaves less than 40 % of any object's own pixels visible; so there is no object without an
/// annotation, and none that is nearly invisible. Where no place is found the object is left out.
public struct SceneGenerator: Sendable {
  /// The art.
  public let catalog: SceneCatalog
  /// What all randomness follows from.
  public let seed: UInt64
  /// Columns and rows of a scene, in pixels.
  public let size: Int
  /// What is to be found in the scenes. Detection and panoptic scenes are the same pictures.
  public let task: SceneTask
  /// How many of the published training garments training scenes show, of all kinds together.
  public let trainingInstances: Int

  /// The version of the recipe: it changes whenever the same seed gives other scenes.
  public static let version = 2

  /// The version of Cairo, whose filter turns and scales the art. Another version may give other low bits.
  public static var drawingLibrary: String { "Cairo " + String(cString: cairo_version_string()) }

  /// Prepares scenes of `size` x `size` pixels, at least 32.
  public init(
    catalog: SceneCatalog, seed: UInt64 = 1, size: Int = 96, task: SceneTask = .detection,
    trainingInstances: Int = GarmentCatalog.usualTrainingInstances
  ) {
    guard size >= 32 else { fatalError("scenes need at least 32 pixels a side, not \(size)") }
    guard (catalog.garments != nil) == (task == .garments) else {
      fatalError("the catalog was not read for the task \(task.rawValue)")
    }
    self.task = task
    self.trainingInstances = trainingInstances
    self.catalog = catalog
    self.seed = seed
    self.size = size
  }

  /// One scene. Any index from 0 on is good; the split's count is a convention.
  public func scene(_ split: SceneSplit, _ index: Int) -> Scene { composed(split, index).scene }

  /// One scene with the map of its segments: every pixel belongs to an object or to a surface behind.
  public func panopticScene(_ split: SceneSplit, _ index: Int) -> (scene: Scene, map: SceneSegments) {
    let composed = composed(split, index)
    return (composed.scene, SceneSegments(composed.background, composed.arrangement, composed.things))
  }

  private func composed(
    _ split: SceneSplit, _ index: Int
  ) -> (scene: Scene, background: Background, arrangement: Arrangement, things: [Int]) {
    var random = RandomStream(seed: seed, label: labelled("scene/", split), index: index)
    let background = Background(side: size, &random)
    var picture = background.picture
    var arrangement = Arrangement(side: size)
    var drawn: [Choice] = []
    let wanted = random.pick(Self.objectCounts)
    let crowding = 1 - 0.04 * Double(max(0, wanted - 3))
    while drawn.count < wanted {
      let choice = choose(split, &random)
      let longSide = Self.longSide(&random) * crowding * Double(size) / 96
      guard let sprite = fit(choice, longSide: longSide, into: &arrangement, &random) else {
        // The first object always finds a place: an empty frame has room for any size drawn.
        if drawn.isEmpty { continue }
        break
      }
      drawn.append(choice)
      blend(sprite, gain: Self.gain(choice, &random), into: &picture, side: size)
    }
    let finish = Finish(&random)
    let bytes = finish.bytes(of: picture, side: size, &random)
    var objects = drawn.indices.map { object($0, drawn[$0], in: arrangement) }
    if task == .panoptic { objects = surfaces(background, behind: arrangement) + objects }
    let scene = Scene(image: RGBImage(width: size, height: size, pixels: bytes), objects: objects)
    return (scene, background, arrangement, drawn.map { catalog.categories[$0.categoryIndex].id })
  }

  /// What names a stream of random numbers. Tasks that show the same art share their scenes.
  func labelled(_ kind: String, _ split: SceneSplit) -> String {
    (task == .garments ? "garments/" : "") + kind + split.label
  }

  /// How many objects a scene is to have, each entry alike likely: 3 on average.
  public static let objectCounts = [1, 1, 1, 1, 1, 2, 2, 2, 2, 2, 2, 3, 3, 3, 4, 4, 5, 6, 7, 8]

  /// A picture of a category.
  struct Choice {
    let categoryIndex: Int
    let origin: SceneObject.Origin
    let glyph: CutOut
    /// Whether left and right may be exchanged.
    let canMirror: Bool
    /// How much larger than its own pixels it may be drawn.
    let largestScale: Double
  }

  /// A category that the split's art sets draw, a code point of it, a set that draws this one; or a garment of the split.
  func choose(_ split: SceneSplit, _ random: inout RandomStream) -> Choice {
    while true {
      let categoryIndex = random.below(catalog.categories.count)
      if let garments = catalog.garments {
        let instances = garments.instances(of: categoryIndex, in: split, trainingInstances: trainingInstances)
        if instances.isEmpty { continue }
        let instance = random.pick(instances)
        guard let glyph = garments.cutOut(instance, in: split) else { continue }
        return Choice(
          categoryIndex: categoryIndex, origin: .garment(instance), glyph: glyph, canMirror: true,
          largestScale: GarmentCatalog.largestScale)
      }
      let drawable = catalog.categories[categoryIndex].codePoints
        .filter { !catalog.sets(drawing: $0, among: split.artSets).isEmpty }
      if drawable.isEmpty { continue }
      let codePoint = random.pick(drawable)
      let artSet = random.pick(catalog.sets(drawing: codePoint, among: split.artSets))
      guard let glyph = catalog.glyph(codePoint, in: artSet) else { continue }
      return Choice(
        categoryIndex: categoryIndex, origin: .glyph(codePoint, artSet), glyph: glyph,
        canMirror: artSet.canMirror(codePoint), largestScale: 1.3)
    }
  }

  /// The long side of an object in a picture of 96 pixels: 10 % small, 70 % middling, 20 % large.
  static func longSide(_ random: inout RandomStream) -> Double {
    let kind = random.unit()
    if kind < 0.1 { return Double(random.between(16, 24)) }
    if kind < 0.8 { return Double(random.between(24, 52)) }
    return Double(random.between(52, 76))
  }

  /// How an object is drawn: turned by up to 25 degrees, stretched by up to 10 %, never larger than its art allows.
  static func pose(_ choice: Choice, longSide: Double, _ random: inout RandomStream) -> Pose {
    let native = Double(max(choice.glyph.width, choice.glyph.height))
    return Pose(
      longSide: min(longSide, choice.largestScale * native),
      stretch: Double(random.between(0.95, 1.05)),
      // Small turns are likelier than large ones.
      turn: 0.436 * Double(random.between(-1, 1) * random.unit().squareRoot()),
      isMirrored: random.chance(0.5) && choice.canMirror)
  }

  /// The light on one object, and the dye of a garment, whose photograph is gray.
  static func gain(_ choice: Choice, _ random: inout RandomStream) -> Color {
    let light =
      Color(random.between(0.95, 1.05), random.between(0.95, 1.05), random.between(0.95, 1.05))
      * random.between(0.82, 1.15)
    guard case .garment = choice.origin else { return light }
    return light * Color(random.between(0.3, 1), random.between(0.3, 1), random.between(0.3, 1))
  }

  /// Tries places at the wanted size, then at smaller ones.
  private func fit(
    _ choice: Choice, longSide: Double, into arrangement: inout Arrangement, _ random: inout RandomStream
  ) -> Arrangement.Place? {
    let mayHide: Double = random.chance(0.2) ? 0.5 : 0.05
    let mayLeave = random.chance(0.2)
    var pose = Self.pose(choice, longSide: longSide, &random)
    for _ in 0..<3 {
      guard let sprite = Sprite(choice.glyph, pose) else { return nil }
      let limits = Arrangement.Limits(
        visibleFraction: 0.4, visibleArea: 20 * size * size / 9216, hiding: mayHide)
      for _ in 0..<12 {
        let left = Self.position(sprite.bounds.columns, side: size, mayLeave: mayLeave, &random)
        let top = Self.position(sprite.bounds.rows, side: size, mayLeave: mayLeave, &random)
        if arrangement.put(sprite, left: left, top: top, within: limits) { return arrangement.places.last }
      }
      pose.longSide = max(0.75 * pose.longSide, 14 * Double(size) / 96)
    }
    return nil
  }

  /// Where a sprite starts so that its mask lies inside the frame, or, if it may leave, mostly inside.
  static func position(
    _ bounds: ClosedRange<Int>, side: Int, mayLeave: Bool, _ random: inout RandomStream
  ) -> Int {
    let slack = mayLeave ? bounds.count * 2 / 5 : 0
    let room = side - bounds.count + 2 * slack
    // A mask larger than the frame is centered.
    if room < 0 { return (side - bounds.count) / 2 - bounds.lowerBound }
    return random.below(room + 1) - slack - bounds.lowerBound
  }

  private func object(_ number: Int, _ choice: Choice, in arrangement: Arrangement) -> SceneObject {
    let place = arrangement.places[number]
    return SceneObject(
      categoryIndex: choice.categoryIndex, categoryID: catalog.categories[choice.categoryIndex].id,
      box: arrangement.box(of: number), area: Double(place.visible),
      visibleFraction: Double(place.visible) / Double(place.sprite.area), origin: choice.origin)
  }
}
