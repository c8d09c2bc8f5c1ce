// A folder that all processes of one command share.
import Artifacts
import Foundation

/// A folder for what processes of one command leave each other. It goes with the command; what a killed one has left goes
/// with the next.
final class SharedFolder: Sendable {
  /// Where it is; whoever leaves something first makes it.
  let url: URL

  /// A folder of this process in a project.
  init(root: URL) {
    let parent = root.appending(path: ".quire/shared")
    for name in Files.names(in: parent) {
      guard let process = Int32(name.prefix { $0 != "-" }), kill(process, 0) != 0, errno == ESRCH else {
        continue
      }
      Files.remove(parent.appending(path: name))
    }
    url = parent.appending(path: "\(ProcessInfo.processInfo.processIdentifier)-\(UUID().uuidString)")
  }

  deinit { Files.remove(url) }
}
