import Diagnostics
import Files
import Objects
import Pipelines

extension FuzzCheck {
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

  /// The input is a record of the run cache. What it says of a run is kept when it is recorded again.
  func checkRunRecord(_ input: [UInt8]) throws(Failure) {
    let key = RunKey(id: try ContentHasher.id(of: []))
    let stage = StageID(file: try RepositoryPath(text: "mlrepo.yaml"), name: try StageName("fuzz"))
    let (place, copy) = (Array("objects".utf8), Array("copy".utf8))
    for old in [place, copy] where try folder.stat(old) != nil { try folder.removeTree(old) }
    let hex = key.id.hex
    let records = try folder.folder(making: Array("objects/runs/\(hex.prefix(2))/\(hex.dropFirst(2))".utf8))
    try records.create(ContentHasher.id(of: input).hexBytes).write(input)
    let scratch = Scratch(in: try folder.folder(making: Array("tmp".utf8)))
    defer { scratch.remove() }
    let cache = RunCache(in: try folder.folder(place), scratch: scratch)
    let results = try cache.results(for: key)
    try Self.require(try cache.list().map(\.result) == results, "a listing tells of other results")
    guard let result = results.first else { return }
    let other = RunCache(in: try folder.folder(making: copy), scratch: scratch)
    try other.record(result, of: stage, for: key)
    try Self.require(try other.results(for: key) == [result], "a result reads back as another")
  }

  /// The input is what the tracer wrote.
  static func checkTrace(_ input: [UInt8]) throws(Failure) {
    let (root, start) = (Array("/r".utf8), try RepositoryPath(text: "work"))
    let trace = FileTrace(parsing: input, root: root, folder: start)
    let again = FileTrace(parsing: input + Array("\n".utf8) + input, root: root, folder: start)
    try require(trace.read.isSubset(of: again.read), "what was read is forgotten")
  }

  /// The input is a pattern and, behind a 0, a path.
  static func checkGlob(_ input: [UInt8]) throws(Failure) {
    let (pattern, bytes) = halves(input)
    let glob = PathGlob(pattern)
    guard let path = try accepted({ () throws(Failure) in try RepositoryPath(validating: bytes) }) else { return }
    guard glob.matches(path) else { return }
    try require(path.isInside(glob.base), "a match lies outside of the folder that holds all")
    var above = path
    while !above.isRoot {
      try require(glob.mayMatch(below: above), "a match lies where none may")
      above = above.parent
    }
    try require(glob.mayMatch(below: .root), "a match lies where none may")
  }
}
