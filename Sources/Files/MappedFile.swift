package import Diagnostics

#if canImport(Glibc)
  import Glibc
#else
  import Darwin
#endif

/// A file mapped into memory, read-only. Only for files of mlrepo's own that are never changed in place.
package final class MappedFile: @unchecked Sendable {
  package let bytes: UnsafeRawBufferPointer

  package init(_ file: consuming FileHandle) throws(Failure) {
    let size = try file.stat().size
    if size == 0 {
      bytes = UnsafeRawBufferPointer(start: nil, count: 0)
      return
    }
    guard let mapped = mmap(nil, size, PROT_READ, MAP_PRIVATE, file.descriptor, 0), mapped != MAP_FAILED else {
      throw .system("map", file.path, errno: errno)
    }
    bytes = UnsafeRawBufferPointer(start: mapped, count: size)
  }

  deinit {
    if let base = bytes.baseAddress { munmap(UnsafeMutableRawPointer(mutating: base), bytes.count) }
  }
}
