// The commands that compute with tensors. `quire` hands them on, so that people type one name.
import ArgumentParser
import Foundation
import Torch

/// `quire-tensor`, which calls itself `quire` because that is what was typed.
@main
struct QuireTensor: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "quire", abstract: "The commands of quire that compute with tensors.",
    subcommands: [
      DetectCommand.self, TrainCommand.self, SensitivityCommand.self, QuantizeCommand.self,
    ])
}

/// Where tensors are computed.
enum ComputeDevice: String, CaseIterable, ExpressibleByArgument {
  case cpu
  case cuda

  /// Refuses a device that is not there.
  func demand() throws {
    guard self == .cuda else { return }
    throw TorchError(
      Runtime.hasCUDA
        ? "--device cuda: detectors do not run on it yet; expected cpu"
        : "--device cuda: libtorch \(Runtime.version) sees no such device; expected cpu")
  }
}

/// Runs the body of a command; a failure becomes one sentence on standard error and exit code 2.
func reporting(_ command: String, _ body: () throws -> Void) throws {
  do {
    try body()
  } catch let exit as ExitCode {
    throw exit
  } catch {
    say("quire \(command): \(error)".split(separator: "\n").joined(separator: " "))
    throw ExitCode(2)
  }
}

/// A line on standard error.
func say(_ line: String) {
  FileHandle.standardError.write(Data((line + "\n").utf8))
}

/// One JSON object on standard output, its keys sorted.
func printJSON(_ value: some Encodable) throws {
  let encoder = JSONEncoder()
  encoder.outputFormatting = [.sortedKeys, .withoutEscapingSlashes]
  print(String(decoding: try encoder.encode(value), as: UTF8.self))
}
