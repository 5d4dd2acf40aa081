import Foundation
import TestSupport
import Testing

/// A reader that knows FORMATS only must understand what the program writes.
@Test("every object in a pack is found by what FORMATS says")
func packs() throws {
  let sandbox = try Sandbox()
  try sandbox.shell("git init -q && mlrepo init -q && mkdir d && for i in $(seq 300); do echo $i > d/$i; done")
  try sandbox.shell("seq 5000 > d/long && mlrepo add -q d")
  let names = try sandbox.shell("ls .mlrepo/objects/packs").split(separator: "\n").map { String($0.prefix(69)) }
  var ids: Set<String> = []
  for name in Set(names) {
    let path = ".mlrepo/objects/packs/\(name)"
    let reader = PackReader(
      pack: try #require(sandbox.read("\(path).pack")), index: try #require(sandbox.read("\(path).idx")))
    #expect(reader.startsAsItShould)
    #expect(reader.packSize == sandbox.read("\(path).pack")?.count)
    #expect(try sha256(reader.indexBody, in: sandbox) == reader.indexChecksum)
    #expect(name == "pack-\(reader.indexChecksum)")
    let entries = try reader.entries().map { try #require($0) }
    #expect(entries.map(\.id) == entries.map(\.id).sorted())
    for byte in [0, 127, 255] {
      #expect(reader.running(byte) == entries.count { Int($0.id.prefix(2), radix: 16) ?? 256 <= byte })
    }
    for entry in entries.prefix(20) {
      if let bytes = entry.bytes { #expect(try sha256(bytes, in: sandbox) == entry.id) }
    }
    ids.formUnion(entries.map(\.id))
  }
  // 300 small files, the long one, and the folder's listing.
  #expect(ids.count == 302)
  #expect(ids.contains(try sha256(Array("7\n".utf8), in: sandbox)))
}

/// By a program that is not mlrepo.
private func sha256(_ bytes: [UInt8], in sandbox: Sandbox) throws -> String {
  try sandbox.write(bytes, to: Array("hashed".utf8))
  return String(try sandbox.shell("sha256sum hashed").prefix(64))
}
