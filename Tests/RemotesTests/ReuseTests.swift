import Diagnostics
import Files
import Objects
import Remotes
import TestSupport
import Testing

@Suite("what is known of large objects is not asked for again")
struct ReuseTests {
  let box: RemoteBox
  private let content = noise(1_200_000)

  init() throws { box = try RemoteBox() }

  /// The content with some bytes put into its middle.
  private var changed: [UInt8] { Array(content[..<600_000]) + bytes("put in between") + Array(content[600_000...]) }

  @Test("a push reads nothing of a remote whose recipes it has sent or fetched before")
  func recipes() throws {
    let root = try box.add(["big": content, "other": noise(300_000, seed: 2)], to: "a")
    try box.push([root], from: "a")
    let counting = CountingStorage(box.storage)
    #expect(try box.push([root], from: "a", to: counting).plan.whole.count == 2)
    #expect(counting.readCount == 0)
    #expect(try box.fetch(root, into: "b").failures.isEmpty)
    #expect(try box.push([root], from: "b", to: counting).plan.whole.count == 2)
    #expect(counting.readCount == 0)
    // A clone that knows nothing asks, and then knows.
    try box.sandbox.shell("rm -r b/remotes/origin/recipes")
    #expect(try box.push([root], from: "b", to: counting).plan.whole.count == 2)
    #expect(counting.readCount == 1)
    #expect(try box.push([root], from: "b", to: counting).plan.whole.count == 2)
    #expect(counting.readCount == 1)
  }

  @Test("a chunk that the remote has lost is sent again, whatever is known of the recipe")
  func lost() throws {
    let root = try box.add(["big": content], to: "a")
    try box.push([root], from: "a")
    let largest = try #require(box.remoteFiles(".pack").max { $0.size < $1.size })
    try box.storage.remove(largest.name)
    let again = try box.push([root], from: "a")
    #expect(again.plan.items.map(\.size).contains(content.count) && again.report.failures.isEmpty)
    #expect(try box.fetch(root, into: "b").failures.isEmpty)
    #expect(try box.files(root, in: "b") == ["big": content])
  }

  @Test("a damaged recipe in the cache is read again, and one of a pack that is gone is forgotten")
  func damaged() throws {
    let root = try box.add(["big": content], to: "a")
    try box.push([root], from: "a")
    try box.sandbox.shell("cd a/remotes/origin/recipes && truncate -s -1 * && echo x > $(ls | tr 0-9a-f 1-9a-f0)")
    let counting = CountingStorage(box.storage)
    #expect(try box.push([root], from: "a", to: counting).plan.whole.count == 1)
    #expect(counting.readCount == 1)
    #expect(try box.sandbox.shell("ls a/remotes/origin/recipes | wc -l") == "1\n")
  }

  @Test("of a new version of a large file only the chunks come that the store does not have in an earlier one")
  func versions() throws {
    let first = try box.add(["big": content], to: "a")
    let second = try box.add(["big": changed], to: "a")
    try box.push([first], from: "a")
    try box.push([second], from: "a")
    #expect(try box.fetch(first, into: "b").reused == 0)
    let counting = CountingStorage(box.storage)
    let report = try box.fetch(second, into: "b", from: counting)
    #expect(report.failures.isEmpty && report.reused > content.count * 3 / 4)
    #expect(counting.byteCount < content.count / 4)
    #expect(try box.files(second, in: "b") == ["big": changed])
  }

  @Test("a chunk of an earlier version that is damaged here comes from the remote")
  func damagedHere() throws {
    let first = try box.add(["big": content], to: "a")
    let second = try box.add(["big": changed], to: "a")
    try box.push([first, second], from: "a")
    #expect(try box.fetch(first, into: "b").failures.isEmpty)
    try box.sandbox.shell(
      """
      for file in $(find b/objects/loose -type f -size +1000k); do
        chmod u+w $file && printf 'xxxx' | dd of=$file bs=1 seek=5000 conv=notrunc 2> dd.log
      done
      """)
    let report = try box.fetch(second, into: "b")
    #expect(report.failures.isEmpty && report.reused > 0)
    #expect(try box.files(second, in: "b") == ["big": changed])
  }
}
