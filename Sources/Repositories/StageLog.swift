import Diagnostics
import Files
import Pipelines
import Synchronization

/// The output of a stage's last run, in `.mlrepo/logs`, with its last lines at hand for the message of a failure. Threads
/// may share it.
final class StageLog: Sendable {
  /// From the repository's root, for messages.
  let path: String
  private let file: FileHandle
  private let end = Mutex<[UInt8]>([])
  private static let kept = 4096

  init(for stage: StageID, in home: Folder) throws(Failure) {
    let folder = try home.folder(making: Array("logs".utf8))
    let name = Self.name(of: stage)
    try StageFailures.forget(stage, in: home)
    path = ".mlrepo/logs/\(name).log"
    file = try folder.openOrCreate(Array("\(name).log".utf8))
    try file.truncate(to: 0)
  }

  /// The name of the stage's files in the folder of logs, without ending.
  static func name(of stage: StageID) -> String {
    PathText.escape(stage.text.utf8.map { $0 == UInt8(ascii: "/") || $0 == UInt8(ascii: ":") ? 0x2d : $0 })
  }

  func append(_ bytes: UnsafeRawBufferPointer) throws(Failure) {
    try file.write(bytes)
    let last = Array(bytes.suffix(Self.kept))
    end.withLock { end in
      end += last
      if end.count > 2 * Self.kept { end = Array(end.suffix(Self.kept)) }
    }
  }

  /// The last lines, each indented, behind a line break; nothing when there was no output.
  func tail(lines: Int = 10) -> String {
    let text = String(decoding: end.withLock { $0.suffix(Self.kept) }, as: UTF8.self)
    let last = text.split(separator: "\n").suffix(lines)
    return last.isEmpty ? "" : "; its last lines:\n" + last.map { "     \($0)" }.joined(separator: "\n")
  }
}
