// The folder in which the processes of one command leave each other what they need not make twice.
import Foundation
import Testing

@Suite(.enabled(if: ToyProject.isThere, ToyProject.reason))
struct SharedFolderTests {
  @Test("notebooks are told of a folder, which goes with the command, and with it what a killed one has left")
  func goes() throws {
    let project = try ToyProject()
    // A notebook that leaves something in its folder, says where that is, and ends.
    let notebook = project.root.appending(path: "bin/01-toy")
    try FileManager.default.removeItem(at: notebook)
    try project.write(
      "bin/01-toy",
      """
      #!/bin/sh
      mkdir -p "$QUIRE_SHARED" && echo left > "$QUIRE_SHARED/it" && echo "$QUIRE_SHARED" >> "$QUIRE_ROOT/told"
      exit 3

      """)
    try FileManager.default.setAttributes([.posixPermissions: 0o755], ofItemAtPath: notebook.path)
    // No process has so large a number; the test itself is alive.
    let alive = "\(ProcessInfo.processInfo.processIdentifier)-b"
    try project.write(".quire/shared/2000000000-a/it", "left")
    try project.write(".quire/shared/\(alive)/it", "in use")
    #expect(try project.quire("run").code == 2)
    let told = try project.text("told").split(separator: "\n").map(String.init)
    #expect(!told.isEmpty)
    let folder = project.root.appending(path: ".quire/shared").resolvingSymlinksInPath().path + "/"
    for path in told {
      #expect(URL(filePath: path).resolvingSymlinksInPath().path.hasPrefix(folder))
      #expect(!FileManager.default.fileExists(atPath: path))
    }
    #expect(project.names(in: ".quire/shared") == [alive])
  }
}
