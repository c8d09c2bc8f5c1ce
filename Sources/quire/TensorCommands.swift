// The commands that compute with tensors: another program beside this one does them, so that this one starts without
// libtorch and is there where libtorch is not.
import ArgumentParser
import Artifacts
import Foundation

/// `quire detect`.
struct DetectHandOver: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "detect",
    abstract: "Find objects in pictures with a published detector, or with one trained here.")

  @Argument(parsing: .captureForPassthrough) var arguments: [String] = []

  func run() throws { try reporting { try handOver("detect", arguments) } }
}

/// `quire train`.
struct TrainHandOver: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "train", abstract: "Train a detector on data in COCO's format.")

  @Argument(parsing: .captureForPassthrough) var arguments: [String] = []

  func run() throws { try reporting { try handOver("train", arguments) } }
}

/// `quire sensitivity`.
struct SensitivityHandOver: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "sensitivity",
    abstract: "Measure the Fisher information of every layer, overall and for critical categories.")

  @Argument(parsing: .captureForPassthrough) var arguments: [String] = []

  func run() throws { try reporting { try handOver("sensitivity", arguments) } }
}

/// `quire quantize`.
struct QuantizeHandOver: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "quantize", abstract: "Store a detector's weights in 2 to 8 bits.")

  @Argument(parsing: .captureForPassthrough) var arguments: [String] = []

  func run() throws { try reporting { try handOver("quantize", arguments) } }
}

/// Goes on as `quire-tensor`, which is built first where this program stands in a checkout's build folder.
private func handOver(_ command: String, _ arguments: [String]) throws {
  let link = try? FileManager.default.destinationOfSymbolicLink(atPath: "/proc/self/exe")
  let folder = URL(filePath: link ?? CommandLine.arguments[0]).deletingLastPathComponent()
  let program = folder.appending(path: "quire-tensor")
  let environment = ProcessInfo.processInfo.environment
  if let root = try? projectRoot(environment: environment, from: FileManager.default.currentDirectoryPath),
    folder.resolvingSymlinksInPath().path.hasPrefix(root.appending(path: ".build").path + "/")
  {
    let torch = environment["QUIRE_TORCH"] ?? root.appending(path: ".deps/torch").path
    guard FileManager.default.fileExists(atPath: torch + "/include/ATen/ATen.h") else {
      throw CommandFailure(
        description: "quire \(command) needs libtorch, which is not there; make setup installs it")
    }
    // Help is not worth the wait where there is something that knows it.
    let asksForHelp = arguments.contains { ["-h", "--help"].contains($0) }
    if !asksForHelp || !FileManager.default.isExecutableFile(atPath: program.path) { try build(root) }
  }
  guard FileManager.default.isExecutableFile(atPath: program.path) else {
    throw CommandFailure(
      description:
        "quire \(command) needs quire-tensor beside quire, which is built where libtorch is; make setup installs that"
    )
  }
  var words: [UnsafeMutablePointer<CChar>?] = ([program.path, command] + arguments).map { strdup($0) }
  words.append(nil)
  execv(program.path, words)
  throw CommandFailure(
    description: "\(program.path) could not be started: \(String(cString: strerror(errno)))")
}

private func build(_ root: URL) throws {
  guard let swift = findProgram("swift") else { return }
  let code = try Subprocess(
    program: swift, arguments: ["build", "--quiet", "-c", "release", "--product", "quire-tensor"],
    folder: root
  ).run()
  guard code == 0 else { throw CommandFailure(description: "quire-tensor does not build") }
}
