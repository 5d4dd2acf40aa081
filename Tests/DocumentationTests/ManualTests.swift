import Foundation
import TestSupport
import Testing

/// The manual against the program: what one has and the other lacks is a mistake in one of them.
struct ManualTests {
  private let tree: CommandTree
  private let pages: [String: ManualPage]

  init() throws {
    tree = try CommandTree()
    pages = try ManualPage.all()
  }

  @Test("every command has a page, and every page a command")
  func pagesAndCommands() {
    let expected = ["mlrepo", "mlrepo-format"] + tree.commands.map(\.page)
    #expect(pages.keys.sorted() == expected.sorted())
  }

  @Test("OPTIONS names exactly the options of the parser, once each")
  func options() throws {
    for command in tree.leaves {
      let page = try #require(pages[command.page])
      #expect(page.options.sorted() == command.options.sorted(), "\(page.name)")
    }
  }

  @Test("each page has the sections that its readers look for")
  func sections() throws {
    for command in tree.leaves {
      let page = try #require(pages[command.page])
      var wanted = ["NAME", "SYNOPSIS", "DESCRIPTION", "OPTIONS", "EXIT STATUS", "EXAMPLES", "SEE ALSO"]
      if command.options.contains("--json") { wanted.append("JSON") }
      #expect(wanted.filter { page.sections[$0]?.isEmpty ?? true } == [], "\(page.name)")
    }
  }

  @Test("a synopsis begins with the command's own words")
  func synopsis() throws {
    for command in tree.commands {
      let line = try #require(pages[command.page]?.sections["SYNOPSIS"]?.first)
      #expect(line.hasPrefix("mlrepo " + command.words.joined(separator: " ")), "\(command.page): \(line)")
    }
  }

  @Test("no page refers to one that does not exist")
  func references() {
    for page in pages.values {
      #expect(page.references.subtracting(pages.keys) == [], "\(page.name)")
    }
  }

  @Test("mlrepo(1) lists every page and every exit status, and no page has a status that is not in its table")
  func overview() throws {
    let overview = try #require(pages["mlrepo"])
    let listed = overview.tags(in: "COMMANDS").map { $0.replacing("(1)", with: "") }
    #expect(listed.sorted() == tree.commands.map(\.page).sorted())
    let source = try String(
      contentsOfFile: Products.package + "/Sources/Commands/ExitStatus.swift", encoding: .utf8)
    let statuses = source.matches(of: /(?:= |: )([0-9]+)$/.anchorsMatchLineEndings()).map { String($0.1) }
    let table = overview.tags(in: "EXIT STATUS")
    #expect(Set(table) == Set(statuses))
    for page in pages.values {
      #expect(Set(page.tags(in: "EXIT STATUS")).subtracting(table) == [], "\(page.name)")
    }
  }

  @Test("the manual is set without a warning")
  func typesetting() throws {
    let sandbox = try Sandbox()
    guard try sandbox.run(["sh", "-c", "command -v groff"]).status == 0 else { return }
    for page in pages.values {
      let result = try sandbox.run(["groff", "-man", "-Tutf8", "-ww", "-z", "\(ManualPage.folder)/\(page.name)"])
      #expect("\(result.status) \(result.text)" == "0 ", "\(page.name)")
    }
  }
}
