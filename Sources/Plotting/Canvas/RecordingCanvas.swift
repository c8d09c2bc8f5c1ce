// A canvas that keeps the calls.

/// A canvas that draws nothing and records everything; text is measured by whoever it is given.
public final class RecordingCanvas: Canvas {
  private let measure: any TextMeasure
  /// The calls so far, in order.
  public private(set) var calls: [DrawingCall] = []

  /// An empty recording with a measure of text.
  public init(measure: any TextMeasure) { self.measure = measure }

  /// The advance of a line of text.
  public func width(of text: String, in font: Font) -> Double { measure.width(of: text, in: font) }
  /// The height of capital letters.
  public func capHeight(of font: Font) -> Double { measure.capHeight(of: font) }
  /// How far letters reach below the baseline.
  public func descent(of font: Font) -> Double { measure.descent(of: font) }
  /// Records the filling of an outline.
  public func fill(_ path: Path, with ink: Ink) { calls.append(.fill(path: path, ink: ink)) }
  /// Records drawing along an outline.
  public func stroke(_ path: Path, with stroke: Stroke) { calls.append(.stroke(path: path, stroke: stroke)) }
  /// Records a line of text; empty text leaves no call.
  public func write(_ text: String, at start: Point, font: Font, ink: Ink, angle: Double) {
    if !text.isEmpty { calls.append(.write(text: text, start: start, font: font, ink: ink, angle: angle)) }
  }
  /// Records a picture.
  public func place(_ picture: Picture, in area: Rect) { calls.append(.place(picture: picture, area: area)) }
  /// Records the begin of a clip.
  public func beginClip(to area: Rect) { calls.append(.beginClip(area: area)) }
  /// Records the end of a clip.
  public func endClip() { calls.append(.endClip) }
}

extension Drawing {
  /// The drawing of a figure, with text measured by a typeface.
  public init(of figure: Figure, measure: any TextMeasure) throws(FigureError) {
    let canvas = RecordingCanvas(measure: measure)
    try draw(figure, on: canvas)
    self.init(width: figure.width, height: figure.height, calls: canvas.calls)
  }
}
