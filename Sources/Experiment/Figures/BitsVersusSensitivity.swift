// Bits beside sensitivities, layer by layer.
import Plotting

/// A layer with its bits and its sensitivity.
public struct LayerBits: Sendable, Equatable {
  /// The checkpoint name of the layer.
  public var name: String
  /// The bits of its weights.
  public var bits: Int
  /// The sensitivity; zero where the layer never gets a gradient.
  public var sensitivity: Double
  /// Whether its bits were given rather than chosen.
  public var isFixed: Bool

  /// A layer from its numbers.
  public init(name: String, bits: Int, sensitivity: Double, isFixed: Bool = false) {
    self.name = name
    self.bits = bits
    self.sensitivity = sensitivity
    self.isFixed = isFixed
  }
}

/// Bits as bars against the left axis and sensitivities as dots on a logarithmic right axis, over the layers in
/// forward order, with the parts of the detector named above. One panel per detector.
public struct BitsVersusSensitivity: Sendable {
  /// A detector with its layers in forward order.
  public struct Detector: Sendable {
    /// What the panel is called; empty for no title.
    public var title: String
    /// The layers in forward order.
    public var layers: [LayerBits]

    /// A detector from its layers.
    public init(title: String = "", layers: [LayerBits]) {
      self.title = title
      self.layers = layers
    }
  }

  /// The detectors, one per panel.
  public var detectors: [Detector]

  /// A figure of one or several detectors.
  public init(_ detectors: [Detector]) { self.detectors = detectors }

  /// A figure of one detector.
  public init(_ layers: [LayerBits]) { self.init([Detector(layers: layers)]) }

  /// The figure: panels one above another, with one legend.
  public var figure: Figure {
    let single = detectors.count == 1
    return Figure(
      height: single ? 190 : 26 + 132 * Double(detectors.count), legend: .shared,
      panels: detectors.enumerated().map { index, detector in
        .chart(chart(detector, isLast: index == detectors.count - 1))
      })
  }

  private func chart(_ detector: Detector, isLast: Bool) -> Chart {
    let numbered = detector.layers.enumerated().map { (place: Double($0.offset + 1), layer: $0.element) }
    let chosen = numbered.filter { !$0.layer.isFixed }
    let fixed = numbered.filter(\.layer.isFixed)
    let felt = numbered.filter { $0.layer.sensitivity > 0 }
    let unfelt = numbered.filter { !($0.layer.sensitivity > 0) }
    let most = detector.layers.map(\.bits).max() ?? 8
    // Zero has no place on a logarithmic axis: it is marked at the foot of it.
    let values = felt.map(\.layer.sensitivity)
    let (low, high) = Self.decades(values)
    func bars(_ layers: [(place: Double, layer: LayerBits)]) -> MarkShape {
      .bars(x: layers.map(\.place), y: layers.map { Double($0.layer.bits) }, width: 0.82, base: 0)
    }
    var marks: [Mark] = []
    if !chosen.isEmpty {
      marks.append(Mark(bars(chosen), MarkStyle(.sky, opacity: 0.75), name: "bits, chosen"))
    }
    if !fixed.isEmpty { marks.append(Mark(bars(fixed), MarkStyle(.gray, opacity: 0.6), name: "bits, fixed")) }
    marks.append(
      Mark(
        .points(x: felt.map(\.place), y: values), MarkStyle(.vermilion, symbolSize: 2.6),
        name: "sensitivity", isOnSecondAxis: true))
    if !unfelt.isEmpty {
      marks.append(
        Mark(
          .points(x: unfelt.map(\.place), y: unfelt.map { _ in low }),
          MarkStyle(.vermilion, symbol: .ring, symbolSize: 3.4), name: "sensitivity zero",
          isOnSecondAxis: true))
    }
    return Chart(
      title: detector.title.isEmpty ? nil : detector.title,
      x: Axis(
        isLast ? "layer, in forward order" : nil, lower: 0.2, upper: Double(detector.layers.count) + 0.8,
        ticks: Self.layerTicks(detector.layers.count)),
      y: Axis(
        "bits", lower: 0, upper: Double(most) + 0.5,
        ticks: stride(from: 0, through: most, by: 2).map { Tick(Double($0), String($0)) }),
      secondY: Axis("sensitivity", scale: .log, lower: low, upper: high, color: .vermilion),
      regions: LayerRegions.regions(of: detector.layers.map(\.name)), marks: marks)
  }

  /// The first layer, every twentieth and the last; the one before the last goes where the two would touch.
  static func layerTicks(_ count: Int) -> [Tick] {
    let step = count > 60 ? 20 : (count > 24 ? 10 : 5)
    let whole = [1] + stride(from: step, through: count, by: step).filter { $0 > 1 && count - $0 >= step / 3 }
    return (whole + (count > 1 ? [count] : [])).map { Tick(Double($0), String($0)) }
  }

  /// Ends of a logarithmic axis with a little room: the marks at the foot stay below the smallest value.
  private static func decades(_ values: [Double]) -> (Double, Double) {
    guard let least = values.min(), let most = values.max() else { return (0.1, 10) }
    return (least / 4, max(most * 2, least * 4))
  }
}
