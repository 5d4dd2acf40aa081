import Diagnostics
import Foundation
import TestSupport

/// What goes wrong at one system call that changes the disk.
struct Fault: Sendable {
  enum Kind: String, CaseIterable, Sendable {
    case kill, short
    case failure = "EIO"
    case full = "ENOSPC"
  }

  var kind: Kind
  /// The number of the call among those of the program that change something, from 1.
  var at: Int

  /// Whether calls can be made to fail here: only where a library can be put before the system's own.
  static let isPossible: Bool = {
    #if os(Linux)
      FileManager.default.fileExists(atPath: Products.faultInjection)
    #else
      false
    #endif
  }()
}

/// A run of `mlrepo` in which a fault was to happen.
struct FaultedRun {
  let result: ChildProcess
  /// The call that went wrong, such as `7 renameat .mlrepo/index/files`; nil when the command ended before it.
  let struck: String?

  /// How many calls there were that might have gone wrong.
  let calls: Int

  /// Runs without a fault when there is none to happen. `journal` is a file for all that the command does to the disk.
  init(
    _ arguments: [String], in folder: String, of sandbox: Sandbox, _ fault: Fault?, journal: String? = nil
  ) throws {
    let log = "../fault-\(folder).log"
    // The library takes itself out of the environment of what a program starts, so it must be set for this one.
    var variables = [
      "LD_PRELOAD=\(Products.faultInjection)", "FAULT_ROOT=\(sandbox.absolute(folder))", "FAULT_AT=\(fault?.at ?? 0)",
      "FAULT_KIND=\(fault?.kind.rawValue ?? "")", "FAULT_LOG=\(sandbox.absolute(log))",
    ]
    if let journal { variables.append("FAULT_JOURNAL=\(sandbox.absolute(journal))") }
    result = try sandbox.run(["env"] + variables + arguments, in: folder)
    let calls = String(decoding: sandbox.read(log) ?? [], as: UTF8.self).split(separator: "\n")
    self.calls = calls.count
    struck = calls.first { $0.hasPrefix("!") }.map { String($0.dropFirst()) }
  }
}

/// Whether everything is to be tried, instead of a part that takes seconds.
let isFull = Sandbox.variable("MLREPO_TEST") == "full"

/// Other random choices than the usual, for one more long run: from `SEED`.
let seedOffset = 1000 &* (UInt64(Sandbox.variable("SEED") ?? "") ?? 0)

/// A sandbox in memory where there is room for one: making files durable takes most of the time otherwise.
func makeSandbox() throws -> Sandbox {
  access("/dev/shm", W_OK) == 0 ? try Sandbox(in: "/dev/shm") : try Sandbox()
}
