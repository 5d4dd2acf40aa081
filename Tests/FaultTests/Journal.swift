import Foundation

/// One call of a program that changed the disk, or flushed it, as the fault library wrote it down.
struct JournalRecord: Sendable, CustomStringConvertible {
  var call: String
  /// A mode, a size or an offset.
  var number: Int
  /// Below the folder that was watched; empty for the folder itself.
  var path: String
  /// The bytes of a write, the target of a link, the old path of a rename.
  var data: Data

  var text: String { String(decoding: data, as: UTF8.self) }
  var description: String {
    ["rename", "exchange", "link"].contains(call) ? "\(call) \(text) \(path)" : "\(call) \(path)"
  }

  /// Whether it makes something durable.
  var isFlush: Bool { call == "fsync" || call == "syncfs" }

  /// Whether it makes something durable, or changes what a name stands for.
  var isMilestone: Bool { isFlush || ["rename", "exchange", "link", "unlink"].contains(call) }

  /// Whether it only fills a file that has no name outside the scratch folder yet.
  var isScratchWork: Bool {
    path.hasPrefix(".mlrepo/tmp/") && ["create", "write", "truncate", "chmod", "mkdir"].contains(call)
  }

  static func parse(_ bytes: [UInt8]) throws -> [JournalRecord] {
    var records: [JournalRecord] = []
    var rest = bytes[...]
    while let end = rest.firstIndex(of: 0x0a) {
      let head = String(decoding: rest[..<end], as: UTF8.self).split(separator: " ")
      guard head.count == 4, let number = Int(head[1]), let path = Int(head[2]), let data = Int(head[3]) else {
        throw CocoaError(.fileReadCorruptFile)
      }
      let (start, middle) = (end + 1, end + 1 + path)
      records.append(
        JournalRecord(
          call: String(head[0]), number: number, path: String(decoding: rest[start..<middle], as: UTF8.self),
          data: Data(rest[middle..<(middle + data)])))
      rest = rest[(middle + data + 1)...]
    }
    return records
  }
}
