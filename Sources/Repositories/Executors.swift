package import Diagnostics
import Formats
package import Pipelines

/// Where stages can run, by the names that pipelines use.
package struct Executors: Sendable {
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
