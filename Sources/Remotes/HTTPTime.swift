#if canImport(Glibc)
  import Glibc
#else
  import Darwin
#endif

/// Moments as HTTP and S3 write them, in seconds since 1970 (UTC).
enum HTTPTime {
  private static let months = ["Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"]

  static func now() -> Int { time(nil) }

  /// `Wed, 21 Oct 2015 07:28:00 GMT`, as headers have it.
  static func header(_ text: some StringProtocol) -> Int? {
    let words = text.split(separator: " ")
    guard words.count == 6, words[5] == "GMT", let day = Int(words[1]), let year = Int(words[3]),
      let month = months.firstIndex(where: { $0 == words[2] })
    else { return nil }
    let clock = words[4].split(separator: ":").map { Int($0) ?? -1 }
    return seconds(year, month + 1, day, clock)
  }

  /// `2009-10-12T17:50:30.000Z`; fractions are left out.
  static func iso(_ text: some StringProtocol) -> Int? {
    let parts = text.split(separator: "T")
    guard parts.count == 2, parts[1].hasSuffix("Z") else { return nil }
    let date = parts[0].split(separator: "-").map { Int($0) ?? -1 }
    guard date.count == 3 else { return nil }
    let clock = parts[1].dropLast().prefix { $0 != "." }.split(separator: ":").map { Int($0) ?? -1 }
    return seconds(date[0], date[1], date[2], clock)
  }

  /// `12-Oct-2009 17:50`, as nginx lists a folder, or `2009-10-12 17:50`, as Apache does.
  static func listed(_ day: some StringProtocol, _ clock: some StringProtocol) -> Int? {
    let date = day.split(separator: "-")
    let time = clock.split(separator: ":").map { Int($0) ?? -1 }
    guard date.count == 3, time.count == 2, let first = Int(date[0]), let last = Int(date[2]) else { return nil }
    if let month = months.firstIndex(where: { $0 == date[1] }) { return seconds(last, month + 1, first, time + [0]) }
    return seconds(first, Int(date[1]) ?? 0, last, time + [0])
  }

  /// Nil for what is too far away.
  static func nanoseconds(_ seconds: Int) -> Int64? {
    let (result, isTooMuch) = Int64(seconds).multipliedReportingOverflow(by: 1_000_000_000)
    return isTooMuch ? nil : result
  }

  /// `20091012T175030Z`.
  static func basic(_ seconds: Int) -> String {
    var moment = time_t(seconds)
    var parts = tm()
    gmtime_r(&moment, &parts)
    func padded(_ number: Int32, _ count: Int = 2) -> String {
      let digits = String(number)
      return String(repeating: "0", count: max(0, count - digits.utf8.count)) + digits
    }
    return padded(parts.tm_year + 1900, 4) + padded(parts.tm_mon + 1) + padded(parts.tm_mday) + "T"
      + padded(parts.tm_hour) + padded(parts.tm_min) + padded(parts.tm_sec) + "Z"
  }

  private static func seconds(_ year: Int, _ month: Int, _ day: Int, _ clock: [Int]) -> Int? {
    guard (1970...9999).contains(year), (1...12).contains(month), (1...31).contains(day), clock.count == 3,
      (0...23).contains(clock[0]), (0...59).contains(clock[1]), (0...60).contains(clock[2])
    else { return nil }
    // Days of the civil calendar, with years that begin in March.
    let shifted = month > 2 ? year : year - 1
    let dayOfYear = (153 * (month > 2 ? month - 3 : month + 9) + 2) / 5 + day - 1
    let days = 365 * shifted + shifted / 4 - shifted / 100 + shifted / 400 + dayOfYear - 719_468
    return days * 86400 + clock[0] * 3600 + clock[1] * 60 + clock[2]
  }
}
