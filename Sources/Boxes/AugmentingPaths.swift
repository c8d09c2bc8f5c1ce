// The search inside `optimalAssignment`: lines are assigned to places one by one, each along a shortest augmenting path.

/// A partial assignment of lines to places, optimal for the lines added so far, with its dual prices.
///
/// The memory belongs to the caller; nothing is allocated here.
struct AugmentingPaths {
  let lines: Int
  let places: Int
  let matrix: UnsafeMutableBufferPointer<Double>  // [line, place]
  let linePrice: UnsafeMutableBufferPointer<Double>  // [line]
  let placePrice: UnsafeMutableBufferPointer<Double>  // [place]
  let distance: UnsafeMutableBufferPointer<Double>  // [place], from the line being added
  let placeOfLine: UnsafeMutableBufferPointer<Int32>  // [line], -1 before it is added
  let lineOfPlace: UnsafeMutableBufferPointer<Int32>  // [place], -1 while free
  let previousLine: UnsafeMutableBufferPointer<Int32>  // [place], the line before it on its shortest path
  let isFinal: UnsafeMutableBufferPointer<Int32>  // [place], 1 once its distance is known to be shortest

  /// An empty assignment over `lines + 2 * places` doubles and `lines + 3 * places` integers of scratch memory.
  init(
    lines: Int, places: Int, matrix: UnsafeMutableBufferPointer<Double>,
    doubles: UnsafeMutableBufferPointer<Double>, integers: UnsafeMutableBufferPointer<Int32>
  ) {
    self.lines = lines
    self.places = places
    self.matrix = matrix
    doubles.update(repeating: 0)
    integers.update(repeating: -1)
    linePrice = .init(rebasing: doubles[..<lines])
    placePrice = .init(rebasing: doubles[lines..<(lines + places)])
    distance = .init(rebasing: doubles[(lines + places)...])
    placeOfLine = .init(rebasing: integers[..<lines])
    lineOfPlace = .init(rebasing: integers[lines..<(lines + places)])
    previousLine = .init(rebasing: integers[(lines + places)..<(lines + 2 * places)])
    isFinal = .init(rebasing: integers[(lines + 2 * places)...])
  }

  /// Assigns one more line, moving earlier lines along the shortest augmenting path.
  func add(_ line: Int) {
    distance.update(repeating: .infinity)
    isFinal.update(repeating: 0)
    var current = line
    var length = 0.0
    var end = -1
    while end < 0 {
      let place = nearestPlace(from: current, at: length)
      length = distance[place]
      isFinal[place] = 1
      if lineOfPlace[place] < 0 {
        end = place
      } else {
        current = Int(lineOfPlace[place])
      }
    }
    // Prices first: they need the assignment as it was during the search.
    linePrice[line] += length
    for place in 0..<places where isFinal[place] == 1 && place != end {
      linePrice[Int(lineOfPlace[place])] += length - distance[place]
      placePrice[place] -= length - distance[place]
    }
    while true {
      let owner = Int(previousLine[end])
      lineOfPlace[end] = Int32(owner)
      let left = placeOfLine[owner]
      placeOfLine[owner] = Int32(end)
      if owner == line { return }
      end = Int(left)
    }
  }

  /// Relaxes all open places from a line that is reached at `length`; the nearest of them, which is now final.
  ///
  /// Of equally near places a free one is taken, for it ends the search, and of those the first.
  @inline(__always)
  private func nearestPlace(from line: Int, at length: Double) -> Int {
    let costs = matrix.baseAddress.unsafelyUnwrapped + line * places
    let offset = length - linePrice[line]
    var nearest = -1
    var least = Double.infinity
    var nearestIsFree = false
    for place in 0..<places where isFinal[place] == 0 {
      let through = costs[place] - placePrice[place] + offset
      if through < distance[place] {
        distance[place] = through
        previousLine[place] = Int32(line)
      }
      let candidate = distance[place]
      let isFree = lineOfPlace[place] < 0
      if candidate < least || nearest < 0 || (candidate == least && isFree && !nearestIsFree) {
        least = candidate
        nearest = place
        nearestIsFree = isFree
      }
    }
    return nearest
  }
}
