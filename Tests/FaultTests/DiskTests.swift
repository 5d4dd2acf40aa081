import Diagnostics
import Foundation
import TestSupport
import Testing

/// Whether this process may mount file systems, in a name space of its own that goes with the command.
private let canMount: Bool = {
  #if os(Linux)
    let sandbox = try? Sandbox()
    let result = try? sandbox?.run(["unshare", "-m", "mount", "-t", "tmpfs", "-o", "size=64k", "none", "."])
    return result?.status == 0
  #else
    false
  #endif
}()

/// Runs a script after it has mounted something.
private func mounted(_ script: String, in sandbox: Sandbox) throws -> String {
  let result = try sandbox.run(["unshare", "-m", "bash", "-euo", "pipefail", "-c", script])
  guard result.status == 0 else { throw Failure("the script failed with \(result.status)", why: result.text) }
  return result.text
}

private let makeRepository = """
  git init -q --template= .
  mlrepo init -q
  git commit -qm init
  text() { yes "line of $1" | head -c "$2" || true; }
  mkdir d
  for i in 1 2 3 4 5 6; do text $i 100 > d/$i; done
  mlrepo add -q d
  git commit -qm one

  """

@Suite("Disks that are full or read-only", .enabled(if: canMount, "needs the right to mount file systems"))
struct DiskTests {
  @Test("on a full disk a command says so, loses nothing and gives back what it took")
  func full() throws {
    let sandbox = try Sandbox()
    let text = try mounted(
      """
      mkdir repo && mount -t tmpfs -o size=4m none repo && cd repo
      \(makeRepository)
      head -c 1500000 /dev/urandom > big.bin
      head -c 1500000 /dev/urandom > filler
      sum=$(sha256sum < big.bin)
      free=$(stat -f -c %a .)
      mlrepo add big.bin > ../out 2>&1 && echo added || echo "status $?"
      cat ../out
      [ "$sum" = "$(sha256sum < big.bin)" ] && echo intact
      [ $((free - $(stat -f -c %a .))) -le 4 ] && echo "given back"
      ls .mlrepo/tmp
      git status --porcelain
      mlrepo fsck > /dev/null && echo sound
      rm filler
      mlrepo add -q big.bin
      rm big.bin
      mlrepo checkout -q
      [ "$sum" = "$(sha256sum < big.bin)" ] && echo "back again"
      """, in: sandbox)
    let lines = text.split(separator: "\n").map(String.init)
    #expect(lines.first == "status 2")
    #expect(lines.contains { $0.hasPrefix("error: cannot write ") })
    #expect(lines.contains("why: No space left on device"))
    #expect(lines.contains { $0.hasPrefix("hint: nothing was lost; free some space") })
    #expect(lines.suffix(6) == ["intact", "given back", "?? big.bin", "?? filler", "sound", "back again"])
  }

  @Test("a full disk stops a checkout, and the next one goes on")
  func fullCheckout() throws {
    let sandbox = try Sandbox()
    let text = try mounted(
      """
      mkdir repo && mount -t tmpfs -o size=4m none repo && cd repo
      \(makeRepository)
      head -c 1500000 /dev/urandom > big.bin
      sum=$(sha256sum < big.bin)
      mlrepo add -q big.bin
      rm -r big.bin d
      head -c 1500000 /dev/urandom > filler
      mlrepo checkout > ../out 2>&1 && echo done || echo "status $?"
      grep -h 'No space' ../out
      ls
      rm filler
      mlrepo checkout -q
      [ "$sum" = "$(sha256sum < big.bin)" ] && echo "back again"
      mlrepo status --exit-code > /dev/null && echo clean
      """, in: sandbox)
    let lines = text.split(separator: "\n").map(String.init)
    #expect(lines.prefix(2) == ["status 2", "why: No space left on device"])
    #expect(!lines.contains("big.bin"))
    #expect(lines.suffix(2) == ["back again", "clean"])
  }

  @Test("a stage whose output the full disk cannot store keeps its last result, and the next repro goes on")
  func fullRepro() throws {
    let sandbox = try Sandbox()
    let text = try mounted(
      """
      mkdir repo && mount -t tmpfs -o size=6m none repo && cd repo
      \(makeRepository)
      echo 1 > size
      mlrepo stage add -q -n make -d size -o out 'head -c $(cat size) /dev/zero | tr "\\0" x > out' && mlrepo repro -q make
      cp mlrepo.lock lock
      head -c 2500000 /dev/urandom > filler
      echo 2000000 > size
      sed -i 's|head -c.*|head -c $(cat size) /dev/urandom > out|' mlrepo.yaml
      mlrepo repro make > ../out 2>&1 && echo done || echo "status $?"
      grep -h 'No space' ../out
      cat out && echo && cmp mlrepo.lock lock && mlrepo fsck > /dev/null && echo sound
      rm filler
      mlrepo repro -q make && stat -c %s out
      """, in: sandbox)
    let lines = text.split(separator: "\n").map(String.init)
    #expect(lines.first == "status 2" || lines.first == "status 15", "\(text)")
    #expect(lines.dropFirst().first?.contains("No space left on device") == true, "\(text)")
    #expect(lines.suffix(3) == ["x", "sound", "2000000"], "\(text)")
  }

  @Test("a repository that can only be read is read, and what would write fails by name")
  func readOnly() throws {
    let sandbox = try Sandbox()
    try sandbox.shell("mkdir repo && cd repo\n\(makeRepository)\necho new > new.csv")
    let text = try mounted(
      """
      mount --bind repo repo && mount -o remount,bind,ro repo && cd repo
      for command in status ls 'cat d/1' log diff checkout fsck 'gc' 'op log'; do
        mlrepo $command > ../out 2>&1 || { echo "$command failed with $?:"; cat ../out; }
      done
      echo read
      mlrepo add new.csv 2>&1 && echo added || echo "status $?"
      """, in: sandbox)
    let lines = text.split(separator: "\n").map(String.init)
    #expect(lines.first == "read", "\(text)")
    #expect(lines.contains("why: Read-only file system"))
    #expect(lines.last == "status 2")
  }
}

@Suite("Limits of the process")
struct LimitTests {
  @Test("forty open files are enough for any number of files and folders")
  func openFiles() throws {
    let sandbox = try makeSandbox()
    let text = try sandbox.shell(
      """
      git init -q --template= .
      mlrepo init -q
      for i in $(seq 60); do
        mkdir -p d/$i/deep/er
        echo $i > d/$i/deep/er/file
      done
      for i in 1 2 3; do head -c 300000 /dev/urandom > d/large$i; done
      find d -type f -exec sha256sum {} + | sort > before
      ulimit -n 40
      mlrepo add -q d
      git commit -qm one
      rm -r d
      mlrepo checkout -q
      mlrepo fsck > /dev/null
      mlrepo status --exit-code > /dev/null
      find d -type f -exec sha256sum {} + | sort | cmp before -
      echo same
      """)
    #expect(text == "same\n")
  }
}
