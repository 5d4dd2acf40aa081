import Files

/// The shell script that Slurm runs for a job. All it is told stands in it between single quotes, and all it has to say is
/// in the job's own folder: `output` is what the commands print, `exit` how they ended.
enum SlurmScript {
  static let name = Array("job".utf8)
  static let outputName = Array("output".utf8)
  static let exitName = Array("exit".utf8)

  /// What `exit` says.
  enum Report: Equatable {
    case done
    /// The position of the command that failed, and its status as the shell gives it.
    case failed(command: Int, status: Int)
    /// Somebody asked the job to end.
    case stopped
    /// The folder that the commands run in is not there.
    case noFolder

    init?(_ bytes: [UInt8]) {
      let words = String(decoding: bytes, as: UTF8.self).split { $0.isWhitespace }
      switch words.first {
      case "done": self = .done
      case "stopped": self = .stopped
      case "no-folder": self = .noFolder
      case "failed":
        guard words.count == 3, let command = Int(words[1]), let status = Int(words[2]) else { return nil }
        self = .failed(command: command, status: status)
      default: return nil
      }
    }
  }

  /// `folder` is the absolute path of the job's own folder, `grace` the seconds between asking a command to end and ending
  /// it.
  static func text(for job: Job, in folder: [UInt8], grace: Double) -> [UInt8] {
    var script = Array("#!/bin/sh\nhome=".utf8) + quoted(folder) + Array("\nfolder=".utf8) + quoted(job.folder)
    script += Array("\ngrace=\(grace)\n\(frame)".utf8)
    for (number, command) in job.commands.enumerated() {
      script += Array("run \(number) ".utf8) + quoted(Array(command.utf8)) + [0x0a]
    }
    return script + Array("end 0 done\n".utf8)
  }

  static func quoted(_ text: [UInt8]) -> [UInt8] {
    let quote = UInt8(ascii: "'")
    return [quote] + text.flatMap { $0 == quote ? Array("'\\''".utf8) : [$0] } + [quote]
  }

  // Each command is a session of its own, so that what it leaves behind can be ended on every kind of cluster. A shell
  // notices a signal while it waits for something in the background, hence the `&`. The report gets its name when it is
  // whole.
  private static let frame = """
    exec >"$home/output" 2>&1 </dev/null || exit 1
    group= watch=

    end() {
      status=$1
      shift
      echo "$*" >"$home/exit.new" && mv "$home/exit.new" "$home/exit"
      exit "$status"
    }

    signal() { kill "-$1" "-$group" || kill "-$1" "$group"; } 2>/dev/null

    stop() {
      trap '' TERM
      if [ -n "$group" ]; then
        signal TERM
        setsid /bin/sh -c "sleep $grace; kill -KILL -$group" >/dev/null 2>&1 &
        watch=$!
        wait "$group" 2>/dev/null
        signal KILL
        kill -KILL "-$watch" 2>/dev/null
      fi
      end 143 stopped
    }
    trap stop TERM

    run() {
      setsid /bin/sh -c "$2" &
      group=$!
      # The shell would say of itself that a signal ended it.
      wait "$group" 2>/dev/null
      status=$?
      signal KILL
      [ $status = 0 ] || end $status failed "$1" $status
    }

    cd "$folder" || end 1 no-folder

    """
}
