import Foundation
import TestSupport

/// What a workspace holds, without the folders of git and mlrepo.
struct Snapshot: Equatable, Sendable {
  enum Item: Equatable, Sendable {
    case file(Data, isExecutable: Bool)
    case link(String)
    case folder
  }

  private(set) var items: [String: Item] = [:]

  init() {}

  init(of folder: String) throws {
    let manager = FileManager.default
    guard let walk = manager.enumerator(atPath: folder) else { return }
    while let path = walk.nextObject() as? String {
      if path == ".git" || path == ".mlrepo" {
        walk.skipDescendants()
        continue
      }
      items[path] = try Self.item(at: "\(folder)/\(path)", manager)
    }
  }

  private static func item(at path: String, _ manager: FileManager) throws -> Item {
    let attributes = try manager.attributesOfItem(atPath: path)
    switch attributes[.type] as? FileAttributeType {
    case .typeDirectory?: return .folder
    case .typeSymbolicLink?: return .link(try manager.destinationOfSymbolicLink(atPath: path))
    default:
      let mode = (attributes[.posixPermissions] as? Int) ?? 0
      return .file(try Data(contentsOf: URL(fileURLWithPath: path)), isExecutable: mode & 0o100 != 0)
    }
  }

  /// The bytes of all files.
  var contents: Set<Data> {
    Set(items.values.compactMap { if case .file(let bytes, _) = $0 { bytes } else { nil } })
  }

  /// Paths that hold something which neither `before` nor `after` has there: a mixture, or a leftover.
  func strangers(before: Snapshot, after: Snapshot) -> [String] {
    items.filter { $0.value != before.items[$0.key] && $0.value != after.items[$0.key] }.keys.sorted()
  }

  /// Whether `other` is the same but for new folders with nothing in them, which neither git nor mlrepo knows.
  func isLike(_ other: Snapshot) -> Bool {
    let new = other.items.filter { path, item in
      item == .folder && items[path] == nil && !other.items.keys.contains { $0.hasPrefix("\(path)/") }
    }
    return other.items.filter { new[$0.key] == nil } == items
  }

  /// One line for each path that differs, for messages.
  func difference(from other: Snapshot) -> String {
    let paths = Set(items.keys).union(other.items.keys).filter { items[$0] != other.items[$0] }
    return paths.sorted().map { path in
      other.items[path] == nil ? "new \(path)" : items[path] == nil ? "no \(path)" : "other \(path)"
    }.joined(separator: ", ")
  }
}
