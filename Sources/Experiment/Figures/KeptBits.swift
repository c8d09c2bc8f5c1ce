// How often layers keep their bits when calibration scenes are drawn anew.
import Plotting

/// The share of draws of calibration scenes in which each layer keeps the bits that all scenes give it, for draws of few and of many
/// scenes; layers that two objectives give different bits are marked above. One panel per objective.
public struct KeptBits: Sendable {
  /// The shares under one objective.
  public struct Panel: Sendable {
    /// What the panel is called.
    public var title: String
    /// Draws of few scenes, by layer.
    public var few: [Double]
    /// Draws of many scenes, by layer.
    public var many: [Double]

    /// A panel from its shares.
    public init(title: String, few: [Double], many: [Double]) {
      self.title = title
      self.few = few
      self.many = many
    }
  }

  /// The layers in forward order.
  public var layerNames: [String]
  /// The numbers of scenes drawn.
  public var sceneCounts: (few: Int, many: Int)
  /// Whether the objectives give a layer different bits, all scenes taken.
  public var differs: [Bool]
  /// The panels.
  public var panels: [Panel]

  /// A figure from its panels.
  public init(
    layerNames: [String], sceneCounts: (few: Int, many: Int), differs: [Bool], _ panels: [Panel]
  ) {
    self.layerNames = layerNames
    self.sceneCounts = sceneCounts
    self.differs = differs
    self.panels = panels
  }

  /// The figure: panels one above another, with one legend.
  public var figure: Figure {
    Figure(
      height: 30 + 120 * Double(panels.count), legend: .shared,
      panels: panels.enumerated().map { index, panel in
        .chart(chart(panel, isLast: index == panels.count - 1))
      })
  }

  private func chart(_ panel: Panel, isLast: Bool) -> Chart {
    let places = layerNames.indices.map { Double($0 + 1) }
    let marked = places.indices.filter { differs[$0] }.map { places[$0] }
    var marks = [
      Mark(
        .bars(x: places, y: panel.many, width: 0.82, base: 0), MarkStyle(.sky, opacity: 0.75),
        name: "draws of \(sceneCounts.many) scenes"),
      Mark(
        .points(x: places, y: panel.few), MarkStyle(.vermilion, symbolSize: 2.6),
        name: "draws of \(sceneCounts.few) scenes"),
    ]
    if !marked.isEmpty {
      marks.append(
        Mark(
          .points(x: marked, y: marked.map { _ in 1.09 }), MarkStyle(.ink, symbol: .triangle, symbolSize: 3),
          name: "bits differ between objectives"))
    }
    return Chart(
      title: panel.title,
      x: Axis(
        isLast ? "searched layer, in forward order" : nil, lower: 0.2, upper: Double(layerNames.count) + 0.8,
        ticks: BitsVersusSensitivity.layerTicks(layerNames.count)),
      y: Axis(
        "bits kept", lower: 0, upper: 1.16,
        ticks: [Tick(0, "0%"), Tick(0.5, "50%"), Tick(1, "100%")]),
      regions: LayerRegions.regions(of: layerNames), marks: marks)
  }
}
