import Diagnostics
import Files
import Git
import Objects

extension Repository {
  /// Pointers and entries of locks that tell another size of an object, or number of files, than it has. What is damaged
  /// or missing tells nothing.
  func mismatches(
    among references: some Sequence<Reference>, damaged: Set<ObjectID>
  ) throws(Failure) -> [Failure] {
    var actual: [ObjectID: Content] = [:]
    var found: [(reference: Reference, actual: Content)] = []
    for reference in references where !damaged.contains(reference.content.id) {
      let told = reference.content
      var known = actual[told.id]
      if known == nil || known?.isFolder != told.isFolder { known = try stored(told) }
      guard let known else { continue }
      actual[told.id] = known
      if known.size != told.size || known.files != told.files { found.append((reference, known)) }
    }
    found.sort {
      ($0.reference.path, $0.reference.commit?.hex ?? "") < ($1.reference.path, $1.reference.commit?.hex ?? "")
    }
    return found.map { reference, actual in Self.mismatch(reference, actual) }
  }

  /// The object that `told` names, with the size it has; nil if it is not there.
  private func stored(_ told: Content) throws(Failure) -> Content? {
    guard let size = try store().size(of: told.id) else { return nil }
    guard told.isFolder else { return Content(kind: told.kind, id: told.id, size: size) }
    let tree = try store().tree(told.id)
    return Content(kind: .folder, id: told.id, size: tree.size, files: tree.files)
  }

  private static func mismatch(_ reference: Reference, _ actual: Content) -> Failure {
    func text(_ content: Content) -> String {
      "\(content.size) bytes" + (content.isFolder ? " in \(content.files) files" : "")
    }
    let place = reference.commit.map { " of commit \($0.short)" } ?? ""
    return Failure(
      "cannot trust what is written of \(reference.path)\(place)",
      why: "it says \(text(reference.content)), and the object has \(text(actual))",
      hint: reference.commit == nil ? "git diff, then 'git checkout' of the pointer or lock" : nil, category: .damaged)
  }
}
