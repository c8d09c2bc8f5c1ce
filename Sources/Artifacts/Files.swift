// Files written whole or not at all.
import FoundationEssentials
import Synchronization

#if canImport(Glibc)
  import Glibc
#elseif canImport(Musl)
  import Musl
#else
  import Darwin
#endif

private let temporaryCount = Atomic<Int>(0)

/// Reading and writing whole files.
public enum Files {
  /// Writes a file so that readers see the old content or the new, never a part: beside it, to the disk, then renamed.
  /// - Parameters:
  ///   - data: the content.
  ///   - url: where; missing folders are made.
  public static func write(_ data: Data, to url: URL) throws {
    let folder = url.deletingLastPathComponent()
    try makeFolder(folder)
    let serial = temporaryCount.add(1, ordering: .relaxed).newValue
    let temporary = folder.appending(
      path: ".\(url.lastPathComponent).\(getpid())-\(serial).tmp")
    do {
      try writeThrough(data, to: temporary.path)
    } catch {
      unlink(temporary.path)
      throw error
    }
    guard rename(temporary.path, url.path) == 0 else {
      let reason = lastReason()
      unlink(temporary.path)
      throw ArtifactError.file(path: url.path, action: "written", reason: reason)
    }
  }

  /// Writes text as UTF-8, whole or not at all.
  public static func write(_ text: String, to url: URL) throws {
    try write(Data(text.utf8), to: url)
  }

  /// The content of a file.
  public static func read(_ url: URL) throws -> Data {
    guard let data = FileManager.default.contents(atPath: url.path) else {
      throw ArtifactError.file(path: url.path, action: "read", reason: lastReason())
    }
    return data
  }

  /// Whether there is a file or folder.
  public static func exists(_ url: URL) -> Bool {
    FileManager.default.fileExists(atPath: url.path)
  }

  /// The names in a folder, sorted by their bytes; none where there is no folder. Temporary files do not count.
  public static func names(in folder: URL) -> [String] {
    let names = (try? FileManager.default.contentsOfDirectory(atPath: folder.path)) ?? []
    return names.filter { !$0.hasSuffix(".tmp") }.sorted { $0.utf8.lexicographicallyPrecedes($1.utf8) }
  }

  /// Adds bytes at the end of a file, which is made if there is none.
  package static func append(_ data: Data, to path: String) throws {
    let descriptor = open(path, O_WRONLY | O_CREAT | O_APPEND | O_CLOEXEC, 0o644)
    guard descriptor >= 0 else {
      throw ArtifactError.file(path: path, action: "opened", reason: lastReason())
    }
    defer { close(descriptor) }
    guard writeAll(data, to: descriptor) else {
      throw ArtifactError.file(path: path, action: "written", reason: lastReason())
    }
  }

  /// Removes the temporary files that killed processes left in a folder. For when nothing else writes there.
  public static func removeTemporaries(in folder: URL) {
    let names = (try? FileManager.default.contentsOfDirectory(atPath: folder.path)) ?? []
    for name in names where name.hasPrefix(".") && name.hasSuffix(".tmp") {
      remove(folder.appending(path: name))
    }
  }

  /// Makes a folder and those above it.
  public static func makeFolder(_ folder: URL) throws {
    do {
      try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
    } catch {
      // What Foundation did last need not be what failed, so the system is asked itself.
      if mkdir(folder.path, 0o777) == 0 { return }
      throw ArtifactError.file(path: folder.path, action: "made", reason: lastReason())
    }
  }

  /// Removes a file or folder if it is there.
  public static func remove(_ url: URL) {
    try? FileManager.default.removeItem(at: url)
  }
}

private func writeThrough(_ data: Data, to path: String) throws {
  let descriptor = open(path, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0o644)
  guard descriptor >= 0 else {
    throw ArtifactError.file(path: path, action: "made", reason: lastReason())
  }
  let failed = !writeAll(data, to: descriptor) || fsync(descriptor) != 0
  let reason = failed ? lastReason() : nil
  // A full disk may show only when the file is closed.
  if close(descriptor) != 0 || failed {
    throw ArtifactError.file(path: path, action: "written", reason: reason ?? lastReason())
  }
}

/// Writes all bytes; false where the system takes no more.
func writeAll(_ data: Data, to descriptor: Int32) -> Bool {
  data.withUnsafeBytes { bytes in
    var written = 0
    while written < bytes.count {
      let count = write(descriptor, bytes.baseAddress?.advanced(by: written), bytes.count - written)
      if count < 0 && errno == EINTR { continue }
      if count <= 0 { return false }
      written += count
    }
    return true
  }
}

/// The system's words for the last failure.
func lastReason() -> String {
  String(cString: strerror(errno))
}
