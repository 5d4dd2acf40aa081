package import Diagnostics
import Formats

/// How to cut a table into parts.
package struct SplitRequest: Sendable {
  /// A part that is held out of training.
  package struct HeldOut: Equatable, Sendable {
    package var path: String
    /// Its share of the rows, between 0 and 1.
    package var fraction: Double

    package init(path: String, fraction: Double) {
      self.path = path
      self.fraction = fraction
    }
  }

  package var dataPath: String
  /// Where the rows go that no part holds out.
  package var trainPath: String
  package var test: HeldOut
  package var validation: HeldOut?
  package var seed: Int
  /// A column whose values are to be equally frequent in each part.
  package var stratify: String?

  package init(
    dataPath: String, trainPath: String, test: HeldOut, validation: HeldOut? = nil, seed: Int = 0,
    stratify: String? = nil
  ) {
    self.dataPath = dataPath
    self.trainPath = trainPath
    self.test = test
    self.validation = validation
    self.seed = seed
    self.stratify = stratify
  }
}

/// The files that a split wrote: train, test and, if asked for, validation.
package struct SplitReport: Equatable, Sendable {
  package struct Part: Equatable, Sendable {
    package let path: String
    package let rows: Int
  }

  package let parts: [Part]
}

extension SplitRequest {
  /// Cuts the table. Rows keep their bytes and their order, each part has the header, and the same data, fractions and
  /// seed give the same parts on every machine.
  package func split() throws(Failure) -> SplitReport {
    let heldOut = [test] + (validation.map { [$0] } ?? [])
    try checkFractions(heldOut)
    let paths = [trainPath] + heldOut.map(\.path)
    try checkPaths(paths)
    let file = try SplitFile(dataPath, stratify: stratify)
    guard file.rows.count > heldOut.count else {
      throw failure("it has \(file.rows.count) rows, too few for \(paths.count) parts")
    }
    let plan = SplitPlan(
      strata: file.strata, stratumCount: file.stratumCount, fractions: heldOut.map(\.fraction),
      seed: UInt64(bitPattern: Int64(seed)))
    let counts = paths.indices.map { part in plan.parts.count { $0 == part } }
    guard !counts.contains(0) else { throw failure("a part would have no rows; raise its fraction") }
    for (part, path) in paths.enumerated() {
      try Output.write(file.text { plan.parts[$0] == part }, to: path)
    }
    return SplitReport(parts: zip(paths, counts).map { SplitReport.Part(path: $0, rows: $1) })
  }

  private func checkFractions(_ heldOut: [HeldOut]) throws(Failure) {
    for part in heldOut where !(part.fraction > 0 && part.fraction < 1) {
      throw failure("the fraction \(part.fraction) of \(part.path) is not between 0 and 1", category: .usage)
    }
    guard heldOut.reduce(0, { $0 + $1.fraction }) < 1 else {
      throw failure("the fractions add up to 1 or more; nothing would be left to train on", category: .usage)
    }
  }

  private func checkPaths(_ paths: [String]) throws(Failure) {
    var taken = [Output.canonical(dataPath): dataPath]
    for path in paths {
      if path.lowercased().hasSuffix(".gz") {
        throw failure("\(path) asks for a packed file; parts are written as plain text", category: .usage)
      }
      if let other = taken.updateValue(path, forKey: Output.canonical(path)) {
        throw failure("\(path) and \(other) are the same file", category: .usage)
      }
    }
  }

  private func failure(_ why: String, category: FailureCategory = .failed) -> Failure {
    Failure("cannot split \(dataPath)", why: why, category: category)
  }
}

/// A table as lines of text, and the stratum of each.
private struct SplitFile {
  let bytes: [UInt8]
  /// The header's bytes with what stands before it (a byte order mark).
  let header: Range<Int>
  private(set) var rows: [Range<Int>] = []
  private(set) var strata: [Int] = []
  private(set) var stratumCount = 1

  init(_ path: String, stratify: String?) throws(Failure) {
    bytes = try InputFile.contents(of: path)
    var scanner = CSVScanner(bytes, delimiter: CSVScanner.delimiter(forFile: path), file: path)
    let names = try Table.readHeader(&scanner, file: path)
    header = 0..<scanner.rowRange.upperBound
    let column = stratify.map { names.firstIndex(of: $0) }
    if let stratify, case .some(.none) = column { throw missingColumn(stratify, in: path, header: names) }
    var first: [(text: [UInt8], line: Int)] = []
    var stratumOfText: [[UInt8]: Int] = [:]
    while try Table.nextRow(&scanner, width: names.count) {
      rows.append(scanner.rowRange)
      guard case .some(.some(let column)) = column else {
        strata.append(0)
        continue
      }
      let text = Array(scanner.content(of: scanner.fields[column]))
      let stratum = stratumOfText[text] ?? first.count
      if stratum == first.count {
        stratumOfText[text] = stratum
        first.append((text, scanner.line))
      }
      strata.append(stratum)
    }
    guard let stratify else { return }
    try orderStrata(first, column: stratify, path: path)
  }

  /// Numbers the strata in the order of their bytes, so that the order of the rows does not decide who gets more.
  private mutating func orderStrata(
    _ first: [(text: [UInt8], line: Int)], column: String, path: String
  ) throws(Failure) {
    stratumCount = first.count
    var sizes = [Int](repeating: 0, count: stratumCount)
    for stratum in strata { sizes[stratum] += 1 }
    if let alone = sizes.firstIndex(of: 1) {
      let text = String(decoding: first[alone].text.prefix(40), as: UTF8.self)
      throw Failure(
        "cannot split \(path) by column '\(column)'",
        why: "\(path):\(first[alone].line): '\(text)' occurs in this row only, so that it cannot be in each part",
        hint: "split without --stratify, or by a column with few values")
    }
    let order = first.indices.sorted { first[$0].text.lexicographicallyPrecedes(first[$1].text) }
    var rank = [Int](repeating: 0, count: stratumCount)
    for (position, stratum) in order.enumerated() { rank[stratum] = position }
    strata = strata.map { rank[$0] }
  }

  /// The header and the rows that `isKept` says, each with its bytes as they stand.
  func text(_ isKept: (Int) -> Bool) -> [UInt8] {
    var text = Array(bytes[header])
    for row in rows.indices where isKept(row) {
      text += bytes[rows[row]]
      // Only the last row of a file can lack its line ending.
      if text.last != UInt8(ascii: "\n") { text += lineEnd }
    }
    return text
  }

  private var lineEnd: [UInt8] {
    bytes[header].suffix(2).elementsEqual("\r\n".utf8) ? Array("\r\n".utf8) : Array("\n".utf8)
  }
}
