import Diagnostics
import Files
import Foundation
import TestSupport
import Testing

@testable import Remotes

private let nginx = RealServer.program("nginx")

@Suite("a remote on nginx", .enabled(if: nginx != nil, "nginx is not installed: see .ci/servers"))
struct HTTPStorageTests {
  let sandbox: Sandbox

  init() throws { sandbox = try Sandbox() }

  /// nginx for the folder `root`; `options` go into its only location.
  private func start(_ options: String, tls: String = "") throws -> RealServer {
    try RealServer(in: sandbox) { port in
      try sandbox.shell("mkdir -p root logs; chmod 777 root")
      try sandbox.write(
        """
        daemon off; master_process off; pid nginx.pid; error_log error.log; worker_processes 1;
        events { worker_connections 64; }
        http {
          access_log off; client_body_temp_path body; proxy_temp_path a; fastcgi_temp_path b; uwsgi_temp_path c;
          scgi_temp_path d; client_max_body_size 100m;
          server { listen 127.0.0.1:\(port)\(tls); root root; location / { \(options) } }
        }
        """, to: "nginx.conf")
      return "\(nginx ?? "") -p \(sandbox.path) -c nginx.conf"
    }
  }

  private func storage(_ server: RealServer, _ path: String, authorization: String? = nil) throws -> HTTPStorage {
    let scratch = Scratch(in: try Folder(at: bytes(sandbox.path)).folder(making: bytes("scratch")))
    return try HTTPStorage(
      HTTPAddress("http://127.0.0.1:\(server.port)/\(path)"), HTTPSettings(), authorization: authorization,
      scratch: scratch)
  }

  @Test("a certificate that nobody vouches for is refused, unless 'cafile' does")
  func certificates() throws {
    try sandbox.shell(
      """
      mkdir -p root/packs && echo x > root/packs/pack-1
      openssl req -x509 -newkey ec -pkeyopt ec_paramgen_curve:prime256v1 -nodes -days 2 -subj /CN=test \\
        -addext subjectAltName=IP:127.0.0.1 -keyout key.pem -out cert.pem 2>/dev/null
      """)
    let server = try start(
      "autoindex on;",
      tls: " ssl; ssl_certificate \(sandbox.path)/cert.pem; ssl_certificate_key \(sandbox.path)/key.pem")
    var transport = Transport(
      environment: [:], root: [], scratch: Scratch(in: try Folder(at: bytes(sandbox.path))))
    let address = try RemoteAddress(url: "https://127.0.0.1:\(server.port)")
    let refused = failure { _ = try transport.open(address).list(.packs) }
    #expect(refused?.what == "cannot trust https://127.0.0.1:\(server.port)")
    #expect(refused?.hint?.contains("'cafile'") == true)
    transport.options = [.caFile: sandbox.absolute("cert.pem")]
    #expect(try transport.open(address).sizes(.packs) == ["pack-1": 2])
    let other = try RemoteAddress(url: "https://localhost:\(server.port)")
    #expect(failure { _ = try transport.open(other).list(.packs) }?.what.hasPrefix("cannot trust") == true)
  }

  private let writing = "autoindex on; dav_methods PUT DELETE MKCOL; create_full_put_path on; dav_access user:rw all:r;"

  @Test("where the server takes PUT, it keeps to all that a storage promises")
  func contract() throws {
    let server = try start(writing)
    try StorageContract { try storage(server, "a/b/") }.holds()
    #expect(try sandbox.shell("find scratch -type f") == "")
  }

  @Test("what is pushed to it is fetched from it")
  func travels() throws {
    let server = try start(writing)
    try RemoteBox().travels { try storage(server, "project") }
  }

  @Test("gc and fsck do there what they promise; where nothing can be written, fsck does, and gc says why not")
  func care() throws {
    let server = try start(writing)
    let care = try CareContract { try storage(server, "project") }
    try care.holds()
    let readOnly = try start("autoindex on;")
    let reading = CareContract(care) { try storage(readOnly, "project") }
    try reading.whatIsIntactIsFoundSo()
    let refused = failure { try reading.collect(days: 20) }
    #expect(refused?.what.hasPrefix("cannot write marks/clock-") == true)
    #expect(refused?.why == "the server does not know how: it only serves files")
    try reading.whatIsIntactIsFoundSo()
  }

  @Test("a folder that any server shows can be read: with a page of links, or with a list")
  func reading() throws {
    try sandbox.shell("mkdir -p root/remote/packs; printf 0123456789 > root/remote/packs/pack-1.pack")
    let page = try start("autoindex on;")
    #expect(try storage(page, "remote").sizes(.packs) == ["pack-1.pack": 10])
    let rounded = try start("autoindex on; autoindex_exact_size off;")
    #expect(try storage(rounded, "remote").sizes(.packs) == ["pack-1.pack": 10])
    let silent = try start("")
    #expect(failure { _ = try storage(silent, "remote").list(.packs) }?.why == "the server does not allow it")
    try sandbox.shell("echo 'pack-1.pack 10' > root/remote/packs/list")
    #expect(try storage(silent, "remote").sizes(.packs) == ["pack-1.pack": 10])
    #expect(try storage(silent, "remote").bytes(.pack("pack-1.pack"), 3..<5) == bytes("34"))
    #expect(try storage(silent, "nothing").list(.packs) == [])
  }

  @Test("a server that only serves files says so to whoever writes")
  func readOnly() throws {
    let server = try start("autoindex on;")
    let storage = try storage(server, "remote")
    let why = "the server does not know how: it only serves files"
    #expect(failure { try storage.put(.pack("x"), bytes("x")) }?.why == why)
    #expect(failure { try storage.remove(.pack("x")) }?.why == why)
  }

  @Test("a password goes to the server, and in no message")
  func password() throws {
    try sandbox.shell("mkdir -p root/packs; echo x > root/packs/pack-1; printf 'me:{PLAIN}secret\\n' > users")
    let server = try start("auth_basic \"who?\"; auth_basic_user_file \(sandbox.path)/users; autoindex on;")
    #expect(failure { _ = try storage(server, "").list(.packs) }?.why == "the server wants to know who asks")
    let authorization = HTTPAuthorization.basic(user: "me", password: "secret")
    #expect(try storage(server, "", authorization: authorization).sizes(.packs) == ["pack-1": 2])
    let wrong = failure {
      _ = try storage(server, "", authorization: HTTPAuthorization.basic(user: "me", password: "wrong")).list(.packs)
    }
    #expect(wrong?.hint == "check user and password")
    #expect(wrong.map { "\($0.what)\($0.why)".contains("wrong") } == false)
  }

}

@Suite("a list of files for web servers that show none")
struct ListedStorageTests {
  @Test("it keeps to all that a storage promises, and lists what is there after each index")
  func contract() throws {
    let sandbox = try Sandbox()
    let storage = ListedStorage(FolderStorage(at: bytes(sandbox.absolute("remote"))))
    try StorageContract { storage }.holds()
    for name in try storage.list(.packs) { try storage.remove(name.name) }
    try storage.put(.pack("pack-1.pack"), bytes("0123456789"))
    #expect(sandbox.read("remote/packs/list") == [])
    try storage.put(.pack("pack-1.idx"), bytes("0123"))
    #expect(sandbox.read("remote/packs/list") == bytes("pack-1.idx 4\npack-1.pack 10\n"))
    #expect(try storage.sizes(.packs) == ["pack-1.idx": 4, "pack-1.pack": 10])
    try storage.remove(.pack("pack-1.pack"))
    #expect(sandbox.read("remote/packs/list") == bytes("pack-1.idx 4\n"))
  }
}
