import Experiments
import Files
import Formats
import Testing

private func files(_ texts: [String: String]) throws -> [RepositoryPath: FileValues] {
  var files: [RepositoryPath: FileValues] = [:]
  for (name, text) in texts {
    let path = try RepositoryPath(text: name)
    files[path] = FileValues(Array(text.utf8), file: path)
  }
  return files
}

@Suite struct ValueDiffTests {
  private let params = ValueDiff.Headings(key: "Param", old: "HEAD", new: "workspace")

  private func sample(all: Bool = false) throws -> ValueDiff {
    ValueDiff(
      old: try files([
        "params.yaml": "lr: 0.1\ntrain: {depth: 3, same: x}\ngone: [1, 2]\nkind: 1\n",
        "b/m.json": #"{"auc": 0.987654321}"#,
        "same.toml": "x = 1\n",
      ]),
      new: try files([
        "params.yaml": "train: {depth: 6, same: x, added: 'yes'}\nlr: 0.05\nkind: true\n",
        "b/m.json": #"{"auc": 0.99, "n": 5}"#, "same.toml": "x = 1\n",
      ]), all: all)
  }

  @Test("the table shows what changed, sorted, with the change of numbers")
  func showsTable() throws {
    #expect(
      try sample().table(params).plain == """
        Path         Param        HEAD     workspace  Change
        b/m.json     auc          0.98765  0.99       0.0023457
        b/m.json     n            -        5          -
        params.yaml  gone         [1, 2]   -          -
        params.yaml  kind         1        true       -
        params.yaml  lr           0.1      0.05       -0.05
        params.yaml  train.added  -        yes        -
        params.yaml  train.depth  3        6          3

        """)
  }

  @Test("unchanged values are shown where asked for, and no change column without numbers")
  func showsAll() throws {
    #expect(try sample(all: true).rows.filter { !$0.isChanged }.map(\.key) == ["train.same", "x"])
    let words = ValueDiff(old: try files(["p.yaml": "a: x\n"]), new: try files(["p.yaml": "a: y\n"]))
    #expect(words.table(params).plain == "Path    Param  HEAD  workspace\np.yaml  a      x     y\n")
    let same = ValueDiff(old: try files(["p.yaml": "a: .nan\n"]), new: try files(["p.yaml": "a: .nan\n"]))
    #expect(same.isEmpty)
  }

  @Test("types count: 1, 1.0 and true differ")
  func comparesTypes() throws {
    let diff = ValueDiff(
      old: try files(["p.yaml": "a: 1\nb: 1.0\nc: '1'\n"]), new: try files(["p.yaml": "a: 1.0\nb: true\nc: 1\n"]))
    #expect(diff.rows.map(\.key) == ["a", "b", "c"])
    #expect(diff.rows.map(\.difference) == [.float(0), nil, nil])
  }

  @Test("JSON keeps types, and null stands for no value")
  func encodes() throws {
    #expect(
      JSON.encode(try sample().json)
        == #"{"b/m.json":{"auc":{"old":0.987654321,"new":0.99,"diff":0.002345679000000045},"n":{"old":null,"new":5}},"#
        + #""params.yaml":{"gone":{"old":[1,2],"new":null},"kind":{"old":1,"new":true},"#
        + #""lr":{"old":0.1,"new":0.05,"diff":-0.05},"train.added":{"old":null,"new":"yes"},"#
        + #""train.depth":{"old":3,"new":6,"diff":3}}}"#)
  }

  @Test("Markdown escapes what would break its table")
  func showsMarkdown() throws {
    let diff = ValueDiff(old: try files(["a|b.yaml": "k: 1\n"]), new: try files(["a|b.yaml": "k: \"x\\ny\"\n"]))
    #expect(
      diff.table(params).markdown == """
        | Path | Param | HEAD | workspace |
        |---|---|---|---|
        | a\\|b.yaml | k | 1 | x\\ny |

        """)
  }

  @Test("a file that one side cannot read is a row that says so")
  func showsUnreadable() throws {
    let diff = ValueDiff(
      old: try files(["p.yaml": "a: 1\n", "q.yaml": "a: [\n", "r.txt": ""]),
      new: try files(["p.yaml": "a: 1\na: 2\n", "q.yaml": "a: [\n", "r.txt": ""]))
    let why = "p.yaml:1:1: the key 'a' stands here and again further down in the same map"
    #expect(diff.unreadable.map(\.file.text) == ["p.yaml"])
    #expect(diff.unreadable.map(\.old) == [nil])
    #expect(diff.unreadable.map(\.new) == [why])
    #expect(diff.table(params).plain == "Path    Param  HEAD  workspace\np.yaml  -      -     unreadable\n")
    #expect(
      JSON.encode(diff.json) == #"{"p.yaml":{"":{"old":null,"new":null,"error":{"new":"\#(why)"}}}}"#)
  }

  @Test("whole numbers too far apart for an integer still have a difference")
  func survivesOverflow() throws {
    let diff = ValueDiff(
      old: try files(["p.yaml": "a: -9223372036854775808\n"]), new: try files(["p.yaml": "a: 9223372036854775807\n"]))
    #expect(diff.rows.map(\.difference) == [.float(18_446_744_073_709_551_616)])
  }
}

@Suite struct ValueListingTests {
  @Test("metrics are listed file by file in the order of the file")
  func lists() throws {
    let listing = ValueListing(
      try files([
        "m.json": #"{"test": {"auc": 0.98765432, "n": 500}, "confusion": [[1, 0.123456789], [3, 4]], "bad": NaN}"#,
        "a.json": "{", "single.json": "0.5", "note.yaml": "text: \"a\\tb\"\n",
      ]))
    #expect(
      listing.table(key: "Metric").plain == """
        Path         Metric     Value
        a.json       -          unreadable
        m.json       test.auc   0.98765
        m.json       test.n     500
        m.json       confusion  [[1, 0.12346], [3, 4]]
        m.json       bad        .nan
        note.yaml    text       a\\tb
        single.json  -          0.5

        """)
    #expect(listing.unreadable.map(\.why) == ["a.json:1:2: a key in double quotes should stand here"])
    #expect(
      JSON.encode(listing.json)
        == #"{"a.json":{"error":"a.json:1:2: a key in double quotes should stand here"},"#
        + #""m.json":{"data":{"test":{"auc":0.98765432,"n":500},"confusion":[[1,0.123456789],[3,4]],"bad":null}},"#
        + #""note.yaml":{"data":{"text":"a\tb"}},"single.json":{"data":0.5}}"#)
  }

  @Test(
    "floats are rounded to the digits asked for",
    arguments: [
      ("0.1", 5, "0.1"), ("3.0", 5, "3.0"), ("-0.0", 5, "-0.0"), ("0.123456", 5, "0.12346"),
      ("99999.96", 5, "100000.0"),
      ("0.999999", 5, "1.0"), ("123456.789", 5, "123457.0"), ("1e-5", 5, "0.00001"), ("1.23456789e-7", 5, "1.2346e-07"),
      ("9.99999e-9", 3, "1e-08"), ("1e16", 5, "1e+16"), ("1234567890123456.0", 5, "1234567890123456.0"),
      ("1.5e300", 5, "1.5e+300"), ("0.00012345678", 3, "0.000123"), ("0.15", 0, "0.2"), ("-2.5", 1, "-3.0"),
    ])
  func rounds(text: String, precision: Int, expected: String) throws {
    let listing = ValueListing(try files(["p.yaml": "a: \(text)\n"]))
    #expect(listing.table(key: "Metric", precision: precision).rows == [["p.yaml", "a", expected]])
  }
}
