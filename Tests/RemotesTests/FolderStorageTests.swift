import Diagnostics
import Files
import Remotes
import TestSupport
import Testing

@Suite("a remote in a folder")
struct FolderStorageTests {
  let sandbox: Sandbox

  init() throws { sandbox = try Sandbox() }

  private var storage: FolderStorage { FolderStorage(at: bytes(sandbox.absolute("deep/remote"))) }
  private var contract: StorageContract { StorageContract { storage } }

  @Test("a place that is not there is empty, and reading leaves no trace")
  func empty() throws {
    try contract.aNewPlaceIsEmpty()
    #expect(try sandbox.shell("ls") == "")
  }

  @Test("what was uploaded is listed and read, by another process too")
  func whole() throws { try contract.whatWasUploadedIsListedAndReadByAnybody() }

  @Test("a range is read as it lies in the file, and none beyond its end")
  func ranges() throws {
    try contract.aRangeIsReadAndNothingElse()
    try contract.aRangeBeyondTheEndFails()
    try contract.aReaderThatFailsIsHeard()
  }

  @Test("an upload appears whole and with finish only")
  func uploads() throws {
    try contract.anUploadAppearsWithFinishOnly()
    try contract.anUploadReplacesAFileOfTheSameName()
    #expect(try sandbox.shell("ls deep/remote/tmp; stat -c %a deep/remote/packs/twice") == "444\n")
  }

  @Test("any name is kept, and removing one leaves the others")
  func names() throws {
    try contract.removingTakesOneFile()
    try contract.everyNameIsKept()
  }

  @Test("many threads read and write at once")
  func many() throws { try contract.manyAtOnceDoNotDisturbEachOther() }

  @Test("what a killed process left is removed after a day, not before")
  func sweep() throws {
    try sandbox.shell("mkdir -p deep/remote/tmp; cd deep/remote/tmp; touch -d '2 days ago' old; touch young")
    try storage.put(.pack("a"), bytes("a"))
    #expect(try sandbox.shell("ls deep/remote/tmp") == "young\n")
  }

  @Test("links and folders among the files are not part of the remote")
  func strangers() throws {
    try sandbox.shell(
      "mkdir -p deep/remote/packs/folder; cd deep/remote/packs; echo secret > ../x; ln -s ../x link; echo f > 'a b'")
    #expect(try storage.list(.packs) == [])
    #expect(failure { _ = try storage.bytes(.pack("link")) }?.category == .failed)
  }
}
