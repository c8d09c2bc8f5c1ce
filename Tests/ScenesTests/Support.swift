import FoundationEssentials
import Scenes
import TestSupport
import Testing

/// The folder of art sets that the set-up fetches.
let artFolder = Fixtures.root.appending(path: ".deps/art")

/// Whether it is there.
let hasArt = FileManager.default.fileExists(atPath: artFolder.appending(path: "noto/NotoColorEmoji.ttf").path)

/// Why tests that need it are skipped without it.
let lacksArt: Comment = "the set-up has not fetched the art sets"

/// The art, read once for all tests.
func sharedCatalog() throws -> SceneCatalog { try shared.get() }

private let shared = Result { () throws(SceneError) in try SceneCatalog.load(root: Fixtures.root) }

/// Calls `body` with a new folder and removes it afterwards.
func withTemporaryFolder(_ body: (URL) throws -> Void) throws {
  let folder = FileManager.default.temporaryDirectory.appending(path: "scenes-\(UUID().uuidString)")
  try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
  defer { try? FileManager.default.removeItem(at: folder) }
  try body(folder)
}
