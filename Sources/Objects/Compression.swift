import CZstd

/// Compression of pack entries at zstd's level 1, which costs a sixth of what hashing costs when bytes do not compress.
/// One value belongs to one thread.
final class Compression {
  private let context = ZSTD_createCCtx()

  deinit { ZSTD_freeCCtx(context) }

  /// Returns `bytes` compressed, or nil when that saves less than a tenth.
  func compress(_ bytes: UnsafeRawBufferPointer) -> [UInt8]? {
    guard bytes.count >= 128, bytes.count <= PackFormat.packedLimit, !Self.looksRandom(bytes), let context else {
      return nil
    }
    let bound = ZSTD_compressBound(bytes.count)
    var worthwhile = false
    let packed = [UInt8](unsafeUninitializedCapacity: bound) { buffer, count in
      let result = ZSTD_compressCCtx(context, buffer.baseAddress, bound, bytes.baseAddress, bytes.count, 1)
      worthwhile = ZSTD_isError(result) == 0 && result < bytes.count / 10 * 9
      count = worthwhile ? result : 0
    }
    return worthwhile ? packed : nil
  }

  /// Whether every byte value is about as frequent as any other among 1024 bytes spread over the content: so it is in
  /// encrypted and in compressed data. Costs a tenth of trying, which takes as long as hashing does.
  private static func looksRandom(_ bytes: UnsafeRawBufferPointer) -> Bool {
    let samples = 1024
    guard bytes.count >= 4 * samples else { return false }
    let step = bytes.count / samples
    return withUnsafeTemporaryAllocation(of: UInt16.self, capacity: 256) { counts in
      counts.initialize(repeating: 0)
      for index in 0..<samples { counts[Int(bytes[index &* step &+ index % step])] &+= 1 }
      // The sum of squares of 1024 random bytes is 5116 on average, with a deviation of 90.
      let squares = counts.reduce(into: 0) { $0 += Int($1) * Int($1) }
      return squares < 5600
    }
  }

  /// Returns the `size` bytes that `packed` stands for, or nil when it stands for anything else.
  static func decompress(_ packed: ArraySlice<UInt8>, size: Int) -> [UInt8]? {
    // A block of a frame takes at least 4 bytes and stands for at most 128 KiB. No memory for what cannot be there.
    guard size >= 0, size / (32 << 10) <= packed.count else { return nil }
    return packed.withUnsafeBytes { raw in
      guard ZSTD_getFrameContentSize(raw.baseAddress, raw.count) == UInt64(size) else { return nil }
      var intact = false
      let bytes = [UInt8](unsafeUninitializedCapacity: size) { buffer, count in
        let result = ZSTD_decompress(buffer.baseAddress, size, raw.baseAddress, raw.count)
        intact = ZSTD_isError(result) == 0 && result == size
        count = intact ? size : 0
      }
      return intact ? bytes : nil
    }
  }
}
