import Diagnostics
import Foundation
import TestSupport

/// A real server that runs while the value lives, on a free port of this machine.
final class RealServer: Sendable {
  let sandbox: Sandbox
  let port: Int
  private let process: String

  /// Where the servers' programs are, beside `PATH`.
  private static let folders =
    (Sandbox.variable("PATH") ?? "").split(separator: ":").map { String($0) } + ["/usr/sbin", "/sbin"]

  /// The path of a program; nil where it is not installed.
  static func program(_ name: String) -> String? {
    folders.map { "\($0)/\(name)" }.first { access($0, X_OK) == 0 }
  }

  /// The path of rclone; nil where there is none.
  static let rclone: String? = {
    guard let home = Sandbox.variable("HOME"),
      let found = try? ChildProcess.run(
        ["\(Products.package)/.ci/servers", "rclone"], in: "/",
        environment: ["HOME": home, "PATH": folders.joined(separator: ":")]),
      found.status == 0
    else { return nil }
    return found.text.trimmingCharacters(in: .whitespacesAndNewlines)
  }()

  /// Starts `command`, a line for the shell that goes on until it is killed, with the port in `$PORT`. It is ended after
  /// ten minutes at the latest, whatever happens to the tests.
  init(in sandbox: Sandbox, _ command: (_ port: Int) throws -> String) throws {
    self.sandbox = sandbox
    port = try Self.freePort()
    let line = try command(port)
    process = try sandbox.shell("setsid timeout 600 \(line) >> server.log 2>&1 < /dev/null & echo $!")
      .trimmingCharacters(in: .whitespacesAndNewlines)
    for _ in 0..<400 {
      if Self.isOpen(port) { return }
      usleep(25_000)
    }
    throw Failure("the server does not start", why: String(decoding: sandbox.read("server.log") ?? [], as: UTF8.self))
  }

  deinit { _ = try? sandbox.shell("kill \(process)") }

  private static func socketAddress(_ port: Int) -> sockaddr_in {
    var address = sockaddr_in()
    address.sin_family = sa_family_t(AF_INET)
    address.sin_addr.s_addr = UInt32(0x7f00_0001).bigEndian
    address.sin_port = UInt16(port).bigEndian
    return address
  }

  private static func withSocket<Result>(_ port: Int, _ body: (Int32, UnsafeMutablePointer<sockaddr>) -> Result)
    -> Result
  {
    let descriptor = socket(AF_INET, Int32(SOCK_STREAM.rawValue), 0)
    _ = fcntl(descriptor, F_SETFD, FD_CLOEXEC)
    defer { close(descriptor) }
    var address = socketAddress(port)
    return withUnsafeMutablePointer(to: &address) {
      $0.withMemoryRebound(to: sockaddr.self, capacity: 1) { body(descriptor, $0) }
    }
  }

  private static func isOpen(_ port: Int) -> Bool {
    withSocket(port) { connect($0, $1, socklen_t(MemoryLayout<sockaddr_in>.size)) == 0 }
  }

  private static func freePort() throws -> Int {
    let port = withSocket(0) { descriptor, address in
      var size = socklen_t(MemoryLayout<sockaddr_in>.size)
      guard bind(descriptor, address, size) == 0, getsockname(descriptor, address, &size) == 0 else { return 0 }
      return address.withMemoryRebound(to: sockaddr_in.self, capacity: 1) {
        Int(UInt16(bigEndian: $0.pointee.sin_port))
      }
    }
    guard port > 0 else { throw Failure("no port is free", why: "") }
    return port
  }
}
