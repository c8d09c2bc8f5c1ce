// Results of steps in a folder of their own, removed at the end.
import Artifacts
import Foundation
import TestSupport

/// A store whose results go with it.
final class TemporaryStore: Sendable {
  /// The store.
  let store: Store
  private let folder = FileManager.default.temporaryDirectory.appending(
    path: "quire-store-\(UUID().uuidString)")

  init() {
    var options = StoreOptions(root: Fixtures.root)
    options.local = folder
    store = Store(options, reporter: Reporter(isQuiet: true))
  }

  deinit { try? FileManager.default.removeItem(at: folder) }
}
