import Diagnostics
import Files
import Foundation
import Pipelines
import TestSupport
import Testing

@Suite("The trace of files", .enabled(if: FileTrace.tracer(ProcessInfo.processInfo.environment) != nil, "needs strace"))
struct FileTraceTests {
  private func trace(_ commands: String..., folder: String = ".") throws -> (FileTrace, JobOutcome) {
    let sandbox = try Sandbox()
    try sandbox.shell("mkdir -p repo/work repo/.mlrepo scratch; echo 1 > repo/in; echo 2 > 'repo/work/a b'")
    let (found, outcome) = try FileTrace.run(
      commands, in: try path(folder), root: try Folder(at: Array(sandbox.absolute("repo").utf8)),
      scratch: try Folder(at: Array(sandbox.absolute("scratch").utf8)), environment: sandbox.environment,
      output: { _ in })
    return (found, outcome)
  }

  @Test("what commands read and write is found, in whatever folder and by whatever process")
  func readsAndWrites() throws {
    let (found, outcome) = try trace(
      "cat ../in 'a b' > out; (cd ..; cp in copy)", "echo more >> ../log; cat out > /dev/null", folder: "work")
    #expect(outcome == .succeeded)
    #expect(found.read == Set(try paths("in", "work/a b")))
    #expect(found.written == Set(try paths("work/out", "copy", "log")))
  }

  @Test("what is written under another name, or taken away again, is not told")
  func renames() throws {
    let (found, _) = try trace(
      "echo x > tmp; mv tmp final; echo y > gone; rm gone; mkdir d; echo z > d/z; mv d e; echo '{' > 'odd \"name\"'")
    #expect(found.written == Set(try paths("final", "e/z", "odd \"name\"")))
    #expect(found.read == [])
  }

  @Test("a failing command is told, with what it did until then")
  func failures() throws {
    let (found, outcome) = try trace("cat in > a; exit 4", "echo never > b")
    guard case .failed(_, 4) = outcome else { return #expect(Bool(false), "\(outcome)") }
    #expect(try found.read == Set(paths("in")))
    #expect(try found.written == Set(paths("a")))
  }
}
