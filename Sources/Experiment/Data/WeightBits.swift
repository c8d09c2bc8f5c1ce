// Which weights are quantized, and how wide: what every row of a table states.
import Artifacts
import NN
import Quantization

/// The rule that holds in every row: heads and embeddings stay in floating point, the first convolution has 8 bits, and so has
/// what divides by the sizes of anchors in DAB-DETR; all other weight matrices and kernels are searched.
let quantizationPolicy = QuantizationPolicy(
  floatingPoint: ["class_embed", "bbox_embed"], fixedBits: ["backbone.0.body.conv1": 8],
  fixedBitsIfPresent: ["transformer.decoder.ref_anchor_head.layers.1": 8])

/// The bit widths to choose from.
public let searchedBits = [2, 3, 4, 5, 6, 7, 8]

/// Bits of all quantized layers with what they take.
public struct WeightBits: Codable, Sendable, Storable {
  /// Bits by layer name; a layer that is not named is in floating point.
  public var bits: BitAssignment
  /// The size as stored.
  public var size: StoredSize
  /// The value of the allocator's objective: twice the predicted rise of the loss; none for uniform bits.
  public var objective: Double?

  /// Bits per quantized weight, the fixed first convolution included.
  public var averageBits: Double { size.averageBits }
}
