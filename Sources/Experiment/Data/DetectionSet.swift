// The detections of a detector on a split, in a compact file.
import Artifacts
import COCO
import FoundationEssentials
import Torch

/// Detections as a safetensors file: `ids` `[detection, 2]` (image, category) and `numbers` `[detection, 5]` (box as
/// x, y, width, height; score), in double precision.
public struct DetectionSet: Storable {
  /// The ending of safetensors files.
  public static var fileExtension: String { "safetensors" }

  /// The detections.
  public let detections: [Detection]

  /// Detections in any order.
  public init(_ detections: [Detection]) {
    self.detections = detections
  }

  /// Reads a file.
  public init(decoding data: Data) throws {
    let file = try SafetensorsFile(data, from: "detections")
    let ids = try file.tensor("ids").integers
    let numbers = try file.tensor("numbers").doubles
    guard ids.count / 2 * 5 == numbers.count else {
      throw TorchError("detections: \(ids.count / 2) pairs of ids for \(numbers.count / 5) boxes")
    }
    detections = (0..<ids.count / 2).map { index in
      let number = Array(numbers[5 * index..<5 * index + 5])
      let box = PixelBox(x: number[0], y: number[1], width: number[2], height: number[3])
      return Detection(
        imageID: Int(ids[2 * index]), categoryID: Int(ids[2 * index + 1]), box: box, score: number[4])
    }
  }

  /// The bytes of the file.
  public func encoded() throws -> Data {
    let ids = detections.flatMap { [Int64($0.imageID), Int64($0.categoryID)] }
    let numbers: [Double] = detections.flatMap {
      [$0.box.x, $0.box.y, $0.box.width, $0.box.height, $0.score]
    }
    return try encodeSafetensors([
      "ids": Tensor(ids, shape: [detections.count, 2]),
      "numbers": Tensor(numbers, shape: [detections.count, 5]),
    ])
  }
}
