import Files
import Objects
import TestSupport

/// What a folder holds, as a plain dictionary of paths below it: the model that the real thing is held against.
struct Model: Equatable {
  enum Item: Equatable, Hashable {
    case file([UInt8], isExecutable: Bool)
    case link([UInt8])
    case folder
  }

  var items: [RepositoryPath: Item] = [:]

  /// A random folder with odd names, nested folders, empty ones, links and executables.
  static func random(_ random: inout SeededRandom, size: Int = 15) throws -> Model {
    var model = Model()
    for _ in 0..<size { try model.addRandom(&random) }
    return model
  }

  mutating func addRandom(_ random: inout SeededRandom) throws {
    let folders = [RepositoryPath.root] + items.filter { $0.value == .folder }.map(\.key).sorted()
    guard let parent = folders.randomElement(using: &random) else { return }
    var name = random.name(upTo: 6)
    if name == bytes(".") || name == bytes("..") { name = bytes("dots") }
    let path = try parent.appending(name: name)
    guard items[path] == nil else { return }
    switch Int.random(in: 0..<8, using: &random) {
    case 0, 1: items[path] = .folder
    case 2: items[path] = .link(bytes("some where"))
    default:
      items[path] = .file(
        random.bytes(Int.random(in: 0...40, using: &random)), isExecutable: Int.random(in: 0..<4, using: &random) == 0)
    }
  }

  /// Changes content, modes and kinds, adds and removes.
  mutating func edit(_ random: inout SeededRandom) throws {
    for _ in 0..<Int.random(in: 1...8, using: &random) {
      let paths = items.keys.sorted()
      guard let path = paths.randomElement(using: &random) else { return try addRandom(&random) }
      switch Int.random(in: 0..<6, using: &random) {
      case 0: remove(path)
      case 1:
        if case .file(let content, let isExecutable) = items[path] {
          items[path] = .file(content, isExecutable: !isExecutable)
        }
      case 2:
        if case .file(let content, let isExecutable) = items[path] {
          items[path] = .file(content + [1], isExecutable: isExecutable)
        }
      case 3:
        // A folder becomes a file, a file a folder with something in it.
        let wasFolder = items[path] == .folder
        remove(path)
        items[path] = wasFolder ? .file(random.bytes(5), isExecutable: false) : .folder
        if !wasFolder { items[try path.appending(name: bytes("inner"))] = .file(random.bytes(3), isExecutable: true) }
      default: try addRandom(&random)
      }
    }
  }

  mutating func remove(_ path: RepositoryPath) { items = items.filter { !$0.key.isInside(path) } }

  /// Writes the model as the folder `name`, in the place of what was there.
  func write(to name: String, in box: WorkBox) throws {
    try box.root.removeTree(bytes(name))
    let top = try box.root.folder(making: bytes(name))
    for (path, item) in items.sorted(by: { $0.key < $1.key }) {
      switch item {
      case .folder: _ = try top.folder(making: path.bytes)
      case .link(let target): try top.makeLink(path.bytes, to: target)
      case .file(let content, let isExecutable):
        try top.create(path.bytes, mode: isExecutable ? 0o755 : 0o644).write(content)
      }
    }
  }

  /// Reads what the folder `name` holds now.
  static func read(_ name: String, in box: WorkBox) throws -> Model {
    var model = Model()
    try model.read(try box.root.folder(bytes(name)), at: .root)
    return model
  }

  private mutating func read(_ folder: Folder, at place: RepositoryPath) throws {
    let listing = try folder.list()
    for index in listing.entries.indices {
      let name = listing.name(index)
      let path = try place.appending(name: name)
      switch listing.entries[index].stat.kind {
      case .folder:
        items[path] = .folder
        try read(try folder.folder(name), at: path)
      case .symlink: items[path] = .link(try folder.linkTarget(name))
      case let kind: items[path] = .file(try folder.contents(name) ?? [], isExecutable: kind == .executable)
      }
    }
  }
}
