import Diagnostics
import Files
import Models
import Pipelines
import Repositories
import Workspaces

extension FuzzCheck {
  static func checkPointer(_ input: [UInt8]) throws(Failure) {
    let path = try RepositoryPath(text: "folder/data.mlr")
    let pointer = try accepted { () throws(Failure) in try PointerFile(decoding: input, at: path) }
    guard let pointer else { return }
    try requireStable(pointer.encoded()) { bytes throws(Failure) in
      let back = try PointerFile(decoding: bytes, at: path)
      try require(back.content == pointer.content && back.description == pointer.description, "a pointer has changed")
      return back.encoded()
    }
  }

  static func checkLock(_ input: [UInt8]) throws(Failure) {
    let file = try RepositoryPath(text: Lockfile.name)
    guard let lock = try accepted({ () throws(Failure) in try Lockfile.parse(input, file: file) }) else { return }
    try requireStable(lock.encoded()) { bytes throws(Failure) in
      let back = try Lockfile.parse(bytes, file: file)
      try require(back.stages.keys == lock.stages.keys, "a lock has other stages")
      return back.encoded()
    }
  }

  static func checkOperation(_ input: [UInt8]) throws(Failure) {
    let id = "0123456789abcdef-0123"
    let operation = try accepted { () throws(Failure) in try Operation(decoding: input, id: id) }
    guard let operation else { return }
    try requireStable(operation.encoded()) { bytes throws(Failure) in
      let back = try Operation(decoding: bytes, id: id)
      try require(back == operation, "an operation has changed")
      return back.encoded()
    }
  }

  static func checkModel(_ input: [UInt8]) throws(Failure) {
    let model = try accepted { () throws(Failure) in try ModelDescription.parse(input, file: "model.json") }
    guard let model else { return }
    try requireStable(Array(model.text.utf8)) { bytes throws(Failure) in
      Array(try ModelDescription.parse(bytes, file: "model.json").text.utf8)
    }
  }

  /// What was written is read, and is written again as the same bytes.
  private static func requireStable(
    _ bytes: [UInt8], _ rewrite: ([UInt8]) throws(Failure) -> [UInt8]
  ) throws(Failure) {
    let again: [UInt8]
    do throws(Failure) {
      again = try rewrite(bytes)
    } catch {
      throw Failure("what was written cannot be read", why: "\(error)", category: .bug)
    }
    try require(again == bytes, "a file is written in two ways: \(PathText.escape(bytes)) \(PathText.escape(again))")
  }
}
