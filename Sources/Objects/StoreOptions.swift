package import Files

/// How a store works.
package struct StoreOptions: Sendable {
  package var durability = Durability.batch
  /// How many threads hash and copy.
  package var width = Workers.defaultWidth
  /// How content comes into a workspace, by preference.
  package var links: [LinkKind] = [.reflink, .copy]

  package init() {}
}
