import Diagnostics
import Files

/// An object in a bucket of S3, or all below a prefix.
final class ExternalBucket: ExternalSource {
  private let storage: S3Storage
  /// Without slashes around it.
  private let key: String
  private let isPrefix: Bool

  init(_ storage: S3Storage, _ path: String) {
    self.storage = storage
    key = path.split(separator: "/").joined(separator: "/")
    isPrefix = path.hasSuffix("/") || key.isEmpty
  }

  var place: String { "\(storage.place)/\(key)" }

  func look() throws(Failure) -> ExternalLook {
    if !isPrefix {
      let answer = try storage.send("HEAD", key)
      if answer.isSuccess {
        var file = ExternalFile(.root)
        file.size = answer["content-length"].flatMap { Int($0) }.flatMap { $0 >= 0 ? $0 : nil }
        file.entityTag = answer["etag"]
        file.modified = answer["last-modified"].flatMap { HTTPTime.header($0) }
        return .file(file)
      }
      guard answer.status == 404 else { throw storage.refusal("read \(key) of", answer) }
    }
    let files = try list()
    guard !files.isEmpty else {
      throw Failure(
        "cannot read \(place)", why: "there is neither an object of this name nor any below it", category: .remote)
    }
    return .folder(files)
  }

  private func list() throws(Failure) -> [ExternalFile] {
    let prefix = key.isEmpty ? "" : key + "/"
    var found: [ExternalFile] = []
    var next: String?
    repeat {
      var query = [(name: "list-type", value: "2"), ("prefix", prefix), ("encoding-type", "url")]
      if let next { query.append(("continuation-token", next)) }
      let answer = try storage.send("GET", nil, query, limit: 32 << 20)
      guard answer.isSuccess else { throw storage.refusal("list", answer) }
      let root = try XMLElement.parse(answer.body, from: place)
      let isEncoded = root["EncodingType"]?.text == "url"
      for object in root.all("Contents") {
        if let file = try file(object, prefix, isEncoded) { found.append(file) }
      }
      guard found.count <= ExternalLimits.mostFiles else { throw ExternalLimits.tooMany(place) }
      let token = root["IsTruncated"]?.text == "true" ? root["NextContinuationToken"]?.text : nil
      guard token == nil || token != next else {
        throw Failure("cannot list \(place)", why: "the service goes in circles", category: .remote)
      }
      next = token
    } while next != nil
    return found
  }

  /// Nil for the empty objects that some programs put in place of folders.
  private func file(_ object: XMLElement, _ prefix: String, _ isEncoded: Bool) throws(Failure) -> ExternalFile? {
    // As in forms, a space is written '+'.
    guard let text = object["Key"]?.text,
      let name = isEncoded ? percentDecoded(String(text.map { $0 == "+" ? " " : $0 })) : text, name.hasPrefix(prefix),
      let size = object["Size"].flatMap({ Int($0.text) }), size >= 0
    else { throw Failure("cannot list \(place)", why: "it lists something that was not asked for", category: .remote) }
    if name.hasSuffix("/"), size == 0 { return nil }
    var file = ExternalFile(try ExternalLimits.path(name.dropFirst(prefix.count).utf8, place))
    file.size = size
    file.entityTag = object["ETag"]?.text
    file.modified = object["LastModified"].flatMap { HTTPTime.iso($0.text) }
    return file
  }

  func read(
    _ file: ExternalFile, restart: () -> Void, into body: (UnsafeRawBufferPointer) throws(Failure) -> Void
  ) throws(Failure) {
    let name =
      file.path.isRoot ? key : (key.isEmpty ? "" : key + "/") + String(decoding: file.path.bytes, as: UTF8.self)
    var done = 0
    // The tag as it was listed: an object that has been replaced meanwhile is refused by the service.
    let condition = file.entityTag.map { [(name: "if-match", value: $0)] } ?? []
    let most = file.size ?? ExternalLimits.mostBytes
    try storage.client.download(
      nil, { () throws(Failure) in try storage.request("GET", name, headers: condition) },
      refusal: { $0.status == 412 ? changed() : storage.refusal("read \(name) of", $0) },
      into: { bytes throws(Failure) in
        done += bytes.count
        guard done <= most else { throw changed() }
        try body(bytes)
      })
    guard file.size == nil || done == file.size else { throw changed() }
  }

  private func changed() -> Failure {
    Failure("cannot read \(place)", why: "it changed while it was read", hint: "try again", category: .remote)
  }
}
