package import Diagnostics
import Files
import Objects
package import Pipelines
import Workspaces

extension Repository {
  /// Looks at what stages read and have made. Commands of the repository run for it only if `runningCommands`: for
  /// `repro`, never for a command that merely looks.
  func observer(runningCommands: Bool) throws(Failure) -> StageObserver {
    var surroundings = StageObserver.Surroundings(environment: environment)
    if runningCommands {
      surroundings.run = { [self] (command, folder) throws(Failure) in try output(of: command, in: folder) }
    }
    return StageObserver(try reader(), surroundings)
  }

  /// What a shell command prints on standard output.
  private func output(of command: String, in folder: RepositoryPath) throws(Failure) -> [UInt8] {
    var printed: [UInt8] = []
    let job = Job(
      // What it says on standard error is no part of what the stage depends on.
      name: "probe", commands: ["exec 2>/dev/null\n" + command], folder: try root.folder(folder).path,
      environment: environment)
    let outcome = try JobRunner(LocalExecutor()).run(job) { bytes throws(Failure) in
      printed += bytes
      guard printed.count <= 64 << 20 else { throw Failure("", why: "prints more than 64 MiB") }
    }
    switch outcome {
    case .succeeded: return printed
    case .failed(_, let code): throw Failure("", why: "exited with \(code)")
    case .killed(_, let signal): throw Failure("", why: "was ended by signal \(signal)")
    case .lost(let why): throw Failure("", why: why)
    case .timedOut, .cancelled: throw Failure("", why: "was interrupted", category: .interrupted)
    }
  }

  /// The finished results of earlier runs. They lie beside the objects, so that clones that share a store share them.
  package func runCache() throws(Failure) -> RunCache {
    let (objects, scratch) = try storeFolder()
    return RunCache(in: objects, scratch: scratch)
  }

  /// What the run cache knows and the store has, for a plan.
  func earlierResults() throws(Failure) -> ReproPlan.Results {
    let cache = try runCache()
    let store = try store()
    let source = resultSource
    return { stage, state in
      guard let key = RunKey(stage, state) else { return nil }
      // A cache that can't be read is as good as an empty one.
      return (try? cache.results(for: key))?.first { result in
        Set(result.outputs.map(\.path)) == Set(stage.outputs.map(\.path))
          && result.outputs.allSatisfy { output in
            if (try? store.contains(output.id)) ?? false { return true }
            return source?.fetch(output.content, into: store) ?? false
          }
      }
    }
  }
}
