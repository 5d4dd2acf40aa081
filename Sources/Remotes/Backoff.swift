import Diagnostics
import Files

#if canImport(Glibc)
  import Glibc
#else
  import Darwin
#endif

/// Pauses between attempts.
enum Backoff {
  /// Waits before the next attempt: longer each time, by chance so that many clients don't come back at once, and as long
  /// as the server asks for, up to a minute. Times are in seconds.
  static func pause(after attempt: Int, first: Double, longest: Double, asked: Double? = nil) throws(Failure) {
    let most = min(longest, first * Double(1 << min(attempt - 1, 20)))
    let seconds = max(Double.random(in: (most / 2)...most), min(asked ?? 0, 60))
    var left = Int(seconds * 1000)
    while left > 0 {
      try Interruption.check()
      let step = min(left, 50)
      var time = timespec(tv_sec: 0, tv_nsec: step * 1_000_000)
      nanosleep(&time, nil)
      left -= step
    }
  }
}
