import Foundation
import TestSupport
import Testing

/// The sessions in the documents, replayed. `RECORD=1` rewrites what differs, and fails all the same.
private func replay(_ file: String, place: String = "/tmp", in sandbox: Sandbox) throws {
  let path = "\(Products.package)/\(file)"
  let document = SessionDocument(text: try String(contentsOfFile: path, encoding: .utf8), place: place)
  #expect(!document.isEmpty)
  let got = try document.replayed(in: sandbox)
  if got.settled == document.settled { return }
  if Sandbox.variable("RECORD") == "1" { try Sandbox.write(Array(got.text.utf8), to: path) }
  Issue.record(
    "\(file): run once with RECORD=1, then read the git diff\n\(LineDiff.text(from: document.settled, to: got.settled))"
  )
}

/// Another version or another processor gives a model of other bytes, and so other ids in the tour.
private let givesTheSameModel: Bool = {
  #if arch(x86_64)
    guard let result = try? Sandbox().run(["mlrepo", "doctor"]) else { return false }
    return result.text.contains(/xgboost +version 1\.7\.4/)
  #else
    return false
  #endif
}()

@Test("the tour in README.md prints what it says", .enabled(if: givesTheSameModel, "it needs XGBoost 1.7.4 on x86-64"))
func readme() throws {
  let sandbox = try Sandbox()
  try sandbox.shell("cp -r \"$PACKAGE/Fixtures/breast_cancer\" .")
  try replay("README.md", in: sandbox)
}

@Test("the examples in ARCHITECTURE.md print what they say, to the last digit of a hash")
func architecture() throws { try replay("ARCHITECTURE.md", in: Sandbox()) }
