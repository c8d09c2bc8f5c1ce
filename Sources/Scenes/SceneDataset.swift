import COCO

extension SceneGenerator {
  /// The COCO dataset of the first `count` scenes of a split (all of them by default), annotations without pictures.
  ///
  /// Image ids are scene indices plus 1; annotation ids count from 1 in the order of scenes and, within one, from back to
  /// front. Pictures are named as `fileName(of:ending:)` says.
  public func dataset(
    _ split: SceneSplit, count: Int? = nil, threads: Int = 1, ending: String = "png"
  ) -> Dataset {
    let annotated = objects(split, 0..<(count ?? split.count), threads: threads)
    return dataset(ofObjects: annotated, ending: ending)
  }

  /// The COCO dataset of scenes that start at index 0, given the objects of each.
  public func dataset(ofObjects objects: [[SceneObject]], ending: String = "png") -> Dataset {
    var annotations: [Annotation] = []
    for (index, inScene) in objects.enumerated() {
      for object in inScene {
        annotations.append(
          Annotation(
            id: annotations.count + 1, imageID: index + 1, categoryID: object.categoryID, box: object.box,
            area: object.area, isCrowd: false))
      }
    }
    return Dataset(
      images: objects.indices.map {
        ImageRecord(id: $0 + 1, width: size, height: size, fileName: Self.fileName(of: $0, ending: ending))
      },
      annotations: annotations,
      categories: task.categories.map {
        Category(id: $0.id, name: $0.name, supercategory: $0.supercategory)
      })
  }

  /// The picture file of a scene: its image id with twelve digits, as COCO names its pictures.
  public static func fileName(of index: Int, ending: String) -> String {
    let digits = String(index + 1)
    return String(repeating: "0", count: max(0, 12 - digits.count)) + digits + "." + ending
  }
}
