package import Files

/// How a store works.
package struct StoreOptions: Sendable {
  package var durability = Durability.batch
  /// How many threads hash and copy.
  package var width = Workers.defaultWidth

  package init() {}
}
