import Diagnostics
import TestSupport
import Testing

/// Whether this process may become other users, which it needs to be root for.
private let canBecomeOthers: Bool = {
  let sandbox = try? Sandbox()
  return (try? sandbox?.run(["setpriv", "--reuid=4101", "--regid=4100", "--clear-groups", "true"]))?.status == 0
}()

/// Two users of one group, each with a clone of their own and a private umask, and a store that they share.
@Suite("A store of two users", .enabled(if: canBecomeOthers, "needs to run as root, with setpriv"))
struct UserTests {
  private let sandbox: Sandbox

  init() throws {
    sandbox = try makeSandbox()
    try sandbox.shell(
      """
      chmod 755 .. .
      mkdir store ann ben
      chgrp 4100 store && chmod 2775 store
      for user in ann:4101 ben:4102; do
        name=${user%:*} id=${user#*:}
        cp ../home/.gitconfig $name/.gitconfig
        for other in {ann,ben}/clone{,/.git}; do git config --file $name/.gitconfig --add safe.directory $PWD/$other; done
        chown -R $id:4100 $name && chmod 750 $name
      done
      """)
    try run(
      "ann",
      """
      git init -q clone && cd clone && mlrepo init -q --store $PWD/../../store && git commit -qm init
      mkdir d && for i in 1 2 3 4 5 6; do echo "number $i" > d/$i; done
      head -c 300000 /dev/zero > large
      mlrepo add -q d large && git commit -qm data
      """)
    try run(
      "ben", "git clone -q $(dirname $PWD)/ann/clone clone && cd clone && mlrepo init -q --store $PWD/../../store")
  }

  /// Runs a script as one of the two, in their folder, and returns what it prints.
  @discardableResult
  private func run(_ user: String, umask: String = "077", _ script: String) throws -> String {
    let id = user == "ann" ? "4101" : "4102"
    let become = ["setpriv", "--reuid=\(id)", "--regid=4100", "--clear-groups"]
    let result = try sandbox.run(
      become + ["bash", "-euo", "pipefail", "-c", "umask \(umask)\n\(script)"], in: user,
      environment: ["HOME": sandbox.absolute(user)])
    guard result.status == 0 else { throw Failure("\(user)'s script failed: \(result.status)", why: result.text) }
    // What one keeps in a clone the other may read, as a team would have it that shares a store.
    try sandbox.shell("chmod -R g+rX \(user)/clone")
    return result.text
  }

  @Test("what one stores the other checks out, adds again, checks and collects")
  func together() throws {
    let sound = "all intact\nNothing has changed: data and stages are as recorded.\n"
    #expect(
      try run("ben", "cd clone && mlrepo checkout -q && cat d/3 && mlrepo fsck | sed 's/.*: //' && mlrepo status")
        == "number 3\n" + sound)
    // What is found in the other's pack, and what is new; then nobody needs it any more.
    try run(
      "ben",
      """
      cd clone && cp -r d again && mlrepo add -q again large && git commit -qm again
      echo once > new && mlrepo add -q new && rm -r .mlrepo/ops && mlrepo remove -q --data new
      rm -r .mlrepo/ops && mlrepo config --local gc.gracePeriod 0
      """)
    for user in ["ann", "ben"] {
      #expect(try run(user, "cd clone && mlrepo gc --yes > out && mlrepo fsck").hasSuffix("all intact\n"))
    }
    try run(
      "ann",
      "cd clone && git pull -q $(cd ../..; pwd)/ben/clone && rm -r d large && mlrepo checkout -q && diff -r d again")
    #expect(try run("ann", "cd clone && mlrepo status") == "Nothing has changed: data and stages are as recorded.\n")
  }

  @Test("links to the other's objects are made where they can be, and copies where not")
  func links() throws {
    try run("ben", "cd clone && mlrepo config --local core.links hardlink,symlink && mlrepo checkout -q")
    try run("ann", "cd clone && mlrepo config --local core.links hardlink && rm large && mlrepo checkout -q")
    for user in ["ann", "ben"] {
      #expect(
        try run(user, "cd clone && cat large | wc -c && mlrepo status")
          == "300000\nNothing has changed: data and stages are as recorded.\n")
    }
  }

  @Test("one puts the other's damaged object aside, and stores it again")
  func damage() throws {
    try sandbox.shell(
      "file=$(find store/objects/loose -size +200k); chmod u+w $file; echo junk >> $file; chmod a-w $file")
    #expect(
      try run("ben", "cd clone && mlrepo cat large 2>&1 > out | grep why || true").contains("where it was put aside"))
    #expect(try run("ben", "cd clone && { mlrepo fsck || echo bad; }").hasSuffix("bad\n"))
    try run("ann", "cd clone && mlrepo add -q large")
    #expect(try run("ben", "cd clone && mlrepo checkout -q && mlrepo fsck").hasSuffix("all intact\n"))
  }

  @Test("who has told git to trust every folder may look into the other's clone, and nobody else")
  func trust() throws {
    let look = "cd ../ann/clone && { mlrepo cat d/3 --rev HEAD 2>&1 || echo $?; }"
    try sandbox.shell("printf '[safe]\\n\\tdirectory =\\n' >> ben/.gitconfig")
    try sandbox.shell("git config --file ann/clone/.git/config safe.directory '*'")
    let refused = try run("ben", look)
    #expect(refused.contains("it belongs to another user, and git does not trust such repositories"))
    try sandbox.shell("git config --file ben/.gitconfig --add safe.directory '*'")
    let trusted = try run("ben", look)
    #expect(trusted == "number 3\n")
    try sandbox.shell("git config --file ben/.gitconfig --add safe.directory ''")
    #expect(try run("ben", look) == refused)
  }

  @Test("a clone that can't be looked into stops gc, not fsck")
  func unseen() throws {
    try sandbox.shell("chmod 700 ann/clone")
    #expect(
      try run("ben", "cd clone && mlrepo fsck").split(separator: "\n").map { $0.split(separator: " ").first }
        == ["note:", "checked"])
    let refused = try run("ben", "cd clone && { mlrepo gc 2>&1 || echo $?; }")
    #expect(refused.contains("why: Permission denied") && refused.contains("ann/clone needs"))
  }

  @Test("everything in the store belongs to the group, whatever the umask", arguments: ["077", "027", "002"])
  func permissions(umask: String) throws {
    for user in ["ann", "ben"] {
      try run(
        user, umask: umask,
        """
        cd clone && mkdir -p mine && for i in 1 2 3 4 5 6; do echo "\(user) $i" > mine/$i; done
        head -c 300001 /dev/urandom > mine/large && mlrepo config --local core.links hardlink,symlink
        mlrepo add -q mine && rm -r mine && mlrepo checkout -q && mlrepo fsck -q
        """)
    }
    let odd = try sandbox.shell(
      """
      cd store
      find . -type d ! -perm 2775 -printf '%M %P\n'
      find . -type f ! -perm 0444 ! -perm 0664 -printf '%M %P\n'
      find . ! -group 4100 -printf '%g %P\n'
      """)
    #expect(odd == "")
  }
}
