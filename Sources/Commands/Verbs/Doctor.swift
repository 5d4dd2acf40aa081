import ArgumentParser
import Diagnostics
import Formats
import Repositories

struct Doctor: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "doctor",
    abstract: "Check the installation and the repository.",
    discussion: """
      Looks at the libraries mlrepo uses, at git, and at the repository here if there is one. Exits with 1 if something is \
      wrong. Put its output into a report of trouble.

      Example: mlrepo doctor
      """)

  @OptionGroup var global: GlobalOptions
  @OptionGroup var report: ReportOptions

  func run() throws {
    let console = try Console(global)
    let found = examine(from: console.currentFolder, environment: console.environment)
    if report.json {
      console.answer(
        json: .map([
          ValueMember("version", .string(Version.text)),
          ValueMember(
            "checks",
            .list(
              found.map {
                .map([
                  ValueMember("subject", .string($0.subject)), ValueMember("verdict", .string($0.verdict.rawValue)),
                  ValueMember("detail", .string($0.detail)),
                ])
              })),
        ]))
    } else {
      console.answer(Version.line)
      let width = found.map(\.subject.count).max() ?? 0
      for item in found {
        let style: Console.Style = item.verdict == .fine ? .green : item.verdict == .bad ? .red : .yellow
        let word = console.styled(Shown.column(item.verdict.rawValue, 6), style)
        console.answer("\(word)  \(Shown.column(item.subject, width))  \(item.detail)")
      }
    }
    if found.contains(where: { $0.verdict == .bad }) { throw ExitCode(ExitStatus.no) }
  }
}
