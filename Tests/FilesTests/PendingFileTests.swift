import Diagnostics
import Files
import TestSupport
import Testing

@Suite("files that are not finished")
struct PendingFileTests {
  @Test("a file that is dropped leaves nothing behind and the old one untouched")
  func dropped() throws {
    let sandbox = try Sandbox()
    try sandbox.shell("mkdir scratch; echo old > f")
    let scratch = try sandbox.open("scratch")
    func write() throws {
      let pending = try PendingFile(in: scratch)
      try pending.write(bytes("half"))
      let sealed = try PendingFile(in: scratch).seal()
      #expect(try scratch.names().count == 2)
      _ = (pending, sealed)
    }
    try write()
    #expect(try sandbox.shell("cat f; ls scratch") == "old\n")
  }

  @Test("a committed file is there whole, and stays when the value goes")
  func committed() throws {
    let sandbox = try Sandbox()
    try sandbox.shell("mkdir -p scratch to/deep")
    let (scratch, folder) = (try sandbox.open("scratch"), try sandbox.open("to"))
    func write() throws {
      let pending = try PendingFile(in: scratch)
      try pending.write(bytes("whole"))
      try pending.commit(as: bytes("deep/f"), in: folder)
      let second = try PendingFile(in: scratch, mode: 0o400)
      try second.write(bytes("sealed"))
      let sealed = try second.seal()
      try sealed.publish(as: bytes("g"), in: folder)
    }
    try write()
    #expect(try sandbox.shell("cat to/deep/f to/g; ls scratch; stat -c ' %a' to/g") == "wholesealed 400\n")
  }

  @Test("any number of sealed files can wait at once, whatever the limit of open files is")
  func manySealed() throws {
    let sandbox = try Sandbox()
    let scratch = try sandbox.open()
    let before = try Folder(at: bytes("/proc/self/fd")).names().count
    var sealed: [SealedFile] = []
    for _ in 0..<300 { sealed.append(try PendingFile(in: scratch).seal()) }
    // Other tests open files meanwhile, but not hundreds.
    #expect(try Folder(at: bytes("/proc/self/fd")).names().count < before + 200)
    #expect(try scratch.names().count == sealed.count)
  }
}

@Suite("scratch folders")
struct ScratchTests {
  @Test("the folder of a dead process is swept, that of a living one is not")
  func sweep() throws {
    let sandbox = try Sandbox()
    try sandbox.shell("mkdir -p tmp/tmp-dead/deep; echo x > tmp/tmp-dead/deep/f; echo y > tmp/file")
    let home = try sandbox.open("tmp")
    let living = Scratch(in: home)
    let file = try PendingFile(in: living.folder())
    try file.write(bytes("mine"))
    let other = Scratch(in: home)
    let otherFolder = try other.folder()
    #expect(try home.stat(bytes("tmp-dead")) == nil)
    #expect(try home.stat(bytes("file"))?.kind == .file)
    #expect(try home.names().filter(\.isFolder).count == 2)
    #expect(try living.folder().names().count == 1)
    #expect(otherFolder !== (try living.folder()))
    other.remove()
    #expect(try home.names().filter(\.isFolder).count == 1)
  }

  @Test("processes that start at once do not sweep each other's folders away")
  func manyAtOnce() throws {
    let sandbox = try Sandbox()
    let home = try sandbox.open()
    // A lock on a folder is of whoever opened it, so each scratch is as alone as in a process of its own.
    try Workers.run(count: 400, width: 4) { range throws(Failure) in
      for _ in range {
        let scratch = Scratch(in: home)
        try PendingFile(in: scratch.folder()).write(Array("x".utf8))
        scratch.remove()
      }
    }
    #expect(try home.names().isEmpty)
  }

  @Test("nothing is made before it is asked for, and nothing is left after")
  func lazy() throws {
    let sandbox = try Sandbox()
    let home = try sandbox.open()
    func use() throws {
      let scratch = Scratch(in: home)
      #expect(try home.names().isEmpty)
      let first = try scratch.folder()
      _ = try first.create(bytes("left"))
      #expect(try scratch.folder() === first)
    }
    try use()
    #expect(try home.names().isEmpty)
  }

  @Test("threads that ask at once get one folder")
  func threads() throws {
    let sandbox = try Sandbox()
    let home = try sandbox.open()
    let scratch = Scratch(in: home)
    try Workers.run(count: 16, width: 8) { _ throws(Failure) in _ = try scratch.folder().create(bytes(uniqueName())) }
    #expect(try home.names().count == 1)
    #expect(try scratch.folder().names().count == 16)
  }
}
