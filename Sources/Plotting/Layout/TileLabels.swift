// The names of boxes on a picture: each at its box, none over another.

/// Where the names of boxes stand, nil for those that are left out: the first boxes come first.
///
/// A name is left out if a box before has the same name and covers half of the smaller of both, and if every place at its box
/// would cover one that is drawn: an outline without a name says more than names that hide each other. Among free places
/// one that hides little of small boxes is taken.
///
/// - Parameters:
///   - boxes: outlines on the page with their names; an empty name has no place.
///   - widths: of the names.
///   - height: of a name.
///   - area: the picture, which names do not leave.
func tileLabelPlaces(
  _ boxes: [(frame: Rect, name: String)], widths: [Double], height: Double, in area: Rect
) -> [Rect?] {
  var places: [Rect?] = []
  for (index, box) in boxes.enumerated() {
    let taken = places.compactMap { $0?.grown(by: 0.75) }
    let isRepeated = zip(boxes, places).contains { other, place in
      place != nil && other.name == box.name && other.frame.coversHalf(of: box.frame)
    }
    guard !box.name.isEmpty, !isRepeated else {
      places.append(nil)
      continue
    }
    // Of places that hide about as much of what is in the boxes the first.
    func cost(_ place: Rect) -> Double {
      (boxes.reduce(0) { $0 + place.shared($1.frame) / max($1.frame.width * $1.frame.height, 1) } * 8)
        .rounded()
    }
    var best: Rect?
    for place in candidates(width: widths[index], height: height, at: box.frame, in: area)
    where !taken.contains(where: { $0.overlaps(place) }) {
      if let known = best, cost(known) <= cost(place) { continue }
      best = place
    }
    places.append(best)
  }
  return places
}

/// Places at the upper edge, the lower edge and the middle of a box, moved into the picture; the best first.
private func candidates(width: Double, height: Double, at frame: Rect, in area: Rect) -> [Rect] {
  let xs = [frame.x - 0.5, frame.maxX + 0.5 - width, frame.midX - width / 2]
  let ys = [frame.y - height, frame.maxY, frame.y, frame.maxY - height, frame.midY - height / 2]
  return ys.flatMap { y in
    xs.map { x in
      Rect(max(area.x, min(x, area.maxX - width)), max(area.y, min(y, area.maxY - height)), width, height)
    }
  }
}

extension Rect {
  /// The area that two rectangles share.
  fileprivate func shared(_ other: Rect) -> Double {
    let across = min(maxX, other.maxX) - max(x, other.x)
    let down = min(maxY, other.maxY) - max(y, other.y)
    return max(across, 0) * max(down, 0)
  }

  /// Whether two rectangles share half of the smaller one or more.
  fileprivate func coversHalf(of other: Rect) -> Bool {
    shared(other) >= 0.5 * min(width * height, other.width * other.height)
  }
}
