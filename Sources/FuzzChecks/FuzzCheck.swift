package import Diagnostics
package import Files

/// Gives one input to one reader and holds what it says against what it promises: it does not trap, refuses with an
/// explanation, and what it accepts survives being written and read again.
package struct FuzzCheck: Sendable {
  package let target: FuzzTarget
  /// Where readers of files find the input. Nothing else may use it.
  let folder: Folder

  package init(_ target: FuzzTarget, in folder: Folder) {
    self.target = target
    self.folder = folder
  }

  /// Throws a failure of category `bug` that says which promise `input` breaks.
  package func run(_ input: [UInt8]) throws(Failure) {
    switch target {
    case .config: try checkConfig(input)
    case .csv: try Self.checkCSV(input)
    case .fsckProgress: try checkFsckProgress(input)
    case .gitignore: try Self.checkGitIgnore(input)
    case .glob: try Self.checkGlob(input)
    case .httpListing: try Self.checkHTTPListing(input)
    case .ignore: try Self.checkIgnore(input)
    case .json: try Self.checkJSON(input)
    case .lock: try Self.checkLock(input)
    case .model: try Self.checkModel(input)
    case .objectID: try Self.checkObjectID(input)
    case .operation: try Self.checkOperation(input)
    case .pack: try checkPack(input)
    case .pathText: try Self.checkPathText(input)
    case .pipeline: try Self.checkPipeline(input)
    case .pointer: try Self.checkPointer(input)
    case .python: try Self.checkPython(input)
    case .recipe: try Self.checkRecipe(input)
    case .remoteContents: try checkRemoteContents(input)
    case .remoteIndex: try checkRemoteIndex(input)
    case .repositoryPath: try Self.checkRepositoryPath(input)
    case .runBatch: try Self.checkRunBatch(input)
    case .runRecord: try checkRunRecord(input)
    case .s3Answer: try Self.checkS3Answer(input)
    case .seal: try Self.checkSeal(input)
    case .sealedFile: try Self.checkSealedFile(input)
    case .sftpAnswer: try Self.checkSFTPAnswer(input)
    case .statIndex: try checkStatIndex(input)
    case .toml: try Self.checkTOML(input)
    case .trace: try Self.checkTrace(input)
    case .tree: try Self.checkTree(input)
    case .yaml: try Self.checkYAML(input)
    case .yamlEdit: try Self.checkYAMLEdit(input)
    }
  }

  /// What `body` returns, or nil when it refuses, which it must explain.
  static func accepted<Result>(_ body: () throws(Failure) -> Result) throws(Failure) -> Result? {
    do throws(Failure) {
      return try body()
    } catch {
      try require(error.category != .bug, "'\(error)' is a bug")
      try require(!error.what.isEmpty && !error.why.isEmpty, "'\(error)' explains nothing")
      return nil
    }
  }

  static func require(_ holds: Bool, _ broken: @autoclosure () -> String) throws(Failure) {
    if !holds { throw Failure("a promise is broken", why: broken(), category: .bug) }
  }

  /// The input in two parts, at the first byte that is 0; the second is empty where there is none.
  static func halves(_ input: [UInt8]) -> (first: [UInt8], second: [UInt8]) {
    guard let zero = input.firstIndex(of: 0) else { return (input, []) }
    return (Array(input[..<zero]), Array(input[(zero + 1)...]))
  }
}
