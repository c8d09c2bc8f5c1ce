import CairoCanvas
import FoundationEssentials
import Plotting
import TestSupport
import Testing

private let fonts = Fixtures.root.appending(path: "Fonts")

@Suite("Figures as files")
struct RenderTests {
  private func small(_ text: String, color: FigureColor = .blue) -> Figure {
    Figure(
      width: 200, height: 120,
      .chart(
        Chart(
          title: text, x: Axis("x"), y: Axis("y", scale: .log),
          marks: [Mark(.line(x: [0, 1, 2], y: [1, 10, 5]), MarkStyle(color), name: "curve")])))
  }

  @Test("all three files are the same, whatever was drawn before")
  func historyIndependence() throws {
    let first = try render(everyMark(), fonts: fonts)
    _ = try render(small("something else, with ΔλΩ", color: .green), fonts: fonts)
    _ = try render(small("x_{2}^{4}"), fonts: fonts)
    let second = try render(everyMark(), fonts: fonts)
    #expect(first.svg == second.svg)
    #expect(first.pdf == second.pdf)
    #expect(first.png == second.png)
    #expect(first.drawingHash == second.drawingHash)
    #expect(try render(small("a"), fonts: fonts) != (try render(small("b"), fonts: fonts)))
  }

  @Test("figures drawn at the same time do not disturb each other")
  func concurrency() async throws {
    let alone = try render(everyMark(), fonts: fonts)
    let together = try await withThrowingTaskGroup(of: DrawnFigure.self) { group in
      for index in 0..<6 {
        group.addTask {
          index % 2 == 0
            ? try render(everyMark(), fonts: fonts)
            : try render(
              Figure(height: 90, columns: 1, panels: [everyMark().panels[index % 4]]), fonts: fonts)
        }
      }
      return try await group.reduce(into: []) { $0.append($1) }
    }
    #expect(together.count == 6)
    #expect(together.filter { $0 == alone }.count == 3)
  }

  @Test("the PNG has two pixels per point and is no blank page")
  func preview() throws {
    let png = try render(small("title"), fonts: fonts).png
    #expect(png.starts(with: [0x89, 0x50, 0x4E, 0x47]))
    #expect(Array(png[16..<24]) == [0, 0, 1, 144, 0, 0, 0, 240])
    let blank = Chart(x: Axis(ticks: []), y: Axis(ticks: []), marks: [])
    #expect(
      png.count > 3 * (try render(Figure(width: 200, height: 120, .chart(blank)), fonts: fonts)).png.count)
  }

  @Test("the PDF holds a constant date, the fonts, and pictures as the JPEG files they are")
  func document() throws {
    let pdf = try render(everyMark(), fonts: fonts).pdf
    #expect(pdf.starts(with: Array("%PDF-".utf8)))
    #expect(contains(pdf, Array("/CreationDate (20000101000000Z)".utf8)))
    #expect(contains(pdf, Array("+Inter-Regular".utf8)) && contains(pdf, Array("+Inter-SemiBold".utf8)))
    #expect(contains(pdf, [UInt8](TestPicture.file)))
  }

  @Test("the SVG names every glyph and clip it uses once, has two decimals and no text elements")
  func vectors() throws {
    let svg = String(decoding: try render(everyMark(), fonts: fonts).svg, as: UTF8.self)
    let defined = values(of: "id=\"", in: svg)
    #expect(Set(defined).count == defined.count)
    let used = Set(values(of: "xlink:href=\"#", in: svg) + values(of: "url(#", in: svg, end: ")"))
    #expect(used == Set(defined))
    #expect(!svg.contains("<text"))
    for path in values(of: " d=\"", in: svg) + values(of: "translate(", in: svg, end: ")") {
      for number in path.split(whereSeparator: { !"0123456789.".contains($0) }) {
        #expect((number.split(separator: ".").dropFirst().first ?? "").count <= 2, "\(number)")
      }
    }
    #expect(svg.contains("aria-label=\"sensitivity\""))
    #expect(svg.contains("data:image/jpeg;base64,"))
  }

  @Test("characters of markup are escaped in the SVG")
  func escaping() throws {
    let svg = String(decoding: try render(small("a < b & \"c\""), fonts: fonts).svg, as: UTF8.self)
    #expect(svg.contains("aria-label=\"a &lt; b &amp; &quot;c&quot;\""))
  }

  @Test("the drawing alone has the hash of the files, and its texts are readable")
  func drawingAlone() throws {
    let alone = try drawing(of: everyMark(), fonts: fonts)
    let drawn = try render(everyMark(), fonts: fonts)
    #expect(alone.hash == drawn.drawingHash)
    #expect(drawn.textFaults == [])
  }

  @Test("a character that the fonts lack is refused by name")
  func missingGlyph() {
    let error = #expect(throws: RenderError.self) { try render(small("snow ☃︎"), fonts: fonts) }
    #expect(error?.description.contains("U+2603") == true)
  }

  @Test("a missing font is named with its folder")
  func missingFont() {
    let error = #expect(throws: RenderError.self) {
      try render(small("a"), fonts: Fixtures.root.appending(path: "Sources"))
    }
    #expect(
      error?.description == "the font Inter-Regular.otf cannot be read; it is expected in the folder Sources")
  }

  @Test("a picture that is none, and one of another size than said, are refused")
  func badPictures() {
    func figure(_ picture: Picture) -> Figure {
      Figure(height: 100, .tiles(TileSheet(columns: 1, tiles: [Tile(picture)])))
    }
    let noise = Picture(bytes: Data([1, 2, 3]), width: 1, height: 1)
    let first = #expect(throws: RenderError.self) { try render(figure(noise), fonts: fonts) }
    #expect(first?.description.hasPrefix("a picture of the figure: neither a PNG nor a JPEG") == true)
    let wrong = Picture(bytes: TestPicture.file, width: 8, height: 8)
    let second = #expect(throws: RenderError.self) { try render(figure(wrong), fonts: fonts) }
    #expect(second?.description == "a picture of the figure is 27 x 19 pixels and said to be 8 x 8")
  }
}

private func contains(_ bytes: [UInt8], _ part: [UInt8]) -> Bool {
  guard let first = part.first, bytes.count >= part.count else { return false }
  return (0...bytes.count - part.count).contains { start in
    bytes[start] == first && bytes[start..<start + part.count].elementsEqual(part)
  }
}

private func values(of opening: String, in text: String, end: Character = "\"") -> [String] {
  text.split(separator: opening, omittingEmptySubsequences: false).dropFirst().map {
    String($0.prefix { $0 != end })
  }
}
