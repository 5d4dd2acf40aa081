import CExpat
package import Diagnostics

/// An element of an XML document that a server sent. Attributes and name spaces are left out: neither S3 nor WebDAV says
/// anything in them that matters here.
package final class XMLElement {
  /// Without its prefix.
  package let name: String
  package fileprivate(set) var children: [XMLElement] = []
  fileprivate var bytes: [UInt8] = []

  fileprivate init(_ name: String) { self.name = name }

  /// The characters directly in it.
  package var text: String { String(decoding: bytes, as: UTF8.self) }

  /// The first child of that name.
  package subscript(_ name: String) -> XMLElement? { children.first { $0.name == name } }

  package func all(_ name: String) -> [XMLElement] { children.filter { $0.name == name } }

  /// Reads a document with at most 200,000 elements, 32 deep.
  package static func parse(_ document: [UInt8], from place: String) throws(Failure) -> XMLElement {
    func failure(_ why: String, _ hint: String? = nil) -> Failure {
      Failure("cannot understand the answer of \(place)", why: why, hint: hint, category: .remote)
    }
    guard mlrepo_expat_load() == 1 else {
      throw failure(
        "Expat, which reads XML, is not installed", RemoteLibrary.expat.hint)
    }
    let builder = Builder()
    var calls = mlrepo_expat_calls(
      context: Unmanaged.passUnretained(builder).toOpaque(),
      start: { context, name in builderOf(context).start(name) },
      end: { context in builderOf(context).end() },
      text: { context, bytes, count in builderOf(context).text(UnsafeRawBufferPointer(start: bytes, count: count)) })
    var why = [CChar](repeating: 0, count: 128)
    let isRead = document.withUnsafeBytes { raw in
      withExtendedLifetime(builder) {
        mlrepo_expat_parse(raw.baseAddress?.assumingMemoryBound(to: CChar.self), raw.count, &calls, &why)
      }
    }
    guard isRead == 1, let root = builder.top.children.first else {
      let end = why.firstIndex(of: 0) ?? why.endIndex
      throw failure(String(decoding: why[..<end].map { UInt8(bitPattern: $0) }, as: UTF8.self))
    }
    return root
  }
}

private final class Builder {
  let top = XMLElement("")
  private var path: [XMLElement]
  private var count = 0

  init() { path = [top] }

  func start(_ name: UnsafePointer<CChar>?) -> Int32 {
    count += 1
    guard let name, path.count <= 32, count <= 200_000 else { return 1 }
    let full = String(cString: name)
    let element = XMLElement(full.split(separator: ":").last.map { String($0) } ?? full)
    path[path.count - 1].children.append(element)
    path.append(element)
    return 0
  }

  func end() -> Int32 {
    path.removeLast()
    return path.isEmpty ? 1 : 0
  }

  func text(_ bytes: UnsafeRawBufferPointer) -> Int32 {
    path[path.count - 1].bytes += bytes
    return 0
  }
}

private func builderOf(_ context: UnsafeMutableRawPointer?) -> Builder {
  Unmanaged<Builder>.fromOpaque(context.unsafelyUnwrapped).takeUnretainedValue()
}
