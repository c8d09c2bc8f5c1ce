import FoundationEssentials
import Plotting
import Testing

@Suite("Figures as values")
struct FigureTests {
  @Test("a figure of all marks survives being written as JSON and read again")
  func roundTrip() throws {
    let figure = everyMark()
    let encoder = JSONEncoder()
    encoder.outputFormatting = [.sortedKeys]
    let data = try encoder.encode(figure)
    #expect(try JSONDecoder().decode(Figure.self, from: data) == figure)
    #expect(!String(decoding: data, as: UTF8.self).contains("\"_0\""))
  }

  @Test("what cannot be drawn is refused with the place and what was expected")
  func refusals() {
    func message(_ chart: Chart) -> String {
      do {
        try Figure(height: 100, .chart(chart)).validate()
        return "accepted"
      } catch { return error.description }
    }
    func chart(_ shape: MarkShape, x: Axis = Axis(), y: Axis = Axis(), second: Bool = false) -> Chart {
      Chart(x: x, y: y, marks: [Mark(shape, name: "loss", isOnSecondAxis: second)])
    }
    #expect(
      message(chart(.line(x: [1, 2], y: [1])))
        == "panel 1: mark 1 (\"loss\"): its lists have 2, 1 numbers; they must be equally long")
    #expect(
      message(chart(.points(x: [1], y: [.nan])))
        == "panel 1: mark 1 (\"loss\"), y: nan is not a finite number")
    #expect(
      message(chart(.points(x: [1], y: [0]), y: Axis(scale: .log)))
        == "panel 1: mark 1 (\"loss\"), y: 0.0 has no place on a logarithmic scale; expected a positive number"
    )
    #expect(
      message(chart(.points(x: [1], y: [1]), second: true))
        == "panel 1: mark 1 (\"loss\") is on the second y axis, and the chart has none")
    #expect(
      message(chart(.points(x: [1], y: [1]), x: Axis(lower: 2, upper: 1)))
        == "panel 1: the x axis runs from 2.0 to 1.0; expected increasing ends")
    #expect(
      message(chart(.points(x: [0], y: [1]), x: Axis(scale: .category)))
        == "panel 1: the x axis is one of categories and has none")
    #expect(
      message(chart(.steps(x: [1, 1], y: [1, 2])))
        == "panel 1: mark 1 (\"loss\"): the x of steps must increase")
    #expect(
      message(chart(.heatMap(values: [[1, 2], [3]], scale: HeatScale(title: ""))))
        == "panel 1: mark 1 (\"loss\"): a heat map needs rows of one length, not [2, 1]")
    #expect(message(chart(.bars(x: [1], y: [3], width: 1, base: 0), y: Axis(scale: .log))) == "accepted")
  }

  @Test("sizes and shares that cannot be are refused")
  func sizes() {
    let chart = Panel.chart(Chart(x: Axis(), y: Axis(), marks: []))
    #expect(throws: FigureError.self) { try Figure(width: .infinity, height: 100, chart).validate() }
    #expect(throws: FigureError.self) { try Figure(height: 100, panels: []).validate() }
    #expect(throws: FigureError.self) {
      try Figure(height: 100, columns: 2, columnShares: [1], panels: [chart, chart]).validate()
    }
    #expect(throws: FigureError.self) { try Figure(height: 100, columns: 0, panels: [chart]).validate() }
  }
}
