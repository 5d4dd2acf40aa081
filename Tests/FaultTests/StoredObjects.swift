import Foundation
import TestSupport

/// The ids of all objects in a store, read from its files and not by the program.
struct StoredObjects {
  private(set) var ids: Set<String> = []
  private let sandbox: Sandbox

  init(in sandbox: Sandbox, _ folder: String) throws {
    self.sandbox = sandbox
    for name in try names(below: "\(folder)/loose") { ids.insert(name.replacing("/", with: "")) }
    try addPacks(in: "\(folder)/packs")
  }

  /// What a gc has put into the trash: objects by their digits, packs by their names.
  mutating func addTrash(_ folder: String) throws {
    for name in try names(below: folder) {
      if let last = name.split(separator: "/").last, last.count == 64 { ids.insert(String(last)) }
    }
    try addPacks(in: folder)
  }

  private mutating func addPacks(in folder: String) throws {
    let names = try names(below: folder)
    for name in names where name.hasSuffix(".idx") && names.contains(name.dropLast(3) + "pack") {
      guard let index = sandbox.read("\(folder)/\(name)"), index.count >= 1080 else { continue }
      for start in stride(from: 1048, to: index.count - 32, by: 64) {
        ids.insert(index[start..<start + 32].map { String(format: "%02x", $0) }.joined())
      }
    }
  }

  private func names(below folder: String) throws -> [String] {
    try sandbox.shell("[ ! -e \(folder) ] || find \(folder) -type f -printf '%P\\n'").split(separator: "\n").map(
      String.init)
  }
}
