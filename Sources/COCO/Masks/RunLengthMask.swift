// Masks as runs of pixels, as annotation files store those of crowds and of results.

/// A mask stored as the lengths of its runs: column by column from the upper left corner, alternately outside and inside,
/// the first run outside.
public struct RunLengthMask: Sendable, Equatable {
  /// Columns.
  public let width: Int
  /// Rows.
  public let height: Int
  /// Lengths of the runs; together they are all pixels.
  public let counts: [Int]

  /// Why runs are no mask.
  public enum Fault: Error, Equatable, Sendable, CustomStringConvertible {
    /// The size is below zero or beyond what can be counted.
    case size(width: Int, height: Int)
    /// A run is shorter than nothing.
    case negativeRun(index: Int, length: Int)
    /// The runs are together more or fewer pixels than the mask has.
    case total(pixels: Int, covered: Int)
    /// A compressed text has a byte that does not belong there, ends within a number or has one beyond all masks.
    case text(position: Int)

    /// What is wrong, in a few words.
    public var description: String {
      switch self {
      case .size(let width, let height): "\(width) x \(height) pixels"
      case .negativeRun(let index, let length): "run \(index) of length \(length)"
      case .total(let pixels, let covered): "runs over \(covered) pixels where there are \(pixels)"
      case .text(let position): "a text of runs that is damaged at byte \(position)"
      }
    }
  }

  /// A mask from its runs.
  public init(width: Int, height: Int, counts: [Int]) throws(Fault) {
    let (pixels, isTooLarge) = width.multipliedReportingOverflow(by: height)
    guard width >= 0, height >= 0, !isTooLarge else { throw .size(width: width, height: height) }
    var covered = 0
    for (index, length) in counts.enumerated() {
      guard length >= 0 else { throw .negativeRun(index: index, length: length) }
      guard length <= pixels - covered else {
        throw .total(pixels: pixels, covered: covered.addingReportingOverflow(length).partialValue)
      }
      covered += length
    }
    guard covered == pixels else { throw .total(pixels: pixels, covered: covered) }
    (self.width, self.height, self.counts) = (width, height, counts)
  }

  /// A mask from the pixels inside it. // [height * width], row by row
  public init(_ mask: [Bool], width: Int, height: Int) {
    guard width >= 0, height >= 0, mask.count == width * height else {
      fatalError("a mask of \(width) x \(height) needs \(width * height) pixels, not \(mask.count)")
    }
    var counts: [Int] = []
    var (isInside, length) = (false, 0)
    for x in 0..<width {
      for y in 0..<height {
        if mask[y * width + x] != isInside {
          counts.append(length)
          (isInside, length) = (!isInside, 0)
        }
        length += 1
      }
    }
    if length > 0 { counts.append(length) }
    (self.width, self.height, self.counts) = (width, height, counts)
  }

  /// The pixels inside. // [height * width], row by row
  public var pixels: [Bool] {
    var pixels = [Bool](repeating: false, count: width * height)
    forEachRun { start, length in
      for place in start..<start + length { pixels[place % height * width + place / height] = true }
    }
    return pixels
  }

  /// The number of pixels inside.
  public var area: Int {
    stride(from: 1, to: counts.count, by: 2).reduce(0) { $0 + counts[$1] }
  }

  /// The smallest box around the pixels inside; of extent 0 at the corner where there is none.
  public var box: PixelBox {
    var (left, right, top, bottom) = (width, 0, height, 0)
    forEachRun { start, length in
      let last = start + length - 1
      left = min(left, start / height)
      right = max(right, last / height + 1)
      // A run over a column's end touches both edges.
      let isWhole = start / height != last / height
      top = min(top, isWhole ? 0 : start % height)
      bottom = max(bottom, isWhole ? height : last % height + 1)
    }
    if right == 0 { return PixelBox(x: 0, y: 0, width: 0, height: 0) }
    return PixelBox(
      x: Double(left), y: Double(top), width: Double(right - left), height: Double(bottom - top))
  }

  /// Calls `body` with each run inside that has pixels, counted down the columns.
  private func forEachRun(_ body: (_ start: Int, _ length: Int) -> Void) {
    var start = 0
    for (index, length) in counts.enumerated() {
      if index % 2 == 1 && length > 0 { body(start, length) }
      start += length
    }
  }
}
