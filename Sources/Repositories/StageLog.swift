import Diagnostics
import Files
import Pipelines

/// The output of a stage's last run, in `.mlrepo/logs`, with its last lines at hand for the message of a failure.
final class StageLog {
  /// From the repository's root, for messages.
  let path: String
  private let file: FileHandle
  private var end: [UInt8] = []
  private static let kept = 4096

  init(for stage: StageID, in repository: Repository) throws(Failure) {
    let folder = try repository.home.folder(making: Array("logs".utf8))
    let name = PathText.escape(stage.text.utf8.map { $0 == UInt8(ascii: "/") || $0 == UInt8(ascii: ":") ? 0x2d : $0 })
    path = ".mlrepo/logs/\(name).log"
    try folder.remove(Array("\(name).log".utf8))
    file = try folder.create(Array("\(name).log".utf8))
  }

  func append(_ bytes: UnsafeRawBufferPointer) throws(Failure) {
    try file.write(bytes)
    end += bytes.suffix(Self.kept)
    if end.count > 2 * Self.kept { end = Array(end.suffix(Self.kept)) }
  }

  /// The last lines, each indented, behind a line break; nothing when there was no output.
  func tail(lines: Int = 10) -> String {
    let text = String(decoding: end.suffix(Self.kept), as: UTF8.self)
    let last = text.split(separator: "\n").suffix(lines)
    return last.isEmpty ? "" : "; its last lines:\n" + last.map { "     \($0)" }.joined(separator: "\n")
  }
}
