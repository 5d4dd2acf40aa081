import Diagnostics
import Files
import Foundation
import Pipelines
import TestSupport
import Testing

@Suite("What a trace proposes")
struct TraceProposalTests {
  private func proposal(
    read: [String], written: [String], folder: String = ".", known: String? = nil, in sandbox: Sandbox
  ) throws -> TraceProposal {
    for file in read + written {
      try sandbox.shell("mkdir -p \"$(dirname 'repo/\(file)')\" && touch 'repo/\(file)'")
    }
    var trace = FileTrace()
    trace.read = Set(try read.map { try path($0) })
    trace.written = Set(try written.map { try path($0) })
    return try TraceProposal(
      trace, root: Folder(at: Array(sandbox.absolute("repo").utf8)), folder: try path(folder)
    ) { $0.text == known }
  }

  private func expected(
    _ dependencies: [String], _ outputs: [String], both: [String] = []
  ) throws -> [[RepositoryPath]] {
    [try paths(dependencies), try paths(outputs), try paths(both)]
  }

  private func paths(_ texts: [String]) throws -> [RepositoryPath] { try texts.map { try path($0) } }

  private func lists(_ proposal: TraceProposal) -> [[RepositoryPath]] {
    [proposal.dependencies, proposal.outputs, proposal.both]
  }

  @Test("a folder stands for its files when two or more are all meant, however deep, and never when one is not")
  func folders() throws {
    let sandbox = try Sandbox()
    try sandbox.shell("mkdir -p repo/part && touch repo/part/unread")
    let found = try proposal(
      read: ["raw/a", "raw/deep/b", "part/a", "part/b", "one/a"], written: ["out/x", "out/sub/y", "single/z"],
      in: sandbox)
    #expect(lists(found) == (try expected(["one/a", "part/a", "part/b", "raw"], ["out", "single/z"])))
  }

  @Test("what tools keep for themselves, what is gone and what is known do not count")
  func leftOut() throws {
    let sandbox = try Sandbox()
    let found = try proposal(
      read: ["train.py", "env/lib/os.py", "env/pyvenv.cfg", "a/__pycache__/m.bin", "m.pyc", "mlrepo.yaml", "x.mlr"],
      written: ["known", "model"], known: "known", in: sandbox)
    #expect(lists(found) == (try expected(["train.py"], ["model"])))
    var trace = FileTrace()
    trace.written = [try path("gone")]
    let empty = try TraceProposal(
      trace, root: Folder(at: Array(sandbox.absolute("repo").utf8)), folder: .root
    ) { _ in false }
    #expect(lists(empty) == [[], [], []])
  }

  @Test("a file that is read and written is neither, and the folder that the command runs in is no dependency")
  func both() throws {
    let found = try proposal(
      read: ["work/a", "work/b", "state"], written: ["state"], folder: "work", in: try Sandbox())
    #expect(lists(found) == (try expected(["work/a", "work/b"], [], both: ["state"])))
  }
}
