// Text with sub- and superscripts, placed by any of its corners and turned.

/// A line of text with `_{sub}` and `^{super}` scripts.
struct RichText {
  /// A piece at one height: 0 on the line, 1 raised, -1 lowered.
  struct Run: Equatable {
    var text: String
    var level: Int
  }

  let runs: [Run]

  init(_ source: String) {
    var runs: [Run] = []
    var plain = ""
    var rest = Substring(source)
    while let character = rest.first {
      if character == "_" || character == "^", rest.dropFirst().first == "{",
        let end = rest.firstIndex(of: "}")
      {
        if !plain.isEmpty { runs.append(Run(text: plain, level: 0)) }
        plain = ""
        let start = rest.index(rest.startIndex, offsetBy: 2)
        runs.append(Run(text: String(rest[start..<end]), level: character == "_" ? -1 : 1))
        rest = rest[rest.index(after: end)...]
      } else {
        plain.append(character)
        rest = rest.dropFirst()
      }
    }
    if !plain.isEmpty { runs.append(Run(text: plain, level: 0)) }
    self.runs = runs
  }

  private static func font(_ run: Run, _ font: Font) -> Font {
    run.level == 0 ? font : Font(size: font.size * Theme.scriptSize, isBold: font.isBold)
  }

  func width(_ font: Font, _ measure: some TextMeasure) -> Double {
    runs.reduce(0) { $0 + measure.width(of: $1.text, in: Self.font($1, font)) }
  }

  /// Writes the runs from the start of the baseline.
  func write(at start: Point, font: Font, ink: Ink, angle: Double, on canvas: some Canvas) {
    let turn = Turn(degrees: angle)
    var advance = 0.0
    for run in runs {
      let own = Self.font(run, font)
      let shift = run.level == 0 ? 0 : (run.level > 0 ? -0.36 : 0.16) * font.size
      canvas.write(
        run.text, at: turn.moved(start, along: advance, down: shift), font: own, ink: ink, angle: angle)
      advance += canvas.width(of: run.text, in: own)
    }
  }
}

/// Directions of a line of text that is turned counterclockwise.
struct Turn {
  private let cosine: Double
  private let sine: Double

  init(degrees: Double) {
    // Right angles are exact, so that upright text has upright coordinates.
    switch degrees {
    case 0: (cosine, sine) = (1, 0)
    case 90: (cosine, sine) = (0, 1)
    case -90: (cosine, sine) = (0, -1)
    default:
      let radians = degrees * .pi / 180
      (cosine, sine) = (Plotting.cosine(radians: radians), Plotting.sine(radians: radians))
    }
  }

  func moved(_ point: Point, along: Double, down: Double) -> Point {
    Point(point.x + along * cosine + down * sine, point.y - along * sine + down * cosine)
  }
}

/// Which height of a line of text its anchor is.
enum VerticalAnchor {
  case baseline
  case middle
  case top
}

extension Canvas {
  /// Writes a line, with the anchor at the given part of it.
  func write(
    _ source: String, at anchor: Point, role: TextRole, color: FigureColor = .ink,
    align: TextAlignment = .leading, vertical: VerticalAnchor = .baseline, angle: Double = 0
  ) {
    write(
      source, at: anchor, role: role, ink: Theme.ink(color), align: align, vertical: vertical, angle: angle)
  }

  /// Writes a line in any ink, with the anchor at the given part of it.
  func write(
    _ source: String, at anchor: Point, role: TextRole, ink: Ink, align: TextAlignment = .leading,
    vertical: VerticalAnchor = .baseline, angle: Double = 0
  ) {
    let font = Theme.font(role)
    let text = RichText(source)
    let back =
      switch align {
      case .leading: 0.0
      case .center: text.width(font, self) / 2
      case .trailing: text.width(font, self)
      }
    let down =
      switch vertical {
      case .baseline: 0.0
      case .middle: capHeight(of: font) / 2
      case .top: capHeight(of: font)
      }
    let start = Turn(degrees: angle).moved(anchor, along: -back, down: down)
    text.write(at: start, font: font, ink: ink, angle: angle, on: self)
  }

  /// The advance of a line with scripts.
  func width(_ source: String, _ role: TextRole) -> Double { RichText(source).width(Theme.font(role), self) }

  /// The lines of a text broken at blanks so that each fits a width where its words allow it.
  func lines(_ source: String, _ role: TextRole, width limit: Double) -> [String] {
    var lines: [String] = []
    for paragraph in source.split(separator: "\n", omittingEmptySubsequences: false) {
      var line = ""
      for word in paragraph.split(separator: " ") {
        let longer = line.isEmpty ? String(word) : line + " " + word
        if !line.isEmpty && width(longer, role) > limit {
          lines.append(line)
          line = String(word)
        } else {
          line = longer
        }
      }
      lines.append(line)
    }
    return lines
  }
}
