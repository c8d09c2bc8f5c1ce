// Starting other programs.
import Foundation

/// A program to start.
struct Subprocess {
  var program: URL
  var arguments: [String] = []
  /// Variables that are set on top of the present environment.
  var environment: [String: String] = [:]
  var folder: URL?

  /// Runs it with its standard output on ours for messages, and waits.
  /// - Parameter lines: receives its standard output line by line instead.
  /// - Returns: the exit code; 128 and the number of the signal that ended it.
  func run(lines: ((String) -> Void)? = nil) throws -> Int32 {
    let process = makeProcess()
    guard let lines else {
      // Standard output belongs to results.
      process.standardOutput = FileHandle.standardError
      try start(process)
      process.waitUntilExit()
      return code(of: process)
    }
    let pipe = Pipe()
    process.standardOutput = pipe
    try start(process)
    var rest = Data()
    while case let data = pipe.fileHandleForReading.availableData, !data.isEmpty {
      rest += data
      while let end = rest.firstIndex(of: UInt8(ascii: "\n")) {
        lines(String(decoding: rest[rest.startIndex..<end], as: UTF8.self))
        rest = Data(rest[(end + 1)...])
      }
    }
    // A program need not end its last line.
    if !rest.isEmpty { lines(String(decoding: rest, as: UTF8.self)) }
    process.waitUntilExit()
    return code(of: process)
  }

  /// Runs it and returns what it prints, if it succeeds.
  func output() -> String? {
    let process = makeProcess()
    let pipe = Pipe()
    process.standardOutput = pipe
    process.standardError = FileHandle.nullDevice
    guard (try? start(process)) != nil else { return nil }
    let data = pipe.fileHandleForReading.readDataToEndOfFile()
    process.waitUntilExit()
    return code(of: process) == 0 ? String(decoding: data, as: UTF8.self) : nil
  }

  private func makeProcess() -> Process {
    let process = Process()
    process.executableURL = program
    process.arguments = arguments
    process.environment = ProcessInfo.processInfo.environment.merging(environment) { $1 }
    process.currentDirectoryURL = folder
    return process
  }

  /// Threads of queues block most signals, and a program inherits that from the thread that starts it: it could not be
  /// ended by a signal or from the keyboard.
  private func start(_ process: Process) throws {
    var (none, present) = (sigset_t(), sigset_t())
    sigemptyset(&none)
    pthread_sigmask(SIG_SETMASK, &none, &present)
    defer { pthread_sigmask(SIG_SETMASK, &present, nil) }
    do {
      try process.run()
    } catch {
      throw CommandFailure(description: "\(program.path) could not be started: \(error.localizedDescription)")
    }
  }

  private func code(of process: Process) -> Int32 {
    process.terminationReason == .exit ? process.terminationStatus : 128 + process.terminationStatus
  }
}

/// A program in one of the folders of PATH.
func findProgram(_ name: String) -> URL? {
  for folder in (ProcessInfo.processInfo.environment["PATH"] ?? "").split(separator: ":") {
    let url = URL(filePath: String(folder)).appending(path: name)
    if FileManager.default.isExecutableFile(atPath: url.path) { return url }
  }
  return nil
}
