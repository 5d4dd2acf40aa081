import Diagnostics
import Files
import TestSupport
import Testing

@testable import Remotes

/// All files that stand at an address, with their bytes.
private func everything(_ source: any ExternalSource) throws -> [String: String] {
  let files: [ExternalFile] =
    switch try source.look() {
    case .file(let file): [file]
    case .folder(let files): files
    }
  var found: [String: String] = [:]
  for file in files {
    var content: [UInt8] = []
    try source.read(file, restart: { content = [] }, into: { piece throws(Failure) in content += piece })
    #expect(content.count == file.size, "\(file.path)")
    found[file.path.text + (file.isExecutable ? "*" : "")] = String(decoding: content, as: UTF8.self)
  }
  return found
}

extension SSHStorageTests {
  private func external(_ path: String) throws -> ExternalAccount {
    var settings = SSHSettings(host: "127.0.0.1")
    (settings.port, settings.home, settings.systemConfiguration) = (
      server.port, sandbox.environment["HOME"], "/dev/null"
    )
    return try ExternalAccount(SSHStorage(settings, path: "\(sandbox.path)/\(path)"))
  }

  @Test("a file and a folder of another machine are read as they are, and links in it are refused")
  func external() throws {
    try sandbox.shell(
      "mkdir -p files/sub/empty; echo a > files/a; echo b > files/sub/b; chmod +x files/a; touch files/no")
    #expect(try everything(external("files")) == ["a*": "a\n", "sub/b": "b\n", "no": ""])
    #expect(try everything(external("files/sub/b")) == [".": "b\n"])
    #expect(failure { _ = try external("files/none").look() }?.why == "there is no such file")
    try sandbox.shell("ln -s /etc/passwd files/sub/link")
    #expect(
      failure { _ = try external("files").look() }?.why == "sub/link is a symbolic link or a device")
  }
}

extension S3ServerTests {
  private func external(_ path: String) throws -> ExternalBucket {
    var sources = CredentialsSources(environment: [:])
    (sources.accessKey, sources.secretKey) = ("access", "secret/+=")
    var settings = S3Settings(credentials: sources)
    settings.endpoint = "http://127.0.0.1:\(server.port)"
    let scratch = Scratch(in: try Folder(at: bytes(sandbox.path)).folder(making: bytes("scratch")))
    return ExternalBucket(try S3Storage(bucket: "bucket", prefix: "", settings, scratch: scratch), path)
  }

  @Test("an object, and all below a prefix, are read as they are")
  func external() throws {
    try sandbox.shell("mkdir -p root/bucket/d/sub; echo a > root/bucket/d/a; echo 'b +' > 'root/bucket/d/sub/b +é'")
    #expect(try everything(external("/d/")) == ["a": "a\n", "sub/b +é": "b +\n"])
    #expect(try everything(external("/d")) == ["a": "a\n", "sub/b +é": "b +\n"])
    #expect(try everything(external("/d/a")) == [".": "a\n"])
    #expect(
      failure { _ = try external("/none").look() }?.why
        == "there is neither an object of this name nor any below it")
  }
}
