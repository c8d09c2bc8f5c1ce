// Starting from a detector of other categories.
import Detection
import NN
import Torch

extension Detector {
  /// Takes over every tensor of another detector of the same kind whose shape agrees. What depends on the number of classes
  /// stays as it was made.
  ///
  /// - Throws: where more than a tenth of all tensors would stay as made: then it is not a detector of this kind.
  func start(from tensors: [String: Tensor]) throws {
    let own = state
    let fitting = tensors.filter { $0.value.shape == own[$0.key]?.shape }
    // Loading as a whole says what does not agree.
    guard 10 * (own.count - fitting.count) <= own.count else { return try load(tensors) }
    try load(own.merging(fitting) { $1 })
  }
}
