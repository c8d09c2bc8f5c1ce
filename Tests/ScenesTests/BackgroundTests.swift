import Scenes
import Testing

private func background(_ index: Int, side: Int) -> [Color] {
  var random = RandomStream(seed: 5, label: "background", index: index)
  return Background(side: side, &random).picture
}

@Suite("Backgrounds")
struct BackgroundTests {
  @Test("colors are finite and near 0...1, whatever surface is drawn")
  func isInRange() {
    for index in 0..<200 {
      for color in background(index, side: 32) {
        #expect(color.min() > -0.1 && color.max() < 1.4)
      }
    }
  }

  @Test("backgrounds differ, and have structure without glare")
  func varies() {
    var contrasts: [Float] = []
    for index in 0..<100 {
      let picture = background(index, side: 48)
      #expect(picture != background(index + 1, side: 48))
      let mean = picture.reduce(.zero, +) / Float(picture.count)
      let spread = picture.map { (($0 - mean) * ($0 - mean)).sum() / 3 }.reduce(0, +) / Float(picture.count)
      contrasts.append(spread.squareRoot())
    }
    contrasts.sort()
    #expect(contrasts[0] > 0.001 && contrasts[50] > 0.03 && contrasts[99] < 0.3)
  }

  @Test("a larger picture shows the same surface in more detail")
  func scales() {
    var differences: [Float] = []
    for index in 0..<20 {
      let (small, large) = (background(index, side: 48), background(index, side: 192))
      var sum: Float = 0
      for y in 0..<48 {
        for x in 0..<48 {
          var mean = Color.zero
          for dy in 0..<4 { for dx in 0..<4 { mean += large[(4 * y + dy) * 192 + 4 * x + dx] / 16 } }
          let difference = mean - small[y * 48 + x]
          sum += (difference * difference).sum() / 3
        }
      }
      differences.append((sum / (48 * 48)).squareRoot())
    }
    differences.sort()
    // Fine grain averages out; the surfaces stay.
    #expect(differences[10] < 0.05 && differences[19] < 0.15)
  }
}
