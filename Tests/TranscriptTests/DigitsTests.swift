import Foundation
import TestSupport
import Testing

private let hasXGBoost = (try? Sandbox().run(["mlrepo", "doctor"]).text.contains(/xgboost +version/)) ?? false
private let configuration = ProcessInfo.processInfo.environment["MLREPO_TEST_SLURM"].flatMap { $0.isEmpty ? nil : $0 }

/// The pipeline in Fixtures/digits, run in a repository of its own: what it prints as the summary, and its lock file.
private func run(_ options: String) throws -> (best: String, lock: [UInt8]?) {
  let sandbox = try Sandbox()
  try sandbox.shell("cp \"$PACKAGE\"/Fixtures/digits/* . && git init -q && mlrepo init --quiet")
  let variables = configuration.map { ["SLURM_CONF": $0] } ?? [:]
  let done = try sandbox.run(
    ["sh", "-c", "mlrepo repro --quiet \(options) && mlrepo repro --dry-run --json | grep -c 'up to date'"],
    environment: variables, timeout: 180)
  #expect(done.status == 0 && done.text.hasSuffix("18\n"), "\(done.text)")
  return (try sandbox.shell("cat best.csv"), sandbox.read("mlrepo.lock"))
}

@Suite("The pipeline of 18 stages on the digits", .enabled(if: hasXGBoost, "it needs XGBoost"))
struct DigitsTests {
  @Test("one stage at a time, two at a time and, where there is a cluster, through Slurm it locks the same bytes")
  func sameLocks() throws {
    let alone = try run("-j 1")
    #expect(alone.best.hasPrefix("pixels-deep,0.9"))
    #expect(alone.lock != nil)
    #expect(try run("-j 2") == alone)
    if configuration != nil { #expect(try run("--executor slurm") == alone) }
  }
}
