import Diagnostics
import Files
import Models
import Pipelines
import Repositories
import Workspaces

extension FuzzCheck {
  static func checkPointer(_ input: [UInt8]) throws(Failure) {
    let path = try RepositoryPath(text: "folder/data.mlr")
    let pointer = try accepted { () throws(Failure) in try PointerFile(decoding: input, at: path) }
    guard let pointer else { return }
    try requireStable(pointer.encoded()) { bytes throws(Failure) in
      let back = try PointerFile(decoding: bytes, at: path)
      try require(back.content == pointer.content && back.description == pointer.description, "a pointer has changed")
      return back.encoded()
    }
  }

  static func checkLock(_ input: [UInt8]) throws(Failure) {
    let file = try RepositoryPath(text: Lockfile.name)
    guard let lock = try accepted({ () throws(Failure) in try Lockfile.parse(input, file: file) }) else { return }
    try requireStable(lock.encoded()) { bytes throws(Failure) in
      let back = try Lockfile.parse(bytes, file: file)
      try require(back.stages.keys == lock.stages.keys, "a lock has other stages")
      return back.encoded()
    }
  }

  static func checkOperation(_ input: [UInt8]) throws(Failure) {
    let id = "0123456789abcdef-0123"
    let operation = try accepted { () throws(Failure) in try Operation(decoding: input, id: id) }
    guard let operation else { return }
    try requireStable(operation.encoded()) { bytes throws(Failure) in
      let back = try Operation(decoding: bytes, id: id)
      try require(back == operation, "an operation has changed")
      return back.encoded()
    }
  }

  static func checkModel(_ input: [UInt8]) throws(Failure) {
    let model = try accepted { () throws(Failure) in try ModelDescription.parse(input, file: "model.json") }
    guard let model else { return }
    try requireStable(Array(model.text.utf8)) { bytes throws(Failure) in
      Array(try ModelDescription.parse(bytes, file: "model.json").text.utf8)
    }
  }

  /// What was written is read, and is written again as the same bytes.
  private static func requireStable(
    _ bytes: [UInt8], _ rewrite: ([UInt8]) throws(Failure) -> [UInt8]
  ) throws(Failure) {
    let again: [UInt8]
    do throws(Failure) {
      again = try rewrite(bytes)
    } catch {
      throw Failure("what was written cannot be read", why: "\(error)", category: .bug)
    }
    try require(again == bytes, "a file is written in two ways: \(PathText.escape(bytes)) \(PathText.escape(again))")
  }

  /// The input is a pipeline file and, behind a 0, the params that its templates name.
  static func checkPipeline(_ input: [UInt8]) throws(Failure) {
    let (input, params) = halves(input)
    let file = try RepositoryPath(text: "folder/mlrepo.yaml")
    let lookup = FileLookup(contents: { _ in params.isEmpty ? nil : params }, exists: { $0.bytes.count % 2 == 0 })
    let pipeline = try accepted { () throws(Failure) in try PipelineFile.parse(input, file: file, lookup: lookup) }
    guard let pipeline else { return }
    try require(pipeline.stages.count <= PipelineFile.stageLimit, "there are too many stages")
    for stage in pipeline.stages {
      try require(StageName.brokenRule(stage.id.name.text) == nil, "a stage has a name that none can have")
      try require(
        stage.group.map { stage.id.name.text.hasPrefix("\($0)@") } ?? true, "a stage is in a group not its own")
    }
    if let graph = try accepted({ () throws(Failure) in try StageGraph(pipeline.stages) }) {
      try require(graph.stages.count == pipeline.stages.count, "the graph has other stages")
      for stage in graph.stages { try require(!graph.upstream(of: stage.id).contains(stage.id), "a cycle is no error") }
    }
    let added = StageDefinition(name: "fuzz", commands: ["true"])
    let edited = try accepted { () throws(Failure) in
      try PipelineFile.adding(added, to: input, file: file, lookup: lookup, replacing: true)
    }
    guard let edited else { return }
    func others(_ file: PipelineFile) -> [String] {
      file.stages.map(\.id.name.text).filter { $0 != "fuzz" && !$0.hasPrefix("fuzz@") }
    }
    let back = try PipelineFile.parse(edited, file: file, lookup: lookup)
    try require(others(back) == others(pipeline), "adding a stage changed the others")
  }
}
