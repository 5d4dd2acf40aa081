import CSSH
import Diagnostics

/// What is told of an SSH remote beside its URL. What is not told, the user's configuration of OpenSSH tells.
package struct SSHSettings: Sendable {
  package var host: String
  package var port: Int?
  package var user: String?
  /// A private key beside those of the user.
  package var keyFile: String?
  /// For that key, or for the account where the server takes no key.
  package var password: String?
  /// The user's folder, in which `.ssh` lies.
  package var home: String?
  package var systemConfiguration = "/etc/ssh/ssh_config"
  package var connectSeconds = 20
  package var stallSeconds = 60
  package var attempts = 5
  /// Seconds to wait before a second connection; later ones wait longer.
  package var firstDelay = 0.25

  package init(host: String) { self.host = host }

  /// How OpenSSH's programs name the other side.
  private var words: String {
    (port.map { "-p \($0) " } ?? "") + (user.map { "\($0)@" } ?? "") + host
  }

  /// Opens a connection with an SFTP server behind it.
  func connect(_ place: String) throws(Failure) -> OpaquePointer {
    guard mlrepo_ssh_load() == 1 else {
      throw Failure(
        "cannot reach \(place)", why: "libssh is not installed",
        hint: RemoteLibrary.ssh.hint, category: .remote)
    }
    var opened: OpaquePointer?
    var explanation = [CChar](repeating: 0, count: 512)
    let folder = home.map { "\($0)/.ssh" }
    let strings = [host, user, folder, folder.map { "\($0)/config" }, systemConfiguration, keyFile, password]
    let outcome = withOptionalCStrings(strings) { texts in
      var target = mlrepo_ssh_target()
      (target.host, target.user, target.folder, target.user_config) = (texts[0], texts[1], texts[2], texts[3])
      (target.system_config, target.key, target.password) = (texts[4], texts[5], texts[6])
      target.port = UInt32(port ?? 0)
      target.timeout_seconds = connectSeconds
      return mlrepo_ssh_open(&target, &opened, &explanation)
    }
    if outcome == MLREPO_SSH_OPEN, let opened { return opened }
    let end = explanation.firstIndex(of: 0) ?? explanation.endIndex
    throw failure(
      Int(outcome), String(decoding: explanation[..<end].map { UInt8(bitPattern: $0) }, as: UTF8.self), place)
  }

  private func failure(_ outcome: Int, _ explanation: String, _ place: String) -> Failure {
    switch outcome {
    case MLREPO_SSH_UNKNOWN_HOST:
      Failure(
        "cannot trust \(place)", why: "its key is not known yet; the fingerprint is \(explanation)",
        hint: "compare it with what the host's owner says, then accept it with: ssh \(words)", category: .remote)
    case MLREPO_SSH_CHANGED_HOST:
      Failure(
        "cannot trust \(place)",
        why: "its key is not the one that is known: somebody may be in between; the fingerprint is \(explanation)",
        hint: "if the host was set up anew, forget the old key with: ssh-keygen -R "
          + (port.map { "'[\(host)]:\($0)'" } ?? host), category: .remote)
    case MLREPO_SSH_DENIED:
      Failure(
        "cannot enter \(place)", why: explanation,
        hint: "see whether this works, and 'ssh-add -l' has the key: ssh \(words)",
        category: .remote)
    case MLREPO_SSH_NO_SFTP: Failure("cannot use \(place)", why: "it offers no SFTP: \(explanation)", category: .remote)
    default: Failure("cannot reach \(place)", why: explanation, category: .remote)
    }
  }
}

/// Calls `body` with C strings, null where there is no string.
private func withOptionalCStrings<Result>(
  _ strings: [String?], _ body: ([UnsafePointer<CChar>?]) -> Result
) -> Result {
  let copies = strings.map { $0.map { Array($0.utf8CString) } }
  func next(_ index: Int, _ pointers: [UnsafePointer<CChar>?]) -> Result {
    guard index < copies.count else { return body(pointers) }
    guard let copy = copies[index] else { return next(index + 1, pointers + [nil]) }
    return copy.withUnsafeBufferPointer { next(index + 1, pointers + [$0.baseAddress]) }
  }
  return next(0, [])
}
