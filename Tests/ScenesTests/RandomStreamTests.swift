import Scenes
import Testing

@Suite("Random streams")
struct RandomStreamTests {
  @Test("the generator is SplitMix64")
  func isSplitMix() {
    var stream = RandomStream(state: 1_234_567)
    #expect(
      (0..<5).map { _ in stream.next() } == [
        6_457_827_717_110_365_317, 3_203_168_211_198_807_973, 9_817_491_932_198_370_423,
        4_593_380_528_125_082_431, 16_408_922_859_458_223_821,
      ])
  }

  @Test("seed, label and index each give another stream")
  func differs() {
    func first(_ seed: UInt64, _ label: String, _ index: Int) -> UInt64 {
      var stream = RandomStream(seed: seed, label: label, index: index)
      return stream.next()
    }
    var seen: Set<UInt64> = []
    for seed in 0..<10 as Range<UInt64> {
      for label in ["a", "b", "ab"] {
        for index in 0..<100 { seen.insert(first(seed, label, index)) }
      }
    }
    #expect(seen.count == 3000)
    #expect(first(1, "a", 7) == first(1, "a", 7))
  }

  @Test("numbers are spread evenly over their ranges")
  func isEven() {
    var stream = RandomStream(seed: 3, label: "test", index: 0)
    var counts = [Int](repeating: 0, count: 10)
    var sum: Float = 0
    for _ in 0..<10_000 {
      counts[stream.below(10)] += 1
      sum += stream.unit()
    }
    // Five standard deviations of a count are 150, of the mean 0.0144.
    #expect(counts.allSatisfy { (850...1150).contains($0) })
    #expect(abs(sum / 10_000 - 0.5) < 0.0144)
  }

  @Test("the wave is a sine within 0.0011")
  func isSine() {
    // Known values of the sine of 0, 30, 45, 90, 180, 210 and 270 degrees, and of a negative angle.
    let known: [(Float, Float)] = [
      (0, 0), (1 / 12, 0.5), (0.125, 0.7071068), (0.25, 1), (0.5, 0), (7 / 12, -0.5), (0.75, -1),
      (-0.125, -0.7071068),
      (3.125, 0.7071068),
    ]
    for (turns, sine) in known { #expect(abs(wave(turns) - sine) < 0.0011, "\(turns)") }
  }
}
