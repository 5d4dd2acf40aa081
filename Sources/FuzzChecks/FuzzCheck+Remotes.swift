import Diagnostics
import Files
import Objects
import Remotes

extension FuzzCheck {
  /// The input is a recipe without its checksum, so that what is behind that is reached.
  static func checkRecipe(_ input: [UInt8]) throws(Failure) {
    _ = try accepted { () throws(Failure) in try Recipe(decoding: input) }
    let whole = try sealed(input)
    guard let recipe = try accepted({ () throws(Failure) in try Recipe(decoding: whole) }) else { return }
    try require(try recipe.encoded() == whole, "a recipe has a second encoding")
    try require(recipe.size == recipe.chunks.reduce(0) { $0 + $1.size }, "a recipe's size is wrong")
  }

  static func checkRunBatch(_ input: [UInt8]) throws(Failure) {
    guard let batch = try accepted({ () throws(Failure) in try RunBatch(decoding: input) }) else { return }
    try require(batch.encoded() == input, "a batch of runs has a second encoding")
  }

  /// The input is an index without its checksum, of one pack or of many.
  func checkRemoteIndex(_ input: [UInt8]) throws(Failure) {
    let name = Array("index".utf8)
    try folder.remove(name)
    try folder.create(name).write(try Self.sealed(input))
    let id = try ContentHasher.id(of: input)
    _ = try Self.accepted { () throws(Failure) in try RemoteIndexReader.ids(in: folder.open(name), id) }
  }
}
