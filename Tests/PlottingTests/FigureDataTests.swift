import Plotting
import Testing

@Suite("The data of a figure")
struct FigureDataTests {
  @Test("a line of CSV for everything plotted, numbers as they were given, categories by name")
  func csv() {
    let chart = Chart(
      x: .names(["a, b", "c"]), y: Axis("y"),
      marks: [
        Mark(.bars(x: [0, 1], y: [0.1, 2], width: 1, base: 0), name: "say \"hi\""),
        Mark(.intervals(x: [0], low: [0], high: [0.30000000000000004])), Mark(.horizontalRules(y: [1])),
        Mark(.labels(x: [0], y: [1], texts: ["here"])),
        Mark(.heatMap(values: [[nil, 7]], scale: HeatScale(title: "s"))),
      ])
    let figure = Figure(height: 100, panels: [.diagram(Diagram([])), .chart(chart)])
    #expect(
      figure.csv == #"""
        panel,kind,name,x,y,low,high,value
        2,bars,"say ""hi""","a, b",0.1,,,
        2,bars,"say ""hi""",c,2.0,,,
        2,interval,,"a, b",,0.0,0.30000000000000004,
        2,horizontal rule,,,1.0,,,
        2,text,here,"a, b",1.0,,,
        2,cell,,c,0.0,,,7.0

        """#)
  }

  @Test("numbers that are no places of names are given as they are, whatever their size")
  func huge() {
    let chart = Chart(
      x: .names(["a", "b"]), y: Axis(), marks: [Mark(.points(x: [1, 1e300, 0.5], y: [1e20, -1e300, 3]))])
    let data = Figure(height: 100, .chart(chart)).data
    #expect(data.map(\.x) == ["b", "1e+300", "0.5"] && data.map(\.y) == ["1e+20", "-1e+300", "3.0"])
  }

  @Test("every mark, tile and height has its rows")
  func complete() {
    let figure = everyMark()
    #expect(Set(figure.data.map(\.panel)) == [1, 2, 4])
    #expect(
      Set(figure.data.map(\.kind)) == [
        "band", "line", "steps", "bars", "interval", "horizontal interval", "horizontal rule",
        "vertical rule",
        "text", "points", "cell", "box",
      ])
    #expect(figure.data.filter { $0.kind == "cell" }.count == 5)
    #expect(Figure(height: 100, .surface(NewMarksTests.saddle)).data.count == 12)
  }
}
