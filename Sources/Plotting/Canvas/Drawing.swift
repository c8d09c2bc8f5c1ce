// A drawing as the list of its calls: what tests read, what is compared, and what every output is made from.
import FoundationEssentials

/// One call to a canvas.
public enum DrawingCall: Sendable, Hashable {
  /// `Canvas.fill`.
  case fill(path: Path, ink: Ink)
  /// `Canvas.stroke`.
  case stroke(path: Path, stroke: Stroke)
  /// `Canvas.write`.
  case write(text: String, start: Point, font: Font, ink: Ink, angle: Double)
  /// `Canvas.place`.
  case place(picture: Picture, area: Rect)
  /// `Canvas.beginClip`.
  case beginClip(area: Rect)
  /// `Canvas.endClip`.
  case endClip

  /// The call in one line, with lengths in whole 64ths of a point, so that rounding in the last digits is not seen.
  public var summary: String {
    switch self {
    case .fill(let path, let ink): "fill \(text(ink)) \(text(path))"
    case .stroke(let path, let stroke):
      "stroke \(text(stroke.ink)) \(text(stroke.width)) [\(stroke.dashes.map(text).joined(separator: " "))]"
        + " \(stroke.isRound ? "round" : "plain") \(text(path))"
    case .write(let words, let start, let font, let ink, let angle):
      "write \(text(start)) size \(text(font.size)) \(font.isBold ? "bold" : "regular") \(text(ink))"
        + " angle \(text(angle)) \(words)"
    case .place(let picture, let area):
      "place \(text(area)) \(picture.width)x\(picture.height) \(Fingerprint(of: picture.bytes).hexadecimal)"
    case .beginClip(let area): "clip \(text(area))"
    case .endClip: "end clip"
    }
  }
}

private func text(_ number: Double) -> String {
  let units = (number * 64).rounded()
  return units.magnitude < 1e15 ? String(Int(units)) : "\(number)"
}

private func text(_ point: Point) -> String { "\(text(point.x)),\(text(point.y))" }

private func text(_ rect: Rect) -> String {
  "\(text(rect.x)),\(text(rect.y)) \(text(rect.width))x\(text(rect.height))"
}

private func text(_ ink: Ink) -> String { "\(ink.red),\(ink.green),\(ink.blue)/\(text(ink.opacity))" }

private func text(_ path: Path) -> String {
  path.elements.map { element in
    switch element {
    case .move(let point): "M\(text(point))"
    case .line(let point): "L\(text(point))"
    case .curve(let first, let second, let point): "C\(text(first)) \(text(second)) \(text(point))"
    case .close: "Z"
    }
  }.joined(separator: " ")
}

/// Everything drawn for one figure.
public struct Drawing: Sendable, Hashable {
  /// The width of the page in points.
  public var width: Double
  /// The height of the page in points.
  public var height: Double
  /// The calls, in order.
  public var calls: [DrawingCall]

  /// A drawing from its calls.
  public init(width: Double, height: Double, calls: [DrawingCall]) {
    self.width = width
    self.height = height
    self.calls = calls
  }

  /// A fingerprint of the page's size and all calls, 16 hexadecimal digits; lengths count in 64ths of a point.
  public var hash: String {
    var fingerprint = Fingerprint()
    fingerprint.add("page \(text(width))x\(text(height))\n".utf8)
    for call in calls { fingerprint.add((call.summary + "\n").utf8) }
    return fingerprint.hexadecimal
  }

  /// The first difference to another drawing in words, or nil where both draw the same.
  public func firstDifference(from other: Drawing) -> String? {
    let (mine, others) = ("\(text(width))x\(text(height))", "\(text(other.width))x\(text(other.height))")
    if mine != others { return "the page is \(mine) 64ths of a point, and \(others) in the other" }
    for (index, pair) in zip(calls, other.calls).enumerated() where pair.0.summary != pair.1.summary {
      return
        "call \(index + 1) is \"\(pair.0.summary.prefix(120))\", and \"\(pair.1.summary.prefix(120))\" in the other"
    }
    guard calls.count == other.calls.count else {
      return "there are \(calls.count) calls, and \(other.calls.count) in the other"
    }
    return nil
  }
}

/// FNV-1a with 64 bits: names bytes, and is no protection against malice.
struct Fingerprint {
  private var state: UInt64 = 0xcbf2_9ce4_8422_2325

  init() {}

  init(of data: Data) { add(data) }

  mutating func add(_ bytes: some Sequence<UInt8>) {
    for byte in bytes { state = (state ^ UInt64(byte)) &* 0x0000_0100_0000_01b3 }
  }

  var hexadecimal: String {
    let digits = String(state, radix: 16)
    return String(repeating: "0", count: 16 - digits.count) + digits
  }
}
