// Losses along lines and over planes around trained weights.
import Plotting

/// Slices of one loss around the weights of several detectors, on the same scale.
public struct LossSlices: Sendable {
  /// A detector with its slices.
  public struct Detector: Sendable {
    /// The name in the legend and above its map.
    public var name: String
    /// Places along one direction, in lengths of the weights, with the loss there.
    public var line: (places: [Double], losses: [Double])
    /// Places along two directions, with the losses `[first][second]`; no map if absent.
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

  /// The figure: all lines in one chart, then the planes as maps of one scale of color; of two planes also the difference.
  public var figure: Figure {
    let planes = detectors.compactMap { detector in detector.plane.map { (name: detector.name, plane: $0) } }
    let losses = planes.flatMap { $0.plane.losses.joined() }
    let scale = HeatScale(title: quantity, lower: losses.min(), upper: losses.max())
    var maps = planes.map { map($0.name, $0.plane.places, $0.plane.losses, scale) }
    if planes.count == 2, planes[0].plane.places == planes[1].plane.places {
      let differences = zip(planes[1].plane.losses, planes[0].plane.losses).map {
        zip($0, $1).map { $0 - $1 }
      }
      let most = differences.joined().map(\.magnitude).max() ?? 0
      maps.append(
        map(
          "\(planes[1].name) less \(planes[0].name)", planes[0].plane.places, differences,
          HeatScale(title: "difference", lower: -most, upper: most, isDiverging: true)))
    }
    let letters = ["b", "c", "d", "e", "f"]
    for place in maps.indices { maps[place].title = "(\(letters[place % 5])) " + (maps[place].title ?? "") }
    let rows = (maps.count + 2) / 2
    return Figure(
      height: 12 + 190 * Double(rows), columns: maps.isEmpty ? 1 : 2, legend: .shared,
      panels: [.chart(lines)] + maps.map { .chart($0) })
  }

  /// A map with the first direction along and the second one up.
  private func map(_ title: String, _ places: [Double], _ losses: [[Double]], _ scale: HeatScale) -> Chart {
    // Cells stand at 0, 1, …: every third is named, so that the middle is.
    let ticks = places.indices.filter { ($0 - places.count / 2) % 3 == 0 }.map {
      Tick(Double($0), rounded(places[$0]))
    }
    return Chart(
      title: title, x: Axis("first direction", ticks: ticks), y: Axis("second direction", ticks: ticks),
      marks: [Mark(.heatMap(values: transposed(losses), scale: scale))])
  }

  /// A place in hundredths, with a true minus sign and without what binary fractions add.
  private func rounded(_ place: Double) -> String {
    let hundredths = Int((place.magnitude * 100).rounded())
    let digits = "\(hundredths / 100).\(hundredths % 100 < 10 ? "0" : "")\(hundredths % 100)"
    return hundredths == 0 ? "0" : (place < 0 ? "−" : "") + digits
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

  /// One row for each of the second places, as maps take them.
  private func transposed(_ losses: [[Double]]) -> [[Double]] {
    (losses.first ?? []).indices.map { column in losses.map { $0[column] } }
  }
}
