// Text that a reader could not read: over other text, or over the edge of the page.

extension Drawing {
  /// Texts that overlap each other or leave the page, one sentence each; empty for a drawing that reads well.
  public func textFaults(measure: some TextMeasure) -> [String] {
    var faults: [String] = []
    var seen: [(text: String, corners: [Point])] = []
    for case .write(let text, let start, let font, _, let angle) in calls {
      let turn = Turn(degrees: angle)
      // Half a point less on each side: letters that all but touch can still be read. Lines are as high as capitals.
      let (left, right) = (0.5, measure.width(of: text, in: font) - 0.5)
      let (top, bottom) = (0.5 - measure.capHeight(of: font), -0.5)
      guard right > left, bottom > top else { continue }
      let corners = [(left, top), (right, top), (right, bottom), (left, bottom)]
        .map { turn.moved(start, along: $0.0, down: $0.1) }
      if corners.contains(where: { $0.x < 0 || $0.y < 0 || $0.x > width || $0.y > height }) {
        faults.append("\"\(text)\" leaves the page")
      }
      for other in seen where overlap(corners, other.corners) {
        faults.append("\"\(text)\" stands over \"\(other.text)\"")
      }
      seen.append((text, corners))
    }
    return faults
  }
}

/// Whether two rectangles, turned or not, share an area: they do unless a line along a side of one parts them.
private func overlap(_ first: [Point], _ second: [Point]) -> Bool {
  for corners in [first, second] {
    for side in 0..<2 {
      let (dx, dy) = (corners[side + 1].x - corners[side].x, corners[side + 1].y - corners[side].y)
      func shadow(_ points: [Point]) -> (Double, Double) {
        let places = points.map { $0.x * dx + $0.y * dy }
        return (places.min() ?? 0, places.max() ?? 0)
      }
      let (a, b) = (shadow(first), shadow(second))
      if a.1 <= b.0 || b.1 <= a.0 { return false }
    }
  }
  return true
}
