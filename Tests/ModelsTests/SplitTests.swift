import Diagnostics
import Foundation
import Testing

@testable import Models

@Suite struct SplitTests {
  private let scratch: Scratch

  init() throws { scratch = try Scratch() }

  private func request(
    _ data: String, _ fraction: Double = 0.25, seed: Int = 7, stratify: String? = nil, validation: Double? = nil
  ) -> SplitRequest {
    SplitRequest(
      dataPath: data, trainPath: scratch["train.csv"], test: .init(path: scratch["test.csv"], fraction: fraction),
      validation: validation.map { .init(path: scratch["valid.csv"], fraction: $0) }, seed: seed, stratify: stratify)
  }

  private func failure(_ request: SplitRequest) -> Failure? {
    do {
      _ = try request.split()
      return nil
    } catch {
      return error
    }
  }

  @Test("rows keep their bytes and their order, both parts have the header, and no row is lost or doubled")
  func keepsBytes() throws {
    let rows = (0..<40).map { "\($0),\"say \"\"\($0)\"\"\nhere\",x\($0 % 2)\r\n" }
    let header = "\u{feff}id,\"text\",class\r\n"
    let data = try scratch.file("d.csv", header + rows.joined().dropLast())
    let report = try request(data).split()
    #expect(report.parts.map(\.rows) == [30, 10])
    let (train, test) = (try scratch.text("train.csv"), try scratch.text("test.csv"))
    let isTest = rows.map { test.contains($0) }
    let expected = [false, true].map { part in
      header + rows.indices.filter { isTest[$0] == part }.map { rows[$0] }.joined()
    }
    #expect([train, test].map { Array($0.utf8) } == expected.map { Array($0.utf8) })
  }

  @Test("the same seed gives the same parts, in every version; another seed gives others")
  func reproducible() throws {
    let data = try scratch.file("d.csv", "n\n" + (0..<12).map { "\($0)\n" }.joined())
    _ = try request(data).split()
    #expect(try scratch.text("test.csv") == "n\n7\n8\n11\n")
    _ = try request(data, seed: 8).split()
    #expect(try scratch.text("test.csv") == "n\n3\n8\n9\n")
  }

  @Test("the generator gives the published numbers, and a permutation holds each number once")
  func generator() {
    var generator = SplitMix64(seed: 1_234_567)
    #expect(
      (0..<3).map { _ in generator.next() } == [
        6_457_827_717_110_365_317, 3_203_168_211_198_807_973, 9_817_491_932_198_370_423,
      ])
    #expect(generator.permutation(of: 100).sorted() == Array(0..<100))
    #expect(generator.permutation(of: 0) == [])
    #expect((0..<200).allSatisfy { _ in generator.next(below: 3) < 3 })
  }

  @Test("a stratified split keeps each class's share as near as whole rows allow")
  func stratified() throws {
    let report = try request(Scratch.breastCancer, stratify: "diagnosis").split()
    #expect(report.parts.map(\.rows) == [427, 142])
    let test = try scratch.text("test.csv")
    #expect(test.split(separator: "\n").count { $0.hasSuffix(",malignant") } == 53)
    #expect(test.split(separator: "\n").count { $0.hasSuffix(",benign") } == 89)
  }

  @Test("a third part can be held out, and each stratum keeps a row to train on")
  func threeParts() throws {
    let plan = SplitPlan(
      strata: [0, 0, 1, 1, 1, 1, 1, 1, 1, 1], stratumCount: 2, fractions: [0.4, 0.4], seed: 1)
    let counts = (0..<3).map { part in
      (0..<2).map { s in plan.parts.indices.count { plan.parts[$0] == part && (($0 < 2) == (s == 0)) } }
    }
    #expect(counts == [[1, 1], [1, 3], [0, 4]])
    let data = try scratch.file("d.csv", "n\n" + (0..<10).map { "\($0)\n" }.joined())
    #expect(try request(data, 0.2, validation: 0.3).split().parts.map(\.rows) == [5, 2, 3])
    let all = try ["train.csv", "test.csv", "valid.csv"].flatMap {
      try scratch.text($0).split(separator: "\n").dropFirst()
    }
    #expect(all.sorted() == (0..<10).map { "\($0)" })
  }

  @Test("what cannot be split is refused, and nothing is written")
  func refuses() throws {
    let data = try scratch.file("d.csv", "kind,n\na,1\nb,2\nb,3\n")
    let one = try scratch.file("one.csv", "n\n1\n")
    let place = scratch.path
    let cases: [(SplitRequest, String)] = [
      (request(data, 0), "the fraction 0.0 of \(place)/test.csv is not between 0 and 1"),
      (request(data, 1), "the fraction 1.0 of \(place)/test.csv is not between 0 and 1"),
      (request(data, .nan), "the fraction nan of \(place)/test.csv is not between 0 and 1"),
      (request(data, 0.5, validation: 0.5), "the fractions add up to 1 or more; nothing would be left to train on"),
      (request(data, stratify: "kind"), "\(data):2: 'a' occurs in this row only, so that it cannot be in each part"),
      (request(data, stratify: "kinds"), "its columns are 'kind', 'n'"),
      (request(one), "it has 1 rows, too few for 2 parts"),
    ]
    for (request, why) in cases { #expect(failure(request)?.why == why) }
    #expect(failure(request(data, stratify: "kinds"))?.hint == "did you mean 'kind'?")
    #expect(try scratch.names() == ["d.csv", "one.csv"])
  }

  @Test("no part may replace the data or another part")
  func refusesSameFile() throws {
    let data = try scratch.file("d.csv", "n\n1\n2\n")
    let onto = SplitRequest(
      dataPath: data, trainPath: scratch.path + "/./d.csv", test: .init(path: scratch["t.csv"], fraction: 0.5))
    #expect(failure(onto)?.why == "\(scratch.path)/./d.csv and \(data) are the same file")
    let twice = SplitRequest(dataPath: data, trainPath: scratch["t"], test: .init(path: scratch["t"], fraction: 0.5))
    #expect(failure(twice)?.why == "\(scratch["t"]) and \(scratch["t"]) are the same file")
    let packed = SplitRequest(
      dataPath: data, trainPath: scratch["t.gz"], test: .init(path: scratch["t"], fraction: 0.5))
    #expect(failure(packed)?.why == "\(scratch["t.gz"]) asks for a packed file; parts are written as plain text")
    #expect(try scratch.text("d.csv") == "n\n1\n2\n")
  }
}
