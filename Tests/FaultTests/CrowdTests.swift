import Diagnostics
import TestSupport
import Testing

@Suite("All commands at once")
struct CrowdTests {
  @Test(
    "whatever processes do to two clones with one store, and whenever they are killed, nothing is lost and all goes on",
    arguments: Crowd.Grace.allCases)
  func crowd(grace: Crowd.Grace) throws {
    for _ in 0..<(isFull ? 6 : 1) {
      let seed = UInt64(Sandbox.variable("SEED") ?? "") ?? .random(in: 0..<1_000_000)
      print("crowd: SEED=\(seed), grace period \(grace.rawValue) days")
      let crowd = try Crowd(seed: seed, grace: grace)
      let record = crowd.run(workers: 4, steps: isFull ? 80 : 15)
      #expect(record.count > 0)
      for surprise in record.surprises { Issue.record("seed \(seed): \(surprise)") }
      try checkStore(crowd, record)
      try goOn(crowd)
    }
  }

  /// The first commands settle what was cut short, and all that anything needs is in the store.
  private func checkStore(_ crowd: Crowd, _ record: Crowd.Record) throws {
    for clone in Crowd.clones {
      let text = try crowd.sandbox.shell("cd \(clone) && mlrepo status -q && mlrepo fsck")
      #expect(text.hasSuffix("all intact\n"), "\(clone): \(text)")
    }
    var stored = try StoredObjects(in: crowd.sandbox, "store/objects")
    for (id, place) in try needed(by: crowd) { #expect(stored.ids.contains(id), "\(place) needs \(id)") }
    guard crowd.grace == .usual else { return }
    try stored.addTrash("store/trash")
    for id in record.added { #expect(stored.ids.contains(id), "\(id) was added") }
    for (path, id) in try crowd.replaced(of: record) {
      #expect(stored.ids.contains(id), "what was written to \(path) is gone: \(id)")
    }
  }

  /// Ids that pointers and locks name, in every commit, in git's index, and in the workspace.
  private func needed(by crowd: Crowd) throws -> [(id: String, place: String)] {
    try Crowd.clones.flatMap { clone in
      try crowd.sandbox.shell(
        """
        cd \(clone)
        git grep -h -o -E 'id: sha256:[0-9a-f]{64}' $(git rev-list --all --reflog) -- '*.mlr' || true
        git grep -h -o -E --cached 'id: sha256:[0-9a-f]{64}' -- '*.mlr' || true
        grep -h -o -E 'id: sha256:[0-9a-f]{64}' *.mlr 2> /dev/null || true
        """
      ).split(separator: "\n").map { (String($0.suffix(64)), clone) }
    }
  }

  /// Every command works again, and a new clone gets all of it.
  private func goOn(_ crowd: Crowd) throws {
    for clone in Crowd.clones {
      let text = try crowd.sandbox.shell(
        """
        cd \(clone)
        mlrepo checkout -qf
        mlrepo status -q
        echo "of its own" > a
        mkdir -p d && cp ../texts/4 d/new
        mlrepo add -q a d
        mlrepo repro -q
        cat a a | cmp - twice.txt
        git add -A && git commit -qm 'at last'
        mlrepo status
        mlrepo gc --yes -q
        mlrepo fsck -q
        mlrepo push -q
        mlrepo fsck -q --remote origin > ../remote.out || grep -vE '^missing|^  needed by' ../remote.out || true
        find .mlrepo/tmp ../store/tmp -name 'tmp-*' -o -name journal
        [ ! -e .mlrepo/ops/unfinished ] || ls .mlrepo/ops/unfinished
        git clone -q . ../new-\(clone)
        cd ../new-\(clone)
        mlrepo init -q
        mlrepo pull -q
        for path in $(sed -n 's/^  path: //p' *.mlr) twice.txt; do diff -r $path ../\(clone)/$path; done
        """)
      #expect(text == "Nothing has changed: data and stages are as recorded.\n", "\(clone)")
    }
  }
}
