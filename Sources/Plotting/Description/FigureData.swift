// The data of a figure as a table: what is plotted, not how.

/// A row of a figure's data. Places that do not apply are nil; what they mean stands in `kind`.
public struct FigureDatum: Codable, Sendable, Equatable {
  /// The panel, from 1.
  public var panel: Int
  /// The kind of mark: `line`, `steps`, `staircase`, `bars`, `points`, `band`, `interval`, `horizontal interval`,
  /// `horizontal rule`, `vertical rule`, `text`, `cell`, `surface` or `box`.
  public var kind: String
  /// The name in the legend or the label.
  public var name = ""
  /// The horizontal place: in data units, of a category axis its name; of a box its left edge in pixels.
  public var x = ""
  /// The vertical place or height, likewise.
  public var y = ""
  /// The lower end of an interval or band; of a box its width.
  public var low = ""
  /// The upper end; of a box its height.
  public var high = ""
  /// The value of a cell or of a surface.
  public var value = ""
}

extension Figure {
  /// What is plotted, panel by panel, in the order of drawing. Diagrams explain and have no data.
  public var data: [FigureDatum] {
    panels.enumerated().flatMap { index, panel -> [FigureDatum] in
      switch panel {
      case .chart(let chart): chart.marks.flatMap { $0.data(panel: index + 1, x: chart.x, y: chart.y) }
      case .surface(let surface): surface.data(panel: index + 1)
      case .tiles(let sheet): sheet.data(panel: index + 1)
      case .diagram: []
      }
    }
  }

  /// The data as comma-separated values (RFC 4180) with one line of titles; numbers read back to the same bits.
  public var csv: String {
    let rows = data.map {
      [String($0.panel), $0.kind, $0.name, $0.x, $0.y, $0.low, $0.high, $0.value]
    }
    let titles = ["panel", "kind", "name", "x", "y", "low", "high", "value"]
    return ([titles] + rows).map { $0.map(quoted).joined(separator: ",") + "\n" }.joined()
  }
}

private func quoted(_ field: String) -> String {
  field.contains { ",\"\n\r".contains($0) } ? "\"" + field.replacing("\"", with: "\"\"") + "\"" : field
}

extension Mark {
  fileprivate func data(panel: Int, x xAxis: Axis, y yAxis: Axis) -> [FigureDatum] {
    func place(_ value: Double, _ axis: Axis) -> String {
      guard axis.scale == .category, let index = Int(exactly: value), axis.categories.indices.contains(index)
      else { return "\(value)" }
      return axis.categories[index]
    }
    func rows(_ kind: String, _ xs: [Double], _ ys: [Double]) -> [FigureDatum] {
      zip(xs, ys).map {
        FigureDatum(panel: panel, kind: kind, name: name ?? "", x: place($0, xAxis), y: place($1, yAxis))
      }
    }
    func ranges(_ kind: String, x xs: [Double]?, y ys: [Double]?, _ low: [Double], _ high: [Double])
      -> [FigureDatum]
    {
      low.indices.map { index in
        FigureDatum(
          panel: panel, kind: kind, name: name ?? "", x: xs.map { place($0[index], xAxis) } ?? "",
          y: ys.map { place($0[index], yAxis) } ?? "", low: "\(low[index])", high: "\(high[index])")
      }
    }
    switch shape {
    case .line(let x, let y): return rows("line", x, y)
    case .steps(let x, let y): return rows("steps", x, y)
    case .staircase(let x, let y): return rows("staircase", x, y)
    case .bars(let x, let y, _, _): return rows("bars", x, y)
    case .points(let x, let y): return rows("points", x, y)
    case .labels(let x, let y, let texts):
      return zip(rows("text", x, y), texts).map { row, text in
        var row = row
        row.name = text
        return row
      }
    case .band(let x, let low, let high): return ranges("band", x: x, y: nil, low, high)
    case .intervals(let x, let low, let high): return ranges("interval", x: x, y: nil, low, high)
    case .horizontalIntervals(let y, let low, let high):
      return ranges("horizontal interval", x: nil, y: y, low, high)
    case .horizontalRules(let y):
      return y.map {
        FigureDatum(panel: panel, kind: "horizontal rule", name: name ?? "", y: place($0, yAxis))
      }
    case .verticalRules(let x):
      return x.map { FigureDatum(panel: panel, kind: "vertical rule", name: name ?? "", x: place($0, xAxis)) }
    case .text(let x, let y, let text, _):
      return [FigureDatum(panel: panel, kind: "text", name: text, x: place(x, xAxis), y: place(y, yAxis))]
    case .heatMap(let values, _):
      return values.enumerated().flatMap { row, line in
        line.enumerated().compactMap { column, value in
          value.map {
            FigureDatum(
              panel: panel, kind: "cell", name: name ?? "", x: place(Double(column), xAxis),
              y: place(Double(row), yAxis), value: "\($0)")
          }
        }
      }
    }
  }
}

extension Surface {
  fileprivate func data(panel: Int) -> [FigureDatum] {
    heights.enumerated().flatMap { row, line in
      line.enumerated().map { column, height in
        FigureDatum(panel: panel, kind: "surface", x: "\(xs[column])", y: "\(ys[row])", value: "\(height)")
      }
    }
  }
}

extension TileSheet {
  fileprivate func data(panel: Int) -> [FigureDatum] {
    tiles.enumerated().flatMap { index, tile in
      tile.boxes.map { box in
        FigureDatum(
          panel: panel, kind: "box", name: "\(index + 1): \(box.label)", x: "\(box.area.x)",
          y: "\(box.area.y)",
          low: "\(box.area.width)", high: "\(box.area.height)")
      }
    }
  }
}
