#if canImport(Glibc)
  import Glibc
#else
  import Darwin
#endif

/// A thread of the system's own, for work that blocks.
package struct BackgroundThread: Sendable {
  #if canImport(Glibc)
    private let thread: pthread_t
  #else
    nonisolated(unsafe) private let thread: pthread_t?
  #endif

  private final class Work: Sendable {
    let body: @Sendable () -> Void
    init(_ body: @escaping @Sendable () -> Void) { self.body = body }
  }

  /// Starts a thread that runs `body`; nil when the system gives none.
  package init?(_ body: @escaping @Sendable () -> Void) {
    let work = Unmanaged.passRetained(Work(body))
    #if canImport(Glibc)
      var started = pthread_t()
      let code = pthread_create(
        &started, nil,
        { raw in
          if let raw { Unmanaged<Work>.fromOpaque(raw).takeRetainedValue().body() }
          return nil
        }, work.toOpaque())
    #else
      var started: pthread_t?
      let code = pthread_create(
        &started, nil,
        { raw in
          Unmanaged<Work>.fromOpaque(raw).takeRetainedValue().body()
          return nil
        }, work.toOpaque())
    #endif
    if code != 0 {
      work.release()
      return nil
    }
    thread = started
  }

  /// Waits for its end. Call once.
  package func join() {
    #if canImport(Glibc)
      pthread_join(thread, nil)
    #else
      if let thread { pthread_join(thread, nil) }
    #endif
  }
}
