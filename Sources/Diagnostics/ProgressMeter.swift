import Synchronization

/// How far long work has come. Threads count into it, and whoever shows it reads it; nobody waits for anybody.
package final class ProgressMeter: Sendable {
  /// A look at the meter.
  package struct Reading: Equatable, Sendable {
    /// What is being done, as `hashing`; empty while nothing long is.
    package var phase = ""
    package var files = 0
    package var bytes = 0
    package var totalFiles = 0
    package var totalBytes = 0

    package init() {}
  }

  private let phase = Mutex<(name: String, files: Int, bytes: Int)>(("", 0, 0))
  private let files = Atomic<Int>(0)
  private let bytes = Atomic<Int>(0)

  package init() {}

  /// Starts counting anew, towards these totals.
  package func begin(_ name: String, files totalFiles: Int, bytes totalBytes: Int) {
    files.store(0, ordering: .relaxed)
    bytes.store(0, ordering: .relaxed)
    phase.withLock { $0 = (name, totalFiles, totalBytes) }
  }

  package func advance(files count: Int = 0, bytes size: Int = 0) {
    if count != 0 { files.add(count, ordering: .relaxed) }
    if size != 0 { bytes.add(size, ordering: .relaxed) }
  }

  package func end() { phase.withLock { $0 = ("", 0, 0) } }

  package var reading: Reading {
    var reading = Reading()
    (reading.phase, reading.totalFiles, reading.totalBytes) = phase.withLock { $0 }
    reading.files = files.load(ordering: .relaxed)
    reading.bytes = bytes.load(ordering: .relaxed)
    return reading
  }
}
