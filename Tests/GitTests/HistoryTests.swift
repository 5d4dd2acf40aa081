import Diagnostics
import Git
import TestSupport
import Testing

@Suite struct HistoryTests {
  /// Visits from `starts` and returns the summaries.
  private func walked(_ git: GitRepository, _ starts: [String], limit: Int = .max) throws -> [String] {
    var summaries: [String] = []
    try git.walk(from: starts.map { try git.resolveCommit($0) }) { (id) throws(Failure) in
      summaries.append(try git.info(of: id).summary)
      return summaries.count < limit
    }
    return summaries
  }

  private let commit = "c() { GIT_COMMITTER_DATE=\"@$1 +0000\" git commit -q --allow-empty -m $2; };"

  @Test("a walk gives children before parents, and the youngest first")
  func walk() throws {
    let sandbox = try Sandbox.repository(
      """
      \(commit) c 100 root; git branch side; c 400 main-1; git checkout -q side; c 200 side-1; c 300 side-2
      git checkout -q main; GIT_COMMITTER_DATE='@500 +0000' git merge -q --no-ff -m merge side
      """)
    let git = try sandbox.git()
    #expect(try walked(git, ["HEAD"]) == ["merge", "main-1", "side-2", "side-1", "root"])
    #expect(try walked(git, ["side", "HEAD", "HEAD"]) == ["merge", "main-1", "side-2", "side-1", "root"])
    #expect(try walked(git, ["side"]) == ["side-2", "side-1", "root"])
    #expect(try walked(git, ["HEAD"], limit: 2) == ["merge", "main-1"])
    #expect(try walked(git, []) == [])
  }

  @Test("a commit with a clock that runs backwards still comes before its parent")
  func skewedClock() throws {
    let sandbox = try Sandbox.repository("\(commit) c 300 one; c 100 two; c 200 three")
    let git = try sandbox.git()
    #expect(try walked(git, ["HEAD"]) == ["three", "two", "one"])
  }

  @Test("a shallow clone's history ends where it was cut")
  func shallow() throws {
    let sandbox = try Sandbox()
    try sandbox.shell(
      """
      git init -q full; cd full; for i in 1 2 3; do git commit -q --allow-empty -m $i; done
      git clone -q --depth 2 "file://$PWD" ../cut
      """)
    let git = try sandbox.git("cut")
    #expect(try walked(git, ["HEAD"]) == ["3", "2"])
    let cut = failure { _ = try git.resolveCommit("HEAD~2") }
    #expect(cut?.hint == "git fetch --unshallow")
  }

  @Test("branches, tags, notes, packed references, the stash and reflogs are all roots")
  func roots() throws {
    let sandbox = try Sandbox.repository(
      """
      c() { git commit -q --allow-empty -m $1; }
      c base; git checkout -q -b packed; c packed; git tag -a v1 -m v1; git pack-refs --all; git checkout -q main
      git checkout -q -b gone; c gone; git checkout -q main; git branch -q -D gone
      c amended; git commit -q --amend --allow-empty -m final
      echo 1 > f; git add f; git stash -q; echo 2 > f; git add f; git stash -q
      git notes add -m note HEAD; git update-ref refs/remotes/origin/x $(git commit-tree -m remote HEAD^{tree})
      git tag tree HEAD^{tree}; git tag blob $(echo b | git hash-object -w --stdin)
      """)
    let git = try sandbox.git()
    let roots = try git.reachableRoots()
    let wanted = try [
      "HEAD", "packed", "v1^{commit}", "HEAD@{1}", "stash@{0}", "stash@{1}", "refs/notes/commits", "origin/x",
    ].map { try sandbox.commit("git rev-parse '\($0)'") }
    let summaries = try Set(roots.commits.map { try git.info(of: $0).summary })
    #expect(roots.commits.isSuperset(of: wanted))
    #expect(summaries.isSuperset(of: ["base", "packed", "gone", "amended", "final", "remote"]))
    #expect(roots.trees == [try git.tree(of: git.resolveCommit("HEAD"))])
  }

  @Test("the HEAD, the index and the reflog of another work tree are roots, even when its files are gone")
  func workTrees() throws {
    let sandbox = try Sandbox()
    try sandbox.shell(
      """
      git init -q main; cd main; git commit -q --allow-empty -m base; git worktree add -q --detach ../other
      cd ../other; git commit -q --allow-empty -m first; git commit -q --amend --allow-empty -m second
      echo 1 > staged.mlr; git add staged.mlr
      """)
    let linked = try sandbox.git("other")
    #expect(linked.gitFolder == bytes(sandbox.path + "/main/.git/worktrees/other"))
    #expect(linked.commonFolder == bytes(sandbox.path + "/main/.git"))
    for folder in ["main", "other", "main"] {
      let git = try sandbox.git(folder)
      let summaries = try git.reachableRoots().commits.map { try git.info(of: $0).summary }
      #expect(summaries.sorted() == ["base", "first", "second"])
      #expect(try git.stagedEntries { _ in true }.map(\.path) == [bytes("staged.mlr")])
      if folder == "other" { try sandbox.shell("rm -rf other") }
    }
  }

  @Test("what a merge in progress needs is a root")
  func merging() throws {
    let sandbox = try Sandbox.repository(
      """
      echo 1 > f; git add f; git commit -qm base; git checkout -q -b side; echo 2 > f; git commit -qam side
      git checkout -q main; echo 3 > f; git commit -qam main; git merge -q side || true
      git branch -q -D side; rm -rf .git/logs
      """)
    let git = try sandbox.git()
    let summaries = try git.reachableRoots().commits.map { try git.info(of: $0).summary }
    #expect(summaries.sorted() == ["main", "side"])
    #expect(try git.indexEntries { _ in true }.count == 3)
  }

  @Test(
    "a root that cannot be read is a failure, never passed over",
    arguments: [
      "echo rubbish > .git/refs/heads/broken", ": > .git/refs/heads/empty", "echo rubbish >> .git/logs/HEAD",
      "echo rubbish >> .git/packed-refs", "printf '%040d\\n' 1 | tr 0 a > .git/refs/heads/lost",
    ])
  func unreadableRoot(damage: String) throws {
    let sandbox = try Sandbox.repository("git commit -q --allow-empty -m one; \(damage)")
    let git = try sandbox.git()
    #expect(failure { _ = try git.reachableRoots() } != nil)
  }

  @Test("a commit that only a reflog names and git has deleted leads nowhere")
  func prunedReflogEntry() throws {
    let sandbox = try Sandbox.repository("git commit -q --allow-empty -m one")
    try sandbox.shell("sed -i '1s/^[0-9a-f]*/'$(printf '%040d' 7)'/' .git/logs/HEAD")
    let git = try sandbox.git()
    #expect(try git.reachableRoots().commits == [git.resolveCommit("HEAD")])
  }
}
