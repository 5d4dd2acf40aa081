import Diagnostics
import Formats
import Testing

@Suite struct CSVTests {
  private func rows(_ text: String, delimiter: UInt8 = UInt8(ascii: ",")) throws -> [[String]] {
    try rows(Array(text.utf8), delimiter: delimiter)
  }

  private func rows(_ bytes: [UInt8], delimiter: UInt8 = UInt8(ascii: ",")) throws -> [[String]] {
    var scanner = CSVScanner(bytes, delimiter: delimiter, file: "t.csv")
    var rows: [[String]] = []
    while try scanner.next() {
      rows.append(try scanner.fields.indices.map { try scanner.text(ofColumn: $0) })
    }
    return rows
  }

  @Test(
    "a row ends in LF, CRLF or the end of the file, and cells may be quoted",
    arguments: [
      ("a,b\n1,2\n", [["a", "b"], ["1", "2"]]),
      ("a,b\r\n1,2", [["a", "b"], ["1", "2"]]),
      ("\u{feff}a\n1", [["a"], ["1"]]),
      ("\"a,b\",\"c\nd\",\"e\r\nf\"\n", [["a,b", "c\nd", "e\r\nf"]]),
      ("\"say \"\"hi\"\"\",\"\"\"\",\"\"\n", [["say \"hi\"", "\"", ""]]),
      (",\n,", [["", ""], ["", ""]]),
      ("\"a\"", [["a"]]),
      ("\n\r\na\n\n\nb\n\n", [["a"], ["b"]]),
      ("5\" pipe,x\n", [["5\" pipe", "x"]]),
      ("ü,日本\n", [["ü", "日本"]]),
      ("", []),
      ("\u{feff}", []),
      ("\n", []),
    ] as [(String, [[String]])])
  func readsRows(text: String, expected: [[String]]) throws {
    #expect(try rows(text) == expected)
  }

  @Test("a tab separates cells in a .tsv, packed or not")
  func tabs() throws {
    #expect(try rows("a,b\tc\n", delimiter: CSVScanner.delimiter(forFile: "x.TSV")) == [["a,b", "c"]])
    #expect(CSVScanner.delimiter(forFile: "x.tsv.gz") == UInt8(ascii: "\t"))
    #expect(CSVScanner.delimiter(forFile: "x.csv") == UInt8(ascii: ","))
  }

  @Test(
    "what is no CSV is refused with line and column",
    arguments: [
      ("a\n\"b", "t.csv:2:1: the quote that opens here is never closed"),
      ("a\nü,\"b\nc", "t.csv:2:3: the quote that opens here is never closed"),
      ("a,\"b\"c\n", "t.csv:1:6: text follows a closing quote; write a quote inside a quoted cell as \"\""),
      ("\"a\n\"x", "t.csv:2:2: text follows a closing quote; write a quote inside a quoted cell as \"\""),
      ("a\rb\n", "t.csv:1:2: a carriage return stands without a line feed"),
      ("a\n\u{0}b\n", "t.csv:2:1: a NUL byte; this is no text file"),
      ("a\n\"\u{0}b\"\n", "t.csv:2:2: a NUL byte; this is no text file"),
    ])
  func refusesBadText(text: String, why: String) {
    #expect(throws: Failure("cannot read t.csv", why: why)) { try rows(text) }
  }

  @Test("text that is no UTF-8 is refused, not changed")
  func refusesBadEncoding() {
    #expect(throws: Failure("cannot read t.csv", why: "t.csv:1: the text of column 2 is not valid UTF-8")) {
      try rows([0x61, 0x2c, 0xff, 0x0a])
    }
  }

  @Test("each row knows its first line and its own bytes")
  func rowPlaces() throws {
    let text = Array("h\n\n\"a\nb\"\r\nc".utf8)
    var scanner = CSVScanner(text, file: "t.csv")
    var places: [String] = []
    while try scanner.next() {
      places.append("\(scanner.line):" + String(decoding: scanner.bytes[scanner.rowRange], as: UTF8.self))
    }
    #expect(places == ["1:h\n", "3:\"a\nb\"\r\n", "5:c"])
  }

  @Test("a byte order mark in the first cell is not taken for that of the file")
  func mark() throws {
    var writer = CSVWriter()
    writer.append(row: ["\u{feff}a", "\u{feff}b"])
    var scanner = CSVScanner(writer.bytes, file: "f.csv")
    #expect(try scanner.next())
    #expect(try [scanner.text(ofColumn: 0), scanner.text(ofColumn: 1)] == ["\u{feff}a", "\u{feff}b"])
  }

  @Test("the writer quotes only what needs it, and what it writes reads back as it was")
  func writes() throws {
    let cells = [["a", "b c"], ["x,y", "say \"hi\""], ["", "two\nlines"], [" ", "cr\rhere"]]
    var writer = CSVWriter()
    for row in cells { writer.append(row: row) }
    let text = "a,b c\n\"x,y\",\"say \"\"hi\"\"\"\n,\"two\nlines\"\n ,\"cr\rhere\"\n"
    #expect(String(decoding: writer.bytes, as: UTF8.self) == text)
    #expect(try rows(writer.bytes) == cells)
    var single = CSVWriter()
    single.append(row: [""])
    #expect(try rows(single.bytes) == [[""]])
  }
}
