package import Diagnostics
import Files

/// What is known of how to prove to a git server who asks: keys of the user's, and the file that git's `store` helper
/// keeps. No program is run, since a repository's configuration could name it.
package struct GitCredentials: Sendable {
  /// Private keys that exist, tried after those of the ssh agent.
  let keyFiles: [String]
  /// Whether there is an agent that can be asked. libgit2 gives up where there is none.
  let hasAgent: Bool
  private let logins: [Login]

  private struct Login: Sendable {
    var start: String
    var user: String
    var password: String
  }

  /// Takes what is in the user's own folder, as `environment` names it.
  package init(environment: [String: String]) throws(Failure) {
    let socket = environment["SSH_AUTH_SOCK"] ?? ""
    hasAgent = !socket.isEmpty && FileSystem.kind(of: Array(socket.utf8)) != nil
    guard let home = environment["HOME"], home.hasPrefix("/") else {
      (keyFiles, logins) = ([], [])
      return
    }
    keyFiles = ["id_ed25519", "id_ecdsa", "id_rsa"].map { "\(home)/.ssh/\($0)" }
      .filter { FileSystem.kind(of: Array($0.utf8)) == .file }
    let settings = environment["XDG_CONFIG_HOME"].flatMap { $0.hasPrefix("/") ? $0 : nil } ?? "\(home)/.config"
    var found: [Login] = []
    for path in ["\(home)/.git-credentials", "\(settings)/git/credentials"] {
      let bytes = try FileHandle.contents(at: Array(path.utf8), limit: 1 << 20) ?? []
      for line in bytes.split(separator: UInt8(ascii: "\n")) {
        if let login = Self.login(String(decoding: line, as: UTF8.self)) { found.append(login) }
      }
    }
    logins = found
  }

  /// Reads `https://USER:PASSWORD@HOST[/PATH]`, percent-encoded.
  private static func login(_ line: String) -> Login? {
    guard let scheme = line.firstRange(of: "://") else { return nil }
    let rest = line[scheme.upperBound...]
    let end = rest.firstIndex(of: "/") ?? rest.endIndex
    guard let at = rest[..<end].lastIndex(of: "@"), let colon = rest[..<at].firstIndex(of: ":"),
      let user = decoded(rest[..<colon]), let password = decoded(rest[rest.index(after: colon)..<at])
    else { return nil }
    return Login(
      start: String(line[..<scheme.upperBound]) + String(rest[rest.index(after: at)...]), user: user, password: password
    )
  }

  private static func decoded(_ text: Substring) -> String? {
    var bytes: [UInt8] = []
    var rest = Array(text.utf8)[...]
    while let byte = rest.popFirst() {
      guard byte == UInt8(ascii: "%") else {
        bytes.append(byte)
        continue
      }
      guard rest.count >= 2, let value = UInt8(String(decoding: rest.prefix(2), as: UTF8.self), radix: 16)
      else { return nil }
      rest = rest.dropFirst(2)
      bytes.append(value)
    }
    return String(validating: bytes, as: UTF8.self)
  }

  /// The name and password for `url`: of the line whose host, and path if it has one, are those of `url`.
  func login(for url: String, user: String?) -> (user: String, password: String)? {
    guard let scheme = url.firstRange(of: "://") else { return nil }
    let rest = url[scheme.upperBound...]
    let end = rest.firstIndex(of: "/") ?? rest.endIndex
    let host = rest[..<end].lastIndex(of: "@").map { rest[rest.index(after: $0)...] } ?? rest
    let bare = String(url[..<scheme.upperBound]) + String(host)
    for login in logins where user == nil || user == login.user {
      var start = login.start
      while start.hasSuffix("/") { start.removeLast() }
      if bare == start || bare.hasPrefix(start + "/") { return (login.user, login.password) }
    }
    return nil
  }
}
