import Foundation
import TestSupport
import Testing

/// A way in which a file goes bad.
private enum Damage: CaseIterable {
  case flip, cut, deletion, swap

  /// Spoils `path`, whose fellow of the same kind is `other`.
  func spoil(_ path: String, other: String, in sandbox: Sandbox, _ random: inout SeededRandom) throws {
    var bytes = try #require(sandbox.read(path))
    switch self {
    case .flip:
      let bit = Int.random(in: 0..<(bytes.count * 8), using: &random)
      bytes[bit / 8] ^= 1 << UInt8(bit % 8)
    // A last line feed alone says nothing.
    case .cut: bytes.removeLast(Int.random(in: 2...bytes.count, using: &random))
    case .deletion:
      try sandbox.shell("rm -f '\(path)'")
      return
    case .swap:
      try sandbox.shell("mv '\(path)' swapped && mv '\(other)' '\(path)' && mv swapped '\(other)'")
      return
    }
    try sandbox.shell("chmod u+w '\(path)'")
    try sandbox.write(bytes, to: Array(path.utf8))
  }
}

@Suite("Damage")
struct FsckTests {
  /// Two files of each kind, by a pattern of the shell.
  private static let kinds = [
    ".mlrepo/objects/loose/*/*", ".mlrepo/objects/packs/*.pack", ".mlrepo/objects/packs/*.idx", "*.mlr",
  ]

  private func repository() throws -> Sandbox {
    let sandbox = try makeSandbox()
    try sandbox.shell(
      """
      git init -q --template= base && cd base && mlrepo init -q
      for f in one two; do
        mkdir $f && for i in 1 2 3 4 5 6 7; do echo "$f $i" > $f/$i; done
        mlrepo add -q $f
        yes "$f" | head -c 300000 > $f.bin || true
        mlrepo add -q $f.bin
      done
      git add . && git commit -qm all
      """)
    return sandbox
  }

  @Test(
    "fsck finds a flipped bit, a cut, a deletion and a swap; --repair keeps every intact copy and deletes no other",
    arguments: kinds)
  func find(_ kind: String) throws {
    let sandbox = try repository()
    // The two largest: of the loose objects those of the large files.
    let files = try sandbox.shell("cd base && ls -S \(kind) | head -2").split(separator: "\n").map(String.init)
    var random = SeededRandom(seed: UInt64(kind.count) &+ seedOffset)
    for damage in Damage.allCases {
      for round in 0..<(damage == .flip || damage == .cut ? (isFull ? 60 : 2) : 1) {
        let place = "\(kind), \(damage) \(round)"
        try sandbox.shell("rm -rf case && cp -a base case")
        try damage.spoil("case/\(files[0])", other: "case/\(files[1])", in: sandbox, &random)
        let found = try sandbox.run(["mlrepo", "fsck"], in: "case")
        // A pointer that is gone was perhaps taken away; git tells.
        if damage == .deletion, kind == "*.mlr" { continue }
        #expect(found.status != 0, "\(place): \(found.text)")
        try checkRepair(sandbox, place)
      }
    }
  }

  /// What could be read before the repair still can, and the bytes of no file are gone but those of indexes, which it
  /// makes anew.
  private func checkRepair(_ sandbox: Sandbox, _ place: String) throws {
    let before = try (readable(sandbox), files(sandbox))
    try sandbox.run(["mlrepo", "fsck", "--repair"], in: "case")
    let after = try (readable(sandbox), files(sandbox))
    #expect(before.0.subtracting(after.0) == [], "\(place)")
    #expect(before.1.subtracting(after.1) == [], "\(place)")
  }

  /// The objects that a copy of the repository gives back: reading puts damaged ones aside.
  private func readable(_ sandbox: Sandbox) throws -> Set<Substring> {
    try words(
      """
      rm -rf copy && cp -a case copy && cd copy
      for id in $(sha256sum ../base/*/1 ../base/*.bin | cut -c 1-64); do
        mlrepo cat -q sha256:$id > ../object 2> /dev/null && sha256sum < ../object
      done || true
      """, sandbox)
  }

  private func files(_ sandbox: Sandbox) throws -> Set<Substring> {
    try words("find case/.mlrepo/objects -type f -not -name '*.idx' -exec sha256sum {} + | cut -c 1-64", sandbox)
  }

  private func words(_ script: String, _ sandbox: Sandbox) throws -> Set<Substring> {
    Set(try sandbox.shell(script).split(separator: "\n"))
  }
}
