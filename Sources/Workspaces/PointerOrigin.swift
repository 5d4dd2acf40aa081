package import Formats

/// Where an imported path is from.
package enum PointerOrigin: Equatable, Sendable {
  /// Another repository. `revision` is what was asked for, nil for what is checked out there; `commit` what that was.
  case repository(place: String, path: String, revision: String?, commit: String)
  /// A server or folder, with what it said of the data then.
  case url(String, PointerMark)

  /// As messages name it.
  package var place: String {
    switch self {
    case .repository(let place, let path, let revision, _): "\(place)\(revision.map { "@\($0)" } ?? ""): \(path)"
    case .url(let url, _): url
    }
  }

  /// As a pointer has it.
  package var members: [ValueMember] {
    let all: [(String, Value?)]
    switch self {
    case .repository(let place, let path, let revision, let commit):
      all = [
        ("repo", .string(place)), ("path", .string(path)), ("rev", revision.map(Value.string)),
        ("rev_lock", .string(commit)),
      ]
    case .url(let url, let mark):
      all = [
        ("url", .string(url)), ("etag", mark.entityTag.map(Value.string)), ("modified", mark.modified.map(Value.int)),
        ("listing", mark.listing.map(Value.string)),
      ]
    }
    return all.compactMap { key, value in value.map { ValueMember(key, $0) } }
  }
}

/// What tells whether something elsewhere has changed, as far as it is known there.
package struct PointerMark: Equatable, Sendable {
  package var entityTag: String?
  /// Of a file: seconds since 1970 on a server, nanoseconds on this machine.
  package var modified: Int?
  /// Of a folder: the hash of its files' paths, sizes and marks.
  package var listing: String?

  package init(entityTag: String? = nil, modified: Int? = nil, listing: String? = nil) {
    self.entityTag = entityTag
    self.modified = modified
    self.listing = listing
  }
}
