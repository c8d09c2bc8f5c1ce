// quire serve, spoken to as a browser does, and as a browser never would.
import Foundation
import Testing

#if canImport(Glibc)
  import Glibc
#endif

@Suite(
  .enabled(if: CommandProject.command != nil, CommandProject.reason),
  .enabled(if: PublishTests.hasTools, PublishTests.reason))
struct ServeTests {
  /// Sends bytes to a port of the loopback and reads the answer.
  static func ask(_ port: UInt16, _ text: String) -> String {
    let client = socket(AF_INET, Int32(SOCK_STREAM.rawValue), 0)
    defer { close(client) }
    var address = sockaddr_in()
    address.sin_family = sa_family_t(AF_INET)
    address.sin_port = port.bigEndian
    address.sin_addr.s_addr = UInt32(0x7F00_0001).bigEndian
    let isConnected = withUnsafePointer(to: address) { pointer in
      pointer.withMemoryRebound(to: sockaddr.self, capacity: 1) {
        connect(client, $0, socklen_t(MemoryLayout<sockaddr_in>.size)) == 0
      }
    }
    guard isConnected else { return "" }
    let bytes = Array(text.utf8)
    _ = send(client, bytes, bytes.count, Int32(MSG_NOSIGNAL))
    var answer: [UInt8] = []
    var buffer = [UInt8](repeating: 0, count: 65_536)
    while true {
      let count = recv(client, &buffer, buffer.count, 0)
      if count <= 0 { break }
      answer += buffer[..<count]
    }
    return String(decoding: answer, as: UTF8.self)
  }

  static func get(_ path: String, _ port: UInt16) -> String {
    ask(port, "GET \(path) HTTP/1.1\r\nHost: 127.0.0.1:\(port)\r\n\r\n")
  }

  /// Whether the page holds a text before long.
  private func page(_ port: UInt16, holds text: String) async throws -> Bool {
    for _ in 0..<200 {
      if Self.get("/", port).contains(text) { return true }
      try await Task.sleep(for: .milliseconds(100))
    }
    return false
  }

  /// A server under way; whoever starts it ends it.
  private final class Server {
    let port: UInt16
    private let process: Process

    init(_ project: CommandProject, _ arguments: [String]) throws {
      let (process, _, messages) = try project.start(arguments)
      self.process = process
      let said = String(decoding: messages.fileHandleForReading.availableData, as: UTF8.self)
      let address = try #require(said.firstMatch(of: #/http://127\.0\.0\.1:(\d+)/#), "\(said)")
      port = try #require(UInt16(address.1))
    }

    func end() {
      kill(process.processIdentifier, SIGKILL)
      process.waitUntilExit()
    }
  }

  @Test("a change of code is built and run; what the compiler and the notebook say stands in the page")
  func code() async throws {
    let project = try CommandProject()
    let command = try #require(CommandProject.command)
    // A launcher that knows the notebook's program, and a compiler that trips over one word.
    try project.write(
      "quire",
      """
      #!/bin/sh
      echo "$1" >> "$QUIRE_ROOT/calls"
      if line=$(grep -n 'bse' "$QUIRE_ROOT/Notebooks/01-answer.swift"); then
        echo "Notebooks/01-answer.swift:${line%%:*}:40: error: cannot find 'bse' in scope" >&2; exit 2
      fi
      [ "$1" = run ] && set -- "$@" --binaries "\(project.binaries)"
      exec "\(command.path)" "$@"
      """)
    try FileManager.default.setAttributes(
      [.posixPermissions: 0o755], ofItemAtPath: project.root.appending(path: "quire").path)
    try project.write("Sources/Drawing/plot.swift", "let width = 1\n")
    let server = try Server(project, ["serve", "--port", "0"])
    defer { server.end() }
    let port = server.port
    #expect(try await page(port, holds: ">10</data>"), "what has no records is run at the start")

    try project.program(answer: 11)
    try project.edit("Notebooks/01-answer.swift", "base + 6", "base + 7")
    #expect(try await page(port, holds: ">11</data>"))
    try project.edit("Notebooks/01-answer.swift", "base + 7", "bse + 7")
    #expect(try await page(port, holds: "Notebooks/01-answer.swift:12:40: error: cannot find 'bse' in scope"))
    #expect(Self.get("/", port).contains(">11</data>"), "the last good page stays below the error")
    let failure = #"{"kind":"failure","failure":{"line":12,"message":"no answer"}}"#
    try project.program(answer: 11, then: "echo '\(failure)' >> \"$QUIRE_RECORDS\"; exit 2")
    try project.edit("Notebooks/01-answer.swift", "bse + 7", "base + 8")
    #expect(
      try await page(port, holds: "> 12  notebook.value(\"answer\""), "\(Self.get("/", port).prefix(2000))")
    try project.program(answer: 12)
    try project.edit("Notebooks/01-answer.swift", "base + 8", "base + 9")
    #expect(try await page(port, holds: ">12</data>"))
    #expect(!(try project.text("calls")).contains("weave"), "this program is still what the sources give")
    try project.program(
      answer: 13, then: "while [ -z \"$QUIRE_PLAN\" ] && [ ! -e \"$QUIRE_ROOT/go\" ]; do sleep 0.1; done")
    try project.edit("Notebooks/01-answer.swift", "base + 9", "base + 10")
    var said = ""
    for _ in 0..<600 where !said.contains("run 01-answer") {
      said = Self.get("/version", port)
      try await Task.sleep(for: .milliseconds(50))
    }
    #expect(said.contains("\nquire: run 01-answer"), "what runs is told with the version")
    try project.write("go", "")
    #expect(try await page(port, holds: ">13</data>"))
    #expect(!Self.get("/version", port).contains("run 01-answer"))
    try project.edit("Sources/Drawing/plot.swift", "1", "2")
    for _ in 0..<200 where !(try project.text("calls")).contains("figures\nweave\n") {
      try await Task.sleep(for: .milliseconds(50))
    }
    #expect(try project.text("calls").hasSuffix("figures\nweave\n"))
    #expect(try await page(port, holds: "<body><script>"))
  }

  @Test("a notebook that cannot be read is told in the page from the start, and the page follows once it can")
  func unreadable() async throws {
    let project = try CommandProject()
    #expect(try project.quire("run", "--binaries", project.binaries).code == 0)
    try project.edit("Notebooks/01-answer.swift", "{#sec-twice}", "{#twice}")
    let server = try Server(project, ["serve", "--port", "0"])
    defer { server.end() }
    #expect(try await page(server.port, holds: "the label of a section begins with sec-"))
    try project.edit("Notebooks/01-answer.swift", "{#twice}", "{#sec-twice}")
    #expect(try await page(server.port, holds: "It is <a class=\"number\""))
  }

  @Test("the page follows notebooks that stand elsewhere, as those of a report on other data do")
  func links() async throws {
    let project = try CommandProject()
    let (notebooks, elsewhere) = ("Notebooks", "Checkout/Notebooks")
    try project.write("\(elsewhere)/01-answer.swift", CommandProject.notebook)
    try project.write("\(elsewhere)/front.md", try project.text("\(notebooks)/front.md"))
    let place = project.root.appending(path: notebooks)
    try FileManager.default.removeItem(at: place)
    try FileManager.default.createSymbolicLink(
      at: place, withDestinationURL: project.root.appending(path: elsewhere))
    #expect(try project.quire("run", "--binaries", project.binaries).code == 0)
    let server = try Server(project, ["serve", "--port", "0", "--no-run"])
    defer { server.end() }
    let port = server.port
    #expect(try await page(port, holds: "It is <a class=\"number\""))
    try project.edit("\(elsewhere)/01-answer.swift", "It is {{answer}}.", "Behold, {{answer}}.")
    #expect(try await page(port, holds: "Behold, <a class"))
  }

  @Test("the page follows the prose, shows errors with file and line, and refuses what is no visit to it")
  func serve() async throws {
    let project = try CommandProject()
    #expect(try project.quire("run", "--binaries", project.binaries).code == 0)
    let server = try Server(project, ["serve", "--port", "0", "--no-run"])
    defer { server.end() }
    let port = server.port
    #expect(Self.get("/", port).contains("It is <a class=\"number\""))
    let version = Self.get("/version", port)
    #expect(version.hasPrefix("HTTP/1.1 200 OK\r\n") && version.hasSuffix("\r\n\r\n1"))
    try project.edit("Notebooks/01-answer.swift", "It is {{answer}}.", "Behold, {{answer}}.")
    #expect(try await page(port, holds: "Behold, <a class"))
    try project.edit("Notebooks/01-answer.swift", "{{answer}}", "{{anser}}")
    #expect(try await page(port, holds: "Notebooks/01-answer.swift:3: there is no value \"anser\""))
    #expect(Self.get("/", port).contains("Behold, <a class"))
    try project.edit("Notebooks/01-answer.swift", "{{anser}}", "{{answer}}")
    #expect(try await page(port, holds: "<body><script>"))

    for (request, status) in [
      ("POST / HTTP/1.1\r\nHost: 127.0.0.1:\(port)\r\n\r\n", "405"), ("nonsense\r\n\r\n", "400"),
      ("GET / HTTP/1.1\r\nHost: example.org\r\n\r\n", "403"), ("GET / HTTP/1.1\r\n\r\n", "403"),
      ("GET /../../etc/passwd HTTP/1.1\r\nHost: localhost:\(port)\r\n\r\n", "404"),
      ("GET /" + String(repeating: "a", count: 40_000), "400"), ("\u{0}\u{1}\r\n\r\n", "400"),
    ] {
      let answer = Self.ask(port, request)
      // The server reads no more than 16 kB; closing with the rest unread may take its answer back.
      let mayBeLost = request.utf8.count > 16_384
      #expect(
        answer.hasPrefix("HTTP/1.1 \(status) ") || (mayBeLost && answer.isEmpty),
        "\(request.prefix(40)): \(answer.prefix(40))")
    }
    #expect(Self.get("/version", port).hasPrefix("HTTP/1.1 200"))
    let second = try project.quire("serve", "--port", "\(port)", "--no-run")
    #expect(
      second.code == 2
        && second.messages.contains("port \(port) of 127.0.0.1 cannot be opened: address already in use"))
  }
}
