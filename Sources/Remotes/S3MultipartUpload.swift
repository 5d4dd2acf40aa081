import Diagnostics
import Files

/// A large file sent in parts. What broke off is taken up by the next upload of the same key, which holds the same bytes:
/// parts that are there need not travel again.
struct S3MultipartUpload {
  private let storage: S3Storage
  private let key: String
  private let content: StagedUpload.Content
  private let partSize: Int

  init(_ storage: S3Storage, _ key: String, _ content: StagedUpload.Content, partSize: Int) {
    self.storage = storage
    self.key = key
    self.content = content
    // A service takes 10,000 parts.
    self.partSize = max(partSize, content.size / 10_000 + 1)
  }

  func run() throws(Failure) {
    var begun = try uploads()
    let id: String
    if let last = begun.popLast() { id = last } else { id = try begin() }
    let present = try parts(of: id)
    var tags: [String] = []
    for start in stride(from: 0, to: content.size, by: partSize) {
      try Interruption.check()
      let count = min(partSize, content.size - start)
      let md5 = try content.md5(start, count)
      let tag = "\"\(Digest.hex(md5))\""
      let number = tags.count + 1
      if let there = present[number], there.size == count, there.tag == tag {
        tags.append(tag)
      } else {
        tags.append(try send(number, start, count, md5, of: id))
      }
    }
    try complete(id, tags)
    for old in begun { _ = try? storage.send("DELETE", key, [("uploadId", old)]) }
  }

  /// Uploads of this key that were not finished, the newest last.
  private func uploads() throws(Failure) -> [String] {
    let answer = try storage.send("GET", nil, [("uploads", ""), ("prefix", key)], limit: 8 << 20)
    // Not every service can tell, and not everybody may ask.
    guard answer.isSuccess else { return [] }
    let root = try XMLElement.parse(answer.body, from: storage.place)
    return root.all("Upload").filter { $0["Key"]?.text == key }
      .sorted { ($0["Initiated"]?.text ?? "") < ($1["Initiated"]?.text ?? "") }
      .compactMap { $0["UploadId"]?.text }
  }

  private func begin() throws(Failure) -> String {
    let answer = try storage.send("POST", key, [("uploads", "")], headers: storage.storageHeaders)
    guard answer.isSuccess else { throw storage.refusal("write to", answer) }
    guard let id = try XMLElement.parse(answer.body, from: storage.place)["UploadId"]?.text, !id.isEmpty else {
      throw Failure("cannot write to \(storage.place)", why: "the service does not begin an upload", category: .remote)
    }
    return id
  }

  private func parts(of id: String) throws(Failure) -> [Int: (size: Int, tag: String)] {
    var found: [Int: (size: Int, tag: String)] = [:]
    var marker = 0
    while true {
      let query = [(name: "uploadId", value: id), ("part-number-marker", "\(marker)")]
      let answer = try storage.send("GET", key, query, limit: 8 << 20)
      guard answer.isSuccess else { return found }
      let root = try XMLElement.parse(answer.body, from: storage.place)
      for part in root.all("Part") {
        guard let number = part["PartNumber"].flatMap({ Int($0.text) }),
          let size = part["Size"].flatMap({ Int($0.text) }),
          let tag = part["ETag"]?.text
        else { continue }
        found[number] = (size, tag.hasPrefix("\"") ? tag : "\"\(tag)\"")
      }
      guard root["IsTruncated"]?.text == "true", let next = root["NextPartNumberMarker"].flatMap({ Int($0.text) }),
        next > marker
      else { return found }
      marker = next
    }
  }

  private func send(_ number: Int, _ start: Int, _ count: Int, _ md5: [UInt8], of id: String) throws(Failure) -> String
  {
    let answer = try storage.send(
      "PUT", key, [("partNumber", "\(number)"), ("uploadId", id)], headers: [("content-md5", Digest.base64(md5))],
      body: .file(content.file, offset: start, count: count), payload: try content.sha256(start, count))
    guard answer.isSuccess else { throw storage.refusal("write to", answer) }
    guard let tag = answer["etag"], tag.utf8.allSatisfy({ $0 > 0x20 && !"<>&".utf8.contains($0) }) else {
      throw Failure("cannot write to \(storage.place)", why: "the service does not name a part", category: .remote)
    }
    return tag
  }

  /// An answer with status 200 may still tell of an error, since the service begins it before it is done.
  private func complete(_ id: String, _ tags: [String]) throws(Failure) {
    let parts = tags.enumerated().map { "<Part><PartNumber>\($0 + 1)</PartNumber><ETag>\($1)</ETag></Part>" }.joined()
    let body = Array("<CompleteMultipartUpload>\(parts)</CompleteMultipartUpload>".utf8)
    let answer = try storage.send(
      "POST", key, [("uploadId", id)], body: .bytes(body), payload: Digest.hex(Digest.sha256(body)))
    let refusal = S3Refusal(answer)
    if answer.isSuccess, refusal.code.isEmpty { return }
    // The answer to an attempt before this one may have been lost.
    if refusal.code == "NoSuchUpload" {
      let there = try storage.send("HEAD", key)
      if there.isSuccess, there["content-length"] == "\(content.size)" { return }
    }
    throw storage.refusal("write to", answer)
  }
}

extension StagedUpload.Content {
  /// The MD5 of a part.
  func md5(_ start: Int, _ count: Int) throws(Failure) -> [UInt8] {
    try digest(RunningDigest(md5: true), start, count)
  }

  /// The SHA-256 of a part, in hexadecimal.
  func sha256(_ start: Int, _ count: Int) throws(Failure) -> String {
    Digest.hex(try digest(RunningDigest(), start, count))
  }

  private func digest(_ digest: RunningDigest, _ start: Int, _ count: Int) throws(Failure) -> [UInt8] {
    let buffer = UnsafeMutableRawBufferPointer.allocate(byteCount: min(max(1, count), 1 << 20), alignment: 16)
    defer { buffer.deallocate() }
    var done = 0
    while done < count {
      let piece = UnsafeMutableRawBufferPointer(rebasing: buffer[..<min(buffer.count, count - done)])
      guard try file.handle.read(at: start + done, into: piece) == piece.count else {
        throw Failure("cannot send a file", why: "it has become shorter", category: .failed)
      }
      digest.update(UnsafeRawBufferPointer(piece))
      done += piece.count
    }
    return digest.finish()
  }
}
