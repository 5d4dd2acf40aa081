import CSQLite
import Diagnostics
import Files
import Formats

/// An SQL query on a file: an SQLite database, or a CSV or TSV file, which becomes the table `data`, its values numbers
/// where they look like some.
struct TableQuery {
  let root: Folder
  let path: RepositoryPath

  /// The id of what the query returns: a line of JSON for the names of the columns and one for each row.
  func run(_ sql: String) throws(Failure) -> Extract {
    guard mlrepo_sqlite_load() == 1 else {
      throw Failure(
        "cannot query \(path)", why: "SQLite's library is not installed", hint: "apt-get install libsqlite3-0")
    }
    let database = try Database(isTable ? ":memory:" : try uri())
    if isTable { try load(into: database) }
    database.allowOnlyReading()
    let extract = try ExtractWriter()
    let statement = try database.prepare(sql)
    extract.add(line(statement.names.map(Value.string)))
    while try statement.step() {
      extract.add(line(statement.row))
    }
    return extract.finish()
  }

  private func line(_ cells: [Value]) -> [UInt8] {
    Array("\(JSON.encode(.list(cells), nonFinite: .named))\n".utf8)
  }

  private var isTable: Bool { [".csv", ".tsv"].contains { path.text.lowercased().hasSuffix($0) } }

  /// A file that nobody is writing is read as it is, without locks. Of one with a write-ahead log SQLite has to find out
  /// what is in it.
  private func uri() throws(Failure) -> String {
    let log = try root.stat(path.bytes + Array("-wal".utf8))
    let encoded = root.full(path.bytes).map { byte -> String in
      switch byte {
      case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "A")...UInt8(ascii: "Z"),
        UInt8(ascii: "0")...UInt8(ascii: "9"), UInt8(ascii: "/"), UInt8(ascii: "."), UInt8(ascii: "-"):
        return String(UnicodeScalar(byte))
      default: return "%" + (byte < 16 ? "0" : "") + String(byte, radix: 16)
      }
    }
    return "file:\(encoded.joined())?mode=ro\((log?.size ?? 0) > 0 ? "" : "&immutable=1")"
  }

  private func load(into database: Database) throws(Failure) {
    guard let bytes = try root.contents(path.bytes, limit: 1 << 30) else {
      throw Failure("cannot read \(path)", why: "it went away")
    }
    var rows = CSVScanner(bytes, delimiter: CSVScanner.delimiter(forFile: path.text), file: path.text)
    guard try rows.next() else { throw Failure("cannot query \(path)", why: "it is empty") }
    let names = rows.fields.map { String(decoding: rows.content(of: $0), as: UTF8.self) }
    let columns = names.map {
      "\"\($0.split(separator: "\"", omittingEmptySubsequences: false).joined(separator: "\"\""))\" NUMERIC"
    }
    _ = try database.prepare("CREATE TABLE data (\(columns.joined(separator: ", ")))").step()
    _ = try database.prepare("BEGIN").step()
    let insert = try database.prepare("INSERT INTO data VALUES (\(names.map { _ in "?" }.joined(separator: ", ")))")
    while try rows.next() {
      guard rows.fields.count == names.count else {
        throw Failure(
          "cannot query \(path)",
          why: "line \(rows.line) has \(rows.fields.count) cells, and the first line has \(names.count)")
      }
      for (index, field) in rows.fields.enumerated() { try insert.bind(index + 1, rows.content(of: field)) }
      _ = try insert.step()
      try insert.reset()
    }
    _ = try database.prepare("COMMIT").step()
  }
}

/// An open database.
private final class Database {
  private var handle: OpaquePointer?

  init(_ uri: String) throws(Failure) {
    let code = mlrepo_sqlite_open(uri, &handle)
    guard code == 0 else {
      let why = message
      mlrepo_sqlite_close(handle)
      handle = nil
      throw Failure("cannot open the database", why: why)
    }
    mlrepo_sqlite_stop_when(handle) { _ in Interruption.isRequested ? 1 : 0 }
  }

  deinit { if let handle { mlrepo_sqlite_close(handle) } }

  var message: String { mlrepo_sqlite_message(handle).map { String(cString: $0) } ?? "SQLite fails" }

  func allowOnlyReading() { mlrepo_sqlite_only_reading(handle) }

  func prepare(_ sql: String) throws(Failure) -> Statement {
    var statement: OpaquePointer?
    let (code, hasMore) = sql.withCString { text -> (Int32, Bool) in
      var rest: UnsafePointer<CChar>?
      let code = mlrepo_sqlite_prepare(handle, text, &statement, &rest)
      let left = rest.map { String(cString: $0) } ?? ""
      return (code, left.contains { !$0.isWhitespace && $0 != ";" })
    }
    guard code == 0, let statement else {
      throw Failure("cannot query", why: code == 0 ? "the query is empty" : "SQLite says: \(message)")
    }
    let made = Statement(statement, of: self)
    if hasMore { throw Failure("cannot query", why: "it holds more than one statement") }
    return made
  }
}

private final class Statement {
  private let handle: OpaquePointer
  private let database: Database

  init(_ handle: OpaquePointer, of database: Database) {
    self.handle = handle
    self.database = database
  }

  deinit { mlrepo_sqlite_finish(handle) }

  /// Moves to the next row; false at the end.
  func step() throws(Failure) -> Bool {
    switch Int(mlrepo_sqlite_step(handle)) {
    case MLREPO_SQLITE_ROW: return true
    case MLREPO_SQLITE_DONE: return false
    default:
      try Interruption.check()
      throw Failure("cannot query", why: "SQLite says: \(database.message)")
    }
  }

  func reset() throws(Failure) {
    guard mlrepo_sqlite_reset(handle) == 0 else { throw Failure("cannot query", why: database.message) }
  }

  func bind(_ number: Int, _ text: ArraySlice<UInt8>) throws(Failure) {
    let code = text.withUnsafeBytes {
      mlrepo_sqlite_bind(handle, Int32(number), $0.baseAddress?.assumingMemoryBound(to: CChar.self), Int32($0.count))
    }
    guard code == 0 else { throw Failure("cannot query", why: database.message) }
  }

  var names: [String] {
    (0..<mlrepo_sqlite_columns(handle)).map { mlrepo_sqlite_name(handle, $0).map { String(cString: $0) } ?? "" }
  }

  var row: [Value] { (0..<mlrepo_sqlite_columns(handle)).map(value) }

  private func value(_ column: Int32) -> Value {
    switch Int(mlrepo_sqlite_kind(handle, column)) {
    case MLREPO_SQLITE_INTEGER: .int(Int(mlrepo_sqlite_integer(handle, column)))
    case MLREPO_SQLITE_FLOAT: .float(mlrepo_sqlite_float(handle, column))
    case MLREPO_SQLITE_TEXT: .string(String(decoding: bytes(column), as: UTF8.self))
    case MLREPO_SQLITE_BLOB: .map([ValueMember("blob", .string(PathText.escape(bytes(column))))])
    default: .null
    }
  }

  private func bytes(_ column: Int32) -> [UInt8] {
    var length: Int32 = 0
    let start = mlrepo_sqlite_bytes(handle, column, &length)
    return Array(UnsafeRawBufferPointer(start: start, count: Int(length)))
  }
}
