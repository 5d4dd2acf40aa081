package import Diagnostics
import Synchronization

/// Whether the user has asked the command to stop. Long work looks here between its steps.
package enum Interruption {
  private static let requested = Atomic<Bool>(false)

  /// Safe to call from a signal handler.
  package static func request() { requested.store(true, ordering: .relaxed) }

  package static var isRequested: Bool { requested.load(ordering: .relaxed) }

  private static let shields = Atomic<Int>(0)

  /// Runs `body`, which puts things back in order and must come to its end although the user has asked to stop.
  package static func shielded<Result>(_ body: () throws(Failure) -> Result) throws(Failure) -> Result {
    shields.wrappingAdd(1, ordering: .relaxed)
    defer { shields.wrappingSubtract(1, ordering: .relaxed) }
    return try body()
  }

  /// Throws when the user has asked to stop.
  package static func check() throws(Failure) {
    if isRequested, shields.load(ordering: .relaxed) == 0 {
      throw Failure(
        "stopped", why: "interrupted", hint: "nothing is lost; run the command again to go on", category: .interrupted)
    }
  }
}
