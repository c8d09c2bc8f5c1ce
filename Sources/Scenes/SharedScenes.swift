// Scenes that the processes of one command share, so that a table of twenty detectors composes its pictures once.
import COCO
import FoundationEssentials
import Images

/// The folder in which processes leave each other composed scenes, where the command that started them named one in
/// `QUIRE_SHARED`. It lasts as long as the command, during which neither code nor art changes.
package struct SharedScenes {
  private let folder: URL
  /// Where sharing pays, and files stay small.
  private static let counts = 400...4000

  /// The folder of this process; nothing if it was started by itself.
  init?() {
    guard let path = ProcessInfo.processInfo.environment["QUIRE_SHARED"], !path.isEmpty else { return nil }
    folder = URL(filePath: path)
  }

  /// A folder of its own, for tests.
  package init(folder: URL) { self.folder = folder }

  /// Scenes that were left here, or that are made now and left here.
  package func scenes(
    of generator: SceneGenerator, _ split: SceneSplit, _ range: Range<Int>, orMade make: () -> [Scene]
  ) -> [Scene] {
    guard Self.counts.contains(range.count) else { return make() }
    let file = folder.appending(path: name(generator, split, range))
    if let data = try? Data(contentsOf: file), let scenes = SceneFile.decode(data),
      scenes.count == range.count
    {
      return scenes
    }
    let scenes = make()
    // Without room for the file everybody composes for himself.
    try? FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
    try? SceneFile.encode(scenes, side: generator.size).write(to: file, options: .atomic)
    return scenes
  }

  /// All that scenes depend on.
  private func name(_ generator: SceneGenerator, _ split: SceneSplit, _ range: Range<Int>) -> String {
    let parts = [
      generator.task.rawValue, split.label, "\(generator.seed)", "\(generator.size)",
      "\(generator.trainingInstances)", "\(range.lowerBound)", "\(range.upperBound)",
      String(generator.catalog.digest.prefix(12)),
    ]
    return parts.joined(separator: "-") + ".scenes"
  }
}

/// Scenes as bytes: how many and of what size, how many objects each has, the objects, the pixels.
private enum SceneFile {
  /// Numbers of an object.
  private static let width = 11

  static func encode(_ scenes: [Scene], side: Int) -> Data {
    var data = Data()
    append([scenes.count, side] + scenes.map(\.objects.count), to: &data)
    append(scenes.flatMap { $0.objects.flatMap(numbers) }, to: &data)
    for scene in scenes { data.append(contentsOf: scene.image.pixels) }
    return data
  }

  /// The scenes; nothing if the bytes are not those of a whole file.
  static func decode(_ data: Data) -> [Scene]? {
    var bytes = data[...]
    // No count and no side of a whole file is larger than the file; so no sum and no product below overflows.
    func isPlausible(_ number: Int) -> Bool { 0...data.count ~= number && data.count < 1 << 30 }
    guard let head: [Int] = take(2, from: &bytes), head.allSatisfy(isPlausible), head[1] > 0,
      let counts: [Int] = take(head[0], from: &bytes), counts.allSatisfy(isPlausible),
      let numbers: [Double] = take(counts.reduce(0, +) * width, from: &bytes)
    else { return nil }
    let size = head[1] * head[1] * 3
    guard bytes.count == counts.count * size else { return nil }
    var place = 0
    var scenes: [Scene] = []
    for count in counts {
      var objects: [SceneObject] = []
      for _ in 0..<count {
        guard let object = object(numbers[place..<place + width]) else { return nil }
        objects.append(object)
        place += width
      }
      scenes.append(
        Scene(
          image: RGBImage(width: head[1], height: head[1], pixels: [UInt8](bytes.prefix(size))),
          objects: objects))
      bytes = bytes.dropFirst(size)
    }
    return scenes
  }

  private static func append(_ values: [some BitwiseCopyable], to data: inout Data) {
    values.withUnsafeBytes { data.append(contentsOf: $0) }
  }

  private static func take<Value: BitwiseCopyable>(_ count: Int, from bytes: inout Data.SubSequence)
    -> [Value]?
  {
    let size = MemoryLayout<Value>.size
    guard count >= 0, count <= bytes.count / size else { return nil }
    let values = bytes.prefix(count * size).withUnsafeBytes { part in
      (0..<count).map { part.loadUnaligned(fromByteOffset: $0 * size, as: Value.self) }
    }
    bytes = bytes.dropFirst(count * size)
    return values
  }

  private static func numbers(_ object: SceneObject) -> [Double] {
    let (kind, number, set): (Int, Int, Int) =
      switch object.origin {
      case .glyph(let codePoint, let set): (0, Int(codePoint), ArtSet.allCases.firstIndex(of: set) ?? 0)
      case .surface: (1, 0, 0)
      case .garment(let place): (2, place, 0)
      case .annotation(let id): (3, id, 0)
      }
    let box = object.box
    return [
      Double(object.categoryIndex), Double(object.categoryID), box.x, box.y, box.width, box.height,
      object.area,
      object.visibleFraction, Double(kind), Double(number), Double(set),
    ]
  }

  private static func object(_ numbers: ArraySlice<Double>) -> SceneObject? {
    let values = Array(numbers)
    guard let whole = whole([values[0], values[1], values[8], values[9], values[10]]) else { return nil }
    let origin: SceneObject.Origin
    switch whole[2] {
    case 0:
      guard let codePoint = UInt32(exactly: whole[3]), ArtSet.allCases.indices.contains(whole[4]) else {
        return nil
      }
      origin = .glyph(codePoint, ArtSet.allCases[whole[4]])
    case 1: origin = .surface
    case 2: origin = .garment(whole[3])
    case 3: origin = .annotation(whole[3])
    default: return nil
    }
    return SceneObject(
      categoryIndex: whole[0], categoryID: whole[1],
      box: PixelBox(x: values[2], y: values[3], width: values[4], height: values[5]), area: values[6],
      visibleFraction: values[7], origin: origin)
  }

  private static func whole(_ values: [Double]) -> [Int]? {
    let whole = values.compactMap { Int(exactly: $0) }
    return whole.count == values.count ? whole : nil
  }
}
