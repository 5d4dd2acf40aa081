import Diagnostics
import Files
import Objects
import TestSupport
import Testing

@testable import Workspaces

@Suite("files of unusual kinds, sizes and names")
struct OddFilesTests {
  @Test("a sparse file takes no more room in the store and after a checkout than before")
  func sparse() throws {
    let box = try WorkBox()
    try box.shell("truncate -s 40M f; printf x | dd of=f bs=1 seek=20000000 conv=notrunc status=none; cp f ../before")
    let tracked = try box.add("f")
    #expect(tracked.content.size == 40 << 20)
    try box.shell("rm f")
    try box.checkout([tracked])
    try box.sandbox.shell("cmp before work/f")
    let used = try box.sandbox.shell("du -skc objects work | tail -n 1 | cut -f 1")
    #expect(Int(used.dropLast()).map { $0 < 2048 } == true)
  }

  @Test("a name of 255 bytes comes and goes with its folder")
  func longestName() throws {
    let box = try WorkBox()
    let name = String(repeating: "n", count: 255)
    try box.shell("mkdir -p d/\(name); echo 1 > d/\(name)/\(name)")
    let tracked = try box.add("d")
    try box.shell("rm -r d")
    try box.checkout([tracked])
    #expect(try box.shell("cat d/*/*; ls d") == "1\n\(name)\n")
  }

  @Test("a path longer than the system takes is refused by name, not left out")
  func tooDeep() throws {
    let box = try WorkBox()
    let name = String(repeating: "p", count: 200)
    try box.shell("mkdir d; cd d; for i in $(seq 25); do mkdir \(name); cd -P \(name) 2> /dev/null || break; done")
    let error = failure { _ = try box.add("d") }
    try box.shell("rm -rf d")
    #expect(error?.why.contains("File name too long") == true)
    #expect(error.map { "\($0.what) \($0.why)".contains("d/\(name)/\(name)") } == true)
  }

  @Test("a socket and a device are named at once")
  func special() throws {
    let box = try WorkBox()
    try box.shell("mkdir d; echo 1 > d/ok; mkfifo d/fifo")
    try box.shell("python3 -c 'import socket; socket.socket(socket.AF_UNIX).bind(\"d/socket\")'")
    // Only root makes devices.
    let isMade = try box.shell("mknod d/null c 1 3 2> /dev/null && echo made || true") == "made\n"
    let problems = try box.scan("d").problems
    #expect(problems.map(\.path.text) == ["d/fifo"] + (isMade ? ["d/null"] : []) + ["d/socket"])
    #expect(problems.allSatisfy { $0.why == "it is a fifo, socket or device, not a file" })
  }
}
