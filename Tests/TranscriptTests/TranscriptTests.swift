import Diagnostics
import Foundation
import TestSupport
import Testing

private let folder = Products.package + "/Fixtures/Transcripts"

private let all = ((try? FileManager.default.contentsOfDirectory(atPath: folder)) ?? [])
  .filter { $0.hasSuffix(".t") }.sorted()

/// What is tried here: those whose names start with `ONLY`, and those that trace only where there is a tracer.
private let tried = all.filter { name in
  name.hasPrefix(Sandbox.variable("ONLY") ?? "") && (hasTracer || !name.hasSuffix("-traced.t"))
}

private let hasTracer = (Sandbox.variable("PATH") ?? "").split(separator: ":").contains {
  FileManager.default.isExecutableFile(atPath: "\($0)/strace")
}

@Test("every transcript in Fixtures/Transcripts replays to itself", arguments: tried)
func replay(name: String) throws {
  let path = "\(folder)/\(name)"
  let transcript = try Transcript(contentsOf: path)
  let got = try transcript.replay(in: Sandbox())
  if got == transcript.text { return }
  if Sandbox.variable("RECORD") == "1" { try Sandbox.write(Array(got.utf8), to: path) }
  Issue.record(
    "\(name): run once with RECORD=1, then read the git diff\n\(LineDiff.text(from: transcript.text, to: got))")
}

@Test("transcripts are named NNNN-topic.t, and there are some")
func names() {
  #expect(!all.isEmpty)
  #expect(all.filter { $0.wholeMatch(of: /[0-9]{4}-[a-z0-9-]+\.t/) == nil } == [])
}
