package import Diagnostics
import Synchronization

#if canImport(Glibc)
  import Glibc
#else
  import Darwin
#endif

/// Messages from any number of threads to one that waits for them.
package final class Mailbox<Message: Sendable>: Sendable {
  private let waiting = Mutex<[Message]>([])
  private let readEnd: Int32
  private let writeEnd: Int32

  package init() throws(Failure) {
    var ends: [Int32] = [0, 0]
    guard pipe(&ends) == 0 else { throw .system("make a pipe in", [UInt8(ascii: ".")], errno: errno) }
    for end in ends {
      _ = fcntl(end, F_SETFD, FD_CLOEXEC)
      _ = fcntl(end, F_SETFL, O_NONBLOCK)
    }
    (readEnd, writeEnd) = (ends[0], ends[1])
  }

  deinit {
    close(readEnd)
    close(writeEnd)
  }

  package func send(_ message: Message) {
    let isFirst = waiting.withLock { messages in
      messages.append(message)
      return messages.count == 1
    }
    // One byte wakes the reader, who then takes all there is.
    if isFirst {
      var byte: UInt8 = 1
      _ = write(writeEnd, &byte, 1)
    }
  }

  /// All messages there are, after waiting up to `patience` milliseconds for the first; -1 waits as long as it takes.
  package func receive(patience: Int) -> [Message] {
    let there = take()
    if !there.isEmpty { return there }
    var descriptor = pollfd(fd: readEnd, events: Int16(POLLIN), revents: 0)
    _ = poll(&descriptor, 1, Int32(clamping: patience))
    return take()
  }

  private func take() -> [Message] {
    waiting.withLock { messages in
      defer { messages = [] }
      if !messages.isEmpty {
        var byte: UInt8 = 0
        _ = read(readEnd, &byte, 1)
      }
      return messages
    }
  }
}
