// Two assignments of bits, layer by layer.
import Plotting

/// Two assignments of bits over the same layers: the first as gray bars, and where the second differs the difference
/// in color. One panel per comparison.
public struct AssignmentComparison: Sendable {
  /// A layer with its bits in both assignments.
  public struct Layer: Sendable, Equatable {
    /// The checkpoint name of the layer.
    public var name: String
    /// The bits of the first assignment, usually for the overall objective.
    public var first: Int
    /// The bits of the second, usually for the critical objective.
    public var second: Int

    /// A layer from its bits.
    public init(name: String, first: Int, second: Int) {
      self.name = name
      self.first = first
      self.second = second
    }
  }

  /// Two assignments of one detector.
  public struct Comparison: Sendable {
    /// What the panel is called; empty for no title.
    public var title: String
    /// The layers in forward order.
    public var layers: [Layer]

    /// A comparison from its layers.
    public init(title: String = "", layers: [Layer]) {
      self.title = title
      self.layers = layers
    }
  }

  /// The name of the first assignment.
  public var firstName: String
  /// The name of the second assignment.
  public var secondName: String
  /// The comparisons, one per panel.
  public var comparisons: [Comparison]

  /// A figure of one or several comparisons.
  public init(
    firstName: String = "Fisher-overall", secondName: String = "Fisher-critical", _ comparisons: [Comparison]
  ) {
    self.firstName = firstName
    self.secondName = secondName
    self.comparisons = comparisons
  }

  /// The figure: panels one above another, with one legend.
  public var figure: Figure {
    let count = comparisons.count
    return Figure(
      height: count == 1 ? 170 : 26 + 118 * Double(count), legend: .shared,
      panels: comparisons.enumerated().map { index, comparison in
        .chart(chart(comparison, isLast: index == count - 1))
      })
  }

  private func chart(_ comparison: Comparison, isLast: Bool) -> Chart {
    let layers = comparison.layers.enumerated().map { (place: Double($0.offset + 1), layer: $0.element) }
    let most = comparison.layers.flatMap { [$0.first, $0.second] }.max() ?? 8
    var marks = [
      Mark(
        .bars(
          x: layers.map(\.place), y: layers.map { Double(min($0.layer.first, $0.layer.second)) }, width: 0.82,
          base: 0),
        MarkStyle(.silver), name: firstName)
    ]
    let more = layers.filter { $0.layer.second > $0.layer.first }
    let fewer = layers.filter { $0.layer.second < $0.layer.first }
    for (changed, color, words) in [(more, FigureColor.vermilion, "more"), (fewer, .blue, "fewer")] {
      // Bars stand on one base each, so layers with the same base share a mark and the name.
      for base in Set(changed.map { min($0.layer.first, $0.layer.second) }).sorted() {
        let here = changed.filter { min($0.layer.first, $0.layer.second) == base }
        marks.append(
          Mark(
            .bars(
              x: here.map(\.place), y: here.map { Double(max($0.layer.first, $0.layer.second)) }, width: 0.82,
              base: Double(base)), MarkStyle(color), name: "\(words) bits in \(secondName)"))
      }
    }
    return Chart(
      title: comparison.title.isEmpty ? nil : comparison.title,
      x: Axis(
        isLast ? "layer, in forward order" : nil, lower: 0.2, upper: Double(comparison.layers.count) + 0.8,
        ticks: BitsVersusSensitivity.layerTicks(comparison.layers.count)),
      y: Axis(
        "bits", lower: 0, upper: Double(most) + 0.5,
        ticks: stride(from: 0, through: most, by: 2).map { Tick(Double($0), String($0)) }),
      regions: LayerRegions.regions(of: comparison.layers.map(\.name)), marks: marks)
  }
}
