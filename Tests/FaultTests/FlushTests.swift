import TestSupport
import Testing

/// What the setting `core.fsync` does, told from the journal of the program's system calls.
@Suite("Flushing", .enabled(if: Fault.isPossible, "needs LD_PRELOAD"))
struct FlushTests {
  /// All that one command does to the disk.
  private func journal(_ command: [String], in sandbox: Sandbox) throws -> [JournalRecord] {
    try sandbox.shell("rm -f ../journal; touch ../journal")
    let run = try FaultedRun(command, in: "", of: sandbox, nil, journal: "../journal")
    try #require(run.result.status == 0, "\(command): \(run.result.text)")
    return try JournalRecord.parse(sandbox.read("../journal") ?? [])
  }

  private func sandbox(fsync: String, files: Int) throws -> Sandbox {
    let sandbox = try makeSandbox()
    try sandbox.shell(
      """
      git init -q --template= . && mlrepo init -q && mlrepo config core.fsync \(fsync)
      mlrepo config core.jobs 1 && git add . && git commit -qm init
      mkdir d && for i in $(seq \(files)); do echo "file $i" > d/$i; done
      """)
    return sandbox
  }

  @Test("batch flushes as often for many small files as for a few")
  func batch() throws {
    let counts = try [10, 200].map { files in
      try journal(["mlrepo", "add", "d"], in: sandbox(fsync: "batch", files: files)).count { $0.isFlush }
    }
    #expect(counts[0] == counts[1])
    #expect(counts[0] > 5)
  }

  @Test("each flushes every object before it gets its name, and that name before the next object begins")
  func each() throws {
    let records = try journal(["mlrepo", "add", "d"], in: sandbox(fsync: "each", files: 10))
    let named = records.indices.filter {
      records[$0].call == "rename" && records[$0].path.hasPrefix(".mlrepo/objects/loose/")
    }
    // The files, their folder, and the small files that the operation records.
    #expect(named.count >= 13)
    for at in named {
      let (from, folder) = (records[at].text, String(records[at].path.dropLast(63)))
      #expect(records[..<at].contains { $0.call == "fsync" && $0.path == from })
      #expect(records[at...].prefix(4).contains { $0.call == "fsync" && $0.path == folder }, "\(records[at])")
    }
  }

  @Test("off flushes nothing, whatever the command")
  func off() throws {
    let sandbox = try sandbox(fsync: "off", files: 100)
    try sandbox.shell("head -c 300000 /dev/urandom > big.bin; echo in > in.txt; mlrepo config gc.gracePeriod 0")
    let commands = [
      "add d big.bin", "checkout", "remove --data d", "undo", "move big.bin deep/big.bin",
      "stage add -n count -d in.txt -o out.txt -- cp in.txt out.txt", "repro", "commit", "fsck --repair", "gc --yes",
      "op log", "status",
    ]
    for command in commands {
      if command == "checkout" { try sandbox.shell("rm -r d/1 d/2 big.bin") }
      if command == "gc --yes" { try sandbox.shell("rm -rf deep .mlrepo/ops && git rm -qrf deep d.mlr") }
      let flushes = try journal(["mlrepo"] + command.split(separator: " ").map(String.init), in: sandbox)
        .filter(\.isFlush)
      #expect(flushes.map(\.description) == [], "\(command)")
    }
  }
}
