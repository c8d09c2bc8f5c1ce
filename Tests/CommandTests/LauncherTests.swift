// The launcher at the root: it asks for a build only where something changed, and never starts a stale program.
import Foundation
import TestSupport
import Testing

struct LauncherTests {
  /// A folder with the launcher, a source, and a compiler that writes a program which prints the source.
  private func checkout() throws -> URL {
    let root = FileManager.default.temporaryDirectory.appending(path: "quire-launcher-\(UUID().uuidString)")
    for folder in ["Sources/quire", "tools", ".build/release"] {
      try FileManager.default.createDirectory(
        at: root.appending(path: folder), withIntermediateDirectories: true)
    }
    // Its content: a link would lead back to this checkout.
    let launcher = root.appending(path: "quire")
    try Data(contentsOf: Fixtures.root.appending(path: "quire")).write(to: launcher)
    try FileManager.default.setAttributes([.posixPermissions: 0o755], ofItemAtPath: launcher.path)
    try Data("// manifest\n".utf8).write(to: root.appending(path: "Package.swift"))
    try write("one", root)
    let compiler = """
      #!/bin/sh
      echo building; echo . >> "\(root.path)/builds"
      text=$(cat "\(root.path)/Sources/quire/main.swift")
      [ "$text" = broken ] && exit 1
      [ -z "$EDIT_MEANWHILE" ] || echo "$EDIT_MEANWHILE" > "\(root.path)/Sources/quire/main.swift"
      printf '#!/bin/sh\\necho "%s $*"\\n' "$text" > "\(root.path)/.build/release/quire"
      chmod +x "\(root.path)/.build/release/quire"
      """
    let swift = root.appending(path: "tools/swift")
    try Data(compiler.utf8).write(to: swift)
    try FileManager.default.setAttributes([.posixPermissions: 0o755], ofItemAtPath: swift.path)
    return root
  }

  private func write(_ text: String, _ root: URL, file: String = "Sources/quire/main.swift") throws {
    try Data(text.utf8).write(to: root.appending(path: file))
  }

  private func launch(_ root: URL, _ environment: [String: String] = [:]) throws -> (
    code: Int32, output: String, builds: Int
  ) {
    let process = Process()
    process.executableURL = root.appending(path: "quire")
    process.arguments = ["plan", "a b"]
    process.environment = ["PATH": "\(root.path)/tools:/usr/bin:/bin"].merging(environment) { $1 }
    let output = Pipe()
    process.standardOutput = output
    process.standardError = FileHandle.nullDevice
    try process.run()
    let printed = String(decoding: output.fileHandleForReading.readDataToEndOfFile(), as: UTF8.self)
    process.waitUntilExit()
    let builds = (try? String(contentsOf: root.appending(path: "builds"), encoding: .utf8))?.count ?? 0
    return (process.terminationStatus, printed, builds / 2)
  }

  @Test("it builds after an edit, a new file, another compiler, a program that is gone, and not otherwise")
  func builds() throws {
    let root = try checkout()
    defer { try? FileManager.default.removeItem(at: root) }
    #expect(try launch(root) == (0, "one plan a b\n", 1))
    #expect(try launch(root) == (0, "one plan a b\n", 1))
    try write("two", root)
    #expect(try launch(root) == (0, "two plan a b\n", 2))
    try write("let x = 1", root, file: "Sources/quire/other.swift")
    #expect(try launch(root).builds == 3)
    try FileManager.default.removeItem(at: root.appending(path: "Sources/quire/other.swift"))
    #expect(try launch(root).builds == 4)
    try FileManager.default.removeItem(at: root.appending(path: ".build/release/quire"))
    #expect(try launch(root) == (0, "two plan a b\n", 5))
    // Another program in the place of the one that was built.
    try write("#!/bin/sh\necho stale\n", root, file: ".build/release/quire")
    #expect(try launch(root) == (0, "two plan a b\n", 6))
    let swift = root.appending(path: "tools/swift")
    try (Data(contentsOf: swift) + Data("\n# newer\n".utf8)).write(to: swift)
    #expect(try launch(root).builds == 7)
    #expect(try launch(root) == (0, "two plan a b\n", 7))
  }

  @Test("an edit with the same size and the old time, and one while the build runs, are seen")
  func sly() throws {
    let root = try checkout()
    defer { try? FileManager.default.removeItem(at: root) }
    let source = root.appending(path: "Sources/quire/main.swift")
    _ = try launch(root)
    let before = try FileManager.default.attributesOfItem(atPath: source.path)
    try write("two", root)
    try FileManager.default.setAttributes(
      [.modificationDate: try #require(before[.modificationDate])], ofItemAtPath: source.path)
    #expect(try launch(root) == (0, "two plan a b\n", 2))
    try write("three", root)
    #expect(try launch(root, ["EDIT_MEANWHILE": "four"]).output == "three plan a b\n")
    #expect(try launch(root).output == "four plan a b\n")
  }

  @Test("a build that fails ends with 2, starts nothing, and is tried again")
  func failure() throws {
    let root = try checkout()
    defer { try? FileManager.default.removeItem(at: root) }
    _ = try launch(root)
    try write("broken", root)
    #expect(try launch(root) == (2, "", 2))
    #expect(try launch(root) == (2, "", 3))
    try write("one", root)
    #expect(try launch(root).output == "one plan a b\n")
  }
}
