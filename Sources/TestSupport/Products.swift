#if canImport(Glibc)
  import Glibc
#else
  import Darwin
#endif

/// Where the package and what was built of it lie.
package enum Products {
  /// The package's folder.
  package static let package: String = above(#filePath, 3)

  /// The folder of the `mlrepo` to test: that of `MLREPO` if it is set, else where the tests themselves were built.
  package static let folder: String = Sandbox.variable("MLREPO").map { above(absolute($0), 1) } ?? testFolder

  /// The library that lets system calls go wrong, to be named in `LD_PRELOAD`.
  package static let faultInjection = testFolder + "/libFaultInjection.so"

  private static func absolute(_ path: String) -> String {
    guard let real = realpath(path, nil) else { return path }
    defer { free(real) }
    return String(cString: real)
  }

  private static var testFolder: String {
    #if canImport(Glibc)
      var buffer = [CChar](repeating: 0, count: Int(PATH_MAX) + 1)
      let count = readlink("/proc/self/exe", &buffer, buffer.count - 1)
      let image = String(decoding: buffer.prefix(max(0, count)).map { UInt8(bitPattern: $0) }, as: UTF8.self)
      return above(image, 1)
    #else
      // folder/mlrepoPackageTests.xctest/Contents/MacOS/mlrepoPackageTests
      var info = Dl_info()
      guard dladdr(#dsohandle, &info) != 0, let image = info.dli_fname else { return "." }
      return above(String(cString: image), 4)
    #endif
  }

  private static func above(_ path: String, _ levels: Int) -> String {
    path.split(separator: "/", omittingEmptySubsequences: false).dropLast(levels).joined(separator: "/")
  }
}
