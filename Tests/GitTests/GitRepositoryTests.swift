import Diagnostics
import Foundation
import Git
import TestSupport
import Testing

/// Only root can give a folder to another user.
private let isRoot = getuid() == 0

@Suite struct GitRepositoryTests {
  @Test("a repository is found from a folder below its work tree")
  func discovery() throws {
    let sandbox = try Sandbox.repository("mkdir -p a/b")
    let git = try sandbox.git("a/b")
    #expect(git.workTree == bytes(sandbox.path))
    #expect(git.gitFolder == bytes(sandbox.path + "/.git"))
    #expect(git.commonFolder == git.gitFolder)
  }

  @Test("outside git, the failure says how to start")
  func outside() throws {
    let sandbox = try Sandbox()
    #expect(
      failure { _ = try sandbox.git() }
        == Failure(
          "'\(sandbox.path)' is not in a git repository", why: "neither it nor a folder above it holds a '.git'",
          hint: "git init", category: .notARepository))
    #expect(try GitRepository.exists(at: bytes(sandbox.path)) == false)
    try sandbox.shell("git init -q")
    #expect(try GitRepository.exists(at: bytes(sandbox.path)))
  }

  @Test("a bare repository is refused with a reason")
  func bare() throws {
    let sandbox = try Sandbox()
    try sandbox.shell("git init -q --bare store.git")
    let refused = failure { _ = try sandbox.git("store.git") }
    #expect(refused?.why == "it is bare: it has no work tree")
    #expect(refused?.category == .notARepository)
  }

  @Test(
    "a repository of another user is refused as git refuses it, with the command that trusts it", .enabled(if: isRoot))
  func untrusted() throws {
    let sandbox = try Sandbox.repository("mkdir below; chown 12345 . .git")
    #expect(
      failure { _ = try sandbox.git("below") }
        == Failure(
          "cannot open the git repository at '\(sandbox.path)/below'",
          why: "it belongs to another user, and git does not trust such repositories",
          hint: "git config --global --add safe.directory '\(sandbox.path)'",
          category: .notARepository))
  }

  @Test("a repository with a damaged configuration is refused, naming the file")
  func damagedConfiguration() throws {
    let sandbox = try Sandbox.repository("echo '[core' > .git/config")
    let refused = failure { _ = try sandbox.git() }
    #expect(refused?.category == .notARepository)
    #expect(refused?.why.contains("config") == true)
  }

  @Test("a new repository has a branch but no commit, and HEAD says so")
  func unborn() throws {
    let sandbox = try Sandbox.repository()
    let git = try sandbox.git()
    #expect(try git.headCommit() == nil)
    #expect(try git.branchName() == "main")
    let unknown = failure { _ = try git.resolveCommit("HEAD") }
    #expect(unknown?.why == "there is no commit on this branch yet")
    #expect(unknown?.hint == "git commit -m 'first commit'")
  }

  @Test("a detached HEAD has a commit and no branch")
  func detached() throws {
    let sandbox = try Sandbox.repository("git commit -q --allow-empty -m one; git checkout -q --detach")
    let git = try sandbox.git()
    #expect(try git.headCommit() == sandbox.commit("git rev-parse HEAD"))
    #expect(try git.branchName() == nil)
  }

  @Test("a commit's record is read whole")
  func info() throws {
    let sandbox = try Sandbox.repository(
      "git commit -q --allow-empty -m one; GIT_AUTHOR_DATE='2024-01-02T03:04:05+0530' git commit -q --allow-empty "
        + "-m $'second\\n\\nbody'")
    let git = try sandbox.git()
    let id = try git.resolveCommit("HEAD")
    let tree = try #require(TreeID(hex: bytes("4b825dc642cb6eb9a060e54bf8d69288fbee4904")))
    #expect(
      try git.info(of: id)
        == CommitInfo(
          id: id, tree: tree, parents: [sandbox.commit("git rev-parse HEAD~1")], summary: "second", author: "Ada",
          email: "ada@example.org", time: 1_704_144_845, offset: 330))
    #expect(try git.tree(of: id) == tree)
  }

  @Test(
    "a commit can be named in each of git's ways",
    arguments: ["HEAD", "@", "main", "v1", "light", "refs/heads/main", "HEAD^0", "@{0}", ":/two"])
  func revisions(name: String) throws {
    let sandbox = try Sandbox.repository(
      "git commit -q --allow-empty -m one; git commit -q --allow-empty -m two; git tag -a v1 -m v1; git tag light")
    let git = try sandbox.git()
    let head = try sandbox.commit("git rev-parse HEAD")
    #expect(try git.resolveCommit(name) == head)
    #expect(try git.resolveCommit(head.hex) == head)
    #expect(try git.resolveCommit(head.short) == head)
    #expect(try git.resolveCommit("HEAD~1") == sandbox.commit("git rev-parse HEAD~1"))
  }

  @Test(
    "a revision that names no commit is explained",
    arguments: [
      ("nowhere", "git has no such branch, tag or commit"), ("HEAD~9", "git has no such branch, tag or commit"),
      ("HEAD^{tree}", "it names a tree, not a commit"), ("HEAD..main", "it is not the name of one commit"),
      ("", "it is not the name of one commit"), ("a b", "it is not the name of one commit"),
    ])
  func unknownRevision(name: String, why: String) throws {
    let sandbox = try Sandbox.repository("git commit -q --allow-empty -m one")
    let git = try sandbox.git()
    let unknown = failure { _ = try git.resolveCommit(name) }
    #expect(unknown?.why == why)
    #expect(unknown?.hint == "git log --oneline")
  }

  @Test("an abbreviation that several objects share is called ambiguous")
  func ambiguous() throws {
    let sandbox = try Sandbox.repository("git commit -q --allow-empty -m one")
    // By the birthday bound some two of 1,500 names share their first four digits.
    try sandbox.shell("mkdir blobs; for i in $(seq 1500); do echo $i > blobs/$i; done")
    let names = try sandbox.shell("ls -d $PWD/blobs/* | git hash-object -w --stdin-paths").split(separator: "\n")
    let prefixes = Dictionary(grouping: names) { $0.prefix(4) }
    let shared = try #require(prefixes.first { $0.value.count > 1 }?.key)
    let git = try sandbox.git()
    let unknown = failure { _ = try git.resolveCommit(String(shared)) }
    #expect(unknown?.why == "it is ambiguous: more than one object starts with it")
  }
}
