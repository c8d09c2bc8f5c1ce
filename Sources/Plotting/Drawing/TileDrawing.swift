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
    let places = tileLabelPlaces(
      zip(boxes, frames).map { ($1, $0.label) }, widths: boxes.map { canvas.width($0.label, .small) + 3 },
      height: 8.4, in: area)
    for (box, place) in zip(boxes, places) {
      guard let place else { continue }
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
}
