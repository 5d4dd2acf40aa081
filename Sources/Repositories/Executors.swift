package import Diagnostics
import Files
import Formats
package import Pipelines

/// Where stages can run, by the names that pipelines use.
package struct Executors: Sendable {
  /// The name of the executor that needs nothing but this machine.
  package static let local = "local"
  /// All names there are.
  package static let names = [local, "slurm"]

  private let fallback: any Executor
  private let named: [String: any Executor]

  /// `fallback` runs the stages that name no executor.
  package init(_ fallback: any Executor, named: [String: any Executor] = [:]) {
    self.fallback = fallback
    self.named = named
  }

  package func executor(for stage: Stage) throws(Failure) -> any Executor {
    guard let name = stage.executor else { return fallback }
    if let found = named[name] { return found }
    let meant = nearest(name, among: Array(named.keys)).map { "; did you mean '\($0)'?" } ?? ""
    throw Failure(
      "cannot run the stage '\(stage.id)'", why: "there is no executor '\(name)'\(meant)",
      hint: "there are: \(named.keys.sorted().joined(separator: ", "))")
  }
}

extension Repository {
  /// All executors, as the settings say. Stages that name none get the one called `fallback`.
  package func executors(fallback name: String) throws(Failure) -> Executors {
    let slurm = try SlurmExecutor(
      parent: home.folder(making: Array("logs".utf8)), options: settings.slurmOptions(), environment: environment)
    let named: [String: any Executor] = [Executors.local: LocalExecutor(), "slurm": slurm]
    guard let fallback = named[name] else {
      let meant = nearest(name, among: Executors.names).map { "; did you mean '\($0)'?" } ?? ""
      throw Failure(
        "cannot run stages with '\(name)'", why: "there is no such executor\(meant)",
        hint: "there are: \(Executors.names.joined(separator: ", "))", category: .usage)
    }
    return Executors(fallback, named: named)
  }
}
