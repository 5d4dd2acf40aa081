import Diagnostics
import Files
import Objects
import Remotes
import Synchronization

extension FuzzCheck {
  private static let secret = SealedSecret.key([UInt8](repeating: 7, count: 32))

  /// The input is the seal of an encrypted remote.
  static func checkSeal(_ input: [UInt8]) throws(Failure) {
    let place = FuzzPlace()
    guard let name = RemoteName(.packs, "seal-\(try ContentHasher.id(of: input).hex)") else { return }
    try place.put(name, input)
    let files = try accepted { () throws(Failure) in try SealedStorage(place, secret).list(.packs) }
    try require(files?.isEmpty ?? true, "a seal is listed")
  }

  /// The input is a change of a sealed file: two bytes that say how many of it there are, and what its bytes are combined with.
  /// Whatever it is, no byte is handed out that was not put in.
  static func checkSealedFile(_ input: [UInt8]) throws(Failure) {
    guard input.count >= 2, let name = RemoteName(.packs, "pack-1") else { return }
    let content = [UInt8]((0..<700).map { UInt8(truncatingIfNeeded: $0 &* 31) })
    let place = FuzzPlace()
    try place.put(name, content, through: SealedStorage(place, secret))
    guard let hidden = try place.list(.packs).first(where: { !$0.name.name.hasPrefix(SealedStorage.sealStem) }) else {
      return try require(false, "a sealed file is not there")
    }
    let sealed = try place.bytes(hidden.name)
    var changed = sealed
    let length = (Int(input[0]) | Int(input[1]) << 8) % 2048
    changed += [UInt8](repeating: 0, count: max(0, length - changed.count))
    if length > 0 { changed.removeLast(changed.count - length) }
    for (at, byte) in input.dropFirst(2).prefix(changed.count).enumerated() { changed[at] ^= byte }
    try place.put(hidden.name, changed)
    let reader = FuzzPlace.Reader()
    let isRead = try accepted { () throws(Failure) in
      try SealedStorage(place, secret).read(name, nil) { piece throws(Failure) in reader.bytes += piece }
      return true
    }
    try require(content.starts(with: reader.bytes), "bytes are handed out that nobody put in")
    try require((isRead != nil) == (changed == sealed), "a change is not found, or found where there is none")
  }

  /// The input is what a remote lists, on each line a folder, a name, a size and a time; behind a zero an index without its
  /// checksum, whose packs are there.
  func checkRemoteContents(_ input: [UInt8]) throws(Failure) {
    let (lines, index) = Self.halves(input)
    let place = FuzzPlace()
    for line in lines.split(separator: UInt8(ascii: "\n")) {
      let words = line.split(separator: UInt8(ascii: " ")).map { String(decoding: $0, as: UTF8.self) }
      guard words.count == 4, let folder = RemoteFolder(rawValue: words[0]), let name = RemoteName(folder, words[1]),
        let size = Int(words[2])
      else { continue }
      place.add(RemoteFile(name: name, size: size, modified: Int64(words[3])))
    }
    try Self.add(index, to: place)
    if try folder.stat(Array("cache".utf8)) != nil { try folder.removeTree(Array("cache".utf8)) }
    let scratch = Scratch(in: try folder.folder(making: Array("tmp".utf8)))
    defer { scratch.remove() }
    let cache = IndexCache(in: try folder.folder(making: Array("cache".utf8)), scratch: scratch)
    let opened = try Self.accepted { () throws(Failure) in try RemoteContents(place, cache: cache, width: 1) }
    guard let contents = opened else { return }
    try require(contents.packs.bytes >= 0, "the sum of sizes is negative")
    _ = try Self.accepted { () throws(Failure) in
      try RemoteChecker(contents, width: 1).run(data: true, resuming: false, progress: ProgressMeter())
    }
    let clock = RemoteClock(now: 1 << 60, grace: 1 << 50)
    let planned = try Self.accepted { () throws(Failure) in
      try RemoteGarbagePlan(contents, needed: [try ContentHasher.id(of: [])], clock: clock)
    }
    guard let plan = planned else { return }
    for item in plan.mark + plan.remove + plan.rewrite + plan.rescue {
      let digits = item.name.split(separator: "-").last.flatMap { ObjectID(hex: $0.utf8) }
      try require(digits != nil, "'\(item.name)' is to go")
    }
  }

  private func require(_ holds: Bool, _ broken: @autoclosure () -> String) throws(Failure) {
    try Self.require(holds, broken())
  }

  /// Puts an index into the place, and packs of the digits and sizes that it tells of, as far as it can be read.
  private static func add(_ body: [UInt8], to place: FuzzPlace) throws(Failure) {
    let id = try ContentHasher.id(of: body)
    let isMerged = body.starts(with: Array("MLMX".utf8))
    guard let name = RemoteName(.packs, "\(isMerged ? "merged" : "pack")-\(id.hex).idx") else { return }
    try place.put(name, try sealed(body))
    func number(_ at: Int) -> Int { body[at..<(at + 8)].reversed().reduce(0) { $0 << 8 | Int($1) } }
    var packs: [(String, Int)] = []
    if isMerged, body.count >= 1056 {
      for at in stride(from: 1056, to: body.count - 39, by: 40).prefix(min(max(0, number(16)), 64)) {
        packs.append((body[at..<(at + 32)].map { hex($0) }.joined(), number(at + 32)))
      }
    } else if !isMerged, body.count >= 24 {
      packs.append((id.hex, number(16)))
    }
    for (digits, size) in packs {
      if let name = RemoteName(.packs, "pack-\(digits).pack") { place.add(RemoteFile(name: name, size: size)) }
    }
  }

  private static func hex(_ byte: UInt8) -> String { (byte < 16 ? "0" : "") + String(byte, radix: 16) }
}

/// A remote in memory that may also tell of files that it does not have.
private final class FuzzPlace: RemoteStorage {
  let place = "a made-up place"
  private let state = Mutex<(listed: [RemoteName: RemoteFile], held: [RemoteName: [UInt8]])>(([:], [:]))

  /// Collects what is read.
  final class Reader { var bytes: [UInt8] = [] }

  func add(_ file: RemoteFile) { state.withLock { $0.listed[file.name] = file } }

  func put(_ name: RemoteName, _ bytes: [UInt8], through storage: (any RemoteStorage)? = nil) throws(Failure) {
    let upload = try (storage ?? self).upload(name)
    try bytes.withRaw { raw throws(Failure) in try upload.write(raw) }
    try upload.finish()
  }

  func bytes(_ name: RemoteName) throws(Failure) -> [UInt8] { state.withLock { $0.held[name] } ?? [] }

  func list(_ folder: RemoteFolder) throws(Failure) -> [RemoteFile] {
    state.withLock { $0.listed.values.filter { $0.name.folder == folder } }
  }

  func read(
    _ name: RemoteName, _ range: Range<Int>?, into body: (UnsafeRawBufferPointer) throws(Failure) -> Void
  ) throws(Failure) {
    let bytes = try bytes(name)
    let range = range ?? 0..<bytes.count
    let there = range.clamped(to: 0..<bytes.count)
    try Array(bytes[there]).withRaw(body)
    if there != range { throw Failure("cannot read \(name)", why: "it ends before", category: .remote) }
  }

  func upload(_ name: RemoteName) throws(Failure) -> any RemoteUpload { FuzzUpload(name, to: self) }

  func remove(_ name: RemoteName) throws(Failure) {
    state.withLock { ($0.listed[name], $0.held[name]) = (nil, nil) }
  }

  fileprivate func keep(_ name: RemoteName, _ bytes: [UInt8]) {
    state.withLock {
      $0.held[name] = bytes
      $0.listed[name] = RemoteFile(name: name, size: bytes.count)
    }
  }
}

private final class FuzzUpload: RemoteUpload {
  private let name: RemoteName
  private let place: FuzzPlace
  private var bytes: [UInt8] = []

  init(_ name: RemoteName, to place: FuzzPlace) { (self.name, self.place) = (name, place) }

  func write(_ bytes: UnsafeRawBufferPointer) throws(Failure) { self.bytes += bytes }

  func finish() throws(Failure) { place.keep(name, bytes) }
}
