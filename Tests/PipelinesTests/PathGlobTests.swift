import Files
import Pipelines
import TestSupport
import Testing

@Suite struct PathGlobTests {
  @Test(
    "a pattern matches the paths it should, and no others",
    arguments: [
      ("data/*.csv", ["data/a.csv", "data/.csv.csv", "data/x/a.csv", "data", "data/a.csv.gz"], ["data/a.csv"]),
      ("**/*.py", ["a.py", "x/a.py", "x/y/a.py", ".x/a.py", "x/.a.py", "a.pyc"], ["a.py", "x/a.py", "x/y/a.py"]),
      ("a/**", ["a/b", "a/b/c", "a", "b/a"], ["a", "a/b", "a/b/c"]),
      ("a/**/z", ["a/z", "a/b/z", "a/b/c/z", "a/b/z/c"], ["a/z", "a/b/z", "a/b/c/z"]),
      ("x?[0-9a][!z]", ["xy0a", "xyaa", "xyba", "xy0z", "x0a"], ["xy0a", "xyaa"]),
      ("a[*]b", ["a*b", "axb"], ["a*b"]), ("a[", ["a[", "a"], ["a["]), (".*/x", [".a/x", "a/x"], [".a/x"]),
      ("*a*a*b", ["aab", "xaxaxb", "aa", "abab", "ab"], ["aab", "xaxaxb", "abab"]),
      ("**/**/a", ["a", "b/a"], ["a", "b/a"]),
    ])
  func matches(pattern: String, tried: [String], expected: [String]) throws {
    let glob = PathGlob(bytes(pattern))
    #expect(try Set(tried.filter { glob.matches(try path($0)) }) == Set(expected))
  }

  @Test("only folders that may hold a match are looked into, from the last one without a wildcard")
  func folders() throws {
    let glob = PathGlob(bytes("data/raw/*/x*/**/*.csv"))
    #expect(glob.base == (try path("data/raw")))
    #expect(
      try ["data", "data/raw", "data/raw/a", "data/raw/a/x1", "data/raw/a/x1/y/z"].allSatisfy {
        glob.mayMatch(below: try path($0))
      })
    #expect(
      try ["dat", "data/other", "data/raw/a/y", "data/raw/.a"].allSatisfy { !glob.mayMatch(below: try path($0)) })
    #expect(PathGlob(bytes("*.csv")).base == .root)
    #expect(PathGlob.isPattern(bytes("a[b")) && !PathGlob.isPattern(bytes("a-b")))
  }

  @Test("a pattern made to be slow is not")
  func slow() throws {
    let name = String(repeating: "a", count: 200)
    let deep = try path(Array(repeating: "a", count: 300).joined(separator: "/"))
    #expect(!PathGlob(bytes(String(repeating: "*a", count: 100) + "b")).matches(try path(name)))
    #expect(!PathGlob(bytes(String(repeating: "**/a/", count: 100) + "b")).matches(deep))
  }
}
