package import Diagnostics
package import Files
import Git
package import Objects
package import Workspaces

/// What became of one imported path.
package struct ImportedPath: Sendable {
  package var path: RepositoryPath
  package var action: AddedPath.Action
  package var content: Content
  package var origin: PointerOrigin
}

extension Repository {
  /// Copies what another repository has at `sourcePath`, and tracks it with where it is from.
  package func importing(
    _ address: SourceAddress, _ sourcePath: RepositoryPath, to path: RepositoryPath, force: Bool
  ) throws(Failure) -> ImportedPath {
    try checkTarget(path, force: force)
    let source = try SourceRepository(address, environment: environment, known: try settings.remotes())
    let content = try source.bring(sourcePath, into: try store())
    let origin = PointerOrigin.repository(
      place: kept(address), path: sourcePath.text, revision: address.revision, commit: source.commit.hex)
    return try placeOne(ImportedPath(path: path, action: .added, content: content, origin: origin), "import", force)
  }

  /// Copies what is at a URL, and tracks it with where it is from.
  package func importing(
    url: String, current: [UInt8], to path: RepositoryPath, force: Bool
  ) throws(Failure) -> ImportedPath {
    try checkTarget(path, force: force)
    let external = try ExternalIntake(url, current: current, repository: self)
    let (content, mark) = try external.bring(into: try store())
    let origin = PointerOrigin.url(keptURL(url, current), mark)
    return try placeOne(ImportedPath(path: path, action: .added, content: content, origin: origin), "import-url", force)
  }

  /// Whether there is a pointer for just this path.
  package func isTracked(_ path: RepositoryPath) throws(Failure) -> Bool {
    if path.isRoot { return false }
    return try root.stat(PointerFile.path(of: path).bytes) != nil
  }

  private func checkTarget(_ path: RepositoryPath, force: Bool) throws(Failure) {
    let stat = try root.stat(path.bytes)
    if stat != nil, !force {
      throw Failure(
        "cannot import \(path)", why: "it exists already",
        hint: "--force stores what is there and replaces it; 'mlrepo undo' brings it back")
    }
    try AddCheck(repository: self, project: try project(), verb: "import")
      .runAbsent(path, isFolder: stat?.kind == .folder)
  }

  private func placeOne(_ item: ImportedPath, _ verb: String, _ force: Bool) throws(Failure) -> ImportedPath {
    try place([item], command: "\(verb) \(item.path)", force: force)
    return item
  }

  /// Puts imported content, which the store has, into the workspace and tracks it: one operation.
  func place(_ items: [ImportedPath], command: String, force: Bool) throws(Failure) {
    let wanted = items.map { TrackedPath(path: $0.path, content: $0.content, source: .pointer) }
    func planned() throws(Failure) -> CheckoutPlan {
      let plan = try CheckoutPlanner.plan(wanted: wanted, unwanted: [], reader: try reader(), force: force)
      if let failure = plan.failures.first { throw failure }
      if let missing = plan.missing.first { throw ObjectStore.missing(missing.id) }
      try checkReplaced(plan, command, force: force)
      return plan
    }
    let collection = try lastCollection()
    var plan = try planned()
    var data = try dataMoves(of: plan)
    try locked(command) { () throws(Failure) in
      let isCurrent = try plan.isCurrent(in: root)
      let hasCollected = try hasCollected(since: collection)
      if !isCurrent || hasCollected {
        try reader().forgetWhatWasSeen()
        plan = try planned()
        data = try dataMoves(of: plan)
      }
      let project = try project()
      var edits = FileEdits(in: root)
      for item in items {
        try edits.ignore(item.path)
        let old = project.pointers[item.path]
        let pointer = PointerFile(
          name: Array(item.path.name), content: item.content, description: old?.description, meta: old?.meta,
          origin: item.origin)
        edits.write(try PointerFile.path(of: item.path), pointer.encoded())
      }
      try publish(command, edits, data: data) { () throws(Failure) in
        let report = try CheckoutExecution.run(plan, reader: try reader(), scratch: scratch)
        if let failure = report.failures.first { throw failure }
      }
      try reader().indexes.flush()
    }
  }

  private func checkReplaced(_ plan: CheckoutPlan, _ command: String, force: Bool) throws(Failure) {
    let replaced = plan.unsaved.filter(\.isOverwritten)
    guard !force, !replaced.isEmpty else { return }
    let shown = replaced.prefix(20).map(\.path.text).joined(separator: "\n     ")
    throw Failure(
      "cannot \(command)", why: "the store does not have what would be overwritten:\n     \(shown)",
      hint: "--force stores it and goes ahead; 'mlrepo undo' brings it back")
  }

  // MARK: - Places

  /// How a pointer names the place: a relative folder from the repository's root.
  private func kept(_ address: SourceAddress) -> String {
    guard let folder = address.folder, !address.place.hasPrefix("/"), !address.place.contains("://") else {
      return address.place
    }
    return PathText.escape(relativeToRoot(folder))
  }

  private func keptURL(_ url: String, _ current: [UInt8]) -> String {
    if url.hasPrefix("/") || url.contains("://") { return url }
    return PathText.escape(relativeToRoot(SourceAddress.absolute(PathText.unescape(url), current)))
  }

  private func relativeToRoot(_ path: [UInt8]) -> [UInt8] {
    let slash = UInt8(ascii: "/")
    let (target, from) = (path.split(separator: slash), root.path.split(separator: slash))
    let common = zip(target, from).prefix { $0.elementsEqual($1) }.count
    let parts = Array(repeating: Array("..".utf8)[...], count: from.count - common) + target.dropFirst(common)
    return parts.isEmpty ? [UInt8(ascii: ".")] : Array(parts.joined(separator: [slash]))
  }
}
