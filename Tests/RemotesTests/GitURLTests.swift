import Diagnostics
import Foundation
import TestSupport
import Testing

/// Repositories behind a git URL, read by the program: commits by libgit2, data by the remote that they name.
extension SSHStorageTests {
  private var port: Int { server.port }

  /// Runs mlrepo, and returns what it prints.
  private func mlrepo(_ line: String, in folder: String = "") throws -> String {
    try sandbox.shell("mlrepo \(line)", in: folder)
  }

  /// A repository with data on the server, and a bare copy of its commits.
  private func publish() throws {
    try sandbox.shell(
      """
      git init -q -b main work && cd work && mlrepo init -q
      mlrepo remote add -q origin ssh://127.0.0.1:\(port)\(sandbox.path)/remote/shared
      mkdir data && echo one > data/a && echo two > data/b && mlrepo add -q data && git add . && git commit -q -m one
      git tag v1 && echo changed > data/a && mlrepo add -q data && git commit -q -a -m two && mlrepo push -q --all-commits
      cd .. && git clone -q --bare work bare.git
      """)
  }

  @Test("what a git URL leads to is listed, copied, imported and brought up to date", arguments: ["file", "ssh"])
  func gitURL(scheme: String) throws {
    try publish()
    let user = NSUserName()
    let url =
      scheme == "ssh" ? "ssh://\(user)@127.0.0.1:\(port)\(sandbox.path)/bare.git" : "file://\(sandbox.path)/bare.git"
    #expect(
      try mlrepo("list \(url) data").split(separator: "\n").map { $0.split(separator: " ").last } == [
        "data/a", "data/b",
      ])
    _ = try mlrepo("get -q \(url)@v1 data/a -o old && mlrepo get -q \(url) data -o new")
    #expect(try sandbox.shell("cat old new/a new/b") == "one\nchanged\ntwo\n")
    try sandbox.shell("git init -q -b main mine && cd mine && mlrepo init -q && mlrepo import -q \(url) data")
    #expect(try sandbox.shell("cat mine/data/a mine/data/b") == "changed\ntwo\n")
    try sandbox.shell(
      """
      cd work && echo newer > data/a && mlrepo add -q data && git commit -q -a -m three && mlrepo push -q
      git push -q ../bare.git main
      """)
    _ = try mlrepo("update -q data", in: "mine")
    #expect(try sandbox.shell("cat mine/data/a") == "newer\n")
    #expect(try mlrepo("status -q --exit-code; echo $?", in: "mine").hasSuffix("0\n"))
  }

  @Test("a git server whose key is not known, or that lets nobody in, is told as such")
  func gitRefused() throws {
    try sandbox.shell("git init -q --bare bare.git")
    let url = "ssh://\(NSUserName())@127.0.0.1:\(port)\(sandbox.path)/bare.git"
    let known = try sandbox.shell("cat $HOME/.ssh/known_hosts")
    try sandbox.shell("rm $HOME/.ssh/known_hosts")
    let unknown = try sandbox.run(["mlrepo", "list", url])
    #expect(
      unknown.text == """
        error: cannot read the git repository '\(url)'
        why: the key of the host is not known, or not the one that is known
        hint: compare it with what the host's owner says, and accept it with: ssh -p \(port) \(NSUserName())@127.0.0.1

        """)
    try sandbox.shell("echo '\(known)' > $HOME/.ssh/known_hosts")
    try sandbox.shell(": > keys")
    let denied = try sandbox.run(["mlrepo", "list", url])
    #expect(denied.text.contains("hint: have the key in the ssh agent (ssh-add), or the login in ~/.git-credentials"))
    #expect([unknown.status, denied.status] == [14, 14])
  }
}
