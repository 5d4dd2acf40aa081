import Diagnostics
import Formats
import TestSupport
import Testing

@Suite struct DataFileTests {
  @Test(
    "the ending of the name chooses the format",
    arguments: [("a/b.yaml", "x: 1"), ("B.YML", "x: 1"), ("p.json", "{\"x\": 1}"), ("d.x/p.toml", "x = 1")])
  func chooses(file: String, text: String) throws {
    #expect(try DataFile.parse(bytes(text), file: file).value == .map([ValueMember("x", .int(1))]))
  }

  @Test(
    "a name of no known format is refused with those that are",
    arguments: ["params", "p.txt", "json", "a.json/p", ".yaml/p"])
  func refusesOthers(file: String) {
    #expect(
      throws: Failure(
        "cannot read \(file)", why: "its name tells no format that is read",
        hint: "use a file that ends in .yaml, .yml, .json, .toml or .py")
    ) { try DataFile.parse([], file: file) }
  }
}

@Suite struct ValueAccessTests {
  let value = Value.map([
    ValueMember("lr", .float(0.1)),
    ValueMember("train", .map([ValueMember("depth", .int(3)), ValueMember("none", .map([]))])),
    ValueMember("train.depth", .int(9)), ValueMember("train.seed", .int(7)),
    ValueMember("layers", .list([.map([ValueMember("units", .int(1))])])),
  ])

  @Test("a dotted path finds members, list items, and keys that hold dots")
  func finds() {
    #expect(value[path: "lr"] == .float(0.1))
    #expect(value[path: "train.depth"] == .int(3))
    #expect(value[path: "train.seed"] == .int(7))
    #expect(value[path: "layers.0.units"] == .int(1))
    for missing in ["", "x", "lr.x", "layers.1", "layers.-1", "layers.n", "train.", ".train"] {
      #expect(value[path: missing] == nil)
    }
  }

  @Test("flattening keeps order, and lists and empty maps whole")
  func flattens() {
    let leaves = value.flattened().map { "\($0.key)=\($0.value.text)" }
    #expect(
      leaves == ["lr=0.1", "train.depth=3", "train.none={}", "train.depth=9", "train.seed=7", "layers=[{units: 1}]"])
    #expect(Value.map([]).flattened().isEmpty)
    #expect(Value.int(1).flattened().map(\.key) == [""])
  }

  @Test("text shows numbers as people write them and tells strings from numbers")
  func showsText() {
    let values: [Value] = [
      .float(1e-5), .float(0.1), .float(3), .int(3), .string("3"), .string("x y"), .float(.nan), .string("no"),
      .string("true"),
    ]
    #expect(values.map(\.text) == ["1e-05", "0.1", "3.0", "3", "'3'", "x y", ".nan", "no", "'true'"])
  }

  @Test("sameness keeps types apart and takes NaN as unchanged")
  func compares() {
    #expect(!Value.int(1).isSame(as: .float(1)))
    #expect(!Value.int(1).isSame(as: .bool(true)))
    #expect(Value.list([.float(.nan)]).isSame(as: .list([.float(.nan)])))
    #expect(!Value.map([ValueMember("a", .null)]).isSame(as: .map([ValueMember("b", .null)])))
  }

  @Test("a misspelt word finds its neighbour, a strange one nothing")
  func suggests() {
    let words = ["cmd", "deps", "params", "outs", "metrics", "always_changed"]
    #expect(nearest("dep", among: words) == "deps")
    #expect(nearest("parmas", among: words) == "params")
    #expect(nearest("CMD", among: words) == "cmd")
    #expect(nearest("metric", among: words) == "metrics")
    #expect(nearest("always-changed", among: words) == "always_changed")
    #expect(nearest("xyz", among: words) == nil)
    #expect(nearest("", among: words) == nil)
  }
}
