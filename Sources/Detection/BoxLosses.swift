// Losses of predicted boxes, on tensors.
import Torch

/// Boxes `[…, 4]` by center and extent, told by their corners.
func corners(_ boxes: Tensor) -> (x1: Tensor, y1: Tensor, x2: Tensor, y2: Tensor) {
  func part(_ index: Int) -> Tensor { boxes.selected(-1, index) }
  let halfWidth = part(2) * 0.5
  let halfHeight = part(3) * 0.5
  return (part(0) - halfWidth, part(1) - halfHeight, part(0) + halfWidth, part(1) + halfHeight)
}

/// One minus the generalized IoU (Rezatofighi et al., 2019) of pairs of boxes `[pair, 4]` by center and extent.
///
/// Two coinciding boxes without area have the quotient 0/0; a tiny addend to the areas makes their loss one.
package func generalizedIoULoss(_ predicted: Tensor, _ target: Tensor) -> Tensor {
  let tiny = 1e-12
  let (px1, py1, px2, py2) = corners(predicted)
  let (tx1, ty1, tx2, ty2) = corners(target)
  let width = (px2.minimum(tx2) - px1.maximum(tx1)).clamped(low: 0)
  let height = (py2.minimum(ty2) - py1.maximum(ty1)).clamped(low: 0)
  let intersection = width * height
  let union = (px2 - px1) * (py2 - py1) + (tx2 - tx1) * (ty2 - ty1) - intersection
  let hull = (px2.maximum(tx2) - px1.minimum(tx1)) * (py2.maximum(ty2) - py1.minimum(ty1))
  let overlap = intersection / (union + tiny)
  return 1 - overlap + (hull - union) / (hull + tiny)
}
