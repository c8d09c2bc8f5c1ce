// Changes of shape, of element type and of place; picking and joining.
import CTorch

extension Tensor {
  /// The same elements in another shape; one extent may be −1 and is then computed.
  public func reshaped(_ shape: [Int], file: StaticString = #fileID, line: UInt = #line) -> Tensor {
    make("reshaped to \(shape)", [self], file, line) { out in
      shape.withDimensions { ct_reshape(handle, $0, $1, out) }
    }
  }

  /// The dimensions in another order.
  public func permuted(_ dimensions: [Int], file: StaticString = #fileID, line: UInt = #line) -> Tensor {
    make("permuted \(dimensions)", [self], file, line) { out in
      dimensions.withDimensions { ct_permute(handle, $0, $1, out) }
    }
  }

  /// Two dimensions exchanged.
  public func transposed(
    _ first: Int = -2, _ second: Int = -1, file: StaticString = #fileID, line: UInt = #line
  ) -> Tensor {
    make("transposed", [self], file, line) { ct_transpose(handle, Int64(first), Int64(second), $0) }
  }

  /// Dimensions of extent one repeated, without copying; −1 keeps an extent.
  public func expanded(_ shape: [Int], file: StaticString = #fileID, line: UInt = #line) -> Tensor {
    make("expanded to \(shape)", [self], file, line) { out in
      shape.withDimensions { ct_expand(handle, $0, $1, out) }
    }
  }

  /// The elements in reverse order along some dimensions.
  public func flipped(_ dimensions: [Int], file: StaticString = #fileID, line: UInt = #line) -> Tensor {
    make("flipped", [self], file, line) { out in
      dimensions.withDimensions { ct_flip(handle, $0, $1, out) }
    }
  }

  /// A dimension of extent one inserted.
  public func unsqueezed(_ dimension: Int, file: StaticString = #fileID, line: UInt = #line) -> Tensor {
    var extents = shape
    extents.insert(1, at: dimension < 0 ? dimension + extents.count + 1 : dimension)
    return reshaped(extents, file: file, line: line)
  }

  /// The part of `length` places from `start` along a dimension, sharing memory.
  public func narrowed(
    _ dimension: Int, from start: Int, count length: Int, file: StaticString = #fileID, line: UInt = #line
  ) -> Tensor {
    make("narrowed", [self], file, line) {
      ct_narrow(handle, Int64(dimension), Int64(start), Int64(length), $0)
    }
  }

  /// One place along a dimension, which vanishes; shares memory.
  public func selected(
    _ dimension: Int, _ index: Int, file: StaticString = #fileID, line: UInt = #line
  ) -> Tensor {
    make("selected", [self], file, line) { ct_select(handle, Int64(dimension), Int64(index), $0) }
  }

  /// The places named by `indices` (a vector of integers) along a dimension.
  public func picked(
    _ dimension: Int, _ indices: Tensor, file: StaticString = #fileID, line: UInt = #line
  ) -> Tensor {
    make("picked", [self, indices], file, line) {
      ct_index_select(handle, Int64(dimension), indices.handle, $0)
    }
  }

  /// For each place of `indices`, the element of this tensor at that index along a dimension.
  public func gathered(
    _ dimension: Int, _ indices: Tensor, file: StaticString = #fileID, line: UInt = #line
  ) -> Tensor {
    make("gathered", [self, indices], file, line) {
      ct_gather(handle, Int64(dimension), indices.handle, $0)
    }
  }

  /// Tensors joined along an existing dimension.
  public static func concatenated(
    _ tensors: [Tensor], along dimension: Int = 0, file: StaticString = #fileID, line: UInt = #line
  ) -> Tensor {
    make("concatenated", tensors, file, line) { out in
      tensors.withHandles { ct_cat($0, $1, Int64(dimension), out) }
    }
  }

  /// Tensors of one shape joined along a new dimension.
  public static func stacked(
    _ tensors: [Tensor], along dimension: Int = 0, file: StaticString = #fileID, line: UInt = #line
  ) -> Tensor {
    make("stacked", tensors, file, line) { out in
      tensors.withHandles { ct_stack($0, $1, Int64(dimension), out) }
    }
  }
}

extension Tensor {
  /// The elements converted to another type.
  public func converted(
    to type: ElementType, file: StaticString = #fileID, line: UInt = #line
  ) -> Tensor {
    make("converted", [self], file, line) { ct_to_dtype(handle, type.code, $0) }
  }

  /// The tensor in memory of its own, in row-major order.
  public func contiguous(file: StaticString = #fileID, line: UInt = #line) -> Tensor {
    unary("contiguous", file, line) { ct_contiguous($0, $1) }
  }

  /// Pictures `[image, channel, row, column]` with the channels of a pixel side by side in memory.
  public func channelsLast(file: StaticString = #fileID, line: UInt = #line) -> Tensor {
    unary("channelsLast", file, line) { ct_channels_last($0, $1) }
  }

  /// A copy with memory of its own, part of the graph.
  public func clone(file: StaticString = #fileID, line: UInt = #line) -> Tensor {
    unary("clone", file, line) { ct_clone($0, $1) }
  }

  /// The same values outside of any graph, sharing memory.
  public func detached(file: StaticString = #fileID, line: UInt = #line) -> Tensor {
    unary("detached", file, line) { ct_detach($0, $1) }
  }
}
