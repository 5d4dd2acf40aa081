package import Diagnostics
import Files
import Formats
import Objects
import Remotes
import Workspaces

/// What is at a URL, on its way into a store: hashed while it arrives.
struct ExternalIntake {
  private let source: any ExternalSource
  private let look: ExternalLook

  /// Looks at what `url`, or the path of a file or folder as seen from `current`, has.
  init(
    _ url: String, current: [UInt8], environment: [String: String], known: [RemoteConfig], scratch: Scratch
  ) throws(Failure) {
    let address = try RemoteAddress.external(url)
    var transport = Transport(environment: environment, root: current, scratch: scratch)
    if let remote = known.first(where: { Self.isSamePlace($0.url, url) }) {
      try remote.checkSecrets()
      let unneeded: [TransportOption] = [.encrypt, .encryptionKey, .passphrase, .listing]
      transport.options = remote.transport.filter { !unneeded.contains($0.key) && $0.key.kinds.contains(address.kind) }
    }
    source = try transport.external(address)
    look = try source.look()
  }

  init(_ url: String, current: [UInt8], repository: Repository) throws(Failure) {
    try self.init(
      url, current: current, environment: repository.environment, known: try repository.settings.remotes(),
      scratch: repository.scratch)
  }

  /// Whether a URL leads to a file or folder of this machine.
  static func isLocal(_ url: String) throws(Failure) -> Bool { try RemoteAddress.external(url).kind == .folder }

  /// Whether a remote that the user described is on the same host, or in the same bucket: then its credentials count.
  private static func isSamePlace(_ remote: String, _ url: String) -> Bool {
    func start(_ text: String) -> Substring? {
      guard let scheme = text.firstRange(of: "://") else { return nil }
      let end = text[scheme.upperBound...].firstIndex { "/?#".contains($0) } ?? text.endIndex
      return text[..<end]
    }
    guard let one = start(remote), let other = start(url) else { return false }
    return one == other
  }

  // MARK: - Content

  /// Brings all of it into `store`, and returns what it is, and how to tell whether it changes.
  func bring(into store: ObjectStore) throws(Failure) -> (Content, PointerMark) {
    let session = StoreSession(store)
    switch look {
    case .file(let file):
      store.progress.begin("fetching", files: 1, bytes: file.size ?? 0)
      defer { store.progress.end() }
      let entry = try read(file, session)
      try session.commit()
      return (Content(kind: entry.kind, id: entry.id, size: entry.size), try mark)
    case .folder(let files):
      store.progress.begin("fetching", files: files.count, bytes: files.reduce(0) { $0 + min($1.size ?? 0, 1 << 50) })
      defer { store.progress.end() }
      var folder = TreeAssembly()
      for file in files { try folder.add(file.path, try read(file, session)) }
      let content = try folder.store(in: session)
      try session.commit()
      return (content, try mark)
    }
  }

  private func read(_ file: ExternalFile, _ session: StoreSession) throws(Failure) -> TreeEntry {
    let blob = try IncomingBlob(in: session)
    try source.read(file, restart: { blob.restart() }) { bytes throws(Failure) in
      try blob.write(bytes)
      session.store.progress.advance(bytes: bytes.count)
    }
    session.store.progress.advance(files: 1)
    let size = blob.size
    return TreeEntry(name: [], kind: file.isExecutable ? .executable : .file, id: try blob.finish(), size: size)
  }

  // MARK: - Changes

  private var mark: PointerMark {
    get throws(Failure) {
      switch look {
      case .file(let file): return PointerMark(entityTag: file.entityTag, modified: file.modified)
      case .folder(let files):
        let lines = files.sorted { $0.path < $1.path }.map { file in
          let version = file.entityTag ?? file.modified.map { "\($0)" } ?? "-"
          return "\(file.size.map { "\($0)" } ?? "-") \(version) \(file.path.text)\n"
        }
        return PointerMark(listing: try ContentHasher.id(of: Array(lines.joined().utf8)).text)
      }
    }
  }

  /// Whether the place says that it has what it had. Where it tells neither a tag nor a time, nothing can be known.
  func isUnchanged(since old: PointerMark, size: Int) throws(Failure) -> Bool {
    let now = try mark
    if case .file(let file) = look {
      guard file.size == nil || file.size == size else { return false }
      if let tag = now.entityTag { return tag == old.entityTag }
      return now.modified != nil && now == old
    }
    return now == old
  }
}

extension Elsewhere {
  /// Copies what is at a URL to `out`; by default to the last part of the URL's path in the current folder.
  package func get(url: String, to out: [UInt8]?, force: Bool) throws(Failure) -> CopiedPath {
    let target = try target(out, name: Self.name(of: url))
    let export = try Export(to: target, force: force, progress: progress)
    defer { export.cleanUp() }
    let intake = try ExternalIntake(
      url, current: current, environment: environment, known: knownRemotes(), scratch: export.scratch)
    let (content, _) = try intake.bring(into: export.store)
    try export.write(content, from: export.store)
    return CopiedPath(target: target, content: content, commit: nil)
  }

  /// The name that the last part of a URL's path suggests.
  package static func name(of url: String) -> [UInt8] {
    var rest = Substring(url)
    if let scheme = url.firstRange(of: "://") {
      rest = rest[scheme.upperBound...].prefix { $0 != "?" && $0 != "#" }
      rest = rest[(rest.firstIndex(of: "/") ?? rest.endIndex)...]
    }
    let name = PathText.unescape(String(rest.split(separator: "/").last ?? ""))
    return name.elementsEqual("..".utf8) || name.elementsEqual(".".utf8) ? [] : name
  }
}
