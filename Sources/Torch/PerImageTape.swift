// Gradients of single images from batched backward passes.
import CTorch

/// A record of how weights are used in a forward pass over a batch of images, from which the gradient of every image
/// follows after a backward pass over the sum of their losses.
///
/// Nothing in the forward pass may mix images. Layers get images along the first dimension; linear layers that get four
/// dimensions, along the second: `[layer, image, token, channel]`. An input of one image for a larger batch is taken to be
/// what all images share, and the layer's output has one row for each of them.
public final class PerImageTape {
  private let tape: ct_tape
  private let weights: [Tensor]
  private var passCount = 0

  /// A tape for leaves that only linear layers and convolutions use.
  public init(weights: [Tensor], imageCount: Int) {
    var tape = ct_tape(ref: nil)
    let status = weights.withHandles { ct_tape_create($0, $1, Int64(imageCount), &tape) }
    demand(status, "tape", weights)
    self.tape = tape
    self.weights = weights
  }

  deinit {
    ct_tape_release(tape)
  }

  /// Runs a forward pass and records it. Recording belongs to the thread, and to one tape at a time.
  public func recording<Result, Failure: Error>(
    file: StaticString = #fileID, line: UInt = #line, _ body: () throws(Failure) -> Result
  ) throws(Failure) -> Result {
    demand(ct_tape_begin(tape), "recording", [], file, line)
    defer { ct_tape_end() }
    return try body()
  }

  /// How often the weight at a place was used.
  public func useCount(of weight: Int) -> Int { Int(ct_tape_use_count(tape, Int32(weight))) }

  /// Sends the gradient of a loss back; the sum over images of losses that are each image's own.
  public func backward(
    _ loss: Tensor, keepingGraph: Bool = false, file: StaticString = #fileID, line: UInt = #line
  ) {
    demand(ct_tape_backward(tape, loss.handle, keepingGraph), "backward", [loss], file, line)
    passCount += 1
  }

  /// The gradients of some images with respect to the weight at a place, `[image, …]`: one for each backward pass, `nil`
  /// where its loss does not depend on the weight.
  public func gradients(
    of weight: Int, firstImage: Int, count: Int, file: StaticString = #fileID, line: UInt = #line
  ) -> [Tensor?] {
    var results = [ct_tensor](repeating: ct_tensor(ref: nil), count: passCount)
    let status = results.withUnsafeMutableBufferPointer {
      ct_tape_gradients(tape, Int32(weight), Int64(firstImage), Int64(count), $0.baseAddress)
    }
    demand(status, "per-image gradients", [weights[weight]], file, line)
    return results.map { $0.ref == nil ? nil : Tensor(owning: $0) }
  }
}

extension Tensor {
  /// Adds the elementwise product of two matrices, summed over rows, to this vector of doubles.
  ///
  /// - Returns: the inner product of each pair of rows, `[row]` in double precision.
  public func addRowProducts(
    _ left: Tensor, _ right: Tensor, file: StaticString = #fileID, line: UInt = #line
  ) -> Tensor {
    make("addRowProducts", [self, left, right], file, line) {
      ct_add_row_products(handle, left.handle, right.handle, $0)
    }
  }
}
