import Diagnostics
import Files
import FuzzChecks

#if canImport(Glibc)
  import Glibc
#else
  import Darwin
#endif

private func say(_ text: String) {
  let bytes = Array("\(text)\n".utf8)
  _ = write(2, bytes, bytes.count)
}

private func stop(_ why: String) -> Never {
  say("error: \(why)")
  exit(64)
}

/// The reader under test, from `FUZZ_TARGET`, and the empty folder it may use, from `FUZZ_FOLDER`.
private let check: FuzzCheck = {
  guard let name = getenv("FUZZ_TARGET"), let target = FuzzTarget(rawValue: String(cString: name)) else {
    stop("FUZZ_TARGET must be one of \(FuzzTarget.allCases.map(\.rawValue).joined(separator: ", "))")
  }
  guard let path = getenv("FUZZ_FOLDER"), let folder = try? Folder(at: Array(String(cString: path).utf8)) else {
    stop("FUZZ_FOLDER must be a folder")
  }
  return FuzzCheck(target, in: folder)
}()

/// libFuzzer's own entry, which calls `test` with one input after the other.
@_silgen_name("LLVMFuzzerRunDriver")
private func runDriver(
  _ count: UnsafeMutablePointer<CInt>,
  _ arguments: UnsafeMutablePointer<UnsafeMutablePointer<UnsafeMutablePointer<CChar>?>>,
  _ test: @convention(c) (UnsafePointer<UInt8>?, Int) -> CInt
) -> CInt

/// Under this name libFuzzer's `main` asks for the test, which the linker wants even though `main` is not used.
@_cdecl("LLVMFuzzerTestOneInput")
func testOneInput(_ start: UnsafePointer<UInt8>?, _ count: Int) -> CInt {
  do throws(Failure) {
    try check.run(Array(UnsafeBufferPointer(start: start, count: count)))
  } catch {
    say("\(error)")
    // A crash is how libFuzzer knows that an input is a find, and keeps it.
    abort()
  }
  return 0
}

/// What the package manager makes the program's `main`.
@_cdecl("Fuzz_main")
func start(_ count: CInt, _ arguments: UnsafeMutablePointer<UnsafeMutablePointer<CChar>?>) -> CInt {
  var (count, arguments) = (count, arguments)
  return withUnsafeMutablePointer(to: &arguments) { runDriver(&count, $0, testOneInput) }
}
