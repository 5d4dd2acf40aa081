package import Diagnostics
import Files
import Git
import Pipelines
import Workspaces

/// What `install` changed: the files, each with what was done to it.
package struct InstallReport: Sendable {
  package var changes: [(file: String, what: String)] = []
}

extension Repository {
  private static let driver = "merge.mlrepo"
  private static let attributes = ["\(Lockfile.name) merge=mlrepo", "*.mlr merge=mlrepo", ".gitignore merge=mlrepo"].map
  { Array($0.utf8) }

  /// Makes git merge locks and pointers with `program`, a shell word that runs this program, and with `hooks` call it
  /// after a checkout and before a commit. Doing it again changes nothing.
  package func install(hooks: Bool, program: String) throws(Failure) -> InstallReport {
    try locked("install") { () throws(Failure) in
      var report = InstallReport()
      let scripts = hooks ? try hookScripts(program) : []
      let plans = try scripts.map { name, body throws(Failure) in try hookChange(name, body) }
      // In git's settings a percent sign starts a placeholder.
      let command = program.replacing("%", with: "%%") + " merge-file %O %A %B %P"
      try setDriver(command, &report)
      try setAttributes(Self.attributes, &report)
      for plan in plans { try write(plan, &report) }
      return report
    }
  }

  /// Takes away all that `install` has made.
  package func uninstall() throws(Failure) -> InstallReport {
    try locked("install") { () throws(Failure) in
      var report = InstallReport()
      let config = try gitConfig()
      let isUnset = [try config.unset("\(Self.driver).driver"), try config.unset("\(Self.driver).name")]
      if isUnset.contains(true) { report.changes.append(("git's configuration", "took out the merge driver")) }
      try setAttributes([], &report)
      for name in Self.hookNames where try hooksHome() != nil {
        try write(try hookChange(name, nil), &report)
      }
      return report
    }
  }

  // MARK: - The merge driver

  private func gitConfig() throws(Failure) -> GitConfigFile {
    try GitConfigFile(at: try git().configFile, isGitsOwn: true)
  }

  private func setDriver(_ command: String, _ report: inout InstallReport) throws(Failure) {
    let config = try gitConfig()
    if try config.string("\(Self.driver).driver") == command { return }
    try config.set("\(Self.driver).name", to: "locks and pointers of mlrepo, stage by stage")
    try config.set("\(Self.driver).driver", to: command)
    report.changes.append(("git's configuration", "set the merge driver"))
  }

  /// Leaves in `.gitattributes` the lines `wanted` of those that could be there, and the user's.
  private func setAttributes(_ wanted: [[UInt8]], _ report: inout InstallReport) throws(Failure) {
    let file = try RepositoryPath(text: ".gitattributes")
    let present = try root.contents(file.bytes, limit: 1 << 20) ?? []
    var lines = present.split(separator: UInt8(ascii: "\n"), omittingEmptySubsequences: false).map(Array.init)
    if lines.last?.isEmpty == true { lines.removeLast() }
    if wanted.isEmpty {
      lines.removeAll { Self.attributes.contains($0) }
    } else {
      lines += wanted.filter { !lines.contains($0) }
    }
    let bytes = lines.flatMap { $0 + [UInt8(ascii: "\n")] }
    if bytes == present || (lines.isEmpty && present.isEmpty) { return }
    var edits = FileEdits(in: root)
    if lines.isEmpty { edits.remove(file) } else { edits.write(file, bytes) }
    try publish("install", edits)
    report.changes.append((".gitattributes", wanted.isEmpty ? "took out the merge driver" : "named the merge driver"))
  }

  // MARK: - Hooks

  private static let hookNames = ["post-checkout", "post-merge", "pre-commit", "pre-push"]

  /// What each hook does. None makes git fail but the one that pushes: commits whose data is nowhere to be had are of no
  /// use to others. Each does nothing where a commit without a repository is checked out.
  private func hookScripts(_ program: String) throws(Failure) -> [(name: String, body: String)] {
    let prefix = try gitPrefix()
    let place = prefix.isRoot ? "." : String(decoding: prefix.bytes, as: UTF8.self)
    let quoted = "'" + place.replacing("'", with: "'\\''") + "'"
    func script(_ condition: String, _ command: String) -> String {
      "if \(condition)[ -d \(quoted)/.mlrepo ]; then\n  \(command)\nfi"
    }
    let checkout = "\(program) -C \(quoted) -q checkout < /dev/null || true"
    // Only where there is a remote.
    let push =
      "[ -z \"$(\(program) -C \(quoted) -q remote list < /dev/null)\" ] || \(program) -C \(quoted) -q push < /dev/null || exit 1"
    return [
      // The third argument tells a change of branches from a checkout of single files.
      ("post-checkout", script("[ \"$3\" = 1 ] && ", checkout)), ("post-merge", script("", checkout)),
      (
        "pre-commit",
        script(
          "",
          "mlrepo_status=$(\(program) -C \(quoted) --no-color status --exit-code < /dev/null) || printf '%s\\n' \"$mlrepo_status\" >&2"
        )
      ), ("pre-push", script("", push)),
    ]
  }

  private struct HookChange {
    var name: String
    var before: HookFile?
    var after: HookFile
  }

  /// The folder that is ours and holds the folder of hooks, which need not be there yet, and the way from one to the
  /// other; nil where git takes hooks from outside of the repository.
  private func hooksHome() throws(Failure) -> (folder: Folder, rest: [UInt8])? {
    let path = try git().hooksFolder()
    for home in [try git().commonFolder, try git().workTree] where path.starts(with: home + [UInt8(ascii: "/")]) {
      return (try Folder(at: home), Array(path[(home.count + 1)...]))
    }
    return nil
  }

  /// How the hook `name` is to become, with `body` or without a block of ours. Throws if it is not ours to change.
  private func hookChange(_ name: String, _ body: String?) throws(Failure) -> HookChange {
    let path = try git().hooksFolder()
    let shown = "\(PathText.escape(path))/\(name)"
    func refused(_ why: String, _ hint: String?) -> Failure {
      Failure("cannot install the hook \(shown)", why: why, hint: hint)
    }
    let home = try hooksHome()
    if body != nil, home == nil {
      throw refused(
        "git's setting core.hooksPath names a folder outside the repository, whose hooks run for others, too",
        "install without --hooks")
    }
    guard let folder = try? Folder(at: path), let stat = try folder.stat(Array(name.utf8)) else {
      var file = HookFile()
      if let body { file.set(body) }
      return HookChange(name: name, after: file)
    }
    let present = stat.kind == .file || stat.kind == .executable ? try folder.contents(Array(name.utf8)) : nil
    guard let present else {
      if body == nil { return HookChange(name: name, after: HookFile()) }
      throw refused("it is a symbolic link, so what it leads to is not ours to change", "install without --hooks")
    }
    let before = HookFile(present)
    var after = before
    if let body { after.set(body) } else { after.removeBlock() }
    guard after != before, body != nil else {
      return HookChange(name: name, before: before, after: after)
    }
    if !before.isShellScript { throw refused("it is no shell script", "call 'mlrepo' in it by hand") }
    if stat.kind != .executable {
      throw refused("it is not executable, so git does not run it", "chmod +x '\(shown)', or take it away")
    }
    return HookChange(name: name, before: before, after: after)
  }

  private func write(_ change: HookChange, _ report: inout InstallReport) throws(Failure) {
    let file = Array(change.name.utf8)
    guard change.before != change.after, change.before != nil || !change.after.isEmpty else { return }
    let shown = "the hook \(change.name)"
    guard let home = try hooksHome() else { return }
    let folder = try home.folder.folder(making: home.rest)
    if change.after.isEmpty {
      try folder.remove(file)
      return report.changes.append((shown, "removed"))
    }
    try folder.replace(file, with: change.after.bytes, scratch: folder)
    if change.before == nil { try folder.setMode(file, try executable(folder, file)) }
    report.changes.append((shown, change.before == nil ? "made" : "changed"))
  }

  /// The file's mode, executable for whoever may read it.
  private func executable(_ folder: Folder, _ name: [UInt8]) throws(Failure) -> UInt32 {
    let mode = try folder.open(name).permissions()
    return mode | (mode & 0o444) >> 2
  }
}
