import CSystem
package import Diagnostics

#if canImport(Glibc)
  import Glibc
#else
  import Darwin
#endif

/// What one folder holds, sorted by the bytes of the names, each with its stat. Names share one buffer, so that a
/// hundred thousand of them cost no allocation each.
package struct FolderListing: Sendable {
  package struct Entry: Sendable {
    package var stat: FileStat
    // Narrow, since there is one for every file.
    fileprivate var start: UInt32
    fileprivate var length: UInt16

    fileprivate var name: Range<Int> { Int(start)..<Int(start) + Int(length) }
  }

  /// The names, each with a NUL behind it.
  private var names: [UInt8] = []
  package private(set) var entries: [Entry] = []

  package init() {}

  package func name(_ index: Int) -> [UInt8] {
    Array(names[entries[index].name])
  }

  package func withName<Result>(_ index: Int, _ body: (UnsafeBufferPointer<UInt8>) -> Result) -> Result {
    names.withUnsafeBufferPointer { body(UnsafeBufferPointer(rebasing: $0[entries[index].name])) }
  }

  /// Where `name` stands, by binary search.
  package func index(of name: [UInt8]) -> Int? {
    var (low, high) = (0, entries.count)
    while low < high {
      let middle = (low + high) / 2
      let found = withName(middle) { Array($0) }
      if found == name { return middle }
      if found.lexicographicallyPrecedes(name) { low = middle + 1 } else { high = middle }
    }
    return nil
  }

  /// Keeps the entries for which `keep` says so.
  package mutating func filter(_ keep: (_ name: [UInt8], _ stat: FileStat) -> Bool) {
    let kept = entries.indices.filter { keep(name($0), entries[$0].stat) }
    if kept.count < entries.count { entries = kept.map { entries[$0] } }
  }

  /// Replaces an entry's stat by a newer one.
  package mutating func update(_ index: Int, _ stat: FileStat) { entries[index].stat = stat }

  /// Returns false when there is no room: the names of a folder may take 4 GiB.
  fileprivate mutating func append(name: UnsafePointer<CChar>, _ stat: FileStat) -> Bool {
    guard let length = UInt16(exactly: strlen(name)), let start = UInt32(exactly: names.count) else { return false }
    names.append(contentsOf: UnsafeRawBufferPointer(start: name, count: Int(length) + 1))
    entries.append(Entry(stat: stat, start: start, length: length))
    return true
  }

  mutating func sort() {
    names.withUnsafeBytes { raw in
      guard let base = raw.baseAddress else { return }
      entries.sort { a, b in
        let order = memcmp(base + Int(a.start), base + Int(b.start), Int(min(a.length, b.length)))
        return order == 0 ? a.length < b.length : order < 0
      }
    }
  }
}

extension Folder {
  /// Lists this folder, with the stat of each entry.
  package func list() throws(Failure) -> FolderListing {
    var listing = FolderListing()
    try forEachName { name, _ throws(Failure) in
      var raw = mlrepo_stat()
      guard mlrepo_stat_at(descriptor, name, &raw) == 0 else {
        // Gone between the listing and the look: it is not there.
        if errno == ENOENT { return }
        throw .system("look at", full(Array(String(cString: name).utf8)), errno: errno)
      }
      guard listing.append(name: name, FileStat(raw)) else {
        throw Failure("cannot list \(PathText.escape(path))", why: "it holds more names than mlrepo can take")
      }
    }
    listing.sort()
    return listing
  }

  /// The names in this folder and whether each is a folder, unsorted and without the cost of a stat each.
  package func names() throws(Failure) -> [(name: [UInt8], isFolder: Bool)] {
    var found: [(name: [UInt8], isFolder: Bool)] = []
    try forEachName { name, isFolder throws(Failure) in
      found.append((Array(UnsafeRawBufferPointer(start: name, count: strlen(name))), isFolder))
    }
    return found
  }

  private func forEachName(
    _ body: (_ name: UnsafePointer<CChar>, _ isFolder: Bool) throws(Failure) -> Void
  ) throws(Failure) {
    // A descriptor of its own: the position of a folder's listing is shared by its duplicates.
    let own = openat(descriptor, ".", O_RDONLY | O_DIRECTORY | O_CLOEXEC)
    guard own >= 0, let stream = fdopendir(own) else { throw .system("list", path, errno: errno) }
    defer { closedir(stream) }
    while true {
      errno = 0
      guard let entry = readdir(stream) else {
        if errno != 0 { throw .system("list", path, errno: errno) }
        return
      }
      guard let name = mlrepo_entry_name(entry) else { continue }
      if name[0] == 0x2e, name[1] == 0 || (name[1] == 0x2e && name[2] == 0) { continue }
      var isFolder = mlrepo_entry_is_folder(entry) != 0
      if mlrepo_entry_kind_known(entry) == 0 {
        var raw = mlrepo_stat()
        isFolder = mlrepo_stat_at(descriptor, name, &raw) == 0 && FileStat(raw).kind == .folder
      }
      try body(name, isFolder)
    }
  }
}
