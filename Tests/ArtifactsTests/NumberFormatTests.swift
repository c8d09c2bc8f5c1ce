import Artifacts
import Authoring
import Testing

struct NumberFormatTests {
  @Test(
    "numbers are printed with the digits, scale and unit declared",
    arguments: [
      (NumberFormat.digits(2), 3.14159, "3.14"), (.digits(0), 2.5, "3"), (.digits(0), 38063.4, "38,063"),
      (.digits(1), -2.25, "−2.3"),
      (.digits(1), -0.04, "0.0"), (.digits(3), 1e-4, "0.000"), (.digits(2), 9.999, "10.00"),
      (.digits(2, unit: "s"), 41.2, "41.20 s"), (.digits(1).signed, 1.25, "+1.3"),
      (.digits(1).signed, 0.01, "0.0"),
      (.points(digits: 1), 0.3138, "31.4"), (.points(digits: 2), 0.285, "28.50"),
      (.percent(digits: 1), 0.0705, "7.1%"), (.percent(digits: 1), 0, "0.0%"),
      (.points(digits: 1), 0, "0.0"), (.points(digits: 1).signed, -0.0, "0.0"), (.points(), 0, "0"),
      (.bytes, 0, "0 B"),
      (.count, 12_345_678, "12,345,678"), (.count, 999, "999"), (.bytes, 312, "312 B"),
      (.bytes, 3_149_000, "3.1 MB"),
      (.bytes, 45_600, "45.6 kB"), (.automatic, 0.1, "0.1"), (.automatic, 4, "4"),
      (.automatic, 1e21, "1000000000000000000000"),
      (.automatic, 3.9987211, "3.9987211"), (.points(), 0.07, "7"), (.automatic, .nan, "n/a"),
      (.automatic, -.infinity, "−∞"),
    ])
  func printed(format: NumberFormat, value: Double, expected: String) {
    #expect(format.print(Estimate(value)) == expected)
  }

  @Test("no digit is printed that a rerun may change")
  func digitsFromUncertainty() {
    #expect(NumberFormat.automatic.print(Estimate(71.38), tolerance: 0.12) == "71.4")
    #expect(NumberFormat.automatic.print(Estimate(71.38, low: 71.26, high: 71.5)) == "71.4")
    #expect(NumberFormat.points().print(Estimate(0.31383), tolerance: 0.002) == "31.4")
    #expect(NumberFormat.automatic.print(Estimate(71.38), tolerance: 12) == "71")
  }

  @Test("an interval is printed with the digits of its number")
  func interval() {
    let estimate = Estimate(-0.012, low: -0.0251, high: 0.004)
    #expect(NumberFormat.points(digits: 1).signed.withInterval.print(estimate) == "−1.2 [−2.5, +0.4]")
    #expect(NumberFormat.points(digits: 1).print(estimate) == "−1.2")
  }

  @Test(
    "rounding agrees with exact decimal arithmetic", arguments: [0.5, 1.005, 2.675, 123456.789, 1e-7, 99.95])
  func rounding(value: Double) {
    // The shortest text of the number is what a reader would round.
    let text = NumberFormat.digits(1).print(Estimate(value))
    let expected = [
      "0.5": "0.5", "1.005": "1.0", "2.675": "2.7", "123456.789": "123456.8", "1e-07": "0.0",
      "99.95": "100.0",
    ]
    #expect(text == expected["\(value)"])
  }
}
