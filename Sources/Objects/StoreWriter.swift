package import Diagnostics
package import Files

/// One thread's way into a session: hashes files and stores what is new, in one pass over each.
package final class StoreWriter {
  let session: StoreSession
  private let hasher: ContentHasher
  private let compression = Compression()
  private let buffer = UnsafeMutableRawBufferPointer.allocate(byteCount: 1 << 20, alignment: 4096)
  private var pack: PackWriter?
  /// The first few small objects wait here: perhaps they stay the only ones, and need no pack.
  private var waiting: [StoreSession.SmallObject] = []

  package init(_ session: StoreSession) throws(Failure) {
    self.session = session
    hasher = try ContentHasher()
  }

  deinit { buffer.deallocate() }

  /// Stores the content of `file` and returns its id with the stat it had all along. A file that changes meanwhile is
  /// read once more and then refused, so that what is stored is what the file held at one moment.
  package func store(_ file: borrowing FileHandle) throws(Failure) -> (id: ObjectID, stat: FileStat) {
    try settled(file) { (file: borrowing FileHandle, stat) throws(Failure) in
      stat.size < ObjectStore.looseThreshold ? try storeSmall(file, stat.size) : try storeLarge(file)
    }
  }

  /// Hashes the content of `file` and stores nothing.
  package func hash(_ file: borrowing FileHandle) throws(Failure) -> (id: ObjectID, stat: FileStat) {
    try settled(file) { (file: borrowing FileHandle, _) throws(Failure) in
      var offset = 0
      while true {
        let count = try file.read(at: offset, into: buffer)
        if count == 0 { return hasher.finish() }
        hasher.update(UnsafeRawBufferPointer(rebasing: buffer[..<count]))
        offset += count
        session.store.progress.advance(bytes: count)
        try Interruption.check()
      }
    }
  }

  /// Stores bytes in memory: a link's target or a tree.
  package func store(_ bytes: [UInt8], kind: ObjectKind) throws(Failure) -> ObjectID {
    hasher.reset()
    let id = bytes.withUnsafeBytes { hasher.hash($0) }
    if try session.claim(id, size: bytes.count) {
      try bytes.withRaw { raw throws(Failure) in try keep(raw, id: id, kind: kind) }
    }
    return id
  }

  /// Stores an object that came as an entry of a pack. `bytes` is what it holds, verified by whoever took it in.
  package func store(_ entry: PackEntry, _ bytes: [UInt8]) throws(Failure) {
    session.store.progress.advance(bytes: bytes.count)
    guard try session.claim(entry.id, size: bytes.count) else { return }
    if bytes.count >= ObjectStore.looseThreshold, entry.kind == .blob {
      let file = try PendingFile(in: session.store.scratch(), mode: 0o600)
      try bytes.withRaw { raw throws(Failure) in try file.handle.writeSparsely(raw) }
      try file.handle.truncate(to: bytes.count)
      try file.handle.setMode(0o444)
      return try session.deliver(loose: entry.id, try file.seal(session.store.options.durability))
    }
    guard session.store.options.durability != .each, let target = try packForMany() else {
      return try bytes.withRaw { raw throws(Failure) in try keep(raw, id: entry.id, kind: entry.kind) }
    }
    try target.append(entry)
    try deliverIfFull(target)
  }

  /// Hands what was written to the session. Call once, when the thread has no more to store.
  package func finish() {
    session.deliver(small: waiting)
    waiting = []
    if let pack {
      nonisolated(unsafe) let handed = pack
      session.deliver(open: handed)
    }
    pack = nil
  }

  private func settled(
    _ file: borrowing FileHandle, _ body: (borrowing FileHandle, FileStat) throws(Failure) -> ObjectID
  ) throws(Failure) -> (id: ObjectID, stat: FileStat) {
    var before = try file.stat()
    for _ in 0..<2 {
      guard before.kind == .file || before.kind == .executable else {
        throw Failure("cannot store \(PathText.escape(file.path))", why: "it is not a regular file", category: .failed)
      }
      hasher.reset()
      let id = try body(file, before)
      let after = try file.stat()
      if after == before { return (id, after) }
      before = after
    }
    throw Failure(
      "cannot store \(PathText.escape(file.path))", why: "it keeps changing while it is read",
      hint: "wait until the program that writes it is done", category: .failed)
  }

  private func storeSmall(_ file: borrowing FileHandle, _ size: Int) throws(Failure) -> ObjectID {
    // One byte more than expected shows a file that has grown.
    let count = try file.read(at: 0, into: UnsafeMutableRawBufferPointer(rebasing: buffer[..<(size + 1)]))
    let content = UnsafeRawBufferPointer(rebasing: buffer[..<count])
    let id = hasher.hash(content)
    session.store.progress.advance(bytes: count)
    if try session.claim(id, size: count) { try keep(content, id: id, kind: .blob) }
    return id
  }

  /// Stores verified bytes although the store may have them: the copy it has is about to go.
  func keepAgain(_ bytes: [UInt8], id: ObjectID, kind: ObjectKind) throws(Failure) {
    try bytes.withRaw { raw throws(Failure) in try keep(raw, id: id, kind: kind) }
  }

  private func keep(_ content: UnsafeRawBufferPointer, id: ObjectID, kind: ObjectKind) throws(Failure) {
    if session.store.options.durability == .each {
      return try session.publish(StoreSession.SmallObject(id: id, kind: kind, bytes: Array(content)))
    }
    guard let target = try packForMany() else {
      waiting.append(StoreSession.SmallObject(id: id, kind: kind, bytes: Array(content)))
      return
    }
    try target.append(content, id: id, kind: kind, compression: compression)
    try deliverIfFull(target)
  }

  /// The pack to write to; nil while there are only a few objects.
  private func packForMany() throws(Failure) -> PackWriter? {
    if let pack { return pack }
    if waiting.count < StoreSession.fewestInPack { return nil }
    let started = try PackWriter(in: session.store.scratch())
    pack = started
    return started
  }

  private func deliverIfFull(_ target: PackWriter) throws(Failure) {
    guard target.isFull else { return }
    session.deliver(pack: try target.finish(scratch: session.store.scratch()))
    pack = nil
  }

  /// Copies and hashes the copy, so that the id is of the bytes that were stored. Where the file system can share blocks
  /// the copy is a clone; else one thread copies and another follows it, hashing.
  private func storeLarge(_ file: borrowing FileHandle) throws(Failure) -> ObjectID {
    let target = try PendingFile(in: session.store.scratch(), mode: 0o600)
    let trailing = TrailingHash(target)
    var size = 0
    if target.handle.clone(from: file) {
      size = try target.handle.stat().size
      session.store.progress.advance(bytes: size)
      trailing.advance(to: size)
      trailing.complete()
      trailing.run()
    } else {
      let thread = BackgroundThread { trailing.run() }
      defer {
        trailing.complete()
        if let thread { thread.join() } else { trailing.run() }
      }
      size = try copy(file, to: target, trailing)
    }
    let id = try trailing.id()
    if try session.claim(id, size: size) {
      try target.handle.setMode(0o444)
      try session.deliver(loose: id, try target.seal(session.store.options.durability))
    }
    return id
  }

  private func copy(
    _ file: borrowing FileHandle, to target: PendingFile, _ trailing: TrailingHash
  ) throws(Failure) -> Int {
    var offset = 0
    while true {
      let count = try file.read(at: offset, into: buffer)
      if count == 0 { return offset }
      try target.handle.writeSparsely(UnsafeRawBufferPointer(rebasing: buffer[..<count]))
      offset += count
      try target.handle.truncate(to: offset)
      if session.store.options.durability != .off { target.handle.startWriteback(from: offset - count, count: count) }
      trailing.advance(to: offset)
      session.store.progress.advance(bytes: count)
      try Interruption.check()
    }
  }
}
