// Attention to a few points of several feature maps; where they lie and what they count is computed from the query.
import Torch

#if canImport(Glibc)
  import Glibc
#endif

/// Multi-scale deformable attention (Zhu et al., 2021) with its four projections.
public final class DeformableAttention: Module {
  /// From a query to the offsets of its points: `[head · level · point · 2]`, x before y.
  public let offsets: Linear
  /// From a query to the scores of its points: `[head · level · point]`.
  public let scores: Linear
  /// The projection of values.
  public let value: Linear
  /// The projection of the joined heads.
  public let output: Linear
  /// The number of heads; each has width / heads channels.
  public let headCount: Int

  /// Points that start on rays in as many directions as there are heads, all of equal weight.
  public init(width: Int, headCount: Int, levelCount: Int, pointCount: Int, _ initializer: Initializer) {
    guard width % headCount == 0 else { fatalError("\(headCount) heads do not divide a width of \(width)") }
    self.headCount = headCount
    let count = headCount * levelCount * pointCount
    offsets = Linear(width, 2 * count, initializer.child("sampling_offsets"))
    scores = Linear(width, count, initializer.child("attention_weights"))
    value = Linear(width, width, start: .xavier(zeroBias: true), initializer.child("value_proj"))
    output = Linear(width, width, start: .xavier(zeroBias: true), initializer.child("output_proj"))
    for parameter in [offsets.weight, scores.weight, scores.bias] {
      parameter.value.assign(.zeros(parameter.value.shape))
    }
    let rays = Self.rays(headCount: headCount, levelCount: levelCount, pointCount: pointCount)
    offsets.bias.value.assign(Tensor(rays, shape: [2 * count]))
  }

  /// Offsets along the compass, the larger component growing by one cell from point to point.
  private static func rays(headCount: Int, levelCount: Int, pointCount: Int) -> [Double] {
    (0..<headCount).flatMap { head in
      let angle = 2 * Double.pi * Double(head) / Double(headCount)
      let (x, y) = (cos(angle), sin(angle))
      let length = max(abs(x), abs(y))
      let points = (1...pointCount).flatMap { [x / length * Double($0), y / length * Double($0)] }
      return (0..<levelCount).flatMap { _ in points }
    }
  }

  /// Offsets, scores, values, output.
  public var members: [Member] {
    [
      .module("sampling_offsets", offsets), .module("attention_weights", scores),
      .module("value_proj", value),
      .module("output_proj", output),
    ]
  }

  /// Attention of queries `[image, query, width]` to the cells of several maps, `[image, query, width]`.
  ///
  /// - Parameters:
  ///   - references: `[image or 1, query, level, 2]` in fractions of the picture, or 4: center and extent of a box.
  ///   - cells: `[image, cell, width]`, the levels one after another.
  ///   - extents: rows and columns of each level.
  ///   - padding: `[image or 1, cell, 1]`, true where a cell shows no picture; its value is zero.
  ///   - form: the composition where gradients are differentiated again.
  public func callAsFunction(
    _ query: Tensor, references: Tensor, cells: Tensor, extents: [(rows: Int, columns: Int)],
    padding: Tensor?,
    form: Tensor.DeformableAttentionForm
  ) -> Tensor {
    let (imageCount, queryCount, width) = (query.size(0), query.size(1), query.size(2))
    var values = value(cells)
    if let padding { values = values.filled(where: padding, with: 0) }
    let mixed = values.reshaped([imageCount, -1, headCount, width / headCount]).deformableAttention(
      references: references, offsets: offsets(query).reshaped([imageCount, queryCount, headCount, -1, 2]),
      scores: scores(query).reshaped([imageCount, queryCount, headCount, -1]), extents: extents, form: form)
    return output(mixed)
  }
}
