import Foundation
import TestSupport

/// A page of the manual, as its roff source stands in `Man`.
struct ManualPage {
  static let folder = Products.package + "/Man"

  let name: String
  /// The lines of each section, by its heading, escapes undone.
  let sections: [String: [String]]

  /// Every page, by name without its section: `mlrepo-add`.
  static func all() throws -> [String: ManualPage] {
    let files = try FileManager.default.contentsOfDirectory(atPath: folder).sorted()
    let pages = try files.map { file in
      let text = try String(contentsOfFile: "\(folder)/\(file)", encoding: .utf8)
      return ManualPage(name: file, text: text)
    }
    return Dictionary(uniqueKeysWithValues: pages.map { (String($0.name.dropLast(2)), $0) })
  }

  init(name: String, text: String) {
    self.name = name
    var sections: [String: [String]] = [:]
    var heading = ""
    for line in text.split(separator: "\n", omittingEmptySubsequences: false).map(Self.plain) {
      if line.hasPrefix(".SH ") {
        heading = String(line.dropFirst(4))
      } else {
        sections[heading, default: []].append(line)
      }
    }
    self.sections = sections
  }

  /// The options that OPTIONS describes: those in the line behind each `.TP`.
  var options: [String] {
    let lines = sections["OPTIONS"] ?? []
    let tags = zip(lines, lines.dropFirst()).filter { $0.0 == ".TP" }.map(\.1)
    return tags.flatMap { $0.split(separator: ", ") }.compactMap { $0.split(separator: " ").first.map(String.init) }
  }

  /// The words that stand as tags in a section, such as the numbers in EXIT STATUS.
  func tags(in section: String) -> [String] {
    let lines = sections[section] ?? []
    return zip(lines, lines.dropFirst()).filter { $0.0 == ".TP" }.map(\.1)
  }

  /// The pages that SEE ALSO and the text refer to, which are mlrepo's own.
  var references: Set<String> {
    let text = sections.values.joined().joined(separator: "\n")
    return Set(text.matches(of: /(mlrepo[a-z-]*)\([15]\)/).map { String($0.1) })
  }

  private static func plain(_ line: Substring) -> String {
    String(line).replacing(/\\f[BIR]/, with: "").replacing("\\-", with: "-").replacing("\\&", with: "")
  }
}
