// Descriptions that cannot be drawn are refused in words, before anything is drawn.

/// Why a figure cannot be drawn: one sentence with the place and what was expected.
public struct FigureError: Error, Sendable, Equatable, CustomStringConvertible {
  /// The sentence.
  public let description: String

  /// An error from its sentence.
  public init(_ description: String) { self.description = description }
}

extension Figure {
  /// Checks what drawing relies on: sizes, equal lengths, finite numbers, positive numbers on logarithmic axes.
  public func validate() throws(FigureError) {
    guard width.isFinite, height.isFinite, width >= 36, height >= 36, width <= 10_000, height <= 10_000 else {
      throw FigureError("a figure is between 36 and 10000 points wide and high, not \(width) x \(height)")
    }
    guard columns >= 1, !panels.isEmpty else {
      throw FigureError("a figure needs a column and a panel, it has \(columns) and \(panels.count)")
    }
    for (name, shares, count) in [("column", columnShares, columns), ("row", rowShares, rows)]
    where !shares.isEmpty {
      guard shares.count == count, shares.allSatisfy({ $0.isFinite && $0 > 0 }) else {
        throw FigureError(
          "there are \(count) \(name)s, so \(count) positive shares are expected, not \(shares)")
      }
    }
    for (index, panel) in panels.enumerated() {
      do {
        switch panel {
        case .chart(let chart): try chart.validate()
        case .surface(let surface): try surface.validate()
        case .tiles(let sheet): try sheet.validate()
        case .diagram(let diagram): try diagram.validate()
        }
      } catch {
        throw FigureError("panel \(index + 1): \(error.description)")
      }
    }
  }
}

extension Chart {
  func validate() throws(FigureError) {
    try x.validate(as: "the x axis")
    try y.validate(as: "the y axis")
    try secondY?.validate(as: "the second y axis")
    for region in regions where !(region.from.isFinite && region.to.isFinite && region.from <= region.to) {
      throw FigureError(
        "region \"\(region.label)\" runs from \(region.from) to \(region.to); expected increasing ends")
    }
    for (index, mark) in marks.enumerated() {
      let place = "mark \(index + 1)" + (mark.name.map { " (\"\($0)\")" } ?? "")
      guard !mark.isOnSecondAxis || secondY != nil else {
        throw FigureError("\(place) is on the second y axis, and the chart has none")
      }
      try mark.validate(place: place, x: x, y: mark.isOnSecondAxis ? (secondY ?? y) : y)
    }
  }
}

extension Axis {
  func validate(as place: String) throws(FigureError) {
    for number in [lower, upper].compactMap({ $0 }) + (ticks ?? []).map(\.value) {
      try check(number, as: place, positive: scale == .log)
    }
    if let lower, let upper, !(lower < upper) {
      throw FigureError("\(place) runs from \(lower) to \(upper); expected increasing ends")
    }
    if scale == .category && categories.isEmpty {
      throw FigureError("\(place) is one of categories and has none")
    }
  }
}

extension Mark {
  func validate(place: String, x xAxis: Axis, y yAxis: Axis) throws(FigureError) {
    guard style.opacity >= 0, style.opacity <= 1, style.lineWidth >= 0, style.symbolSize >= 0 else {
      throw FigureError("\(place): opacity is from 0 to 1, and widths and sizes are not negative")
    }
    var xs: [Double] = []
    var ys: [Double] = []
    switch shape {
    case .line(let x, let y), .points(let x, let y):
      try equal(place, x.count, y.count)
      (xs, ys) = (x, y)
    case .labels(let x, let y, let texts):
      try equal(place, x.count, y.count, texts.count)
      (xs, ys) = (x, y)
    case .steps(let x, let y), .staircase(let x, let y):
      try equal(place, x.count, y.count)
      guard zip(x, x.dropFirst()).allSatisfy({ $0 < $1 }) else {
        throw FigureError("\(place): the x of steps must increase")
      }
      (xs, ys) = (x, y)
    case .bars(let x, let y, let width, let base):
      try equal(place, x.count, y.count)
      guard width.isFinite, width > 0 else {
        throw FigureError("\(place): bars need a positive width, not \(width)")
      }
      (xs, ys) = (x, y + (yAxis.scale == .log && base == 0 ? [] : [base]))
    case .band(let x, let low, let high), .intervals(let x, let low, let high):
      try equal(place, x.count, low.count, high.count)
      (xs, ys) = (x, low + high)
    case .horizontalIntervals(let y, let low, let high):
      try equal(place, y.count, low.count, high.count)
      (xs, ys) = (low + high, y)
    case .horizontalRules(let y): ys = y
    case .verticalRules(let x): xs = x
    case .text(let x, let y, _, _): (xs, ys) = ([x], [y])
    case .heatMap(let values, let scale):
      let columns = values.first?.count ?? 0
      guard columns > 0, values.allSatisfy({ $0.count == columns }) else {
        throw FigureError("\(place): a heat map needs rows of one length, not \(values.map(\.count))")
      }
      let known = values.flatMap { $0.compactMap { $0 } } + [scale.lower, scale.upper].compactMap { $0 }
      for value in known { try check(value, as: place, positive: scale.isLogarithmic) }
      guard !known.isEmpty else { throw FigureError("\(place): a heat map needs at least one value") }
    }
    for value in xs { try check(value, as: "\(place), x", positive: xAxis.scale == .log) }
    for value in ys { try check(value, as: "\(place), y", positive: yAxis.scale == .log) }
  }

  private func equal(_ place: String, _ counts: Int...) throws(FigureError) {
    guard counts.allSatisfy({ $0 == counts[0] }) else {
      throw FigureError(
        "\(place): its lists have \(counts.map(String.init).joined(separator: ", ")) numbers; they must be equally long"
      )
    }
  }
}

extension TileSheet {
  func validate() throws(FigureError) {
    guard columns >= 1, !tiles.isEmpty else {
      throw FigureError("a sheet needs a column and a tile, it has \(columns) and \(tiles.count)")
    }
    for (index, tile) in tiles.enumerated() {
      guard tile.picture.width > 0, tile.picture.height > 0, !tile.picture.bytes.isEmpty else {
        throw FigureError("tile \(index + 1): a picture needs bytes and a size")
      }
      for box in tile.boxes {
        for number in [box.area.x, box.area.y, box.area.width, box.area.height] {
          try check(number, as: "tile \(index + 1), box \"\(box.label)\"", positive: false)
        }
      }
    }
  }
}

extension Diagram {
  func validate() throws(FigureError) {
    for (index, element) in elements.enumerated() {
      let numbers: [Double] =
        switch element {
        case .box(let area, _, _, _), .bar(let area, _, _): [area.x, area.y, area.width, area.height]
        case .line(let points, _, let width, _, _, _): points.flatMap { [$0.x, $0.y] } + [width]
        case .area(let points, _, _, _): points.flatMap { [$0.x, $0.y] }
        case .dot(let center, let radius, _): [center.x, center.y, radius]
        case .text(_, let anchor, let width, _, _, _): [anchor.x, anchor.y, width]
        }
      for number in numbers { try check(number, as: "element \(index + 1)", positive: false) }
    }
  }
}

func check(_ number: Double, as place: String, positive: Bool) throws(FigureError) {
  guard number.isFinite else { throw FigureError("\(place): \(number) is not a finite number") }
  guard !positive || number > 0 else {
    throw FigureError("\(place): \(number) has no place on a logarithmic scale; expected a positive number")
  }
}
