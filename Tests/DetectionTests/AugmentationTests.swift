// Variations of training pictures, held to the published rules.
import Boxes
import Detection
import Images
import Testing

@Suite("Varying training pictures")
struct AugmentationTests {
  static let sides = [480, 512, 544, 576, 608, 640, 672, 704, 736, 768, 800]

  private func plans(_ width: Int, _ height: Int, count: UInt64 = 3000) -> [AugmentationPlan] {
    (0..<count).map { Augmentation.published.plan(width: width, height: height, seed: $0) }
  }

  @Test("half are flipped, half are cropped, and the same seed does the same")
  func shares() {
    let plans = plans(640, 427)
    let cropped = plans.count { plan in plan.steps.contains { if case .crop = $0 { true } else { false } } }
    // Five standard deviations of a fair coin.
    #expect(abs(plans.count(where: \.isMirrored) - 1500) < 137)
    #expect(abs(cropped - 1500) < 137)
    #expect(plans == self.plans(640, 427))
  }

  @Test("the last size has one of eleven shorter sides, all of which occur, and a longer one of at most 1333")
  func sizes() {
    for (width, height) in [(640, 427), (427, 640)] {
      var seen: Set<Int> = []
      for plan in plans(width, height) {
        guard case .resize(let w, let h)? = plan.steps.last else { continue }
        seen.insert(min(w, h))
        #expect(max(w, h) <= 1333)
        if plan.steps.count == 1 {
          #expect(max(w, h) == Int(Double(min(w, h) * 640) / 427))
          #expect((w > h) == (width > height))
        }
      }
      #expect(Self.sides.allSatisfy(seen.contains))
    }
  }

  @Test("a long picture keeps its shape below the limit")
  func longPicture() {
    for plan in plans(2000, 500, count: 300) where plan.steps.count == 1 {
      guard case .resize(let w, let h)? = plan.steps.first else { continue }
      // 480 would make 1920 of the longer side; the limit makes round(1333 · 500 / 2000) of the shorter.
      #expect(h == 333 && w == 1332)
    }
  }

  @Test("crops follow a resize to 400, 500 or 600, with sides from 384 to 600 anywhere inside")
  func crops() {
    var first: Set<Int> = []
    var widths: [Int] = []
    var lefts: [Int] = []
    for plan in plans(640, 427) where plan.steps.count >= 2 {
      guard let place = plan.steps.firstIndex(where: { if case .crop = $0 { true } else { false } }),
        case .crop(let left, let top, let width, let height) = plan.steps[place], place == 1,
        case .resize(let w, let h) = plan.steps[0]
      else { continue }
      first.insert(h)
      widths.append(width)
      if h == 600 { lefts.append(left) }
      #expect((384...min(600, w)).contains(width) && (384...min(600, h)).contains(height))
      #expect(left >= 0 && top >= 0 && left + width <= w && top + height <= h)
    }
    #expect(first == [400, 500, 600])
    #expect(widths.min().map { $0 < 390 } == true && widths.max().map { $0 > 590 } == true)
    #expect(lefts.contains(0) || lefts.min().map { $0 < 10 } == true)
  }

  @Test("small pictures scale all lengths alike")
  func scaled() {
    let small = Augmentation.published(largest: 96)
    #expect(small.shortSides == [58, 61, 65, 69, 73, 77, 81, 84, 88, 92, 96])
    #expect(small.longSideLimit == 160)
    #expect(small.cropping == .init(shortSides: [48, 60, 72], least: 46, most: 72))
  }

  @Test("a crop keeps what is inside of it, cuts boxes at its edges and drops the others")
  func cropsBoxes() {
    let image = RGBImage(width: 10, height: 10, filledWith: (1, 2, 3))
    let boxes = [
      CenterBox(cx: 0.5, cy: 0.5, w: 0.2, h: 0.2), CenterBox(cx: 0.2, cy: 0.5, w: 0.2, h: 0.4),
      CenterBox(cx: 0.1, cy: 0.1, w: 0.1, h: 0.1), CenterBox(cx: 0.1, cy: 0.5, w: 0.2, h: 0.2),
    ]
    let sample = TrainingSample(image: image, target: Target(classes: [4, 5, 6, 7], boxes: boxes))
    let plan = AugmentationPlan(
      isMirrored: false,
      steps: [.crop(left: 2, top: 4, width: 8, height: 4), .resize(width: 16, height: 8)])
    let result = plan(sample)
    #expect(result.image.width == 16 && result.image.height == 8)
    #expect(result.target.classes == [4, 5])
    // The second box, from 0.1 to 0.3 and 0.3 to 0.7, is cut at column 2 and row 4.
    let cut = result.target.boxes[1]
    #expect(abs(cut.cx - 0.0625) < 1e-12 && abs(cut.w - 0.125) < 1e-12)
    #expect(abs(cut.cy - 0.375) < 1e-12 && abs(cut.h - 0.75) < 1e-12)
  }

  @Test("a flip turns picture and boxes")
  func flips() {
    let image = RGBImage(width: 2, height: 1, pixels: [1, 1, 1, 2, 2, 2])
    let target = Target(classes: [0], boxes: [CenterBox(cx: 0.2, cy: 0.5, w: 0.1, h: 0.3)])
    let result = AugmentationPlan(isMirrored: true, steps: [])(TrainingSample(image: image, target: target))
    #expect(result.image.pixels == [2, 2, 2, 1, 1, 1])
    #expect(abs(result.target.boxes[0].cx - 0.8) < 1e-12)
  }
}
