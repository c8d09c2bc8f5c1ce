// From the tensors of a published checkpoint to those of a detector: official names, Hugging Face's names of both
// generations, and this project's own.
import NN
import Torch

extension Detector {
  /// Copies a checkpoint's tensors into this detector, whoever named them; refuses unless names and shapes all agree.
  ///
  /// Fused attention projections are taken apart, tied copies may be missing, and counters that are no part of the network
  /// are passed over.
  public func load(checkpoint tensors: [String: Tensor]) throws(StateMismatch) {
    let own = state
    var named = officialTensors(tensors, of: configuration.architecture) { own[$0] != nil }
    // The box heads of some architectures appear once more within the decoder.
    for (name, tensor) in named where own[name] == nil && name.hasPrefix("transformer.decoder.bbox_embed.") {
      let original = String(name.dropFirst("transformer.decoder.".count))
      guard own[original] != nil else { continue }
      if let head = named[original], head.shape != tensor.shape || head.bytes != tensor.bytes { continue }
      named[original] = tensor
      named[name] = nil
    }
    try load(named)
  }
}

/// The tensors of a checkpoint under the authors' names, with attention projections apart.
///
/// - Parameter isKnown: whether the detector has a tensor of that name; such names are kept.
package func officialTensors(
  _ tensors: [String: Tensor], of architecture: DetectorArchitecture, isKnown: (String) -> Bool
) -> [String: Tensor] {
  let rules = NameRules.huggingFace(architecture)
  var result: [String: Tensor] = [:]
  for (original, tensor) in tensors.sorted(by: { $0.key < $1.key }) {
    var name = original
    for prefix in ["module.", "detr."] where name.hasPrefix(prefix) { name.removeFirst(prefix.count) }
    let last = name.split(separator: ".").last ?? ""
    if ["num_batches_tracked", "total_params", "total_ops"].contains(last) { continue }
    // The head for masks of the panoptic DETR stands beside the detector, not in it.
    if name.hasPrefix("bbox_attention.") || name.hasPrefix("mask_head.") { continue }
    if !isKnown(name) { name = rules(name) }
    for (name, tensor) in separated(name, tensor) { result[name] = tensor }
  }
  return result
}

/// The parts of a fused attention projection, queries first, or the tensor as it is.
private func separated(_ name: String, _ tensor: Tensor) -> [(String, Tensor)] {
  for kind in ["weight", "bias"] where name.hasSuffix(".in_proj_\(kind)") {
    guard tensor.rank > 0, tensor.size(0) % 3 == 0 else { break }
    let prefix = name.dropLast("in_proj_\(kind)".count)
    let rows = tensor.size(0) / 3
    return ["q", "k", "v"].enumerated().map { index, part in
      ("\(prefix)\(part)_proj.\(kind)", tensor.narrowed(0, from: index * rows, count: rows))
    }
  }
  return [(name, tensor)]
}
