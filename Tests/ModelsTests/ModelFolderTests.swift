import Diagnostics
import Formats
import Foundation
import Testing

@testable import Models

@Suite struct ModelFolderTests {
  private let scratch: Scratch

  init() throws {
    scratch = try Scratch()
    let data = try scratch.file(
      "t.csv", "x,c,y\n" + (0..<40).map { "\($0),\($0 % 3 == 0 ? "a" : "b"),\($0 / 20)\n" }.joined())
    _ = try TrainingRequest(
      dataPath: data, target: "y", outputFolder: scratch["model"], parameters: [.init("rounds", .int(2))]
    ).train()
  }

  private func failure() -> Failure? {
    do throws(Failure) {
      _ = try Model(at: scratch["model"])
      return nil
    } catch {
      return error
    }
  }

  private func edit(_ old: String, _ new: String) throws {
    let text = try scratch.text("model/model.json")
    #expect(text.contains(old))
    try scratch.file("model/model.json", text.replacing(old, with: new))
  }

  @Test("a model that a newer XGBoost wrote is refused, since it would predict wrongly")
  func refusesNewerLibrary() throws {
    let installed = try installedXGBoostVersion()
    try edit("\"\(installed)\"", "\"\(installed.major).\(installed.minor + 1).0\"")
    let newer = "\(installed.major).\(installed.minor + 1).0"
    #expect(
      failure()?.why
        == "XGBoost \(newer) wrote it, and XGBoost \(installed) is installed, which would read it wrongly without saying so"
    )
  }

  @Test("a library reads models of its own and of older versions; a patch level does not matter")
  func readsOlderVersions() {
    let library = XGBoostVersion(major: 2, minor: 1, patch: 3)
    let versions = ["1.7.4", "2.0.9", "2.1.9", "2.2.0", "3.0.0"].compactMap { XGBoostVersion($0) }
    #expect(versions.map(library.reads(modelsOf:)) == [true, true, true, false, false])
    #expect(
      ["", "1.7", "1.7.x", "1.-7.4", "1.7.4.1"].map { XGBoostVersion($0) == nil } == Array(repeating: true, count: 5))
  }

  @Test("a damaged or exchanged model file never reaches XGBoost")
  func refusesDamage() throws {
    let bytes = try scratch.bytes("model/model.ubj")
    var flipped = bytes
    flipped[bytes.count / 2] ^= 1
    for damaged in [flipped, Array(bytes.dropLast()), [], bytes + [0]] {
      try scratch.file("model/model.ubj", damaged)
      #expect(failure()?.category == .damaged)
      #expect(
        failure()?.why == "\(scratch["model"])/model.ubj is not the file that \(scratch["model"])/model.json describes")
    }
    try FileManager.default.removeItem(atPath: scratch["model/model.ubj"])
    #expect(failure()?.what == "cannot read \(scratch["model"])/model.ubj")
  }

  @Test(
    "a model.json that does not fit is refused with its place",
    arguments: [
      ("\"rounds\": 2", "\"rounds\": -2", "26:13: expected a whole number that is not negative"),
      ("\"rounds\": 2", "\"rounds\": 2, \"extra\": 1", "26:16: 'extra' does not belong here"),
      ("\"task\": \"binary\"", "\"task\": \"magic\"", "3:11: expected one of binary, multiclass, regression"),
      ("\"task\": \"binary\"", "\"tusk\": \"binary\"", "3:3: 'tusk' does not belong here"),
      ("\"name\": \"c\"", "\"name\": \"x\"", "18:15: expected a name that no other column has"),
      ("\"format\": 1,", "", "1:1: expected a map with 'format'"),
      ("model.ubj", "../../other", "42:13: expected 'model.ubj'"),
    ])
  func refusesBadDescription(old: String, new: String, why: String) throws {
    try edit(old, new)
    let found = failure()
    #expect(found?.category == .damaged)
    #expect(found?.why.replacing("\(scratch["model"])/model.json:", with: "") == why)
  }

  @Test("a model.json of a later format says so, and one that is no JSON is damaged")
  func refusesOtherFormats() throws {
    try edit("\"format\": 1", "\"format\": 2")
    #expect(failure()?.why == "it is in format 2; this version of mlrepo reads format 1")
    try scratch.file("model/model.json", "{")
    #expect(failure()?.category == .damaged)
  }

  @Test("columns or rounds that the trees do not have are refused")
  func refusesOtherShape() throws {
    try edit("\"rounds\": 2", "\"rounds\": 3")
    #expect(failure()?.why.hasSuffix("has other columns or rounds than \(scratch["model"])/model.json says") == true)
  }
}
