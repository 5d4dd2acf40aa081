import TestSupport
import Testing

/// Something that needs an object: made by one script, made unreadable by another.
private struct Root: Sendable, CustomTestStringConvertible {
  var testDescription: String
  /// Makes commit `$C`, or the pointer in it, reachable by this alone.
  var make: String
  var spoil: String

  init(_ description: String, _ make: String, spoil: String) {
    (testDescription, self.make, self.spoil) = (description, make, spoil)
  }

  /// A file of git's that holds an id.
  static func file(_ name: String) -> Root {
    Root(name, "mkdir -p .git/$(dirname \(name)); echo $C > .git/\(name)", spoil: "echo nonsense > .git/\(name)")
  }

  /// A reference of git's.
  static func reference(_ name: String) -> Root {
    Root(name, "git update-ref \(name) $C", spoil: "echo nonsense > .git/\(name)")
  }

  private static let dropTag = "f=$(git rev-parse t); rm -f .git/objects/${f:0:2}/${f:2}"

  static let all: [Root] = [
    reference("refs/heads/side"), reference("refs/remotes/origin/main"), reference("refs/tags/light"),
    reference("refs/notes/commits"), reference("refs/mlrepo/exps/one"), reference("refs/anything"),
    Root("a packed reference", "git branch side $C; git pack-refs --all", spoil: "echo nonsense >> .git/packed-refs"),
    Root("an annotated tag", "git tag -am tag t $C", spoil: dropTag),
    Root("a tag of a tag", "git tag -am tag s $C; git tag -am tag t s 2> /dev/null; git tag -d s", spoil: dropTag),
    Root("the stash", "git read-tree $C; git stash -q; rm -rf .git/logs", spoil: "echo nonsense > .git/refs/stash"),
    Root(
      "an older stash", "for tree in $C main~; do git read-tree $tree; git stash -q; done",
      spoil: "echo nonsense > .git/logs/refs/stash"),
    Root(
      "a reflog entry", "git update-ref --create-reflog refs/heads/side $C; git update-ref refs/heads/side main",
      spoil: "echo nonsense >> .git/logs/refs/heads/side"),
    Root(
      "a detached HEAD", "git update-ref --no-deref HEAD $C; rm -rf .git/logs",
      spoil: "f=$(git rev-parse HEAD); rm -f .git/objects/${f:0:2}/${f:2}"),
    Root(
      "the detached HEAD of another work tree",
      "git worktree add -q --detach ../other $C; rm -rf .git/worktrees/*/logs; rm -r ../other",
      spoil: "echo nonsense > .git/worktrees/other/HEAD"),
    Root(
      "the index of another work tree",
      "git worktree add -q --detach ../other main; git -C ../other read-tree $C; rm -r ../other/.git",
      spoil: "truncate -s 40 .git/worktrees/other/index"),
    Root("git's index", "git read-tree $C", spoil: "truncate -s 40 .git/index"),
    file("MERGE_HEAD"), file("CHERRY_PICK_HEAD"), file("REVERT_HEAD"), file("REBASE_HEAD"), file("ORIG_HEAD"),
    file("FETCH_HEAD"), file("rebase-merge/orig-head"), file("rebase-merge/autostash"), file("sequencer/head"),
    Root("a pointer that git does not have", "git show $C:f.mlr > f.mlr", spoil: "echo nonsense > f.mlr"),
    Root(
      "a lock that git does not have",
      """
      printf 'stages:\\n  one:\\n    cmd: "true"\\n    outs: [f]\\n' > mlrepo.yaml
      { printf 'version: 1\\nstages:\\n  one:\\n    cmd:\\n      - "true"\\n    outs:\\n'
        git show $C:f.mlr | sed '1d; s/^  path/      - path/; s/^  \\([is]\\)/        \\1/'; } > mlrepo.lock
      """, spoil: "echo nonsense > mlrepo.lock"),
    Root(
      "an operation younger than the grace period",
      """
      mlrepo config gc.gracePeriod 1; cp -r ../ops .mlrepo/ops
      find .mlrepo/objects -type f -exec touch -d '2 days ago' {} +
      """, spoil: "for f in .mlrepo/ops/*-*; do echo nonsense > $f; done"),
  ]
}

@Suite("What gc must keep")
struct RootTests {
  /// A repository in which nothing leads to the commit `$C` and the object `$id` any more.
  private static let forgotten = """
    git init -q --template= . && mlrepo init -q && mlrepo config gc.gracePeriod 0
    git add . && git commit -qm init
    git commit -q --allow-empty -m next
    git checkout -q --detach
    echo needed > f && mlrepo add -q f && git commit -qm data && C=$(git rev-parse HEAD)
    id=$(sed -n 's/ *id: //p' f.mlr)
    git checkout -q main && mlrepo checkout -q
    mv .mlrepo/ops ../ops && rm -rf .git/logs

    """

  @Test("gc leaves what any one root needs, and refuses once that root cannot be read", arguments: Root.all)
  fileprivate func root(_ root: Root) throws {
    let sandbox = try makeSandbox()
    let text = try sandbox.shell(
      Self.forgotten + """
        {
        \(root.make)
        } > /dev/null
        mlrepo gc --yes > ../out || cat ../out
        mlrepo cat $id
        {
        \(root.spoil)
        } > /dev/null
        find .mlrepo/objects -type f | sort > ../before
        ! mlrepo gc --yes > ../out 2>&1 || echo "gc went ahead: $(cat ../out)"
        grep -q '^why: ' ../out || cat ../out
        find .mlrepo/objects -type f | sort | cmp - ../before && echo all there
        """)
    #expect(text == "needed\nall there\n")
  }

  @Test("gc takes what no root needs")
  func noRoot() throws {
    let sandbox = try makeSandbox()
    let text = try sandbox.shell(
      Self.forgotten + """
        mlrepo gc --yes > ../out || cat ../out
        mlrepo cat $id 2>&1 || echo gone
        """)
    #expect(text.hasPrefix("error: ") && text.hasSuffix("gone\n"), "\(text)")
  }

  @Test("gc in one clone leaves what another with the same store needs, and refuses when that clone is not there")
  func clones() throws {
    let sandbox = try makeSandbox()
    let text = try sandbox.shell(
      """
      for clone in one two; do
        git init -q --template= ../$clone && cd ../$clone
        mlrepo init -q --store ../store && mlrepo config gc.gracePeriod 0
        echo $clone > f && mlrepo add -q f && rm -rf .mlrepo/ops
      done
      id=$(sed -n 's/ *id: //p' f.mlr)
      cd ../one && mlrepo gc --yes > ../out || cat ../out
      mlrepo cat $id
      mv ../two ../away
      mlrepo gc --yes > ../out 2>&1 || echo refused
      mlrepo cat $id
      """)
    #expect(text == "two\nrefused\ntwo\n")
  }
}
