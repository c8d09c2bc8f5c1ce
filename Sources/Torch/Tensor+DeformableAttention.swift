// Attention to a few points around a reference instead of to all cells.
import CTorch

extension Tensor {
  /// How deformable attention is computed.
  public enum DeformableAttentionForm: Sendable {
    /// One operator with a first derivative: fast, but its gradients cannot be differentiated again.
    case fused
    /// A composition of operators that can be differentiated any number of times.
    case composed
  }

  /// Multi-scale deformable attention (Zhu et al., 2021): for each query and head the sum of bilinear samples, zero outside
  /// of a level, weighted by the softmax of the scores; `[image, query, head · channel]`.
  ///
  /// This tensor holds the values, `[image, cell, head, channel]`, the levels one after another.
  ///
  /// - Parameters:
  ///   - references: `[image or 1, query, level, 2]`, in fractions of the picture, or 4: center and extent of a box.
  ///   - offsets: of the points, `[image, query, head, level · point, 2]`, x before y: in cells of their level; with
  ///     boxes in halves of the box over the number of points.
  ///   - scores: `[image, query, head, level · point]`, before the softmax.
  ///   - extents: rows and columns of each level.
  public func deformableAttention(
    references: Tensor, offsets: Tensor, scores: Tensor, extents: [(rows: Int, columns: Int)],
    form: DeformableAttentionForm = .fused, file: StaticString = #fileID, line: UInt = #line
  ) -> Tensor {
    make("deformableAttention", [self, references, offsets, scores], file, line) { out in
      extents.flatMap { [$0.rows, $0.columns] }.withDimensions { dimensions, _ in
        ct_deformable_attention(
          handle, references.handle, offsets.handle, scores.handle, dimensions, Int32(extents.count),
          form == .fused, out)
      }
    }
  }
}
