import Diagnostics
import Foundation
import Testing

@testable import Models

@Suite struct TableTests {
  private let scratch: Scratch

  init() throws { scratch = try Scratch() }

  private func why(_ body: () throws -> Void) -> String? {
    do {
      try body()
      return nil
    } catch {
      return (error as? Failure)?.why.replacing(scratch.path + "/", with: "")
    }
  }

  @Test("a column is numeric if every cell that is not missing holds a number, else categorical")
  func infersTypes() throws {
    let path = try scratch.file(
      "t.csv", "n,c,missing,mixed\n1,b,,1\n-2.5e3,\"a,x\",NA,x\n NaN ,b,null,2\n+.5,nan, ,\n")
    let table = try Table.read(path)
    #expect(table.lines == [2, 3, 4, 5])
    #expect(table.columns.map(\.type) == [.numeric, .categorical, .numeric, .categorical])
    guard case .numeric(let numbers) = table.columns[0].values else { return }
    #expect(numbers.map { $0.isNaN ? nil : $0 } == [1, -2500, nil, 0.5])
    #expect(table.columns[1].values == .categorical(codes: [1, 0, 1, -1], categories: ["a,x", "b"]))
    #expect(table.columns[3].values == .categorical(codes: [0, 2, 1, -1], categories: ["1", "2", "x"]))
    #expect((0..<4).allSatisfy(table.columns[2].isMissing))
  }

  @Test("categories are in the order of their bytes, and different bytes are different categories")
  func categoriesByBytes() throws {
    let path = try scratch.file("t.csv", "c\n\u{e9}\ne\u{301}\nZ\na\n")
    guard case .categorical(let codes, let categories) = try Table.read(path).columns[0].values else { return }
    #expect(codes == [3, 2, 0, 1])
    #expect(categories.map { Array($0.utf8) } == ["Z", "a", "e\u{301}", "\u{e9}"].map { Array($0.utf8) })
  }

  @Test(
    "numbers are read to the nearest double",
    arguments: [
      ("0", 0), ("-0.0", 0), ("007", 7), ("1.", 1), (".5", 0.5), ("1e22", 1e22), ("1e-22", 1e-22), ("1e23", 1e23),
      ("0.1", 0.1), ("9007199254740993", 9_007_199_254_740_992),
      ("123456789012345678901234567890", 1.2345678901234568e29),
      ("0.30000000000000004", 0.30000000000000004), ("1.7976931348623157e308", 1.7976931348623157e308),
      ("5e-324", .leastNonzeroMagnitude), ("2.2250738585072014e-308", .leastNormalMagnitude), ("1e400", .infinity),
      ("1e-400", 0),
      ("0e99999999999999999999", 0), ("-Infinity", -.infinity), ("inf", .infinity),
      ("0.000000000000000000000001", 1e-24),
      (" \t1.5 ", 1.5),
    ] as [(String, Double)])
  func readsNumbers(text: String, expected: Double) {
    #expect(NumberText.parse(Array(text.utf8)[...]) == expected)
  }

  @Test(
    "what is no decimal number is text",
    arguments: ["", "-", ".", "e5", "1e", "1e+", "0x10", "1_000", "1,5", "1 2", "--1", "1.2.3", "NaN", "infinit", "１"])
  func refusesNumbers(text: String) {
    #expect(NumberText.parse(Array(text.utf8)[...]) == nil)
  }

  @Test("random doubles read back as they were written")
  func roundTripsNumbers() {
    var generator = SplitMix64(seed: 5)
    let values = (0..<2000).map { _ in Double(bitPattern: generator.next()) }.filter(\.isFinite)
    #expect(values.allSatisfy { NumberText.parse(Array("\($0)".utf8)[...]) == $0 })
  }

  @Test(
    "a file that is no table is refused with its line",
    arguments: [
      ("", "it is empty; it needs a header"),
      ("a,b\n", "it has a header but no rows"),
      ("a,a\n1,2\n", "t.csv:1: columns 1 and 2 are both called 'a'"),
      ("a,\n1,2\n", "t.csv:1: column 2 has no name"),
      ("a,b\n1,2\n\n3\n", "t.csv:4: the row has 1 cell, the header 2"),
      ("a\n1,2\n", "t.csv:2: the row has 2 cells, the header 1; quote cells that hold the delimiter"),
      ("a\n\"1\n", "t.csv:2:1: the quote that opens here is never closed"),
    ])
  func refusesBadTables(text: String, expected: String) throws {
    let path = try scratch.file("t.csv", text)
    #expect(why { _ = try Table.read(path) } == expected)
  }

  @Test("only the columns asked for are looked at, with the types that are known")
  func knownTypes() throws {
    let path = try scratch.file("t.csv", "a,b,c\n1,2,x\n3,y,z\n")
    let table = try Table.read(path, types: ["a": .categorical], only: ["a"])
    #expect(table.columns == [Column(name: "a", values: .categorical(codes: [0, 1], categories: ["1", "3"]))])
    #expect(table.header == ["a", "b", "c"])
    #expect(
      why { _ = try Table.read(path, types: ["b": .numeric]) }
        == "t.csv:3: column 'b' must hold numbers; this row holds 'y'")
  }

  @Test("a table may be packed with gzip, in several members, and damage is told")
  func packed() throws {
    let plain = try scratch.file("plain.tsv", "a\tb\n1\t2\n")
    let more = try scratch.file("more", "3\t4\n")
    let pack = Process()
    pack.executableURL = URL(fileURLWithPath: "/bin/sh")
    pack.arguments = ["-c", "gzip -c '\(plain)' > '\(plain).gz'; gzip -c '\(more)' >> '\(plain).gz'"]
    try pack.run()
    pack.waitUntilExit()
    let path = plain + ".gz"
    #expect(try Table.read(path).columns.map(\.values) == [.numeric([1, 3]), .numeric([2, 4])])
    let bytes = try scratch.bytes("plain.tsv.gz")
    try scratch.file("cut.csv.gz", Array(bytes.dropLast(10)))
    #expect(why { _ = try Table.read(scratch["cut.csv.gz"]) } == "its gzip data ends too early")
    var wrong = bytes
    wrong[wrong.count - 6] ^= 0x55
    try scratch.file("wrong.csv.gz", wrong)
    #expect(why { _ = try Table.read(scratch["wrong.csv.gz"]) }?.hasPrefix("its gzip data is damaged: ") == true)
  }

  @Test("a file that unpacks to more than the limit is refused before it fills the memory")
  func unpackLimit() throws {
    let pack = Process()
    pack.executableURL = URL(fileURLWithPath: "/bin/sh")
    pack.arguments = ["-c", "(echo a; head -c 4000000 /dev/zero | tr '\\0' 1) | gzip -c > '\(scratch["bomb.csv.gz"])'"]
    try pack.run()
    pack.waitUntilExit()
    #expect(
      why { _ = try Table.read(scratch["bomb.csv.gz"], limit: 100_000) }
        == "it holds more than 100000 bytes, the most that a table may have")
  }

  @Test("a missing file, a folder and a fifo are refused at once")
  func unreadable() throws {
    #expect(why { _ = try Table.read(scratch["none.csv"]) } == "No such file or directory")
    #expect(why { _ = try Table.read(scratch.path) } == "it is a folder")
    #expect(mkfifo(scratch["fifo"], 0o600) == 0)
    #expect(why { _ = try Table.read(scratch["fifo"]) } == "it is not a regular file")
  }
}
