import Diagnostics
import Foundation
import TestSupport
import Testing

/// A repository with two packs and thirty loose objects, and what it takes to damage one.
private let prepare = """
  git init -q --template= .
  mlrepo init -q
  for i in 1 2 3 4 5 6 7 8; do
    for j in 1 2 3 4; do head -c 1000 /dev/urandom > f$i$j; done
    mlrepo add -q f$i?
  done
  for folder in a b; do
    mkdir $folder
    for i in 1 2 3 4 5 6; do echo "$folder $i" > $folder/$i; done
    mlrepo add -q $folder
  done
  git commit -qm one

  """

// Only data is damaged: what operations hold is put aside when it is first met, and told in another way.
private let tools = """
  spoil() { chmod u+w $1; printf XXXX | dd of=$1 bs=1 seek=$2 conv=notrunc status=none; }
  loose() { find .mlrepo/objects/loose -type f -size 1000c | sort | sed -n "$1p"; }
  # Times that are a moment old are not trusted to show a change.
  settle() { touch now; while [ $(($(date +%s%N) - $(date -r now +%s%N))) -lt 60000000 ]; do :; done; }

  """

@Suite("fsck that is cut short", .enabled(if: Fault.isPossible, "needs LD_PRELOAD"))
struct FsckProgressTests {
  @Test("killed anywhere, fsck goes on where it stopped, and finds the damage of before and of after")
  func resumed() throws {
    let sandbox = try makeSandbox()
    try sandbox.shell("mkdir base && cd base\n\(prepare)\(tools)spoil $(loose 3) 10\nsettle")
    let whole = try FaultedRun(["mlrepo", "fsck", "--json"], in: "base", of: sandbox, nil)
    let all = try report(of: whole.result)
    #expect(all.damaged == 1 && all.resumed == 0)
    #expect(whole.calls > 30)
    var most = 0
    for at in stride(from: 1, through: whole.calls, by: isFull ? 1 : 15) {
      try sandbox.shell("rm -rf copy && cp -a base copy && cd copy\n\(tools)settle")
      let killed = try FaultedRun(
        ["mlrepo", "fsck"], in: "copy", of: sandbox, Fault(kind: .kill, at: at))
      #expect(killed.result.status == 128 + SIGKILL)
      // One that was perhaps found intact, and one of the last.
      try sandbox.shell("\(tools)spoil $(loose 5) 10; spoil $(loose '$') 10", in: "copy")
      let again = try report(of: try sandbox.run(["mlrepo", "fsck", "--json"], in: "copy"))
      #expect(again.damaged == 3 && again.objects == all.objects, "killed at call \(at)")
      most = max(most, again.resumed)
      // It came to its end, so the next one begins at the beginning.
      let last = try report(of: try sandbox.run(["mlrepo", "fsck", "--json"], in: "copy"))
      #expect(last.damaged == 3 && last.resumed == 0, "killed at call \(at)")
    }
    #expect(most > all.objects / 2)
  }

  @Test("what an interrupted fsck has noted counts for nothing when it is torn, made up, old, or not wanted")
  func distrusted() throws {
    let sandbox = try makeSandbox()
    try sandbox.shell("mkdir copy && cd copy\n\(prepare)\(tools)settle")
    let run = ["mlrepo", "fsck"]
    let calls = try FaultedRun(run, in: "copy", of: sandbox, nil).calls
    /// How many objects are taken as checked after `change`, and how many were noted by lines that it left whole.
    func resumed(_ change: String, _ options: [String] = []) throws -> (taken: Int, noted: Int) {
      _ = try FaultedRun(run, in: "copy", of: sandbox, Fault(kind: .kill, at: calls - 3))
      let noted = try sandbox.shell(
        "cd copy; file=.mlrepo/objects/fsck-progress; \(change); awk 'NR > 1 && NF > 4 { n += $(NF - 2) } END { print n }' $file"
      )
      let taken = try report(of: try sandbox.run(run + ["--json"] + options, in: "copy")).resumed
      return (taken, Int(noted.dropLast()) ?? -1)
    }
    let whole = try resumed("true")
    #expect(whole.taken == whole.noted && whole.taken > 20)
    let torn = try resumed("sed -i '$d' $file; printf 'loose 00 00' >> $file")
    #expect(torn.taken == torn.noted && torn.taken > 20)
    let forged = try resumed("printf 'loose 00 00 0 7 0123456789abcdef\n' >> $file")
    #expect(forged.taken == forged.noted && forged.taken > 20)
    #expect(try resumed("sed -i 's/ [0-9]* \\([0-9]* [0-9a-f]*\\)$/ 99 \\1/' $file").taken == 0)
    #expect(try resumed("sed -i '1s/ [0-9]*$/ 1700000000000000000/' $file").taken == 0)
    #expect(try resumed("sed -i '1s/ [0-9]*$/ 9999999999999999999/' $file").taken == 0)
    #expect(try resumed("head -c 5000 /dev/urandom > $file").taken == 0)
    #expect(try resumed("true", ["--restart"]).taken == 0)
  }

  private func report(of result: ChildProcess) throws -> (damaged: Int, resumed: Int, objects: Int) {
    let json = try #require(try JSONSerialization.jsonObject(with: Data(result.output)) as? [String: Any])
    let findings = try #require(json["findings"] as? [[String: Any]])
    let resumed = try #require(json["resumed"] as? Int)
    return (findings.count { $0["kind"] as? String == "damaged" }, resumed, try #require(json["objects"] as? Int))
  }
}
