// The page of sample scenes.
import Artifacts
import Authoring
import FoundationEssentials
import Images
import Plotting
import Scenes

extension Study {
  /// Scenes of a split as a page of pictures with their boxes; critical objects of a group stand out.
  public func sampleSheet(
    _ split: SceneSplit = .report, count: Int = 12, highlighting group: CriticalGroup? = nil
  ) throws -> SceneSheet {
    let generator = try source.generator()
    let critical = group.map { Set(source.task.classes(of: $0)) } ?? []
    return SceneSheet(
      try generator.scenes(split, 0..<source.count(count, of: split), threads: 1).map { scene in
        SceneSheet.Scene(
          file: Data(try encodeJPEG(scene.image, quality: 90)), width: scene.image.width,
          height: scene.image.height,
          objects: scene.objects.map { object in
            SceneSheet.Object(
              box: Rect(object.box.x, object.box.y, object.box.width, object.box.height),
              label: source.task.categories[object.categoryIndex].name,
              isCritical: critical.contains(object.categoryIndex))
          })
      })
  }
}
