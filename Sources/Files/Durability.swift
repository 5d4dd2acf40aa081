/// When what is written is made durable, the setting `core.fsync`.
package enum Durability: String, CaseIterable, Sendable {
  /// Many objects behind one barrier, before the command says that it is done.
  case batch
  /// Every object by itself, as soon as it is written, as a file of its own.
  case each
  /// Never: for throw-away repositories. After a power cut the last minutes may be lost.
  case off
}
