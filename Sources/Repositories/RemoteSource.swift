import Diagnostics
import Files
import Objects
import Remotes
import Synchronization

/// Where damaged objects are had again: the default remote, opened when the first is found.
final class RemoteSource: ObjectSource {
  private let open: @Sendable () throws(Failure) -> RemoteContents
  private let opened = Mutex<RemoteContents?>(nil)
  private let hasFailed = Atomic<Bool>(false)
  private let hasHealed = Atomic<Bool>(false)
  /// Called for the first object that was had again.
  private let healing: @Sendable () -> Void

  init(
    _ open: @escaping @Sendable () throws(Failure) -> RemoteContents, healing: @escaping @Sendable () -> Void = {}
  ) {
    (self.open, self.healing) = (open, healing)
  }

  func fetch(_ id: ObjectID, into session: StoreSession) throws(Failure) -> Bool {
    guard let contents = contents(), contents.contains(id) else { return false }
    let fetch = Fetch(session.store, from: contents, width: 1)
    // A remote that fails leaves the object as damaged as it was, which is what the user is told.
    do throws(Failure) { try fetch.objects([id]) } catch  where error.category != .interrupted { return false }
    guard fetch.report.failures.isEmpty else { return false }
    if !hasHealed.exchange(true, ordering: .relaxed) { healing() }
    return true
  }

  /// Fetches all of `content` that the store lacks. Returns whether the store has it now.
  func fetch(_ content: Content, into store: ObjectStore) -> Bool {
    guard let contents = contents() else { return false }
    let fetch = Fetch(store, from: contents, width: 4)
    do throws(Failure) {
      var seen: Set<ObjectID> = []
      var wanted = content.isFolder ? [] : [content.id]
      if content.isFolder {
        try fetch.trees([content.id], seen: &seen) { _, tree throws(Failure) in
          wanted += tree.entries.filter { $0.kind != .folder }.map(\.id)
        }
      }
      try fetch.objects(fetch.lacking(wanted))
      guard fetch.report.failures.isEmpty else { return false }
      return try store.contains(content.id)
    } catch {
      return false
    }
  }

  private func contents() -> RemoteContents? {
    if let known = opened.withLock({ $0 }) { return known }
    if hasFailed.load(ordering: .relaxed) { return nil }
    guard let contents = try? open() else {
      hasFailed.store(true, ordering: .relaxed)
      return nil
    }
    opened.withLock { $0 = contents }
    return contents
  }
}
