import Diagnostics
import Formats
import TestSupport
import Testing

/// Whatever stands in a file, readers and edits answer with a value or an explained failure, and never trap.
@Suite struct DamagedTextTests {
  private static let samples = [
    "# c\nstages:\n  a: {cmd: 'x', deps: [a, \"b\\n\"]} # d\n  b:\n    cmd: |\n      y\n      # z\n    deps:\n    - c\n\nm: ~\n",
    "- a: 1\n  b: 2\n- - x\n  - ? k\n    : v\n- {k: [1, {l: 0x1F}], 'q': .5}\r\n- >-\n  folded\n  text\n",
    "{\"a\": [1, 2.5e3, true, null, \"\\u00e9\\n\"], \"b\": {\"c\": [[], {}]}}",
    "title = \"x\"\n[a.b]\nc = [1, 2.5, 1979-05-27]\n[[d]]\ne = {f = true, g = 'h'}\n",
  ]
  private static let pieces =
    Array("abk01 \n\t:-?,[]{}#&*!|>'\"%@`=.\\/é\u{feff}\u{85}~eEx").map(String.init) + ["\r\n", "---\n", "  "]

  private func damaged(_ random: inout SplitMix) -> String {
    var text = Array(Self.samples.randomElement(using: &random) ?? "")
    for _ in 0..<Int.random(in: 0...4, using: &random) {
      let at = Int.random(in: 0...text.count, using: &random)
      let length = min(Int.random(in: 0...3, using: &random), text.count - at)
      text.replaceSubrange(at..<at + length, with: Self.pieces.randomElement(using: &random) ?? "")
    }
    return String(text)
  }

  @Test("readers survive any text", arguments: 0..<32)
  func reads(seed: Int) {
    var random = SplitMix(state: UInt64(seed))
    for _ in 0..<rounds {
      var source = bytes(damaged(&random))
      if Bool.random(using: &random), let at = source.indices.randomElement(using: &random) {
        source[at] = UInt8.random(in: 0...255, using: &random)
      }
      for file in ["f.yaml", "f.json", "f.toml"] {
        do {
          _ = try DataFile.parse(source, file: file)
        } catch {
          #expect(error.what == "cannot read \(file)" && error.why.hasPrefix("\(file):"))
        }
      }
    }
  }

  @Test("an edit does what it says or nothing", arguments: 0..<32)
  func edits(seed: Int) {
    var random = SplitMix(state: UInt64(seed) &+ 1000)
    let values: [Value] = [
      .int(6), .string("no: x"), .list([.int(1), .string("a,b")]), .map([ValueMember("z", .list([.map([])]))]), .null,
      .string("a\nb"),
    ]
    for _ in 0..<rounds {
      guard var edit = try? YAMLEdit(bytes(damaged(&random)), file: "f.yaml") else { continue }
      let path = randomPath(edit.root, &random)
      let before = edit
      let value = values.randomElement(using: &random) ?? .null
      let isRemoval = Int.random(in: 0..<4, using: &random) == 0
      do {
        if isRemoval { try edit.remove(path) } else { try edit.set(path, to: value) }
        let others = { (node: Node) in node.members.filter { $0.key != path[0] } }
        #expect(
          others(edit.root).elementsEqual(others(before.root)) { $0.key == $1.key && $0.value.isSame(as: $1.value) })
        if !isRemoval, path.count == 1 {
          #expect(edit.root.members.first { $0.key == path[0] }?.value.isSame(as: value) != false)
        }
      } catch {
        #expect(edit.bytes == before.bytes)
      }
    }
  }

  private func randomPath(_ root: Node, _ random: inout SplitMix) -> [String] {
    var path: [String] = []
    var node = root
    while true {
      switch node.content {
      case .map(let members):
        guard Int.random(in: 0..<4, using: &random) > 0, let member = members.randomElement(using: &random) else {
          return path + ["new"]
        }
        path.append(member.key)
        node = member.value
      case .list(let items):
        guard let index = items.indices.randomElement(using: &random) else { return path + ["0"] }
        path.append(String(index))
        node = items[index]
      case .scalar: return path.isEmpty ? ["new"] : path
      }
      if Int.random(in: 0..<3, using: &random) == 0 { return path }
    }
  }
}

private let rounds = 40

extension Node {
  fileprivate var members: [ValueMember] {
    if case .map(let members) = value { return members }
    return []
  }
}
