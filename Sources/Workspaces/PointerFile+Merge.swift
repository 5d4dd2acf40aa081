extension PointerFile {
  /// Merges what two sides made of `base`, field by field; nil where both changed a field, each in another way.
  package static func merging(base: PointerFile?, ours: PointerFile, theirs: PointerFile) -> PointerFile? {
    func merged<Field: Equatable>(_ field: (PointerFile) -> Field) -> Field? {
      let (our, their) = (field(ours), field(theirs))
      let was = base.map(field)
      return our == their || their == was ? our : our == was ? their : nil
    }
    guard ours.name == theirs.name, let content = merged(\.content), let description = merged(\.description),
      let meta = merged(\.meta), let origin = merged(\.origin)
    else { return nil }
    return PointerFile(name: ours.name, content: content, description: description, meta: meta, origin: origin)
  }
}
