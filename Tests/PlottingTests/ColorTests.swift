import Plotting
import Testing

#if canImport(Glibc)
  import Glibc
#else
  import Darwin
#endif

@Suite("The palette")
struct ColorTests {
  /// Color vision after Machado, Oliveira and Fernandes (2009), complete deficiency, on linear red, green and blue.
  static let vision: [(name: String, matrix: [[Double]])] = [
    ("normal", [[1, 0, 0], [0, 1, 0], [0, 0, 1]]),
    (
      "protanopia",
      [[0.152286, 1.052583, -0.204868], [0.114503, 0.786281, 0.099216], [-0.003882, -0.048116, 1.051998]]
    ),
    (
      "deuteranopia",
      [[0.367322, 0.860646, -0.227968], [0.280085, 0.672501, 0.047413], [-0.011820, 0.042940, 0.968881]]
    ),
  ]

  static func lab(_ ink: Ink, _ matrix: [[Double]]) -> [Double] {
    let linear = [ink.red, ink.green, ink.blue].map { value -> Double in
      let share = Double(value) / 255
      return share <= 0.04045 ? share / 12.92 : pow((share + 0.055) / 1.055, 2.4)
    }
    let seen = matrix.map { row in min(max(zip(row, linear).map { $0 * $1 }.reduce(0, +), 0), 1) }
    let x = (0.4124 * seen[0] + 0.3576 * seen[1] + 0.1805 * seen[2]) / 0.9505
    let y = 0.2126 * seen[0] + 0.7152 * seen[1] + 0.0722 * seen[2]
    let z = (0.0193 * seen[0] + 0.1192 * seen[1] + 0.9505 * seen[2]) / 1.089
    let f = [x, y, z].map { $0 > 0.008856 ? cbrt($0) : 7.787 * $0 + 16.0 / 116 }
    return [116 * f[1] - 16, 500 * (f[0] - f[1]), 200 * (f[1] - f[2])]
  }

  static func distance(_ a: [Double], _ b: [Double]) -> Double {
    zip(a, b).map { ($0 - $1) * ($0 - $1) }.reduce(0, +).squareRoot()
  }

  @Test("any two of the first six series differ visibly with normal and with red-green blind sight")
  func seriesDiffer() {
    for vision in Self.vision {
      for first in 0..<6 {
        for second in 0..<first {
          let (a, b) = (FigureColor.series(first), FigureColor.series(second))
          let apart = Self.distance(
            Self.lab(Theme.ink(a), vision.matrix), Self.lab(Theme.ink(b), vision.matrix))
          #expect(apart > 14, "\(a) and \(b) are \(apart) apart for \(vision.name)")
        }
      }
    }
  }

  @Test("red and green of full strength would fail that test")
  func measureSeesConfusion() {
    let (red, green) = (Ink(0xB84A20), Ink(0x6B6B00))
    #expect(Self.distance(Self.lab(red, Self.vision[0].matrix), Self.lab(green, Self.vision[0].matrix)) > 40)
    #expect(Self.distance(Self.lab(red, Self.vision[1].matrix), Self.lab(green, Self.vision[1].matrix)) < 14)
  }

  @Test("text colors have a contrast of at least 4.5 on white, as the accessibility guidelines ask")
  func contrast() {
    for color in [FigureColor.ink, .gray] {
      let lightness = Self.lab(Theme.ink(color), Self.vision[0].matrix)[0]
      let luminance = pow((lightness + 16) / 116, 3)
      #expect(1.05 / (luminance + 0.05) > 4.5, "\(color)")
    }
  }

  static func luminance(_ ink: Ink) -> Double { pow((lab(ink, vision[0].matrix)[0] + 16) / 116, 3) }

  @Test(
    "on a dark page the same holds: text has a contrast of 4.5, series one of 3, and any two series differ")
  func dark() {
    let page = Self.luminance(Theme.inkOnDark(.white))
    for color in [FigureColor.ink, .gray] {
      #expect((Self.luminance(Theme.inkOnDark(color)) + 0.05) / (page + 0.05) > 4.5, "\(color)")
    }
    for first in 0..<6 {
      let a = FigureColor.series(first)
      #expect((Self.luminance(Theme.inkOnDark(a)) + 0.05) / (page + 0.05) > 3, "\(a)")
      for (vision, second) in Self.vision.flatMap({ vision in (0..<first).map { (vision, $0) } }) {
        let apart = Self.distance(
          Self.lab(Theme.inkOnDark(a), vision.matrix),
          Self.lab(Theme.inkOnDark(FigureColor.series(second)), vision.matrix))
        #expect(apart > 12, "\(a) and \(FigureColor.series(second)) are \(apart) apart for \(vision.name)")
      }
    }
  }

  @Test("heat maps get lighter all the way on a dark page, and tints keep their hue and opacity")
  func darkShades() {
    let lightness = (0...40).map { Self.lab(Theme.heat(Double($0) / 40).onDark, Self.vision[0].matrix)[0] }
    #expect(zip(lightness, lightness.dropFirst()).allSatisfy { $0 < $1 })
    #expect(lightness[40] - lightness[0] > 55)
    #expect(Ink(0xFFE8E8).onDark == Ink(0x2C1818))
    #expect(Theme.ink(.blue, opacity: 0.3).onDark == Theme.inkOnDark(.blue, opacity: 0.3))
  }

  @Test("a dark drawing differs from the light one in inks alone")
  func darkDrawing() throws {
    let light = try fixedDrawing(everyMark())
    let dark = light.appearing(.dark)
    #expect(light.appearing(.light) == light && dark != light)
    #expect(
      dark.texts.map(\.text) == light.texts.map(\.text) && dark.texts.map(\.start) == light.texts.map(\.start)
    )
    #expect(dark.calls.count == light.calls.count)
    guard case .fill(_, let page)? = dark.calls.first else { Issue.record("no page"); return }
    #expect(page == Theme.inkOnDark(.white))
  }

  @Test("the colors of heat maps get darker all the way")
  func heatFalls() {
    let lightness = (0...40).map { Self.lab(Theme.heat(Double($0) / 40), Self.vision[0].matrix)[0] }
    #expect(zip(lightness, lightness.dropFirst()).allSatisfy { $0 > $1 })
    #expect(lightness[0] - lightness[40] > 70)
  }
}
