import Diagnostics
import Files
import Objects
import Repositories
import Workspaces

extension FuzzCheck {
  static func checkTree(_ input: [UInt8]) throws(Failure) {
    guard let tree = try accepted({ () throws(Failure) in try Tree(decoding: input) }) else { return }
    try require(tree.encoded() == input, "a tree has a second encoding")
    try require(Tree(sorted: tree.entries) == tree, "a tree's sums are wrong")
  }

  /// The input is a byte, the length of a pack's index (4 bytes, little-endian), the index, and the pack. If the byte is
  /// odd, the index's checksum and its length of the pack are put right, so that what is behind them is reached.
  func checkPack(_ input: [UInt8]) throws(Failure) {
    guard input.count >= 5 else { return }
    let length = (1...4).reversed().reduce(0) { $0 << 8 | Int(input[$1]) }
    var index = Array(input[5...].prefix(length))
    let pack = Array(input[5...].dropFirst(length))
    if input[0] & 1 == 1, index.count >= 56 {
      for byte in 0..<8 { index[16 + byte] = UInt8(truncatingIfNeeded: pack.count >> (8 * byte)) }
      index = try Self.sealed(Array(index.dropLast(32)))
    }
    let place = Array("pack".utf8)
    if try folder.stat(place) != nil { try folder.removeTree(place) }
    let packs = try folder.folder(making: place + Array("/objects/packs".utf8))
    let name = "pack-" + String(repeating: "0", count: 64)
    try packs.create(Array("\(name).pack".utf8)).write(pack)
    try packs.create(Array("\(name).idx".utf8)).write(index)
    try Self.checkStore(in: try folder.folder(place))
  }

  /// The input is the notes of an fsck that was cut short, without their first line, which holds the time. Whatever they
  /// say, damage is found.
  func checkFsckProgress(_ input: [UInt8]) throws(Failure) {
    let place = Array("store".utf8)
    if try folder.stat(place) != nil { try folder.removeTree(place) }
    let loose = try folder.folder(making: place + Array("/loose/00".utf8))
    try loose.create(Array(String(repeating: "0", count: 62).utf8)).write(Array("damaged".utf8))
    let home = try folder.folder(place)
    try home.create(Array("fsck-progress".utf8)).write(Array("mlrepo fsck 1 \(wallClock())\n".utf8) + input)
    let scratch = Scratch(in: try home.folder(making: Array("tmp".utf8)))
    defer { scratch.remove() }
    let store = try ObjectStore(in: home, scratch: scratch)
    let found = try store.check(store.checkProgress(resuming: true))
    try Self.require(found.findings.contains { $0.kind == .damaged }, "notes hide damage")
  }

  private static func checkStore(in home: Folder) throws(Failure) {
    var options = StoreOptions()
    options.width = 1
    options.durability = .off
    let scratch = Scratch(in: try home.folder(making: Array("tmp".utf8)))
    defer { scratch.remove() }
    let store = try ObjectStore(in: try home.folder(Array("objects".utf8)), scratch: scratch, options: options)
    guard let check = try accepted({ () throws(Failure) in try store.check() }) else { return }
    for id in Set(check.findings.compactMap(\.id)) {
      guard let bytes = try accepted({ () throws(Failure) in try store.read(id) }) else { continue }
      try require(try ContentHasher.id(of: bytes) == id, "bytes are given out that are not what their id says")
    }
    _ = try store.repair(check)
    let left = try store.check().findings.filter { $0.kind == .damaged }
    try require(left.isEmpty, "a repair leaves \(left)")
  }

  /// With its SHA-256 behind it.
  static func sealed(_ bytes: [UInt8]) throws(Failure) -> [UInt8] {
    let sum = try ContentHasher.id(of: bytes)
    return bytes
      + [UInt8](unsafeUninitializedCapacity: 32) { buffer, count in
        guard let base = buffer.baseAddress else { return }
        sum.store(to: base)
        count = 32
      }
  }

  /// The input is an index without its checksum, which would keep nearly every input from being read.
  func checkStatIndex(_ input: [UInt8]) throws(Failure) {
    let (name, copy) = (Array("index".utf8), Array("copy".utf8))
    for old in [name, copy] { try folder.remove(old) }
    try folder.create(name).write(try Self.sealed(input))
    let index = StatIndex(name, in: folder)
    guard let folders = try Self.accepted({ () throws(Failure) in try index.folders() }) else { return }
    var writer = StatIndexWriter()
    for path in folders {
      guard let block = index.block(path) else { continue }
      let entries = index.entries(of: block)
      writer.begin(path, tree: block.tree, size: block.size, files: block.files, count: entries.count)
      var hint = 0
      for (name, entry) in entries {
        name.withUnsafeBufferPointer {
          _ = index.entry($0, in: block, hint: &hint)
          writer.add($0, entry)
        }
      }
    }
    try writer.write(as: copy, in: folder, scratch: folder)
    let back = StatIndex(copy, in: folder)
    try Self.require(
      try back.folders() == folders.filter { index.block($0) != nil }, "an index reads back with other folders")
  }

  /// The input is the configuration that comes with a repository.
  func checkConfig(_ input: [UInt8]) throws(Failure) {
    let home = try folder.folder(making: Array(".mlrepo".utf8))
    let name = Array("config".utf8)
    try home.remove(name)
    try home.create(name).write(input)
    let repository = try Repository.open(from: folder.path, environment: [:])
    let read = try Self.accepted { () throws(Failure) -> [String] in try values(repository.settings) }
    guard let read else { return }
    try Self.require(try repository.settings.value(.store).value.isEmpty, "a repository names the store")
    let isChanged: Bool? = try Self.accepted { () throws(Failure) in
      try repository.settings.set(Setting.gracePeriod.rawValue, to: "7", in: .shared)
      return true
    }
    guard isChanged != nil else { return }
    let reopened = try Repository.open(from: folder.path, environment: [:])
    var expected = read
    if let at = Setting.allCases.firstIndex(of: .gracePeriod) { expected[at] = "7" }
    try Self.require(try values(reopened.settings) == expected, "setting one value changed another")
  }

  private func values(_ settings: Settings) throws(Failure) -> [String] {
    var values: [String] = []
    for setting in Setting.allCases {
      let value = try settings.value(setting).value
      try Self.require(setting.brokenRule(value) == nil, "\(setting.rawValue) is '\(value)'")
      values.append(value)
    }
    return values
  }
}
