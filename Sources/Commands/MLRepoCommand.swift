package import ArgumentParser
import Diagnostics
import Files
import Formats
import Synchronization

#if canImport(Glibc)
  import Glibc
#else
  import Darwin
#endif

/// The program: its verbs, and the one place where failures become text and an exit status.
package struct MLRepoCommand: ParsableCommand {
  package static let configuration = CommandConfiguration(
    commandName: "mlrepo",
    abstract: "git for data, models and metrics.",
    discussion: """
      Keeps large files as hashed objects in .mlrepo, links them to git commits, rebuilds pipeline stages whose inputs \
      changed, and says what changed between two commits, from bytes to metrics.

      Example: mlrepo init && mlrepo add data && git commit -m "data v1"
      """,
    version: Version.text,
    groupedSubcommands: [
      CommandGroup(
        name: "Start", subcommands: [Init.self, Install.self, Doctor.self, Config.self, VersionCommand.self]),
      CommandGroup(
        name: "Data",
        subcommands: [Add.self, Remove.self, Move.self, Status.self, Checkout.self, Commit.self, Unprotect.self]),
      CommandGroup(name: "Sharing", subcommands: [RemoteGroup.self, Push.self, Fetch.self, Pull.self, Whereis.self]),
      CommandGroup(
        name: "From elsewhere",
        subcommands: [Get.self, GetURL.self, Import.self, ImportURL.self, Update.self, ListElsewhere.self]),
      CommandGroup(name: "History", subcommands: [Diff.self, Log.self, List.self, Cat.self]),
      CommandGroup(name: "Safety", subcommands: [Undo.self, OperationGroup.self]),
      CommandGroup(
        name: "Pipelines",
        subcommands: [StageGroup.self, Run.self, Repro.self, Dag.self, Schema.self, RunCacheGroup.self, MergeFile.self]),
      CommandGroup(name: "Numbers", subcommands: [Params.self, Metrics.self]),
      CommandGroup(name: "Models", subcommands: [Split.self, Train.self, Evaluate.self]),
      CommandGroup(name: "Store", subcommands: [Fsck.self, GarbageCollect.self]),
    ])

  package init() {}

  /// Runs the program and returns its exit status.
  package static func run(arguments count: Int32, _ values: UnsafeMutablePointer<UnsafeMutablePointer<CChar>?>) -> Int32
  {
    var arguments: [String] = []
    for index in 1..<max(1, Int(count)) {
      if let value = values[index] { arguments.append(ArgumentText.text(of: value)) }
    }
    // `version` is asked by scripts at every turn: it pays for nothing but itself.
    if arguments == ["version"] || arguments == ["--version"] {
      Console.write(Version.line + "\n", to: 1)
      return outputStatus(0)
    }
    listenForSignals()
    return outputStatus(run(Invocation.arranged(arguments)))
  }

  private static func run(_ arguments: [String]) -> Int32 {
    do {
      if let failure = Invocation.unknownVerb(in: arguments) { throw failure }
      var command = try parseAsRoot(arguments)
      try command.run()
      return ExitStatus.done
    } catch let failure as Failure {
      // Ctrl-C may surface as whatever it made fail.
      var failure = failure
      failure.hint = failure.hint.map { HintPlace.placed($0, arguments) }
      complain(failure, asJSON: arguments.prefix { $0 != "--" }.contains("--json"))
      return Interruption.isRequested ? ExitStatus.of(.interrupted) : ExitStatus.of(failure.category)
    } catch let status as ExitCode {
      return status.rawValue
    } catch {
      let status = exitCode(for: error).rawValue
      let text = Usage.withoutGlobalOptions(fullMessage(for: error))
      if status == 0 {
        Console.write(text.hasSuffix("\n") ? text : text + "\n", to: 1)
      } else {
        complain(Usage.failure(message: message(for: error), full: text), asJSON: arguments.contains("--json"))
      }
      return status
    }
  }

  private static func complain(_ failure: Failure, asJSON: Bool) {
    if asJSON {
      let members = [
        ValueMember("error", .string(failure.what)), ValueMember("why", .string(failure.why)),
        ValueMember("hint", failure.hint.map(Value.string) ?? .null),
        ValueMember("category", .string(failure.category.rawValue)),
        ValueMember("exit", .int(Int(ExitStatus.of(failure.category)))),
      ]
      return Console.write(JSON.encode(.map(members), pretty: true), to: 2)
    }
    var text = "error: \(failure.what)\nwhy: \(failure.why)\n"
    if let hint = failure.hint { text += "hint: \(hint)\n" }
    Console.write(text, to: 2)
  }

  /// An answer that could not be written is no success.
  private static func outputStatus(_ status: Int32) -> Int32 {
    let code = Console.outputError.load(ordering: .relaxed)
    if code == 0 || status != 0 { return status }
    if code == EPIPE { return ExitStatus.brokenPipe }
    Console.write("error: cannot write the output\nwhy: \(systemWords(code))\n", to: 2)
    return ExitStatus.of(.failed)
  }

  /// The first Ctrl-C asks the command to stop in order, the second ends it at once. Nothing is lost either way.
  private static func listenForSignals() {
    signal(SIGPIPE, SIG_IGN)
    for number in [SIGINT, SIGTERM, SIGHUP] {
      let before = signal(number) { number in
        if Interruption.isRequested { _exit(128 + number) }
        Interruption.request()
      }
      // nohup and shells start a program like this when it shall not hear of a signal.
      if unsafeBitCast(before, to: Int.self) == unsafeBitCast(SIG_IGN, to: Int.self) { signal(number, SIG_IGN) }
    }
  }
}
