import CGit2
package import Diagnostics
import Files

/// A bare copy of what another git repository holds: its branches, its tags, and as HEAD its HEAD.
package enum GitMirror {
  /// The most bytes that a server may send at once.
  private static let mostBytes = 8 << 30
  private static let refspecs = [
    "+refs/heads/*:refs/heads/*", "+refs/tags/*:refs/tags/*", "+HEAD:refs/mlrepo/head",
  ]

  /// Opens the mirror in `folder`; nil if there is none.
  package static func open(_ folder: [UInt8]) throws(Failure) -> GitRepository? {
    guard FileSystem.kind(of: folder + Array("/HEAD".utf8)) != nil else { return nil }
    return try GitRepository(reading: folder, searching: false)
  }

  /// Brings the mirror in `folder`, made if there is none, up to date with the repository at `url`. `shown` names that.
  package static func refresh(
    _ folder: [UInt8], from url: String, shown: String, _ credentials: GitCredentials
  ) throws(Failure) -> GitRepository {
    try LibGit2.start()
    let mirror = if let known = try open(folder) { known } else { try make(folder) }
    var remote: OpaquePointer?
    try LibGit2.check(
      try LibGit2.withCString(Array(url.utf8)) { git_remote_create_anonymous(&remote, mirror.handle, $0) },
      "cannot use the git repository '\(shown)'")
    defer { git_remote_free(remote) }
    let state = FetchState(credentials, mostBytes)
    let code = try fetch(remote, state)
    try Interruption.check()
    if code < 0 { throw failure(code, state, shown) }
    var head = git_oid()
    if git_reference_name_to_id(&head, mirror.handle, "refs/mlrepo/head") == 0 {
      try LibGit2.check(git_repository_set_head_detached(mirror.handle, &head), "cannot note the HEAD of '\(shown)'")
    }
    return mirror
  }

  private static func make(_ folder: [UInt8]) throws(Failure) -> GitRepository {
    var made: OpaquePointer?
    let code = try LibGit2.withCString(folder) { git_repository_init(&made, $0, 1) }
    try LibGit2.check(code, "cannot make the git repository '\(PathText.escape(folder))'")
    git_repository_free(made)
    return try GitRepository(reading: folder, searching: false)
  }

  private static func fetch(_ remote: OpaquePointer?, _ state: FetchState) throws(Failure) -> Int32 {
    var options = git_fetch_options()
    try LibGit2.check(
      git_fetch_options_init(&options, UInt32(GIT_FETCH_OPTIONS_VERSION)), "cannot start to fetch from git")
    options.prune = GIT_FETCH_PRUNE
    options.download_tags = GIT_REMOTE_DOWNLOAD_TAGS_NONE
    options.callbacks.payload = Unmanaged.passUnretained(state).toOpaque()
    options.callbacks.credentials = { out, url, user, allowed, payload in
      stateOf(payload).provide(out, url, user, allowed)
    }
    options.callbacks.transfer_progress = { progress, payload in
      let received = progress?.pointee.received_bytes ?? 0
      return stateOf(payload).mayGoOn(received) ? 0 : -1
    }
    let texts = refspecs.map { Array($0.utf8CString) }
    return withPointers(texts) { pointers in
      var pointers = pointers
      return pointers.withUnsafeMutableBufferPointer { buffer in
        var list = git_strarray(strings: buffer.baseAddress, count: buffer.count)
        return withExtendedLifetime(state) { git_remote_fetch(remote, &list, &options, nil) }
      }
    }
  }

  private static func withPointers(
    _ texts: [[CChar]], _ found: [UnsafeMutablePointer<CChar>?] = [],
    _ body: ([UnsafeMutablePointer<CChar>?]) -> Int32
  ) -> Int32 {
    guard found.count < texts.count else { return body(found) }
    var text = texts[found.count]
    return text.withUnsafeMutableBufferPointer { withPointers(texts, found + [$0.baseAddress], body) }
  }

  private static func failure(_ code: Int32, _ state: FetchState, _ shown: String) -> Failure {
    var failure = LibGit2.failure(code, "cannot read the git repository '\(shown)'")
    failure.category = .remote
    if state.isTooLarge {
      failure.why = "it sends more than \(mostBytes >> 30) GiB"
    } else if code == GIT_ECERTIFICATE.rawValue, let words = sshWords(shown) {
      failure.why = "the key of the host is not known, or not the one that is known"
      failure.hint = "compare it with what the host's owner says, and accept it with: ssh \(words)"
    } else if state.wasAsked {
      failure.why = "the server wants to know who asks: \(failure.why)"
      failure.hint = "have the key in the ssh agent (ssh-add), or the login in ~/.git-credentials"
    }
    return failure
  }

  /// How ssh is told the host of a URL; nil for one that is not ssh's.
  static func sshWords(_ url: String) -> String? {
    guard let scheme = url.firstRange(of: "://") else {
      // As scp writes it: the first colon ends the host.
      return url.firstIndex(of: ":").map { String(url[..<$0]) }
    }
    guard ["ssh", "git+ssh", "ssh+git"].contains(url[..<scheme.lowerBound].lowercased()) else { return nil }
    let rest = url[scheme.upperBound...].prefix { $0 != "/" }
    guard let colon = rest.lastIndex(of: ":"), !rest[colon...].contains("]") else { return String(rest) }
    return "-p \(rest[rest.index(after: colon)...]) \(rest[..<colon])"
  }
}

/// What the callbacks of one fetch share.
private final class FetchState {
  private let credentials: GitCredentials
  private let mostBytes: Int
  private(set) var wasAsked = false
  private(set) var isTooLarge = false
  private var hasTriedAgent = false
  private var hasTriedLogin = false
  private var keys: [String]

  init(_ credentials: GitCredentials, _ mostBytes: Int) {
    self.credentials = credentials
    self.mostBytes = mostBytes
    keys = credentials.keyFiles
  }

  func mayGoOn(_ received: Int) -> Bool {
    isTooLarge = received > mostBytes
    return !isTooLarge && (try? Interruption.check()) != nil
  }

  /// Gives the next thing that has not been tried; each once, or a server that takes none would be asked for ever.
  func provide(
    _ out: UnsafeMutablePointer<UnsafeMutablePointer<git_credential>?>?, _ url: UnsafePointer<CChar>?,
    _ user: UnsafePointer<CChar>?, _ allowed: UInt32
  ) -> Int32 {
    wasAsked = true
    let name = user.map { String(decoding: LibGit2.bytes(of: $0), as: UTF8.self) }
    if allowed & GIT_CREDENTIAL_SSH_KEY.rawValue != 0 {
      if !hasTriedAgent, credentials.hasAgent {
        hasTriedAgent = true
        return git_credential_ssh_key_from_agent(out, name ?? "git")
      }
      if !keys.isEmpty { return git_credential_ssh_key_new(out, name ?? "git", nil, keys.removeFirst(), nil) }
    }
    if allowed & GIT_CREDENTIAL_USERNAME.rawValue != 0 { return git_credential_username_new(out, name ?? "git") }
    let address = String(decoding: LibGit2.bytes(of: url), as: UTF8.self)
    if allowed & GIT_CREDENTIAL_USERPASS_PLAINTEXT.rawValue != 0, !hasTriedLogin,
      let login = credentials.login(for: address, user: name)
    {
      hasTriedLogin = true
      return git_credential_userpass_plaintext_new(out, login.user, login.password)
    }
    return GIT_EAUTH.rawValue
  }
}

private func stateOf(_ payload: UnsafeMutableRawPointer?) -> FetchState {
  Unmanaged<FetchState>.fromOpaque(payload.unsafelyUnwrapped).takeUnretainedValue()
}
