package import Diagnostics
import Synchronization

/// Whether the user has asked the command to stop. Long work looks here between its steps.
package enum Interruption {
  private static let requested = Atomic<Bool>(false)

  /// Safe to call from a signal handler.
  package static func request() { requested.store(true, ordering: .relaxed) }

  package static var isRequested: Bool { requested.load(ordering: .relaxed) }

  /// Throws when the user has asked to stop.
  package static func check() throws(Failure) {
    if isRequested {
      throw Failure(
        "stopped", why: "interrupted", hint: "nothing is lost; run the command again to go on", category: .interrupted)
    }
  }
}
