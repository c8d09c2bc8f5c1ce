// A server for one person on one machine: GET only, and only from this machine. A preview needs no more than this, and a
// package for servers would be many times the rest of what is fetched for a build.
import Foundation

#if canImport(Glibc)
  import Glibc
#else
  import Darwin
#endif

/// What a browser asks for.
struct PageRequest: Equatable {
  let path: String

  /// What a request is answered with when it cannot be served.
  enum Refusal: Error, Equatable {
    case malformed, otherMethod, otherHost
    var status: String {
      switch self {
      case .malformed: "400 Bad Request"
      case .otherMethod: "405 Method Not Allowed"
      case .otherHost: "403 Forbidden"
      }
    }
  }

  /// Reads the head of a request.
  /// - Parameter port: where the server listens: a page of another site that reached it by a name of its own is refused.
  init(_ head: String, port: UInt16) throws(Refusal) {
    let lines = head.replacingOccurrences(of: "\r\n", with: "\n").split(separator: "\n")
    let words = (lines.first ?? "").split(separator: " ")
    guard words.count == 3, words[2].hasPrefix("HTTP/1."), words[1].hasPrefix("/") else { throw .malformed }
    guard words[0] == "GET" else { throw .otherMethod }
    let host = lines.dropFirst().first { $0.lowercased().hasPrefix("host:") }.map {
      $0.dropFirst(5).trimmingCharacters(in: .whitespaces)
    }
    guard let host, ["127.0.0.1:\(port)", "localhost:\(port)"].contains(host) else { throw .otherHost }
    path = String(words[1].prefix { $0 != "?" && $0 != "#" })
  }
}

/// An answer.
struct PageAnswer {
  var status = "200 OK"
  var type = "text/html; charset=utf-8"
  var body: String
}

/// Listens on the loopback.
struct LoopbackServer {
  private let listener: Int32
  /// Where it listens.
  let port: UInt16

  /// Begins to listen.
  /// - Parameter port: 0 for any that is free.
  init(port: UInt16) throws {
    listener = socket(AF_INET, Int32(SOCK_STREAM.rawValue), 0)
    guard listener >= 0 else { throw CommandFailure(description: "no socket could be opened") }
    var one: Int32 = 1
    setsockopt(listener, SOL_SOCKET, SO_REUSEADDR, &one, socklen_t(MemoryLayout<Int32>.size))
    var address = sockaddr_in()
    address.sin_family = sa_family_t(AF_INET)
    address.sin_port = port.bigEndian
    address.sin_addr.s_addr = UInt32(0x7F00_0001).bigEndian
    var length = socklen_t(MemoryLayout<sockaddr_in>.size)
    let listener = listener
    let isBound = withUnsafeMutablePointer(to: &address) { pointer in
      pointer.withMemoryRebound(to: sockaddr.self, capacity: 1) {
        bind(listener, $0, length) == 0 && listen(listener, 16) == 0
          && getsockname(listener, $0, &length) == 0
      }
    }
    guard isBound else {
      let reason = String(cString: strerror(errno)).lowercased()
      close(listener)
      throw CommandFailure(
        description: "port \(port) of 127.0.0.1 cannot be opened: \(reason); choose another with --port")
    }
    self.port = UInt16(bigEndian: address.sin_port)
  }

  /// Answers until the process ends; each connection on a thread of its own, since browsers open some in advance.
  func run(_ answer: @escaping @Sendable (PageRequest) -> PageAnswer) -> Never {
    signal(SIGPIPE, SIG_IGN)
    while true {
      let connection = accept(listener, nil, nil)
      guard connection >= 0 else { continue }
      var patience = timeval(tv_sec: 5, tv_usec: 0)
      for option in [SO_RCVTIMEO, SO_SNDTIMEO] {
        setsockopt(connection, SOL_SOCKET, option, &patience, socklen_t(MemoryLayout<timeval>.size))
      }
      let port = port
      Thread.detachNewThread {
        serve(connection, port: port, answer)
        close(connection)
      }
    }
  }
}

private func serve(_ connection: Int32, port: UInt16, _ answer: (PageRequest) -> PageAnswer) {
  guard let head = readHead(connection) else { return }
  let page: PageAnswer
  do throws(PageRequest.Refusal) {
    page = answer(try PageRequest(head, port: port))
  } catch {
    page = PageAnswer(status: error.status, type: "text/plain; charset=utf-8", body: error.status + "\n")
  }
  let body = Array(page.body.utf8)
  let answerHead =
    "HTTP/1.1 \(page.status)\r\nContent-Type: \(page.type)\r\nContent-Length: \(body.count)\r\n"
    + "Cache-Control: no-store\r\nX-Content-Type-Options: nosniff\r\nConnection: close\r\n\r\n"
  let bytes = Array(answerHead.utf8) + body
  var sent = 0
  while sent < bytes.count {
    let count = bytes.withUnsafeBytes {
      send(connection, $0.baseAddress?.advanced(by: sent), bytes.count - sent, 0)
    }
    if count <= 0 { return }
    sent += count
  }
}

/// The head of a request; what is longer than 16 kB is cut, which makes it malformed.
private func readHead(_ connection: Int32) -> String? {
  var bytes: [UInt8] = []
  var buffer = [UInt8](repeating: 0, count: 4096)
  while bytes.count < 16_384 {
    let count = recv(connection, &buffer, buffer.count, 0)
    if count <= 0 { return nil }
    bytes += buffer[..<count]
    let text = String(decoding: bytes, as: UTF8.self)
    if text.contains("\r\n\r\n") || text.contains("\n\n") { return text }
  }
  return ""
}
