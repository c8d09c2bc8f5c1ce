// What one process tells another about the store.
import Artifacts
import Foundation
import Testing

struct StoreOptionsTests {
  @Test("options come back from the variables that stand for them, and the usual ones need none")
  func variables() throws {
    let root = FileManager.default.temporaryDirectory.appending(path: "quire-options-\(UUID().uuidString)")
    let usual = StoreOptions(root: root)
    #expect(usual.variables.isEmpty)
    var changed = usual
    changed.local = root.appending(path: "elsewhere")
    (changed.committedUse, changed.commits, changed.forces, changed.again) = (.trained, false, true, "1a09")
    let told = try StoreOptions(
      environment: changed.variables.merging(["QUIRE_ROOT": root.path]) { $1 }, from: "/")
    #expect(told.local.path == changed.local.path && told.committedUse == .trained)
    #expect(!told.commits && told.forces && told.again == "1a09")
    let plain = try StoreOptions(environment: ["QUIRE_ROOT": root.path], from: "/")
    #expect(plain.local.path == usual.local.path && plain.committedUse == .all)
    #expect(plain.commits && !plain.forces && plain.again == nil)
  }

  @Test("seconds of any size have words")
  func seconds() {
    #expect(shortSeconds(0.416) == "0.42 s" && shortSeconds(41.23) == "41.2 s")
    #expect(shortSeconds(725) == "12 min 5 s" && shortSeconds(7320) == "2 h 2 min")
    #expect(shortSeconds(1e20) == "1e+20 s" && shortSeconds(.infinity) == "inf s")
    #expect(shortSeconds(.nan) == "nan s")
  }
}
