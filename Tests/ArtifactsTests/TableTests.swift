// Tables: stacks of them, and cells that stand out.
import Artifacts
import Authoring
import Testing

@Suite("Tables") struct TableTests {
  private func table(_ values: [Double], emphasized: [CellPlace] = []) -> Table {
    Table(
      columns: [.text("Row"), .number("AP", .points(digits: 1))],
      rows: values.enumerated().map { [.text("\($0)"), .number($1)] }, emphasized: emphasized)
  }

  @Test("a stack names its tables in the first column, and cells that stand out move with their rows")
  func stacks() {
    let stack = Table.stacked(
      [
        ("one", table([0.1, 0.2], emphasized: [CellPlace(row: 1, column: 1)])), ("two", table([0.3])),
        ("three", table([0.4], emphasized: [CellPlace(row: 0, column: 1)])),
      ], under: "Detector")
    #expect(stack.columns.map(\.title) == ["Detector", "Row", "AP"])
    #expect(stack.rows.map { $0[0] } == ["one", "one", "two", "three"])
    #expect(stack.emphasized == [CellPlace(row: 1, column: 2), CellPlace(row: 3, column: 2)])
    #expect(Table.stacked([("one", table([0.1]))], under: "Detector").emphasized == nil)
  }

  @Test("a star follows a cell that stands out, and columns stay aligned")
  func stars() {
    let text = table([0.1, 0.25], emphasized: [CellPlace(row: 1, column: 1)]).text
    #expect(text == "Row     AP\n---  -----\n0     10.0\n1    25.0*\n")
  }

  @Test("what is not emphasized is written as before, and other places come back from JSON")
  func coding() throws {
    #expect(!String(decoding: try CanonicalJSON.encode(table([1])), as: UTF8.self).contains("emphasized"))
    let strong = table([1], emphasized: [CellPlace(row: 0, column: 1)])
    #expect(try CanonicalJSON.decode(Table.self, from: CanonicalJSON.encode(strong)) == strong)
  }
}
