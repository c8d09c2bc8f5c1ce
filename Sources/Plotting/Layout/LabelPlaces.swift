// Labels beside the points of a scatter plot, clear of each other, of the points and of what else is drawn.

/// Where labels begin, one after another: of twelve places around each point the one that hides least. Another
/// label hidden counts more than a point.
///
/// - Parameters:
///   - points: on the page.
///   - widths: of the labels.
///   - height: of a line of text.
///   - gap: the distance between a point's middle and its label.
///   - area: what labels should not leave.
///   - obstacles: what else is drawn, in small rectangles.
/// - Returns: the rectangles of the labels.
func labelPlaces(
  _ points: [Point], widths: [Double], height: Double, gap: Double, in area: Rect, obstacles: [Rect] = []
) -> [Rect] {
  var taken: [Rect] = points.map { Rect($0.x - gap / 2, $0.y - gap / 2, gap, gap) } + obstacles
  var places: [Rect] = []
  for (point, width) in zip(points, widths) {
    let (level, above, below) = (point.y - height / 2, point.y - gap - height, point.y + gap)
    let candidates = [
      Rect(point.x + gap, level, width, height), Rect(point.x - gap - width, level, width, height),
      Rect(point.x - width / 2, above, width, height), Rect(point.x - width / 2, below, width, height),
      Rect(point.x + gap / 2, above, width, height), Rect(point.x + gap / 2, below, width, height),
      Rect(point.x - gap / 2 - width, above, width, height),
      Rect(point.x - gap / 2 - width, below, width, height),
      Rect(point.x + gap / 2, above - height, width, height),
      Rect(point.x + gap / 2, below + height, width, height),
      Rect(point.x - gap / 2 - width, above - height, width, height),
      Rect(point.x - gap / 2 - width, below + height, width, height),
    ]
    // Better over another text than out of sight.
    .map { place in
      Rect(
        max(area.x, min(place.x, area.maxX - width)), max(area.y, min(place.y, area.maxY - height)), width,
        height)
    }
    func cost(_ place: Rect) -> Double {
      taken.reduce(0) { $0 + overlap(place, $1) } + 3 * places.reduce(0) { $0 + overlap(place, $1) }
    }
    var best = candidates[0]
    for candidate in candidates where cost(candidate) < cost(best) - 1e-9 { best = candidate }
    places.append(best)
    taken.append(best)
  }
  return places
}

private func overlap(_ a: Rect, _ b: Rect) -> Double {
  max(0, min(a.maxX, b.maxX) - max(a.x, b.x)) * max(0, min(a.maxY, b.maxY) - max(a.y, b.y))
}
