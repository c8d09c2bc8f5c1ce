// The largest eigenvalues of a Hessian from products with vectors. Lanczos, 1950.
import NN
import Torch

/// Approximate eigenvalues at the upper end of a spectrum.
public struct Spectrum: Codable, Sendable, Equatable {
  /// The largest ones, descending.
  public let eigenvalues: [Double]
  /// `‖H x − λ x‖` of each with its vector x of length one.
  public let residuals: [Double]
  /// Products with vectors that were taken.
  public let productCount: Int
}

/// The largest eigenvalues of a symmetric operator on tensors, by Lanczos' iteration with complete reorthogonalization.
///
/// - Parameters:
///   - count: how many are wanted.
///   - iterations: products with vectors; memory holds as many vectors.
///   - like: tensors of the shapes that vectors have.
///   - seed: of the starting vector.
///   - product: `H v`.
public func largestEigenvalues(
  _ count: Int, iterations: Int, like: [Tensor], seed: UInt64, product: ([Tensor]) throws -> [Tensor]
) rethrows -> Spectrum {
  let shapes = like.map(\.shape)
  func flat(_ tensors: [Tensor]) -> Tensor { .concatenated(tensors.map { $0.detached().reshaped([-1]) }) }
  func parts(_ vector: Tensor) -> [Tensor] {
    var start = 0
    return shapes.map { shape in
      let size = shape.reduce(1, *)
      defer { start += size }
      return vector.narrowed(0, from: start, count: size).reshaped(shape)
    }
  }
  func dot(_ a: Tensor, _ b: Tensor) -> Double { (a * b).converted(to: .float64).sum().item() }

  var vectors: [Tensor] = []
  var diagonal: [Double] = []
  var beside: [Double] = []
  var vector = withoutGradients {
    flat(
      like.enumerated().map {
        Tensor.normal($1.shape, seed: SeedSequence.seed(seed, "start \($0)")).converted(to: $1.elementType)
      })
  }
  var remainder = Tensor.totalNorm([vector])
  while vectors.count < iterations, remainder > 1e-10 {
    vector = withoutGradients { vector * (1 / remainder) }
    vectors.append(vector)
    let image = flat(try product(parts(vector)))
    withoutGradients {
      diagonal.append(dot(image, vector))
      var rest = image
      // Twice, because once leaves what rounding has left.
      for _ in 0..<2 {
        for basis in vectors { rest = rest - basis * dot(rest, basis) }
      }
      vector = rest
    }
    remainder = Tensor.totalNorm([vector])
    beside.append(remainder)
  }
  let size = diagonal.count
  var matrix = [[Double]](repeating: [Double](repeating: 0, count: size), count: size)
  for place in 0..<size {
    matrix[place][place] = diagonal[place]
    if place + 1 < size {
      matrix[place][place + 1] = beside[place]
      matrix[place + 1][place] = beside[place]
    }
  }
  let (values, lastEntries) = symmetricEigenvalues(matrix)
  let order = values.indices.sorted { values[$0] > values[$1] }.prefix(count)
  return Spectrum(
    eigenvalues: order.map { values[$0] },
    residuals: order.map { abs(lastEntries[$0]) * (beside.last ?? 0) }, productCount: size)
}

/// The eigenvalues of a small symmetric matrix, each with the last entry of its vector, by Jacobi's rotations.
func symmetricEigenvalues(_ start: [[Double]]) -> (values: [Double], lastEntries: [Double]) {
  var a = start
  let n = a.count
  var last = (0..<n).map { $0 == n - 1 ? 1.0 : 0.0 }
  let scale = a.joined().map(abs).max() ?? 0
  for _ in 0..<60 {
    var largest = 0.0
    for p in 0..<n {
      for q in (p + 1)..<max(n, p + 1) {
        let entry = a[p][q]
        largest = max(largest, abs(entry))
        guard abs(entry) > 1e-300 else { continue }
        let theta = (a[q][q] - a[p][p]) / (2 * entry)
        let t = (theta >= 0 ? 1.0 : -1.0) / (abs(theta) + (theta * theta + 1).squareRoot())
        let c = 1 / (t * t + 1).squareRoot()
        let s = t * c
        for k in 0..<n {
          (a[k][p], a[k][q]) = (c * a[k][p] - s * a[k][q], s * a[k][p] + c * a[k][q])
        }
        for k in 0..<n {
          (a[p][k], a[q][k]) = (c * a[p][k] - s * a[q][k], s * a[p][k] + c * a[q][k])
        }
        (last[p], last[q]) = (c * last[p] - s * last[q], s * last[p] + c * last[q])
      }
    }
    if largest <= 1e-15 * scale { break }
  }
  return ((0..<n).map { a[$0][$0] }, last)
}
