import Files
import Pipelines
import Testing

@Suite struct LockMergeTests {
  @Test("what one side alone changed, added or removed is taken, stage by stage")
  func merges() throws {
    let base = try lock(["a": "1", "b": "1", "c": "1", "d": "1"])
    let ours = try lock(["a": "2", "b": "1", "d": "1", "e": "1"])
    let theirs = try lock(["a": "1", "b": "3", "c": "1", "d": "1", "f": "1", "e": "1"])
    let merged = try lock(["a": "2", "b": "3", "d": "1", "e": "1", "f": "1"])
    for (one, other) in [(ours, theirs), (theirs, ours)] {
      let (bytes, conflicts) = Lockfile.merging(base: base, ours: one, theirs: other)
      #expect(conflicts == [])
      #expect(text(bytes) == text(merged.encoded()))
    }
  }

  @Test("a stage that both sides changed stands between markers, and only that")
  func marks() throws {
    let base = try lock(["a": "1", "b": "1", "c": "1"])
    let ours = try lock(["a": "2", "b": "2", "c": "1"])
    let theirs = try lock(["a": "1", "b": "3"])
    let (bytes, conflicts) = Lockfile.merging(base: base, ours: ours, theirs: theirs)
    #expect(conflicts.map(\.text) == ["b"])
    let expected = """
      # Written by mlrepo: what each stage last read and made. Keep it in git.
      version: 1
      stages:
        a:
          cmd:
            - a 2
      <<<<<<< ours
        b:
          cmd:
            - b 2
      =======
        b:
          cmd:
            - b 3
      >>>>>>> theirs

      """
    #expect(text(bytes) == expected)
  }

  @Test("a stage that one side removed and the other changed is left to be settled")
  func marksRemoved() throws {
    let (bytes, conflicts) = Lockfile.merging(
      base: try lock(["a": "1"]), ours: Lockfile(), theirs: try lock(["a": "2"]))
    #expect(conflicts.map(\.text) == ["a"])
    #expect(text(bytes).hasSuffix("<<<<<<< ours\n=======\n  a:\n    cmd:\n      - a 2\n>>>>>>> theirs\n"))
  }

  private func lock(_ stages: [String: String]) throws -> Lockfile {
    var lock = Lockfile()
    for (name, version) in stages { lock.stages[try StageName(name)] = LockedStage(commands: ["\(name) \(version)"]) }
    return lock
  }
}
