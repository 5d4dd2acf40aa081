import Foundation
import TestSupport
import Testing

/// What ARCHITECTURE.md says of the code, against the code.
struct ArchitectureTests {
  private let text: String

  init() throws { text = try Self.read("ARCHITECTURE.md") }

  private static func read(_ file: String) throws -> String {
    try String(contentsOfFile: "\(Products.package)/\(file)", encoding: .utf8)
  }

  @Test("the table of layers is the one that LayeringTests holds the code to")
  func layers() throws {
    let rows = text.matches(of: /\| (?:[0-9]|tests) \| `(\w+)` \|([\w, ]*)\|/)
    let shown = Dictionary(uniqueKeysWithValues: rows.map { (String($0.1), Self.words($0.2)) })
    let source = try Self.read("Tests/LayeringTests/LayeringTests.swift")
    let table = try #require(source.firstMatch(of: /allowed: .*?= \[\n((?:.|\n)*?)\n\]/)).1
    let entries = table.matches(of: /"(\w+)": \[([^\]]*)\]/)
    let held = Dictionary(uniqueKeysWithValues: entries.map { (String($0.1), Self.words($0.2)) })
    #expect(shown == held)
  }

  private static func words(_ text: Substring) -> Set<String> { Set(text.matches(of: /\w+/).map { String($0.0) }) }

  @Test("each promise and each invariant names tests, and each of them exists")
  func invariants() throws {
    let start = try #require(text.range(of: "## 6. Promises and invariants")).upperBound
    let end = try #require(text.range(of: "Absent on purpose")).lowerBound
    let invariants = text[start..<end].replacing(/\s+/, with: " ").split(separator: " - **")
    let sources = try Self.testSources()
    #expect(invariants.count > 20)
    for invariant in invariants.dropFirst() {
      let lists = invariant.matches(of: /\(tests?: ([^)]*)\)/)
      let names = lists.flatMap { $0.1.matches(of: /"([^"]*)"/) }.map { String($0.1) }
      #expect(!names.isEmpty, "\(invariant)")
      #expect(names.filter { !sources.contains("\"\($0)\"") } == [])
    }
  }

  private static func testSources() throws -> String {
    let folder = Products.package + "/Tests"
    let files = try FileManager.default.subpathsOfDirectory(atPath: folder).filter { $0.hasSuffix(".swift") }
    return try files.map { try String(contentsOfFile: "\(folder)/\($0)", encoding: .utf8) }.joined()
  }

  @Test("the exit statuses are those of the program")
  func statuses() throws {
    let paragraph = try #require(text.firstMatch(of: /turns the category into the exit status:([^.]*)\./)).1
    let shown = paragraph.matches(of: /[0-9]+/).map { String($0.0) }
    let overview = try #require(try ManualPage.all()["mlrepo"])
    #expect(shown == overview.tags(in: "EXIT STATUS"))
  }

  @Test(
    "every file that the documents point to exists", arguments: ["ARCHITECTURE.md", "README.md", "CONTRIBUTING.md"])
  func links(document: String) throws {
    let text = try Self.read(document)
    let paths =
      text.matches(of: /\]\(([A-Za-z][\w.\/]*)\)/).map { String($0.1) }
      + text.matches(of: /`((?:Sources|Tests|Fixtures)\/[\w.\/]+)`/).map { String($0.1) }
    #expect(paths.filter { !FileManager.default.fileExists(atPath: "\(Products.package)/\($0)") } == [])
  }
}
