// Which cells of a table of rows at one size stand out.
import Experiment
import Testing

@Suite("The best of a column") struct AllocationTableTests {
  /// A number whose resamples are spread evenly about it by at most some width.
  private func number(_ value: Double, width: Double = 0.01) -> ResampledNumber {
    ResampledNumber(value, resamples: (0..<1001).map { value + width * (Double($0) / 500 - 1) })
  }

  /// A number that is certain, so that differences have the spread of the other one.
  private func sure(_ value: Double) -> ResampledNumber { number(value, width: 0) }

  @Test("the highest stands out if it gains over the reference, column by column")
  func columns() {
    let rows = [[number(0.32), number(0.3)], [number(0.35), number(0.305)], [number(0.34), number(0.29)]]
    // The second column's best gains half of what its interval spans.
    #expect(significantlyBest(rows, over: [sure(0.3), sure(0.3)]) == [[1], []])
  }

  @Test("nothing stands out where nothing gains, and equals do together")
  func ties() {
    #expect(significantlyBest([[sure(0.3)], [sure(0.2)]], over: [sure(0.3)]) == [[]])
    #expect(
      significantlyBest([[number(0.4)], [number(0.4)], [number(0.35)]], over: [sure(0.3)]) == [[0, 1]])
    #expect(
      significantlyBest([[number(0.40004)], [number(0.4)], [number(0.399)]], over: [sure(0.3)]) == [[0, 1]],
      "equal as printed")
    #expect(significantlyBest([], over: [sure(0.3)]) == [[]])
  }

  @Test("a gain that stands alone does not among many rows")
  func corrected() {
    let weak = number(0.3098)
    #expect((weak - sure(0.3)).pValue > 0.01 && (weak - sure(0.3)).pValue < 0.05)
    #expect(significantlyBest([[weak]], over: [sure(0.3)]) == [[0]])
    let many = [[weak]] + (0..<4).map { _ in [number(0.3)] }
    #expect(significantlyBest(many, over: [sure(0.3)]) == [[]])
  }
}
