// Pictures with boxes on the page.

extension TileSheet {
  private static let gap = 6.0
  private static let captionLine = 11.0
  private static let titleLine = 14.0

  /// The height the sheet takes at a width, both in points: for choosing the height of a figure.
  public func height(width: Double) -> Double { layout(width: width).height }

  /// The picture rectangles relative to the upper left corner, and the height of everything.
  private func layout(width: Double) -> (places: [Rect], height: Double) {
    guard !tiles.isEmpty, self.columns > 0 else { return ([], 0) }
    let columns = min(self.columns, tiles.count)
    let cell = (width - Double(columns - 1) * Self.gap) / Double(columns)
    var places: [Rect] = []
    var y = title == nil ? 0 : Self.titleLine
    for start in stride(from: 0, to: tiles.count, by: columns) {
      let row = tiles[start..<min(start + columns, tiles.count)]
      // Upright pictures are narrower than their cell, or the others would stand in white.
      let sizes = row.map { tile in
        let (width, height) = (Double(tile.picture.width), Double(tile.picture.height))
        let scale = cell / max(width, height)
        return (width: width * scale, height: height * scale)
      }
      let highest = sizes.map(\.height).max() ?? 0
      for (column, size) in sizes.enumerated() {
        let x = Double(column) * (cell + Self.gap) + (cell - size.width) / 2
        places.append(Rect(x, y + highest - size.height, size.width, size.height))
      }
      y += highest + Self.gap + (row.contains { !$0.caption.isEmpty } ? Self.captionLine : 0)
    }
    return (places, y - Self.gap)
  }

  func draw(in area: Rect, on canvas: some Canvas) {
    // What is too high is made narrower; captions keep their size, so a few rounds are needed.
    var width = area.width
    for _ in 0..<8 {
      let height = layout(width: width).height
      if height <= area.height + 0.01 { break }
      width *= max(0.3, min(0.98, area.height / height))
    }
    let left = area.x + (area.width - width) / 2
    if let title { canvas.write(title, at: Point(left, area.y + 8), role: .heading) }
    for (tile, place) in zip(tiles, layout(width: width).places) {
      tile.draw(in: Rect(left + place.x, area.y + place.y, place.width, place.height), on: canvas)
    }
  }
}

extension Tile {
  fileprivate func draw(in area: Rect, on canvas: some Canvas) {
    canvas.place(picture, in: area)
    let scale = area.width / Double(picture.width)
    let frames = boxes.map { box in
      Rect(
        area.x + box.area.x * scale, area.y + box.area.y * scale, box.area.width * scale,
        box.area.height * scale)
    }
    canvas.beginClip(to: area)
    for (box, frame) in zip(boxes, frames) {
      // White beneath keeps the outline visible on any picture.
      canvas.stroke(Path(frame), with: Stroke(Theme.ink(.white, opacity: 0.8), width: 2))
      canvas.stroke(
        Path(frame), with: Stroke(Theme.ink(box.color), width: 1.1, dashes: box.isDashed ? [3, 2] : []))
    }
    var taken: [Rect] = []
    for (box, frame) in zip(boxes, frames) where !box.label.isEmpty {
      let size = canvas.width(box.label, .small) + 3
      let place = labelPlace(width: size, height: 8.4, frame: frame, in: area, avoiding: taken)
      taken.append(place)
      canvas.fill(Path(place, radius: 1.2), with: Theme.ink(box.color))
      let isLight = [.orange, .sky, .silver, .mist, .white].contains(box.color)
      canvas.write(
        box.label, at: Point(place.midX, place.midY), role: .small, color: isLight ? .ink : .white,
        align: .center, vertical: .middle)
    }
    canvas.endClip()
    if !caption.isEmpty {
      canvas.write(caption, at: Point(area.midX, area.maxY + 8.5), role: .small, color: .gray, align: .center)
    }
  }

  /// A place for a label at its box and inside the picture that hides as little of other labels as possible.
  private func labelPlace(
    width: Double, height: Double, frame: Rect, in area: Rect, avoiding taken: [Rect]
  ) -> Rect {
    let xs = [frame.x - 0.5, frame.maxX + 0.5 - width, frame.midX - width / 2]
    let ys = [frame.y - height, frame.y, frame.maxY - height, frame.maxY, frame.midY - height / 2]
    let places = ys.flatMap { y in
      xs.map { x in
        Rect(
          max(area.x, min(x, area.maxX - width)), max(area.y, min(y, area.maxY - height)), width, height)
      }
    }
    func hidden(_ place: Rect) -> Double {
      taken.reduce(0) { sum, other in
        let across = min(place.maxX, other.maxX) - max(place.x, other.x)
        let down = min(place.maxY, other.maxY) - max(place.y, other.y)
        return sum + (across > 0 && down > 0 ? across * down : 0)
      }
    }
    var best = places[0]
    for place in places where hidden(place) < hidden(best) { best = place }
    return best
  }
}
