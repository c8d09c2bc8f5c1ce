// Labels beside the points of a scatter plot, clear of each other and of the points.

/// Where labels begin, one after another: of eight places around each point the one that hides least.
///
/// - Parameters:
///   - points: on the page.
///   - widths: of the labels.
///   - height: of a line of text.
///   - gap: the distance between a point's middle and its label.
///   - area: what labels should not leave.
/// - Returns: the rectangles of the labels.
func labelPlaces(
  _ points: [Point], widths: [Double], height: Double, gap: Double, in area: Rect
) -> [Rect] {
  var taken: [Rect] = points.map { Rect($0.x - gap / 2, $0.y - gap / 2, gap, gap) }
  var places: [Rect] = []
  for (index, (point, width)) in zip(points, widths).enumerated() {
    let (level, above, below) = (point.y - height / 2, point.y - gap - height, point.y + gap)
    let candidates = [
      Rect(point.x + gap, level, width, height), Rect(point.x - gap - width, level, width, height),
      Rect(point.x - width / 2, above, width, height), Rect(point.x - width / 2, below, width, height),
      Rect(point.x + gap / 2, above, width, height), Rect(point.x + gap / 2, below, width, height),
      Rect(point.x - gap / 2 - width, above, width, height),
      Rect(point.x - gap / 2 - width, below, width, height),
    ]
    func cost(_ place: Rect) -> Double {
      var cost = width * height - overlap(place, area)
      for (other, rect) in taken.enumerated() where other != index { cost += overlap(place, rect) }
      return cost
    }
    var best = candidates[0]
    for candidate in candidates where cost(candidate) < cost(best) - 1e-9 { best = candidate }
    // Better over the point than out of sight.
    best.x = max(area.x, min(best.x, area.maxX - width))
    best.y = max(area.y, min(best.y, area.maxY - height))
    places.append(best)
    taken.append(best)
  }
  return places
}

private func overlap(_ a: Rect, _ b: Rect) -> Double {
  max(0, min(a.maxX, b.maxX) - max(a.x, b.x)) * max(0, min(a.maxY, b.maxY) - max(a.y, b.y))
}
