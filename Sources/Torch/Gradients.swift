// Automatic differentiation, and the changes in place that optimizers make outside of it.
import CTorch

/// Runs `body` without recording a graph. The mode belongs to the thread, so the closure is synchronous.
public func withoutGradients<Result, Failure: Error>(
  _ body: () throws(Failure) -> Result
) throws(Failure) -> Result {
  let before = ct_exchange_gradient_mode(false)
  defer { _ = ct_exchange_gradient_mode(before) }
  return try body()
}

/// The gradients of a scalar with respect to some tensors; `nil` where it does not depend on one.
///
/// - Parameters:
///   - output: a single number.
///   - keepingGraph: whether the graph may be used for another call.
///   - createGraph: whether the gradients can be differentiated again.
public func gradients(
  of output: Tensor, withRespectTo inputs: [Tensor], keepingGraph: Bool = false, createGraph: Bool = false,
  file: StaticString = #fileID, line: UInt = #line
) -> [Tensor?] {
  var results = [ct_tensor](repeating: ct_tensor(ref: nil), count: inputs.count)
  let status = inputs.withHandles { handles, count in
    results.withUnsafeMutableBufferPointer {
      ct_gradients(
        output.handle, ct_tensor(ref: nil), handles, count, keepingGraph || createGraph, createGraph,
        $0.baseAddress)
    }
  }
  demand(status, "gradients", [output], file, line)
  return results.map { $0.ref == nil ? nil : Tensor(owning: $0) }
}

extension Tensor {
  /// Whether gradients reach this tensor.
  public var requiresGradient: Bool { ct_requires_gradient(handle) }

  /// Makes a leaf a place where gradients are wanted, or not.
  public func setRequiresGradient(
    _ enabled: Bool, file: StaticString = #fileID, line: UInt = #line
  ) {
    demand(ct_set_requires_gradient(handle, enabled), "setRequiresGradient", [self], file, line)
  }

  /// Adds the gradients of this scalar to the leaves it depends on.
  public func backward(file: StaticString = #fileID, line: UInt = #line) {
    demand(ct_backward(handle), "backward", [self], file, line)
  }

  /// What `backward` has added up in this leaf.
  public var gradient: Tensor? {
    var result = ct_tensor(ref: nil)
    demand(ct_gradient(handle, &result), "gradient", [self])
    return result.ref == nil ? nil : Tensor(owning: result)
  }

  /// Forgets the accumulated gradient.
  public func clearGradient() {
    demand(ct_clear_gradient(handle), "clearGradient", [self])
  }
}

extension Tensor {
  /// Overwrites the elements with another tensor's, converting their type.
  public func assign(_ source: Tensor, file: StaticString = #fileID, line: UInt = #line) {
    demand(ct_assign(handle, source.handle), "assign", [self, source], file, line)
  }

  /// Adds `scale` times another tensor in place.
  public func add(
    _ source: Tensor, scale: Double = 1, file: StaticString = #fileID, line: UInt = #line
  ) {
    demand(ct_add_in_place(handle, source.handle, scale), "add", [self, source], file, line)
  }

  /// Multiplies by a number in place.
  public func scale(by value: Double, file: StaticString = #fileID, line: UInt = #line) {
    demand(ct_multiply_in_place(handle, value), "scale", [self], file, line)
  }

  /// Adds the elementwise product of two tensors in place, times `scale`.
  public func addProduct(
    _ left: Tensor, _ right: Tensor, scale: Double = 1, file: StaticString = #fileID, line: UInt = #line
  ) {
    demand(
      ct_add_product_in_place(handle, left.handle, right.handle, scale), "addProduct", [self, left, right],
      file, line)
  }

  /// The Euclidean norm of several tensors taken together.
  public static func totalNorm(
    _ tensors: [Tensor], file: StaticString = #fileID, line: UInt = #line
  ) -> Double {
    var norm = 0.0
    let status = tensors.withHandles { ct_total_norm($0, $1, &norm) }
    demand(status, "totalNorm", tensors, file, line)
    return norm
  }

  /// One step of AdamW on all tensors of a group at once, in place: decoupled weight decay, then the update by the
  /// bias-corrected moments (Loshchilov and Hutter, 2019).
  ///
  /// - Parameter step: the number of this step, from 1.
  public static func stepAdamW(
    parameters: [Tensor], gradients: [Tensor], means: [Tensor], variances: [Tensor], step: Int, rate: Double,
    betas: (Double, Double), decay: Double, epsilon: Double, file: StaticString = #fileID,
    line: UInt = #line
  ) {
    let status = parameters.withHandles { targets, count in
      gradients.withHandles { gradients, _ in
        means.withHandles { means, _ in
          variances.withHandles { variances, _ in
            ct_adamw(
              targets, gradients, means, variances, count, Int64(step), rate, betas.0, betas.1, decay,
              epsilon)
          }
        }
      }
    }
    demand(status, "stepAdamW", parameters, file, line)
  }
}
