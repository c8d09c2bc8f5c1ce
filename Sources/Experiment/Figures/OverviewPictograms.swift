// The small pictures of the overview diagram. They show ideas and no measured data; each fills the rectangle it gets.
import Plotting

extension Sketch {
  /// A scene with one critical object among others.
  mutating func scene(in area: Rect) {
    bar(area, .mist)
    let ground = area.y + area.height * 0.72
    bar(Rect(area.x, ground, area.width, area.maxY - ground), .silver, opacity: 0.55)
    // A person.
    let person = area.x + area.width * 0.24
    dot(Point(person, area.y + area.height * 0.3), radius: 3.2, .gray)
    body(person, top: area.y + area.height * 0.41, bottom: area.y + area.height * 0.86)
    frame(
      Rect(person - 7.5, area.y + area.height * 0.3 - 6, 15, area.height * 0.56 + 9), .vermilion, width: 1.4)
    // A car.
    let car = Rect(
      area.x + area.width * 0.47, area.y + area.height * 0.6, area.width * 0.3, area.height * 0.16)
    bar(car, .gray)
    self.area(
      [
        Point(car.x + 5, car.y), Point(car.x + 9, car.y - 7), Point(car.maxX - 9, car.y - 7),
        Point(car.maxX - 4, car.y),
      ], .gray)
    dot(Point(car.x + 6, car.maxY), radius: 2.6, .ink)
    dot(Point(car.maxX - 6, car.maxY), radius: 2.6, .ink)
    frame(car.inset(top: -9, bottom: -4).grown(by: 1.5), .blue)
    // A balloon.
    let balloon = Point(area.x + area.width * 0.86, area.y + area.height * 0.27)
    dot(balloon, radius: 4.6, .gray)
    line([balloon.moved(0, 4), balloon.moved(0, 12)], .gray, width: 0.7)
    frame(Rect(balloon.x - 6.5, balloon.y - 6.5, 13, 20.5), .blue)
  }

  private mutating func body(_ middle: Double, top: Double, bottom: Double) {
    area(
      [
        Point(middle - 4.4, top), Point(middle + 4.4, top), Point(middle + 2.6, bottom),
        Point(middle - 2.6, bottom),
      ], .gray)
  }

  /// Logits of all classes, of which the non-critical ones fold into one by their maximum.
  mutating func folding(in area: Rect) {
    let heights = [0.75, 0.45, 0.9, 0.35, 0.62, 0.5, 0.28]
    let step = area.width / 7.4
    let (width, tall) = (step * 0.72, area.height * 0.34)
    let base = area.y + tall
    for (index, height) in heights.enumerated() {
      let color: FigureColor = index < 2 ? .vermilion : (index < 6 ? .blue : .silver)
      bar(
        Rect(area.x + Double(index) * step, base - height * tall, width, height * tall), color, opacity: 0.85)
    }
    line([Point(area.x, base), Point(area.maxX, base)], .gray, width: 0.7)
    let low = area.maxY
    let folded: [(Double, Double, FigureColor)] = [
      (0, 0.75, .vermilion), (1, 0.45, .vermilion), (3.5, 0.9, .blue), (6, 0.28, .silver),
    ]
    for (index, height, color) in folded {
      bar(Rect(area.x + index * step, low - height * tall, width, height * tall), color, opacity: 0.85)
    }
    line([Point(area.x, low), Point(area.maxX, low)], .gray, width: 0.7)
    // A brace from the folded classes to the one they become.
    let (left, right) = (area.x + 2 * step, area.x + 5 * step + width)
    let middle = (left + right) / 2
    line(
      [Point(left, base + 3), Point(left, base + 5.5), Point(right, base + 5.5), Point(right, base + 3)],
      .gray,
      width: 0.7)
    arrow([Point(middle, base + 5.5), Point(middle, low - 0.9 * tall - 2)], .gray, width: 0.8)
    text("max", Point(middle + 5, base + 7.5), color: .gray)
  }

  /// Accuracy before and after: all categories lose a little, the critical ones more.
  mutating func unequalLoss(in area: Rect) {
    line([Point(area.x, area.maxY), Point(area.maxX, area.maxY)], .gray, width: 0.7)
    let bars: [(Double, Double, FigureColor, String)] = [
      (0.86, 0.72, .blue, "all"), (0.8, 0.42, .vermilion, "critical"),
    ]
    let slot = area.width / 2
    for (index, (before, after, color, name)) in bars.enumerated() {
      let middle = area.x + (Double(index) + 0.5) * slot
      bar(Rect(middle - 13, area.maxY - before * area.height, 11, before * area.height), .silver)
      bar(Rect(middle - 1, area.maxY - after * area.height, 11, after * area.height), color)
      arrow(
        [
          Point(middle + 15, area.maxY - before * area.height),
          Point(middle + 15, area.maxY - after * area.height),
        ],
        .ink, width: 0.9)
      text(name, Point(middle - 1.5, area.maxY + 3), align: .center, color: .gray)
    }
  }

  /// Critical loss over training: training falls on, validation turns.
  mutating func overfitting(in area: Rect) {
    axes(area)
    func curve(_ values: [Double]) -> [Point] {
      values.enumerated().map {
        Point(
          area.x + 3 + (area.width - 8) * Double($0.offset) / Double(values.count - 1),
          area.y + $0.element * area.height)
      }
    }
    line(curve([0.06, 0.4, 0.62, 0.76, 0.85, 0.9]), .gray, width: 1.3, isSmooth: true)
    line(curve([0.02, 0.3, 0.47, 0.5, 0.42, 0.28]), .vermilion, width: 1.5, isSmooth: true)
    text("validation", Point(area.maxX - 2, area.y + 0.02 * area.height), align: .trailing, color: .vermilion)
    text(
      "training", Point(area.x + area.width * 0.36, area.y + 0.86 * area.height - 3), align: .trailing,
      color: .gray)
  }

  /// A sharp minimum: what moves the validation loss a little aside raises it much.
  mutating func sharpMinimum(in area: Rect) {
    axes(area)
    let (left, right) = (area.x + area.width * 0.4, area.x + area.width * 0.56)
    let half = area.width * 0.24
    line(bowl(left, half, in: area), .gray, width: 1.3, isSmooth: true)
    line(bowl(right, half, in: area), .vermilion, width: 1.5, isSmooth: true)
    let share = (left - right) / half
    let (low, high) = (area.y + area.height * 0.9, area.y + area.height * (0.9 - 0.8 * share * share))
    line([Point(left, low), Point(left, high)], .ink, width: 0.9)
    dot(Point(left, low), radius: 2, .gray)
    dot(Point(left, high), radius: 2, .vermilion)
    text("gap", Point(left - half * 0.8, (low + high) / 2 + 1), align: .trailing)
  }

  private func bowl(_ middle: Double, _ half: Double, in area: Rect) -> [Point] {
    stride(from: -1.0, through: 1.001, by: 0.1).map { x in
      Point(middle + x * half, area.y + area.height * (0.9 - 0.8 * x * x))
    }
  }

  /// The loss around its minimum, with the rise that one perturbation of the weights causes.
  mutating func perturbation(in area: Rect) {
    axes(area)
    func height(_ x: Double, _ steepness: Double) -> Double {
      area.y + area.height * (0.92 - steepness * x * x)
    }
    func bowl(_ steepness: Double) -> [Point] {
      stride(from: -1.0, through: 1.001, by: 0.1).map { x in
        Point(area.midX + x * area.width * 0.42, height(x, steepness))
      }
    }
    line(bowl(0.32), .blue, width: 1.4, isSmooth: true)
    line(bowl(0.86), .vermilion, width: 1.5, isSmooth: true)
    let moved = area.midX + 0.72 * area.width * 0.42
    line([Point(moved, area.maxY), Point(moved, height(0.72, 0.86))], .gray, width: 0.7, isDashed: true)
    dot(Point(moved, height(0.72, 0.32)), radius: 2, .blue)
    dot(Point(moved, height(0.72, 0.86)), radius: 2, .vermilion)
    arrow([Point(area.midX, area.maxY + 4), Point(moved, area.maxY + 4)], .ink, width: 0.8)
    text("Δ", Point(moved + 3, area.maxY + 1.5), color: .ink)
  }

  /// Sensitivities of layers, and bits that follow them.
  mutating func bitsByLayer(in area: Rect) {
    let bits: [Double] = [8, 5, 4, 3, 6, 4, 3, 5, 3, 4]
    let step = area.width / Double(bits.count)
    line([Point(area.x, area.maxY), Point(area.maxX, area.maxY)], .gray, width: 0.7)
    for (index, count) in bits.enumerated() {
      let height = count / 8 * area.height * 0.8
      let left = area.x + Double(index) * step + step * 0.14
      bar(Rect(left, area.maxY - height, step * 0.72, height), .sky, opacity: 0.85)
      dot(Point(left + step * 0.36, area.maxY - height - 4), radius: 1.5, .vermilion)
    }
    text("layers", Point(area.midX, area.maxY + 3), align: .center, color: .gray)
  }

  /// A narrow and a wide minimum with an arrow from one to the other.
  mutating func flattening(in area: Rect) {
    axes(area)
    let (left, right) = (area.x + area.width * 0.24, area.x + area.width * 0.7)
    line(bowl(left, area.width * 0.11, in: area), .vermilion, width: 1.5, isSmooth: true)
    line(bowl(right, area.width * 0.27, in: area), .green, width: 1.5, isSmooth: true)
    arrow(
      [
        Point(left + area.width * 0.06, area.y + 0.62 * area.height),
        Point(right - area.width * 0.2, area.y + 0.62 * area.height),
      ], .ink, width: 0.9)
  }

  private mutating func axes(_ area: Rect) {
    line([Point(area.x, area.y), Point(area.x, area.maxY), Point(area.maxX, area.maxY)], .gray, width: 0.7)
  }
}
