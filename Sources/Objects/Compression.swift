import CZstd

/// Compression of pack entries at zstd's level 1, which costs a sixth of what hashing costs when bytes do not compress.
/// One value belongs to one thread.
final class Compression {
  private let context = ZSTD_createCCtx()

  deinit { ZSTD_freeCCtx(context) }

  /// Returns `bytes` compressed, or nil when that saves less than a tenth.
  func compress(_ bytes: UnsafeRawBufferPointer) -> [UInt8]? {
    guard bytes.count >= 128, bytes.count <= PackFormat.packedLimit, let context else { return nil }
    let bound = ZSTD_compressBound(bytes.count)
    var worthwhile = false
    let packed = [UInt8](unsafeUninitializedCapacity: bound) { buffer, count in
      let result = ZSTD_compressCCtx(context, buffer.baseAddress, bound, bytes.baseAddress, bytes.count, 1)
      worthwhile = ZSTD_isError(result) == 0 && result < bytes.count / 10 * 9
      count = worthwhile ? result : 0
    }
    return worthwhile ? packed : nil
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
