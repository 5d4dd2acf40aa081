import Files
import Formats
import Objects

/// How values are shown to people.
enum Shown {
  /// A number of bytes in a unit that keeps it short.
  static func size(_ bytes: Int) -> String {
    if bytes < 1024 { return "\(bytes) B" }
    var value = Double(bytes)
    var unit = ""
    for next in ["KiB", "MiB", "GiB", "TiB", "PiB"] where value >= 1024 {
      value /= 1024
      unit = next
    }
    let tenths = Int((value * 10).rounded())
    return "\(tenths / 10).\(tenths % 10) \(unit)"
  }

  static func count(_ number: Int, _ noun: String) -> String { "\(number) \(noun)\(number == 1 ? "" : "s")" }

  static func count(_ number: Int, _ one: String, _ many: String) -> String { "\(number) \(number == 1 ? one : many)" }

  /// `a`, `a and b`, `a, b and c`.
  static func list(_ items: [String]) -> String {
    guard let last = items.last, items.count > 1 else { return items.first ?? "" }
    return "\(items.dropLast().joined(separator: ", ")) and \(last)"
  }

  /// `12 files, 3.4 MiB` for a folder, the size for a file.
  static func content(_ content: Content) -> String {
    switch content.kind {
    case .folder: "\(count(content.files, "file")), \(size(content.size))"
    case .symlink: "a symbolic link"
    default: size(content.size)
    }
  }

  static func seconds(_ seconds: Double) -> String {
    if seconds >= 60 { return "\(Int(seconds) / 60) min \(Int(seconds) % 60) s" }
    let hundredths = Int((seconds * 100).rounded())
    let rest = hundredths % 100
    return "\(hundredths / 100).\(rest < 10 ? "0" : "")\(rest) s"
  }

  /// `5.2 MiB in 0.42 s, 12.3 MiB/s`
  static func rate(_ bytes: Int, _ seconds: Double) -> String {
    "\(size(bytes)) in \(Shown.seconds(seconds)), \(size(Int(Double(bytes) / max(seconds, 0.001))))/s"
  }

  /// A time in git's form, `2026-11-23 15:40 +0100`. `offset` is in minutes.
  static func time(_ seconds: Int64, offset: Int32) -> String {
    let local = seconds + Int64(offset) * 60
    let days = local >= 0 ? local / 86_400 : (local - 86_399) / 86_400
    let rest = Int(local - days * 86_400)
    let (year, month, day) = civil(days)
    let zone = abs(offset)
    return
      "\(padded(year, 4))-\(padded(month))-\(padded(day)) \(padded(rest / 3600)):\(padded(rest / 60 % 60)) "
      + "\(offset < 0 ? "-" : "+")\(padded(Int(zone) / 60))\(padded(Int(zone) % 60))"
  }

  /// The proleptic Gregorian date of a day counted from 1970-01-01.
  private static func civil(_ days: Int64) -> (year: Int, month: Int, day: Int) {
    let shifted = days + 719_468
    let era = (shifted >= 0 ? shifted : shifted - 146_096) / 146_097
    let dayOfEra = shifted - era * 146_097
    let yearOfEra = (dayOfEra - dayOfEra / 1460 + dayOfEra / 36_524 - dayOfEra / 146_096) / 365
    let dayOfYear = dayOfEra - (365 * yearOfEra + yearOfEra / 4 - yearOfEra / 100)
    let shiftedMonth = (5 * dayOfYear + 2) / 153
    let month = shiftedMonth < 10 ? shiftedMonth + 3 : shiftedMonth - 9
    return (
      Int(yearOfEra + era * 400) + (month <= 2 ? 1 : 0), Int(month), Int(dayOfYear - (153 * shiftedMonth + 2) / 5 + 1)
    )
  }

  private static func padded(_ number: Int, _ width: Int = 2) -> String {
    let text = String(number)
    return String(repeating: "0", count: max(0, width - text.count)) + text
  }

  /// `text` filled with spaces to `width` columns.
  static func column(_ text: String, _ width: Int) -> String {
    text + String(repeating: " ", count: max(0, width - text.count))
  }

  /// `text` moved to the right of `width` columns.
  static func rightColumn(_ text: String, _ width: Int) -> String {
    String(repeating: " ", count: max(0, width - text.count)) + text
  }
}

extension Content {
  /// The content's members in JSON.
  var json: [ValueMember] {
    var members = [ValueMember("id", .string(id.text)), ValueMember("size", .int(size))]
    if isFolder { members.append(ValueMember("files", .int(files))) }
    if kind == .executable { members.append(ValueMember("executable", .bool(true))) }
    if kind == .symlink { members.append(ValueMember("link", .bool(true))) }
    return members
  }
}
