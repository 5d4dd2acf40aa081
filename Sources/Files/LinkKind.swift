/// A way to have content of the store in a workspace.
package enum LinkKind: String, CaseIterable, Sendable {
  /// Blocks shared with the store until one side is written (copy on write).
  case reflink
  /// A second name of the store's own file, read-only.
  case hardlink
  /// A symbolic link to the store's file, which is read-only.
  case symlink
  /// Bytes of its own.
  case copy
}
