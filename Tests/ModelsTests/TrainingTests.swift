import Diagnostics
import Formats
import Foundation
import Testing

@testable import Models

@Suite struct TrainingTests {
  private let scratch: Scratch

  init() throws { scratch = try Scratch() }

  private func request(
    _ data: String, target: String, _ parameters: [ValueMember] = [], task: ModelTask? = nil,
    to folder: String = "model"
  ) -> TrainingRequest {
    TrainingRequest(
      dataPath: data, target: target, outputFolder: scratch[folder], task: task,
      parameters: [ValueMember("rounds", .int(5))] + parameters)
  }

  private func failure(_ request: TrainingRequest) -> Failure? {
    do {
      _ = try request.train()
      return nil
    } catch {
      return error
    }
  }

  /// A table of numbers, texts, missing cells and a target of each kind; the rows follow from a seed.
  private func mixedData(_ name: String = "mixed.csv") throws -> String {
    var generator = SplitMix64(seed: 3)
    var text = "size,colour,empty,yes,kind,price\n"
    for _ in 0..<200 {
      let size = Double(generator.next(below: 1000)) / 10
      let colour = ["red", "green", "blue", "NA", "\"dark, grey\""][Int(generator.next(below: 5))]
      let yes = (size > 50) != (colour == "red") ? "yes" : "no"
      let kind = size < 30 ? "small" : size < 70 ? "middle" : "large"
      let shown = generator.next(below: 10) == 0 ? "" : "\(size)"
      text += "\(shown),\(colour),,\(yes),\(kind),\(size * 2 + (colour == "blue" ? 30 : 0))\n"
    }
    return try scratch.file(name, text)
  }

  @Test("the same inputs give the same bytes, and another seed gives others")
  func reproducible() throws {
    let subsample = [ValueMember("subsample", .float(0.5))]
    let seeded = { (seed: Int) in subsample + [ValueMember("seed", .int(seed))] }
    let data = try mixedData()
    let first = try request(data, target: "yes", seeded(1), to: "a").train()
    let second = try request(data, target: "yes", seeded(1), to: "b").train()
    _ = try request(data, target: "yes", seeded(2), to: "c").train()
    #expect(first.description == second.description)
    #expect(try scratch.names(in: "a") == ["model.json", "model.ubj"])
    for name in ["model.json", "model.ubj"] { #expect(try scratch.bytes("a/\(name)") == scratch.bytes("b/\(name)")) }
    #expect(try scratch.bytes("a/model.ubj") != scratch.bytes("c/model.ubj"))
  }

  @Test("model.json says all that is needed to use the model, and reads back as it was")
  func describesModel() throws {
    var request = request(try mixedData(), target: "yes", [ValueMember("learning_rate", .float(0.5))])
    request.trainingDataID = "sha256:" + String(repeating: "0", count: 64)
    request.ignoredColumns = ["kind", "price"]
    let description = try request.train().description
    #expect(description.task == .binary)
    #expect(description.target == ModelTarget(name: "yes", type: .categorical, classes: ["no", "yes"]))
    #expect(
      description.columns == [
        ModelColumn(name: "size", type: .numeric),
        ModelColumn(name: "colour", type: .categorical, categories: ["blue", "dark, grey", "green", "red"]),
        ModelColumn(name: "empty", type: .numeric),
      ])
    #expect(
      description.parameters == [
        ValueMember("eta", .float(0.5)), ValueMember("nthread", .int(1)),
        ValueMember("objective", .string("binary:logistic")), ValueMember("seed", .int(0)),
        ValueMember("tree_method", .string("hist")),
      ])
    #expect((description.rounds, description.trainingRows) == (5, 200))
    #expect(try ModelDescription.parse(scratch.bytes("model/model.json"), file: "model.json") == description)
  }

  @Test(
    "the task follows from the target's values",
    arguments: [
      (["yes", "no"], .binary, ["no", "yes"]), (["0", "1"], .binary, ["0", "1"]),
      (["2.5", "10"], .binary, ["2.5", "10"]),
      (["b", "a", "c"], .multiclass, ["a", "b", "c"]), (["10", "9", "1.0"], .multiclass, ["1", "9", "10"]),
      (["1.5", "2", "3"], .regression, []), ((0..<21).map { "\($0)" }, .regression, []),
    ] as [([String], ModelTask, [String])])
  func infersTask(values: [String], task: ModelTask, classes: [String]) throws {
    let rows = (0..<42).map { "\($0),\(values[$0 % values.count])\n" }.joined()
    let report = try request(try scratch.file("t.csv", "x,y\n" + rows), target: "y").train()
    #expect(report.description.task == task)
    #expect(report.description.target.classes == classes)
  }

  @Test("every task learns what its data shows, with texts and missing cells, and evaluates on the same rows")
  func learns() throws {
    let data = try mixedData()
    let deep = [ValueMember("max_depth", .int(6)), ValueMember("eta", .float(0.5))]
    for (target, key, atLeast) in [("yes", "accuracy", 0.9), ("kind", "accuracy", 0.9), ("price", "r2", 0.9)] {
      var request = request(data, target: target, deep, to: target)
      request.ignoredColumns = ["yes", "kind", "price"].filter { $0 != target }
      request.parameters[0].value = .int(20)
      _ = try request.train()
      let report = try EvaluationRequest(modelFolder: scratch[target], dataPath: data).evaluate()
      let score = try #require(Value.map(report.metrics ?? [])[path: key]?.double)
      #expect(score > atLeast, "\(target)")
    }
  }

  @Test("a target with missing cells is refused with their lines")
  func missingTarget() throws {
    let data = try scratch.file("t.csv", "x,y\n1,a\n2,\n3,b\n4,NA\n5,a\n")
    let found = failure(request(data, target: "y"))
    #expect(found?.why == "2 rows have no value for it, on lines 3, 5")
    #expect(failure(request(data, target: "z"))?.why == "its columns are 'x', 'y'")
    #expect(try scratch.names() == ["t.csv"])
  }

  @Test(
    "a target that cannot be learned is refused",
    arguments: [
      (["a", "a"], nil, "all rows have the same value: there is nothing to learn"),
      (["a", "b", "c"], .binary, "it has 3 values; a binary target has two"),
      (["a", "b"], .regression, "it holds texts; a regression needs numbers"),
    ] as [([String], ModelTask?, String)])
  func refusesTargets(values: [String], task: ModelTask?, why: String) throws {
    let data = try scratch.file("t.csv", "x,y\n" + values.map { "1,\($0)\n" }.joined())
    #expect(failure(request(data, target: "y", task: task))?.why == why)
  }

  @Test("a number that 32 bits cannot hold is refused with its line")
  func refusesInfinity() throws {
    let large = try scratch.file("large.csv", "x,y\n1,a\n1e39,b\n")
    #expect(failure(request(large, target: "y"))?.why == "\(large):3: 1e+39 is too large for 32 bits")
    let infinite = try scratch.file("infinite.csv", "x,y\n-inf,a\n2,b\n")
    #expect(failure(request(infinite, target: "y"))?.why == "\(infinite):2: -inf is not finite")
    let target = try scratch.file("target.csv", "x,y\n1,1.5\n2,2\n3,1e300\n")
    #expect(failure(request(target, target: "y"))?.why == "\(target):4: 1e+300 is too large for 32 bits")
  }

  @Test("a column that names the rows is refused")
  func refusesIdentifiers() throws {
    let data = try scratch.file("t.csv", "id,y\n" + (0..<10_001).map { "row\($0),\($0 % 2)\n" }.joined())
    let found = failure(request(data, target: "y"))
    #expect(found?.why == "it holds 10001 different texts, more than the 10000 that are possible")
    #expect(found?.hint == "--ignore 'id'")
  }

  @Test(
    "a parameter that would be ignored or cannot be is refused",
    arguments: [
      (ValueMember("max_dept", .int(3)), "XGBoost has no such parameter"),
      (ValueMember("num_class", .int(3)), "it cannot be set: the number of classes is that of the target's values"),
      (ValueMember("n_estimators", .int(3)), "'rounds' sets the same; give one of them"),
      (ValueMember("seed", .float(1)), "it must be a whole number from 0 to 2147483647"),
      (ValueMember("nthread", .int(0)), "it must be a whole number from 1 to 1024"),
      (ValueMember("eta", .list([])), "it must be a number, a text, true or false"),
      (ValueMember("eta", .float(.nan)), "it must be a number, a text, true or false"),
      (ValueMember("objective", .string("reg:gamma")), "for the task binary it can be binary:logistic"),
      (ValueMember("max_depth", .string("deep")), "Invalid Parameter format for max_depth expect int but value='deep'"),
      (ValueMember("booster", .string("foo")), "Unknown gbm type foo"),
      (
        ValueMember("tree_method", .string("exact")),
        "column 'colour' holds texts, which only tree_method hist or approx can learn from"
      ),
      (
        ValueMember("monotone_constraints", .map([ValueMember("sizes", .int(1))])), "the model has no column 'sizes'"
      ),
      (ValueMember("monotone_constraints", .map([ValueMember("size", .int(.min))])), "'size' must be 1, -1 or 0"),
      (ValueMember("interaction_constraints", .string("[[0]]")), "it must be a list of lists of column names"),
    ])
  func refusesParameters(parameter: ValueMember, why: String) throws {
    #expect(failure(request(try mixedData(), target: "yes", [parameter]))?.why == why)
    #expect(try scratch.names() == ["mixed.csv"])
  }

  @Test("a mistyped parameter gets the nearest name, and the number of rounds has limits")
  func parameterHints() throws {
    let data = try mixedData()
    #expect(
      failure(request(data, target: "yes", [ValueMember("max_dept", .int(3))]))?.hint == "did you mean 'max_depth'?")
    var none = request(data, target: "yes")
    none.parameters = [ValueMember("rounds", .int(0))]
    #expect(failure(none)?.why == "it must be a whole number from 1 to 100000")
  }

  @Test("constraints name columns")
  func constraints() throws {
    let columns = ["a", "b", "c"].map { ModelColumn(name: $0, type: .numeric) }
    let parameters = try TrainingParameters(
      [
        ValueMember("monotone_constraints", .map([ValueMember("c", .int(-1)), ValueMember("a", .int(1))])),
        ValueMember("interaction_constraints", .list([.list([.string("c"), .string("a")]), .list([.string("b")])])),
      ], task: .regression, classCount: 0, columns: columns)
    let texts = Dictionary(uniqueKeysWithValues: try parameters.texts(columns: columns))
    #expect(texts["monotone_constraints"] == "(1,0,-1)")
    #expect(texts["interaction_constraints"] == "[[2,0],[1]]")
  }

  @Test("training replaces an older model and nothing else")
  func replacesModelOnly() throws {
    let data = try mixedData()
    _ = try request(data, target: "yes", to: "deep/er/model").train()
    _ = try request(data, target: "price", to: "deep/er/model/").train()
    #expect(try scratch.names(in: "deep/er") == ["model"])
    #expect(try Model(at: scratch["deep/er/model"]).description.target.name == "price")
    try scratch.file("deep/er/model/notes.txt", "mine")
    _ = try request(data, target: "yes", to: "deep/er/model").train()
    #expect(try scratch.names(in: "deep/er/model") == ["model.json", "model.ubj", "notes.txt"])
    #expect(try scratch.bytes("deep/er/model/notes.txt") == Array("mine".utf8))
    #expect(failure(request(data, target: "yes", to: "mixed.csv")) != nil)
    #expect(try scratch.names(in: "deep/er") == ["model"])
  }

  @Test("XGBoost's messages lose their time, source place and stack trace")
  func explainsXGBoost() {
    let raw = "[15:58:45] ./src/gbm/gbm.cc:24: Unknown gbm type foo\nStack trace:\n  [bt] (0) x\n"
    #expect(XGBoostLibrary.explanation(in: raw) == "Unknown gbm type foo")
    #expect(XGBoostLibrary.explanation(in: "value -1 for eta\neta: rate") == "value -1 for eta; eta: rate")
    #expect(XGBoostLibrary.explanation(in: "") == "XGBoost gives no reason")
  }
}
