import Boxes
import TestSupport
import Testing

@Suite("Boxes and their overlap")
struct BoxTests {
  private static let file = "boxes/giou.safetensors"

  /// The boxes `a` or `b` of the reference in both forms.
  private func reference(_ name: String) throws -> (center: [CenterBox], corner: [CornerBox]) {
    let tensors = try ReferenceTensors(Self.file)
    let center = try tensors.tensor(name + ".cxcywh").values
    let corner = try tensors.tensor(name + ".xyxy").values
    return (
      stride(from: 0, to: center.count, by: 4).map {
        CenterBox(cx: center[$0], cy: center[$0 + 1], w: center[$0 + 2], h: center[$0 + 3])
      },
      stride(from: 0, to: corner.count, by: 4).map {
        CornerBox(x1: corner[$0], y1: corner[$0 + 1], x2: corner[$0 + 2], y2: corner[$0 + 3])
      }
    )
  }

  @Test("corners follow from center and extent as in the reference, and back")
  func conversion() throws {
    for name in ["a", "b"] {
      let (center, corner) = try reference(name)
      #expect(center.count >= 17)
      for (one, other) in zip(center, corner) {
        let made = CornerBox(one)
        #expect(
          largestDifference([made.x1, made.y1, made.x2, made.y2], [other.x1, other.y1, other.x2, other.y2])
            < 1e-15)
        let back = CenterBox(made)
        #expect(one.l1Distance(to: back) < 1e-15)
        #expect(isClose(made.area, one.area, absolute: 1e-15))
      }
    }
  }

  @Test("IoU, generalized IoU and L1 distance equal the reference for every pair")
  func overlaps() throws {
    let tensors = try ReferenceTensors(Self.file)
    let (a, b) = (try reference("a"), try reference("b"))
    let iou = try tensors.tensor("iou").values
    let giou = try tensors.tensor("giou").values
    let l1 = try tensors.tensor("l1").values
    var undefined = 0
    for i in a.corner.indices {
      for j in b.corner.indices {
        let k = i * b.corner.count + j
        let found = (a.corner[i].intersectionOverUnion(b.corner[j]), a.corner[i].generalizedIoU(b.corner[j]))
        #expect(isClose(a.center[i].l1Distance(to: b.center[j]), l1[k], absolute: 1e-12))
        if giou[k].isNaN {  // 0/0 in the reference: two boxes without area on one point
          undefined += 1
          #expect(found.0 == 0 && found.1 == 0)
        } else {
          #expect(isClose(found.0, iou[k], absolute: 1e-12))
          #expect(isClose(found.1, giou[k], absolute: 1e-12))
        }
      }
    }
    #expect(undefined == 1)
  }

  @Test("overlap is symmetric, 1 with itself, and the generalized one is negative for boxes far apart")
  func properties() {
    let box = CornerBox(x1: 1, y1: 2, x2: 4, y2: 8)
    let other = CornerBox(x1: 3, y1: 0, x2: 9, y2: 5)
    let far = CornerBox(x1: 100, y1: 100, x2: 101, y2: 101)
    #expect(box.intersectionOverUnion(box) == 1 && box.generalizedIoU(box) == 1)
    #expect(box.intersectionOverUnion(other) == other.intersectionOverUnion(box))
    #expect(box.intersectionOverUnion(other) == 3.0 / 45.0)
    #expect(box.intersectionOverUnion(far) == 0 && box.generalizedIoU(far) < -0.9)
  }

  @Test("corners are moved into the picture")
  func clamping() {
    let box = CornerBox(x1: -3, y1: 2, x2: 12, y2: 30)
    #expect(box.clamped(width: 10, height: 20) == CornerBox(x1: 0, y1: 2, x2: 10, y2: 20))
  }

  @Test("corners out of order stop the program")
  func trap() async {
    await #expect(processExitsWith: .failure) {
      let upsideDown = CornerBox(x1: 5, y1: 0, x2: 1, y2: 1)
      _ = upsideDown.generalizedIoU(upsideDown)
    }
  }
}
