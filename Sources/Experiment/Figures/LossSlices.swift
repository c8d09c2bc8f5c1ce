// Losses along lines and over planes around trained weights.
import Plotting

/// Slices of one loss around the weights of several detectors, on the same scale.
public struct LossSlices: Sendable {
  /// A detector with its slices.
  public struct Detector: Sendable {
    /// The name in the legend and above its surface.
    public var name: String
    /// Places along one direction, in lengths of the weights, with the loss there.
    public var line: (places: [Double], losses: [Double])
    /// Places along two directions, with the losses `[first][second]`; no surface if absent.
    public var plane: (places: [Double], losses: [[Double]])?

    /// A detector from its slices.
    public init(
      name: String, line: (places: [Double], losses: [Double]),
      plane: (places: [Double], losses: [[Double]])? = nil
    ) {
      self.name = name
      self.line = line
      self.plane = plane
    }
  }

  /// The quantity, with its unit.
  public var quantity: String
  /// The detectors, one color each.
  public var detectors: [Detector]

  /// A figure from its detectors.
  public init(_ detectors: [Detector], quantity: String) {
    self.detectors = detectors
    self.quantity = quantity
  }

  /// The figure: all lines in one chart, then the surfaces.
  public var figure: Figure {
    let planes = detectors.compactMap { detector in detector.plane.map { (detector.name, $0) } }
    let heights = planes.flatMap { $0.1.losses.joined() }
    let height = Axis(quantity, lower: heights.min(), upper: heights.max())
    let surfaces = planes.enumerated().map { place, plane in
      Panel.surface(
        Surface(
          title: "(\(["b", "c", "d", "e"][place % 4])) \(plane.0)", x: Axis("first"),
          y: Axis("second"), z: height, xs: plane.1.places, ys: plane.1.places,
          heights: transposed(plane.1.losses)))
    }
    return Figure(
      height: 215, columns: 1 + surfaces.count, legend: .shared, panels: [.chart(lines)] + surfaces)
  }

  private var lines: Chart {
    let dashes: [MarkStyle.Dash] = [.solid, .dashed, .dotted]
    return Chart(
      title: "(a) one direction", x: Axis("distance (lengths of the weights)"),
      y: Axis(quantity, hasGrid: true),
      marks: detectors.enumerated().map { index, detector in
        Mark(
          .line(x: detector.line.places, y: detector.line.losses),
          MarkStyle(.series(index), lineWidth: 1.4, dash: dashes[index % dashes.count]), name: detector.name)
      })
  }

  /// One row for each of the second places, as surfaces take them.
  private func transposed(_ losses: [[Double]]) -> [[Double]] {
    (losses.first ?? []).indices.map { column in losses.map { $0[column] } }
  }
}
