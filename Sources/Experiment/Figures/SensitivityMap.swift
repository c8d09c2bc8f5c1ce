// Which layers matter to which categories more than to all.
import Plotting

/// Sensitivities of layers to groups of categories as ratios to those to all categories: a row of cells for each group, the
/// layers in forward order. One panel per reading of the loss, all on one scale.
public struct SensitivityMap: Sendable {
  /// The ratios by one reading.
  public struct Panel: Sendable {
    /// What the panel is called.
    public var title: String
    /// A row per group; nil where a layer has no sensitivity. // [group][layer]
    public var ratios: [[Double?]]

    /// A panel from its ratios.
    public init(title: String, ratios: [[Double?]]) {
      self.title = title
      self.ratios = ratios
    }
  }

  /// The layers in forward order.
  public var layerNames: [String]
  /// The groups, from the top.
  public var groups: [String]
  /// The panels.
  public var panels: [Panel]
  /// The ratio at the dark ends of the colors: what is beyond it has the color of the end.
  public var most: Double

  /// A map from its panels.
  public init(layerNames: [String], groups: [String], _ panels: [Panel], most: Double = 4) {
    self.layerNames = layerNames
    self.groups = groups
    self.panels = panels
    self.most = most
  }

  /// The figure: panels one above another.
  public var figure: Figure {
    let rows = Double(groups.count * panels.count)
    return Figure(
      height: 10 * rows + 54 * Double(panels.count) + 22,
      panels: panels.enumerated().map { index, panel in
        .chart(chart(panel, isLast: index == panels.count - 1))
      })
  }

  private func chart(_ panel: Panel, isLast: Bool) -> Chart {
    // Cells stand at 0, 1, …, layers are counted from 1.
    let regions = LayerRegions.regions(of: layerNames).map { region in
      var moved = region
      (moved.from, moved.to, moved.isShaded) = (region.from - 1, region.to - 1, false)
      return moved
    }
    let ends = Set(regions.filter { $0.level == 1 }.map(\.to)).sorted().dropLast()
    let scale = HeatScale(
      title: "ratio", isLogarithmic: true, lower: 1 / most, upper: most, isDiverging: true)
    return Chart(
      title: panel.title,
      x: Axis(
        isLast ? "layer, in forward order" : nil, lower: -0.5, upper: Double(layerNames.count) - 0.5,
        ticks: BitsVersusSensitivity.layerTicks(layerNames.count).map { Tick($0.value - 1, $0.label) }),
      y: .names(groups), regions: regions,
      marks: [
        Mark(.heatMap(values: panel.ratios, scale: scale)),
        Mark(.verticalRules(x: Array(ends)), MarkStyle(.ink, lineWidth: 0.7)),
      ])
  }
}

/// The ratio of each sensitivity to that of all categories together, over the typical ratio of its row: the geometric mean over
/// layers, so that rare categories are compared with frequent ones. nil where a layer has either below a share of the largest,
/// which is rounding noise.
public func relativeSensitivities(_ traces: [Double], to overall: [Double], noise: Double = 1e-12)
  -> [Double?]
{
  let floors = (own: noise * (traces.max() ?? 0), overall: noise * (overall.max() ?? 0))
  let ratios = zip(traces, overall).map { own, all in
    own > floors.own && all > floors.overall ? own / all : nil
  }
  let typical = geometricMean(ratios.compactMap { $0 })
  return ratios.map { $0.map { $0 / typical } }
}

/// The factor by which a ratio typically differs from one, in either direction: the geometric mean.
public func typicalFactor(_ ratios: [[Double?]]) -> Double {
  geometricMean(ratios.flatMap { $0.compactMap { $0 } }.map { max($0, 1 / $0) })
}

/// The share of the variance of the ratios' logarithms that all rows have in common: that of the mean of each layer over the rows, over that
/// of all cells. 1 where all rows are alike, 0 where there is no variance; layers that a row lacks are left out.
public func commonShare(_ ratios: [[Double?]]) -> Double {
  let layers = (ratios.first ?? []).indices.compactMap { layer -> [Double]? in
    let known = ratios.compactMap { $0[layer].map(logarithm) }
    return known.count == ratios.count ? known : nil
  }
  func spread(_ values: [Double]) -> Double {
    let mean = values.reduce(0, +) / Double(values.count)
    return values.reduce(0) { $0 + ($1 - mean) * ($1 - mean) } / Double(values.count)
  }
  let all = layers.flatMap { $0 }
  guard !all.isEmpty, spread(all) > 0 else { return 0 }
  return spread(layers.map { $0.reduce(0, +) / Double($0.count) }) / spread(all)
}
