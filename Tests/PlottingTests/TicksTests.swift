import Plotting
import Testing

@Suite("Ticks")
struct TicksTests {
  @Test("steps are 1, 2 or 5 times a power of ten, and labels show the decimals of the step")
  func niceSteps() {
    let cases: [(Double, Double, [String])] = [
      (0, 1, ["0.0", "0.2", "0.4", "0.6", "0.8", "1.0"]),
      (0, 8, ["0", "2", "4", "6", "8"]),
      (-3.1, 2.2, ["−3", "−2", "−1", "0", "1", "2"]),
      (28.2, 31.9, ["29", "30", "31"]),
      (0, 154_000, ["0", "50k", "100k", "150k"]),
      (0, 2_400_000, ["0.0M", "0.5M", "1.0M", "1.5M", "2.0M"]),
      (0.0212, 0.0239, ["0.0215", "0.0220", "0.0225", "0.0230", "0.0235"]),
      (0, 0.0004, ["0", "1·10^{−4}", "2·10^{−4}", "3·10^{−4}", "4·10^{−4}"]),
    ]
    for (lower, upper, labels) in cases {
      let ticks = linearTicks(from: lower, to: upper, atMost: 6, format: .automatic).labeled
      // A zero among shortened numbers is written as a bare zero.
      #expect(
        ticks.map(\.label) == labels.map { ["0.0", "0.0M"].contains($0) ? "0" : $0 }, "\(lower) to \(upper)")
    }
  }

  @Test("tick values are the decimal numbers they are labeled with")
  func exactValues() {
    let ticks = linearTicks(from: 0, to: 1, atMost: 11, format: .automatic).labeled
    #expect(ticks.map(\.value) == [0, 0.1, 0.2, 0.3, 0.4, 0.5, 0.6, 0.7, 0.8, 0.9, 1])
  }

  @Test("percentages have the decimals of the step")
  func percentages() {
    let coarse = linearTicks(from: 0, to: 1, atMost: 3, format: .percent).labeled
    #expect(coarse.map(\.label) == ["0%", "50%", "100%"])
    let fine = linearTicks(from: 0, to: 0.01, atMost: 6, format: .percent).labeled
    #expect(fine.map(\.label) == ["0.0%", "0.2%", "0.4%", "0.6%", "0.8%", "1.0%"])
  }

  @Test(
    "ranges of any size and place have at least two ticks inside them, increasing and differently labeled")
  func alwaysEnough() {
    for exponent in -12...12 {
      for start in [-7.3, -1, 0, 0.9, 4.4] {
        for length in [0.11, 1, 2.7, 9.9] {
          var unit = 1.0
          for _ in 0..<exponent.magnitude { unit *= 10 }
          let scale = exponent < 0 ? 1 / unit : unit
          let (lower, upper) = (start * scale, (start + length) * scale)
          let ticks = linearTicks(from: lower, to: upper, atMost: 5, format: .automatic).labeled
          #expect(ticks.count >= 2 && ticks.count <= 6, "\(lower) to \(upper): \(ticks)")
          let margin = (upper - lower) * 1e-5
          #expect(ticks.allSatisfy { $0.value >= lower - margin && $0.value <= upper + margin })
          #expect(Set(ticks.map(\.label)).count == ticks.count, "\(lower) to \(upper): \(ticks.map(\.label))")
          #expect(zip(ticks, ticks.dropFirst()).allSatisfy { $0.value < $1.value })
        }
      }
    }
  }

  @Test("logarithmic axes label decades and mark the digits between them")
  func decades() {
    let set = logarithmicTicks(from: 0.003, to: 30, atMost: 6, decadeLength: 30)
    #expect(set.labeled.map(\.label) == ["10^{−2}", "10^{−1}", "10^{0}", "10^{1}"])
    #expect(set.minor.first == 0.003)
    #expect(set.minor.last == 30)
    #expect(set.minor.contains(0.05) && !set.minor.contains(0.1))
  }

  @Test("over many decades every so many are labeled, at multiples of the stride, and the others marked")
  func manyDecades() {
    let set = logarithmicTicks(from: 1e-9, to: 1e3, atMost: 5, decadeLength: 8)
    #expect(set.labeled.map(\.label) == ["10^{−9}", "10^{−6}", "10^{−3}", "10^{0}", "10^{3}"])
    #expect(set.minor.count == 8)
  }

  @Test("less than a decade is labeled at 1, 2 and 5, or where it is narrower still")
  func withinADecade() {
    let wide = logarithmicTicks(from: 1.5, to: 60, atMost: 6, decadeLength: 100)
    #expect(wide.labeled.map(\.label) == ["2", "5", "10", "20", "50"])
    let narrow = logarithmicTicks(from: 0.031, to: 0.045, atMost: 6, decadeLength: 400)
    #expect(narrow.labeled.count >= 2)
    #expect(narrow.labeled.allSatisfy { $0.value >= 0.031 && $0.value <= 0.045 })
  }

  @Test("decimal numbers round half away from zero, without a locale and without negative zero")
  func decimals() {
    #expect(decimal(0.125, digits: 2) == "0.13")
    #expect(decimal(-0.125, digits: 2) == "−0.13")
    #expect(decimal(-0.001, digits: 2) == "0.00")
    #expect(decimal(1234.5, digits: 0) == "1235")
    #expect(decimal(0.05, digits: 1) == "0.1")
  }
}
