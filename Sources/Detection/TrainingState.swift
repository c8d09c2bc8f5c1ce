// What a training needs to go on after a kill: weights, moments, and its place.
import FoundationEssentials
import NN
import Torch

/// The file in which a training keeps its state.
struct TrainingState {
  let file: URL

  /// Writes the state beside the file and renames, so that a kill leaves the old or the new one.
  func save(_ module: any Module, _ optimizer: AdamW, history: [TrainingPoint], recentLosses: [Double]) throws
  {
    var tensors = module.state
    for (name, tensor) in optimizer.state { tensors["optimizer." + name] = tensor }
    let encoder = JSONEncoder()
    let metadata = [
      "step": "\(optimizer.stepCount)",
      "history": String(decoding: try encoder.encode(history), as: UTF8.self),
      "recentLosses": String(decoding: try encoder.encode(recentLosses), as: UTF8.self),
    ]
    try encodeSafetensors(tensors, metadata: metadata).write(to: file, options: .atomic)
  }

  /// Restores what `save` wrote; `nil` if there is nothing.
  func restore(
    _ module: any Module, _ optimizer: AdamW
  ) throws -> (history: [TrainingPoint], recentLosses: [Double])? {
    guard FileManager.default.fileExists(atPath: file.path) else { return nil }
    let saved = try SafetensorsFile(contentsOf: file)
    guard let step = saved.metadata["step"].flatMap(Int.init), let history = saved.metadata["history"],
      let recentLosses = saved.metadata["recentLosses"]
    else {
      throw TrainingError(
        "\(file.lastPathComponent): no state of a training; expected step, history and losses")
    }
    let tensors = try saved.tensors()
    let prefix = "optimizer."
    try module.load(tensors.filter { !$0.key.hasPrefix(prefix) })
    try optimizer.restore(
      Dictionary(
        uniqueKeysWithValues: tensors.filter { $0.key.hasPrefix(prefix) }
          .map { (String($0.key.dropFirst(prefix.count)), $0.value) }),
      stepCount: step)
    let decoder = JSONDecoder()
    return (
      try decoder.decode([TrainingPoint].self, from: Data(history.utf8)),
      try decoder.decode([Double].self, from: Data(recentLosses.utf8))
    )
  }
}
