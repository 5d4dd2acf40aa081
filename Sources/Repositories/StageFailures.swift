import Diagnostics
import Files
import Pipelines

/// The stages whose last run failed, each a small file beside its log: the stage, then a line that says why. It is no more
/// than a note for people, so it is not flushed.
enum StageFailures {
  private static let ending = ".failed"
  private static let folderName = Array("logs".utf8)

  static func note(_ stage: StageID, _ why: String, in home: Folder) throws(Failure) {
    let folder = try home.folder(making: folderName)
    let line = why.split(separator: "\n").first.map(String.init) ?? ""
    let file = try folder.openOrCreate(name(of: stage))
    try file.truncate(to: 0)
    try file.write(Array("\(stage)\n\(line)\n".utf8))
  }

  static func forget(_ stage: StageID, in home: Folder) throws(Failure) {
    try home.folderIfPresent(folderName)?.remove(name(of: stage))
  }

  /// Why the last run of each of `stages` failed, of those that did.
  static func all(of stages: [StageID], in home: Folder) throws(Failure) -> [StageID: String] {
    guard let folder = try home.folderIfPresent(folderName) else { return [:] }
    let suffix = Array(ending.utf8)
    let names = Set(try folder.names().map(\.name).filter { $0.suffix(suffix.count).elementsEqual(suffix) })
    if names.isEmpty { return [:] }
    var found: [StageID: String] = [:]
    for stage in stages where names.contains(name(of: stage)) {
      guard let bytes = try folder.contents(name(of: stage), limit: 1 << 20) else { continue }
      let lines = String(decoding: bytes, as: UTF8.self).split(separator: "\n", maxSplits: 2)
      // Two stages may share a name of files.
      if lines.count > 1, lines[0] == stage.text { found[stage] = String(lines[1]) }
    }
    return found
  }

  private static func name(of stage: StageID) -> [UInt8] { Array((StageLog.name(of: stage) + ending).utf8) }
}
