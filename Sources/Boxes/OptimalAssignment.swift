// The rectangular linear assignment problem: which row goes with which column at the smallest total cost.

/// The pairs (row, column) of smallest total cost, sorted by row; each row and each column occurs at most once,
/// and there are `min(rows, columns)` pairs.
///
/// Exact, in double precision, by shortest augmenting paths (Jonker and Volgenant, 1987; rectangular form after
/// Crouse, 2016) in O(min² · max) steps. Among equal totals the result is always the same for the same costs.
///
/// A cost that is not finite (NaN or an infinity of either sign) marks a pair to be avoided: it stands for a penalty
/// greater than any sum of finite costs can make up for, so as few such pairs as possible are taken. Finite costs
/// should stay below 1e150 in magnitude.
/// - Parameters:
///   - costs: the matrix, row by row; `rows * columns` numbers, otherwise this traps.
///   - rows: how many rows, possibly 0.
///   - columns: how many columns, possibly 0.
public func optimalAssignment(
  costs: UnsafeBufferPointer<Float>, rows: Int, columns: Int
) -> [(row: Int, column: Int)] {
  assignment(costs, rows, columns)
}

/// The same for costs in an array of single precision.
public func optimalAssignment(costs: [Float], rows: Int, columns: Int) -> [(row: Int, column: Int)] {
  costs.withUnsafeBufferPointer { assignment($0, rows, columns) }
}

/// The same for costs in double precision.
public func optimalAssignment(
  costs: UnsafeBufferPointer<Double>, rows: Int, columns: Int
) -> [(row: Int, column: Int)] {
  assignment(costs, rows, columns)
}

/// The same for costs in an array of double precision.
public func optimalAssignment(costs: [Double], rows: Int, columns: Int) -> [(row: Int, column: Int)] {
  costs.withUnsafeBufferPointer { assignment($0, rows, columns) }
}

@_specialize(where Number == Float)
@_specialize(where Number == Double)
private func assignment<Number: BinaryFloatingPoint>(
  _ costs: UnsafeBufferPointer<Number>, _ rows: Int, _ columns: Int
) -> [(row: Int, column: Int)] {
  guard rows >= 0, columns >= 0, costs.count == rows * columns else {
    fatalError("optimalAssignment expects \(rows) x \(columns) costs, got \(costs.count)")
  }
  if rows == 0 || columns == 0 { return [] }
  // The search adds one line after the other, so the shorter side is that of the lines.
  let flipped = rows > columns
  let lines = min(rows, columns)
  let places = max(rows, columns)
  let penalty = avoidance(costs, lines)
  return withUnsafeTemporaryAllocation(of: Double.self, capacity: lines * places + lines + 2 * places) {
    doubles in
    withUnsafeTemporaryAllocation(of: Int32.self, capacity: lines + 3 * places) { integers in
      let matrix = UnsafeMutableBufferPointer(rebasing: doubles[..<(lines * places)])
      for row in 0..<rows {
        for column in 0..<columns {
          let cost = costs[row * columns + column]
          let position = flipped ? column * places + row : row * places + column
          matrix[position] = cost.isFinite ? Double(cost) : penalty
        }
      }
      let search = AugmentingPaths(
        lines: lines, places: places, matrix: matrix,
        doubles: UnsafeMutableBufferPointer(rebasing: doubles[(lines * places)...]), integers: integers)
      for line in 0..<lines { search.add(line) }
      if flipped {
        return (0..<places).compactMap { row in
          search.lineOfPlace[row] < 0 ? nil : (row: row, column: Int(search.lineOfPlace[row]))
        }
      }
      return (0..<lines).map { (row: $0, column: Int(search.placeOfLine[$0])) }
    }
  }
}

/// A cost that `lines - 1` finite costs cannot make up for.
@inline(__always)
private func avoidance<Number: BinaryFloatingPoint>(_ costs: UnsafeBufferPointer<Number>, _ lines: Int)
  -> Double
{
  var least = Double.infinity
  var most = -Double.infinity
  for cost in costs where cost.isFinite {
    least = min(least, Double(cost))
    most = max(most, Double(cost))
  }
  return least > most ? 1 : most + (most - least) * Double(lines) + max(abs(most), abs(least), 1)
}
