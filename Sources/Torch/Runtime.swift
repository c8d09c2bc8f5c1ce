// The state of the tensor library as a whole.
import CTorch

/// libtorch itself: version, threads, and what is alive.
public enum Runtime {
  /// The version of the linked libtorch.
  public static var version: String { String(cString: ct_torch_version()) }

  /// libtorch's own account of its thread pools, several lines.
  public static var parallelInfo: String { String(cString: ct_parallel_info()) }

  /// The number of threads that operators use.
  public static var threadCount: Int { Int(ct_thread_count()) }

  /// Sets the number of threads that operators use, for the whole process.
  public static func setThreadCount(_ count: Int) { ct_set_thread_count(Int32(count)) }

  /// Whether a CUDA device can be used.
  public static var hasCUDA: Bool { ct_has_cuda() }

  /// Tensors that are not yet freed: unchanged over a training step unless something leaks.
  public static var liveTensorCount: Int { Int(ct_live_tensors()) }
}
