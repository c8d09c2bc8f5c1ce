// One process at a time.
import FoundationEssentials

#if canImport(Glibc)
  import Glibc
#elseif canImport(Musl)
  import Musl
#else
  import Darwin
#endif

/// A lock on a file that the system gives back when the process ends, however it ends.
public final class FileLock {
  private let descriptor: Int32

  /// Takes the lock, waiting for it if need be.
  /// - Parameters:
  ///   - url: the lock's file; made if missing and left behind empty.
  ///   - waiting: called once, before waiting for another process.
  public init(_ url: URL, waiting: () -> Void = {}) throws {
    try Files.makeFolder(url.deletingLastPathComponent())
    descriptor = open(url.path, O_RDWR | O_CREAT | O_CLOEXEC, 0o644)
    guard descriptor >= 0 else {
      throw ArtifactError.file(path: url.path, action: "locked", reason: lastReason())
    }
    if flock(descriptor, LOCK_EX | LOCK_NB) == 0 { return }
    waiting()
    while flock(descriptor, LOCK_EX) != 0 {
      guard errno == EINTR else {
        throw ArtifactError.file(path: url.path, action: "locked", reason: lastReason())
      }
    }
  }

  deinit {
    close(descriptor)
  }
}
