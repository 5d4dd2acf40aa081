import Diagnostics
import Files
import Synchronization

#if canImport(Glibc)
  import Glibc
#else
  import Darwin
#endif

/// Shows how far long work has come: a line that is redrawn on a terminal, a plain line every ten seconds elsewhere. What
/// takes less than half a second is not shown at all.
final class ProgressDisplay: Sendable {
  private let meter: ProgressMeter
  private let isTerminal = isatty(2) != 0
  private let start = ProgressDisplay.now
  private let isDrawn = Atomic<Bool>(false)

  private init(_ meter: ProgressMeter) { self.meter = meter }

  /// Shows `meter` while `body` runs.
  static func during<Result>(
    _ console: Console, _ meter: ProgressMeter, asJSON: Bool = false, _ body: () throws -> Result
  ) rethrows -> Result {
    var ends: [Int32] = [-1, -1]
    if console.isQuiet || asJSON || pipe(&ends) != 0 { return try body() }
    let display = ProgressDisplay(meter)
    let (wake, stop) = (ends[0], ends[1])
    let thread = BackgroundThread { display.run(until: wake) }
    defer {
      // The thread sleeps on the pipe, so a quick command does not wait for it.
      close(stop)
      thread?.join()
      close(wake)
      if display.isDrawn.load(ordering: .relaxed), display.isTerminal { Console.write("\r\u{1b}[K", to: 2) }
    }
    return try body()
  }

  private func run(until wake: Int32) {
    var nextPlain = 10.0
    var patience: Int32 = 500
    while true {
      var descriptor = pollfd(fd: wake, events: Int16(POLLIN), revents: 0)
      if poll(&descriptor, 1, patience) != 0 { return }
      patience = 100
      let elapsed = Self.now - start
      let reading = meter.reading
      if reading.phase.isEmpty { continue }
      if isTerminal {
        Console.write("\r\u{1b}[K" + Self.line(reading, elapsed), to: 2)
        isDrawn.store(true, ordering: .relaxed)
      } else if elapsed >= nextPlain {
        Console.write(Self.line(reading, elapsed) + "\n", to: 2)
        nextPlain += 10
      }
    }
  }

  /// `hashing  34000/100000 files  265.6 MiB/781.3 MiB  310.2 MiB/s  2 s left`
  static func line(_ reading: ProgressMeter.Reading, _ elapsed: Double) -> String {
    var text = "\(reading.phase)  \(reading.files)/\(reading.totalFiles) files"
    text += "  \(Shown.size(reading.bytes))/\(Shown.size(reading.totalBytes))"
    let rate = Double(reading.bytes) / max(elapsed, 0.001)
    if rate >= 1, reading.bytes <= reading.totalBytes {
      text += "  \(Shown.size(Int(rate)))/s"
      let left = Double(reading.totalBytes - reading.bytes) / rate
      if left.isFinite, left < 1_000_000 { text += "  \(Int(left.rounded(.up))) s left" }
    }
    return text
  }

  private static var now: Double {
    var time = timespec()
    clock_gettime(CLOCK_MONOTONIC, &time)
    return Double(time.tv_sec) + Double(time.tv_nsec) / 1e9
  }
}
