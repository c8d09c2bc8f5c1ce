// What the tests of all targets compare numbers by.
import TestSupport
import Testing

@Suite("Comparing numbers with a tolerance") struct ClosenessTests {
  @Test("a difference of the tolerance is close, a larger one is not")
  func tolerance() {
    #expect(isClose(1.25, 1, absolute: 0.25) && !isClose(1.25, 1, absolute: 0.2))
    #expect(isClose(-5, -4, relative: 0.25) && !isClose(-5, -4, relative: 0.2))
    #expect(isClose(0, -0.0) && !isClose(.leastNonzeroMagnitude, 0, relative: 1))
  }

  @Test("what is not finite is close to the same alone, however wide the tolerance")
  func notFinite() {
    let wide = Double.greatestFiniteMagnitude
    #expect(isClose(.nan, .nan) && isClose(.infinity, .infinity))
    for (one, other) in [(.nan, 0), (.infinity, 5), (-.infinity, .infinity), (.nan, .infinity)]
      as [(Double, Double)]
    {
      #expect(!isClose(one, other, absolute: wide, relative: wide), "\(one), \(other)")
      #expect(!isClose(other, one, absolute: wide, relative: wide), "\(other), \(one)")
    }
    #expect(!isClose(5, .infinity, relative: 1) && !isClose(5, 6, absolute: .nan))
  }

  @Test("the largest difference counts in parts of the largest magnitude expected")
  func largest() {
    #expect(largestDifference([1, -3, 8], [1, -4, 8]) == 0.125)
    #expect(largestDifference([0, 0], [0, 0]) == 0 && largestDifference([], []) == 0)
    #expect(largestDifference([1, 2], [1]) == .infinity && largestDifference([], [0]) == .infinity)
  }

  @Test("a number that is not finite is an infinite difference at any place", arguments: 0..<3)
  func broken(place: Int) {
    for value in [Double.nan, .infinity, -.infinity] {
      var list = [1.0, 2, 3]
      list[place] = value
      #expect(largestDifference(list, [1, 2, 3]) == .infinity, "\(value)")
      #expect(largestDifference([1, 2, 3], list) == .infinity, "\(value)")
      #expect(largestDifference(list, list) == 0, "the same bit for bit")
      // What is the same hides no difference beside it.
      var other = list
      other[(place + 1) % 3] += 1
      #expect(largestDifference(other, list) >= 1.0 / 3, "\(value)")
    }
    #expect(largestDifference([.infinity], [-.infinity]) == .infinity)
    #expect(largestDifference([.nan], [-.nan]) == .infinity)
  }
}
