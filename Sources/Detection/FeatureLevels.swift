// Feature maps of several resolutions as one sequence of cells.
import NN
import Torch

/// A convolution to the transformer's width and a normalization over groups of channels.
public final class InputProjection: Module {
  private let convolution: Convolution
  private let norm: GroupNorm

  init(_ input: Int, _ width: Int, kernel: Int, stride: Int, _ initializer: Initializer) {
    let parts = initializer.child("0")
    convolution = Convolution(
      input, width, kernel: kernel, stride: stride, padding: kernel / 2, hasBias: true, parts)
    convolution.weight.value.assign(parts.xavierUniform("weight", [width, input, kernel, kernel]))
    convolution.bias?.value.assign(.zeros([width]))
    norm = GroupNorm(width, groupCount: 32)
  }

  /// Convolution, then normalization.
  public var members: [Member] { [.module("0", convolution), .module("1", norm)] }

  func callAsFunction(_ map: Tensor) -> Tensor { norm(convolution(map)) }
}

/// Where the cells of several feature maps lie in the pictures of a batch. Everything here depends on sizes alone, so
/// plain numbers serve; pictures that are padded alike share one row.
struct FeatureLevels {
  /// The size of each map, finest first.
  let maps: [Extent]
  /// How much of each map shows each distinct picture, `[image][level]`.
  let valid: [[Extent]]

  init(maps: [Extent], of batch: ImageBatch) {
    self.maps = maps
    let levels = maps.map { batch.validCells(in: $0) }
    let images = batch.validExtents.indices.map { image in levels.map { $0[image] } }
    valid = images.allSatisfy { $0 == images[0] } ? [images[0]] : images
  }

  /// Rows and columns of each map.
  var extents: [(rows: Int, columns: Int)] { maps.map { ($0.height, $0.width) } }

  private var isPadded: Bool { valid.contains { $0 != maps } }

  /// The sine encoding of each cell in its own map, `[image or 1, cell, width]` for each level.
  func positions(width: Int) -> [Tensor] {
    let encoding = SinePositionEncoding(width: width, offset: -0.5)
    return maps.enumerated().map { level, map in
      let own = encoding(valid: valid.map { $0[level] }, in: map)
      return own.expanded([valid.count, -1, -1])
    }
  }

  /// The share of each map that shows the picture, `[image or 1, 1, level, 2]`, x before y; nothing without padding.
  var validRatios: Tensor? {
    guard isPadded else { return nil }
    let values = valid.flatMap { ratios(of: $0).flatMap { [$0.x, $0.y] } }
    return Tensor(values, shape: [valid.count, 1, maps.count, 2])
  }

  private func ratios(of image: [Extent]) -> [(x: Float, y: Float)] {
    zip(image, maps).map { (Float($0.width) / Float($1.width), Float($0.height) / Float($1.height)) }
  }

  /// True where a cell shows no picture, `[image or 1, cell, 1]`; nothing without padding.
  var padding: Tensor? {
    guard isPadded else { return nil }
    var flags: [UInt8] = []
    for image in valid {
      for (map, valid) in zip(maps, image) {
        for row in 0..<map.height {
          for column in 0..<map.width { flags.append(row < valid.height && column < valid.width ? 0 : 1) }
        }
      }
    }
    return Tensor(flags, shape: [valid.count, flags.count / valid.count, 1]).converted(to: .bool)
  }

  /// The centers of all cells, seen on every level, `[image or 1, cell, level, 2]`: fractions of the picture in the
  /// cell's own map, times the valid share of the other map.
  var centers: Tensor {
    var values: [Float] = []
    for image in valid {
      let ratios = self.ratios(of: image)
      for (level, map) in maps.enumerated() {
        for row in 0..<map.height {
          for column in 0..<map.width {
            let x = (Float(column) + 0.5) / (ratios[level].x * Float(map.width))
            let y = (Float(row) + 0.5) / (ratios[level].y * Float(map.height))
            for other in ratios { values += [x * other.x, y * other.y] }
          }
        }
      }
    }
    let cellCount = maps.reduce(0) { $0 + $1.height * $1.width }
    return Tensor(values, shape: [valid.count, cellCount, maps.count, 2])
  }
}
