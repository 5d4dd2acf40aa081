import Diagnostics
import Files
import Objects
import Remotes
import Synchronization
import TestSupport
import Testing

/// What every storage keeps to. A new kind gets a suite that calls these, each with a place of its own.
struct StorageContract {
  /// Opens the place as another process would: nothing is known of it yet.
  let open: () throws -> any RemoteStorage

  /// Everything, for kinds whose places cost much to set up: the files of one check do not disturb the others.
  func holds() throws {
    try aNewPlaceIsEmpty()
    try whatWasUploadedIsListedAndReadByAnybody()
    try aRangeIsReadAndNothingElse()
    try aRangeBeyondTheEndFails()
    try anUploadAppearsWithFinishOnly()
    try anUploadReplacesAFileOfTheSameName()
    try removingTakesOneFile()
    try everyNameIsKept()
    try manyAtOnceDoNotDisturbEachOther()
    try aReaderThatFailsIsHeard()
  }

  func aNewPlaceIsEmpty() throws {
    let storage = try open()
    for folder in RemoteFolder.allCases { #expect(try storage.list(folder) == []) }
    #expect(throws: Failure.self) { _ = try storage.bytes(.pack("absent")) }
    try storage.remove(.pack("absent"))
    #expect(!storage.place.isEmpty)
  }

  func whatWasUploadedIsListedAndReadByAnybody() throws {
    let first = try open()
    let content = noise(3 << 20 | 17)
    let upload = try first.upload(.pack("whole.pack"))
    // In pieces of odd sizes, an empty one among them.
    var at = 0
    for size in [1, 0, 65_537, 1 << 20, 12_345, .max] {
      let end = min(content.count, at &+ size < at ? .max : at + size)
      try Array(content[at..<end]).withRaw { raw throws(Failure) in try upload.write(raw) }
      at = end
    }
    try upload.finish()
    try first.put(.pack("empty"), [])
    for storage in [first, try open()] {
      #expect(try storage.sizes(.packs) == ["empty": 0, "whole.pack": content.count])
      #expect(try storage.list(.runs) == [])
      #expect(try storage.bytes(.pack("whole.pack")) == content)
      #expect(try storage.bytes(.pack("empty")) == [])
    }
  }

  func aRangeIsReadAndNothingElse() throws {
    let storage = try open()
    let content = noise(1_500_000, seed: 2)
    try storage.put(.pack("ranges"), content)
    for range in [0..<1, 0..<content.count, 1_499_999..<1_500_000, 70_001..<1_200_007, 5..<5] {
      #expect(try storage.bytes(.pack("ranges"), range) == Array(content[range]), "\(range)")
    }
  }

  func aRangeBeyondTheEndFails() throws {
    let storage = try open()
    try storage.put(.pack("short"), bytes("0123456789"))
    for range in [0..<11, 9..<12, 10..<11, 50..<60] {
      var got: [UInt8] = []
      let failure = failure {
        try storage.read(.pack("short"), range) { piece throws(Failure) in got.append(contentsOf: piece) }
      }
      #expect(failure?.category == .remote, "\(range)")
      #expect(bytes("0123456789").dropFirst(range.lowerBound).starts(with: got))
    }
  }

  func anUploadAppearsWithFinishOnly() throws {
    let storage = try open()
    let before = try storage.sizes(.packs)
    func drop() throws {
      let upload = try storage.upload(.pack("dropped"))
      try noise(200_000).withRaw { raw throws(Failure) in try upload.write(raw) }
      #expect(try storage.sizes(.packs) == before)
    }
    try drop()
    #expect(try open().sizes(.packs) == before)
    #expect(throws: Failure.self) { _ = try storage.bytes(.pack("dropped")) }
  }

  func anUploadReplacesAFileOfTheSameName() throws {
    let storage = try open()
    try storage.put(.pack("twice"), bytes("the same"))
    try storage.put(.pack("twice"), bytes("the same"))
    #expect(try storage.bytes(.pack("twice")) == bytes("the same"))
    #expect(try storage.sizes(.packs)["twice"] == 8)
  }

  func removingTakesOneFile() throws {
    let storage = try open()
    try storage.put(.pack("gone"), bytes("x"))
    try storage.put(.pack("gone.not"), bytes("y"))
    try storage.remove(.pack("gone"))
    try storage.remove(.pack("gone"))
    #expect(try storage.sizes(.packs)["gone"] == nil)
    #expect(throws: Failure.self) { _ = try storage.bytes(.pack("gone")) }
    #expect(try storage.bytes(.pack("gone.not")) == bytes("y"))
  }

  func everyNameIsKept() throws {
    let storage = try open()
    let names = ["a", "0", "-", "a.b.c", "a-", "a.", String(repeating: "z", count: 128)]
    for folder in RemoteFolder.allCases {
      for name in names {
        let file = try #require(RemoteName(folder, name))
        try storage.put(file, bytes("\(file)"))
      }
      #expect(Set(names).subtracting(try storage.sizes(folder).keys) == [])
    }
    for folder in RemoteFolder.allCases {
      for name in names {
        let file = try #require(RemoteName(folder, name))
        #expect(try storage.bytes(file) == bytes("\(file)"))
      }
    }
    let now = wallClock()
    for file in try storage.list(.marks) {
      // The remote's clock may differ, but not by a day.
      if let time = file.modified { #expect(abs(time - now) < 86_400_000_000_000) }
    }
  }

  func manyAtOnceDoNotDisturbEachOther() throws {
    let storage = try open()
    try Workers.run(count: 24, width: 8) { range throws(Failure) in
      for index in range {
        let content = noise(40_000 + index, seed: UInt64(index + 1))
        let name = RemoteName.pack("many-\(index)")
        try storage.put(name, content)
        let part = try storage.bytes(name, index..<20_000)
        guard part == Array(content[index..<20_000]) else {
          throw Failure("cannot read many-\(index)", why: "other bytes came")
        }
      }
    }
    let sizes = try open().sizes(.packs)
    #expect((0..<24).allSatisfy { sizes["many-\($0)"] == 40_000 + $0 })
    // All write the same file: whoever is last, it is whole.
    try Workers.run(count: 8, width: 8) { _ throws(Failure) in try storage.put(.pack("one"), noise(100_000)) }
    #expect(try storage.bytes(.pack("one")) == noise(100_000))
  }

  func aReaderThatFailsIsHeard() throws {
    let storage = try open()
    try storage.put(.pack("long"), noise(3 << 20))
    let stop = Failure("stopped by the reader", why: "enough")
    #expect(failure { try storage.read(.pack("long"), nil) { _ throws(Failure) in throw stop } } == stop)
    #expect(try storage.bytes(.pack("long"), 0..<3) == Array(noise(3 << 20)[..<3]))
  }

}

extension RemoteStorage {
  /// The names in a folder with their sizes.
  func sizes(_ folder: RemoteFolder) throws(Failure) -> [String: Int] {
    var found: [String: Int] = [:]
    for file in try list(folder) { found[file.name.name] = file.size }
    return found
  }
}
