// A profile's data as steps take it.
import Artifacts
import Authoring
import COCO
import Detection
import FoundationEssentials
import Scenes

/// A part of a profile's data: its content enters the keys of steps.
public struct ImportedPart: Encodable, Sendable, Equatable {
  /// Pictures and objects.
  public let records: InputFile
  /// The pixels of all pictures.
  public let pixels: InputFile
  /// The number of pictures.
  public let pictures: Int
  /// The file they come from, and how; for people, in no key.
  public let origin: String

  private enum CodingKeys: CodingKey { case records, pixels, pictures }
}

/// What a report on other data is about, as studies take it.
struct ForeignSubject {
  let profile: Profile
  let data: ProfileData

  /// That of a project; nothing if its report is about composed scenes.
  static func read(root: URL) throws -> ForeignSubject? {
    guard let profile = try Profile.read(root: root) else { return nil }
    guard let data = ProfileData.read(root: root) else {
      throw ProfileError("\(ProfileData.path): there is none; run quire with --profile to bring the data in")
    }
    return ForeignSubject(profile: profile, data: data)
  }

  /// Its categories and critical sets.
  var task: DetectionTask {
    DetectionTask(
      imported: data.categories.map {
        COCO.Category(id: $0.id, name: $0.name, supercategory: $0.supercategory)
      }, groups: profile.groups(in: data.categories).map { CriticalGroup($0.name, categoryIDs: $0.ids) })
  }

  /// Its scenes.
  var source: SceneSource {
    var source = SceneSource(task: task, seed: profile.seed, size: profile.pictureSize)
    source.version = 2
    var parts: [String: ImportedPart] = [:]
    for (name, part) in data.parts {
      parts[name] = ImportedPart(
        records: InputFile(ProfileData.records(name)), pixels: InputFile(ProfileData.pixels(name)),
        pictures: part.pictures, origin: part.origin)
    }
    source.imported = parts
    return source
  }

  /// Its detector.
  var kind: DetectorKind {
    get throws {
      guard let kind = DetectorKind(rawValue: profile.detector) else {
        throw ProfileError(
          "\(Profile.path): \"detector\" is \(profile.detector), which no detector is called")
      }
      return kind
    }
  }

  /// How its detector is trained: as the report's own, scaled to the number of pictures, and with small batches, since
  /// such data is small and needs steps more than pictures. The rates follow the square root of the batch.
  var recipe: TrainingRecipe {
    var recipe = TrainingRecipe.mini(imageCount: profile.trainingPictures)
    recipe.rate *= 0.5
    recipe.backboneRate *= 0.5
    recipe.batchSize = recipe.batchSize / 4
    recipe.warmUpSteps = min(recipe.warmUpSteps, recipe.stepCount / 10)
    recipe.validationInterval = max(1, min(recipe.validationInterval, recipe.stepCount / 10))
    return recipe
  }
}
