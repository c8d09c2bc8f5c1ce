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
public final class FileLock: Sendable {
  private let descriptor: Int32

  /// Takes the lock, waiting for it if need be.
  /// - Parameters:
  ///   - url: the lock's file; made if missing and left behind empty.
  ///   - isShared: whether others may hold it at the same time, if they share too.
  ///   - waiting: called once, before waiting for another process.
  public init(_ url: URL, isShared: Bool = false, waiting: () -> Void = {}) throws {
    descriptor = try Self.open(url)
    let kind = isShared ? LOCK_SH : LOCK_EX
    if flock(descriptor, kind | LOCK_NB) == 0 { return }
    waiting()
    while flock(descriptor, kind) != 0 {
      guard errno == EINTR else {
        throw ArtifactError.file(path: url.path, action: "locked", reason: lastReason())
      }
    }
  }

  /// Takes the lock for itself alone, or gives up at once.
  /// - Returns: nothing if another process holds it.
  public init?(ifFree url: URL) throws {
    descriptor = try Self.open(url)
    if flock(descriptor, LOCK_EX | LOCK_NB) == 0 { return }
    guard errno == EWOULDBLOCK || errno == EINTR else {
      throw ArtifactError.file(path: url.path, action: "locked", reason: lastReason())
    }
    return nil
  }

  /// Takes one of several locks, whichever is free first.
  static func oneOf(_ urls: [URL]) throws -> FileLock {
    while true {
      for url in urls {
        if let lock = try FileLock(ifFree: url) { return lock }
      }
      usleep(100_000)
    }
  }

  private static func open(_ url: URL) throws -> Int32 {
    try Files.makeFolder(url.deletingLastPathComponent())
    let descriptor = systemOpen(url.path)
    guard descriptor >= 0 else {
      throw ArtifactError.file(path: url.path, action: "locked", reason: lastReason())
    }
    return descriptor
  }

  deinit {
    close(descriptor)
  }
}

private func systemOpen(_ path: String) -> Int32 {
  open(path, O_RDWR | O_CREAT | O_CLOEXEC, 0o644)
}
