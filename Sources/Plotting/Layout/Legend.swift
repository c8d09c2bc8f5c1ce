// The legend: one entry per name, with a sample of every mark of that name.

/// A name and the marks that bear it.
struct LegendEntry: Equatable {
  let name: String
  var marks: [Mark]
}

extension Chart {
  /// The entries in the order in which names first occur.
  var legendEntries: [LegendEntry] {
    var entries: [LegendEntry] = []
    for mark in marks {
      guard let name = mark.name else { continue }
      if let index = entries.firstIndex(where: { $0.name == name }) {
        entries[index].marks.append(mark)
      } else {
        entries.append(LegendEntry(name: name, marks: [mark]))
      }
    }
    return entries
  }
}

/// A legend laid out: where each entry stands relative to the upper left corner.
struct LegendLayout {
  let entries: [LegendEntry]
  let places: [Point]
  let width: Double
  let height: Double

  static let line = 11.0
  private static let gap = 13.0

  /// Entries one after another, in rows no wider than a limit, or in one column.
  init(_ entries: [LegendEntry], width limit: Double, isColumn: Bool, measure canvas: some Canvas) {
    var places: [Point] = []
    var (x, y, widest) = (0.0, 0.0, 0.0)
    for entry in entries {
      let width = Theme.swatch + 4 + canvas.width(entry.name, .body)
      if x > 0 && (isColumn || x + width > limit) { (x, y) = (0, y + Self.line) }
      places.append(Point(x, y))
      widest = max(widest, x + width)
      x += width + Self.gap
    }
    self.entries = entries
    self.places = places
    self.width = widest
    self.height = entries.isEmpty ? 0 : y + Self.line
  }

  func draw(at corner: Point, on canvas: some Canvas) {
    for (entry, place) in zip(entries, places) {
      let sample = Rect(corner.x + place.x, corner.y + place.y + 1, Theme.swatch, Self.line - 2)
      for mark in entry.marks { mark.drawSample(in: sample, on: canvas) }
      canvas.write(
        entry.name, at: Point(sample.maxX + 4, sample.midY), role: .body, vertical: .middle)
    }
  }
}

extension Mark {
  /// Draws what the mark looks like in a legend.
  func drawSample(in area: Rect, on canvas: some Canvas) {
    let ink = Theme.ink(style.color, opacity: style.opacity)
    let across = Path(from: Point(area.x, area.midY), to: Point(area.maxX, area.midY))
    switch shape {
    case .line, .steps, .staircase, .horizontalRules, .verticalRules:
      canvas.stroke(across, with: style.stroke)
    case .bars: canvas.fill(Path(Rect(area.midX - 4, area.midY - 3.5, 8, 7)), with: ink)
    case .band: canvas.fill(Path(Rect(area.x, area.midY - 3.5, area.width, 7)), with: ink)
    case .points: canvas.draw(style, at: Point(area.midX, area.midY))
    case .intervals:
      canvas.drawInterval(
        from: Point(area.midX, area.midY - 4), to: Point(area.midX, area.midY + 4), style: style)
    case .horizontalIntervals:
      canvas.drawInterval(from: Point(area.x, area.midY), to: Point(area.maxX, area.midY), style: style)
    case .text, .labels, .heatMap: break
    }
  }
}
