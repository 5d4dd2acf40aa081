import Diagnostics
import Files
import Foundation
import TestSupport
import Testing

@testable import Remotes

private let sshd = RealServer.program("sshd")

@Suite("a remote behind OpenSSH's server", .enabled(if: sshd != nil, "sshd is not installed: see .ci/servers"))
struct SSHStorageTests {
  let sandbox: Sandbox
  let server: RealServer

  init() throws {
    let sandbox = try Sandbox()
    self.sandbox = sandbox
    server = try RealServer(in: sandbox) { port in
      try sandbox.shell(
        """
        # OpenSSH wants this folder of a server that root starts.
        [ "$(id -u)" != 0 ] || mkdir -p /run/sshd
        mkdir -p $HOME/.ssh remote && chmod 700 $HOME/.ssh
        ssh-keygen -q -t ed25519 -N '' -f host
        ssh-keygen -q -t ed25519 -N '' -f $HOME/.ssh/id_ed25519
        cp $HOME/.ssh/id_ed25519.pub keys
        echo "[127.0.0.1]:\(port) $(cat host.pub)" > $HOME/.ssh/known_hosts
        cat > sshd_config <<END
        ListenAddress 127.0.0.1
        Port \(port)
        HostKey $PWD/host
        AuthorizedKeysFile $PWD/keys
        StrictModes no
        UsePAM no
        PasswordAuthentication no
        PermitRootLogin yes
        MaxStartups 100
        PidFile none
        Subsystem sftp internal-sftp
        END
        """)
      return "\(sshd ?? "") -D -e -f \(sandbox.path)/sshd_config"
    }
  }

  private func settings(_ change: (inout SSHSettings) -> Void = { _ in }) -> SSHSettings {
    var settings = SSHSettings(host: "127.0.0.1")
    settings.port = server.port
    settings.home = sandbox.environment["HOME"]
    settings.systemConfiguration = "/dev/null"
    settings.firstDelay = 0.01
    change(&settings)
    return settings
  }

  private func open(_ change: (inout SSHSettings) -> Void = { _ in }) throws -> SSHStorage {
    try SSHStorage(settings(change), path: "\(sandbox.path)/remote/deep/er")
  }

  @Test("it keeps to all that a storage promises")
  func contract() throws {
    try StorageContract { try open() }.holds()
    #expect(
      try sandbox.shell("cd remote/deep/er; ls -A tmp; stat -c %a packs/twice; ls") == "444\nmarks\npacks\nruns\ntmp\n")
  }

  @Test("what is pushed to it is fetched from it")
  func travels() throws { try RemoteBox().travels { try open() } }

  @Test("gc and fsck do there what they promise")
  func care() throws { try CareContract { try open() }.holds() }

  @Test("what a folder holds, a remote by SSH in the same folder holds too")
  func sameAsFolder() throws {
    let folder = FolderStorage(at: bytes(sandbox.absolute("remote/deep/er")))
    try folder.put(.pack("a"), bytes("by folder"))
    #expect(try open().bytes(.pack("a")) == bytes("by folder"))
    try open().put(.pack("b"), bytes("by ssh"))
    #expect(try folder.bytes(.pack("b")) == bytes("by ssh"))
    #expect(try folder.sizes(.packs) == open().sizes(.packs))
  }

  @Test("the user's configuration says which host, port and key are meant")
  func configuration() throws {
    try sandbox.shell("mv $HOME/.ssh/id_ed25519 secret; rm $HOME/.ssh/id_ed25519.pub")
    #expect(throws: Failure.self) { try open().list(.packs) }
    let configuration = """
      Host somewhere
        HostName 127.0.0.1
        Port \(server.port)
        IdentityFile \(sandbox.path)/secret
      """
    try sandbox.shell("cat > $HOME/.ssh/config <<'END'\n\(configuration)\nEND")
    let storage = try open {
      $0.host = "somewhere"
      $0.port = nil
    }
    #expect(try storage.list(.packs) == [])
    try sandbox.shell("rm $HOME/.ssh/config")
    #expect(try open { $0.keyFile = sandbox.absolute("secret") }.list(.packs) == [])
  }

  @Test("an unknown host is refused with its fingerprint and what to run, a changed one with a warning")
  func hosts() throws {
    let fingerprint = try sandbox.shell("ssh-keygen -lf host.pub").split(separator: " ")[1]
    try sandbox.shell("rm $HOME/.ssh/known_hosts")
    let unknown = try #require(failure { _ = try open().list(.packs) })
    #expect(unknown.why == "its key is not known yet; the fingerprint is \(fingerprint)")
    #expect(unknown.hint?.hasSuffix("accept it with: ssh -p \(server.port) 127.0.0.1") == true)
    try sandbox.shell(
      "ssh-keygen -q -t ed25519 -N '' -f other; echo \"[127.0.0.1]:\(server.port) $(cat other.pub)\" > $HOME/.ssh/known_hosts"
    )
    let changed = try #require(failure { _ = try open().list(.packs) })
    #expect(changed.why.hasPrefix("its key is not the one that is known: somebody may be in between"))
    #expect(changed.hint?.hasSuffix("ssh-keygen -R '[127.0.0.1]:\(server.port)'") == true)
  }

  @Test("who is not let in is told what to look at")
  func denied() throws {
    try sandbox.shell(": > keys")
    let failure = try #require(failure { _ = try open().list(.packs) })
    #expect(failure.what == "cannot enter ssh://127.0.0.1:\(server.port)\(sandbox.path)/remote/deep/er")
    #expect(failure.hint?.contains("ssh-add -l") == true)
  }

  @Test("a connection that breaks is replaced, in the middle of a read and of an upload")
  func broken() throws {
    let storage = try open()
    let content = noise(6 << 20)
    let cut = "pkill -P $(pgrep -f -o \"^[^ ]*sshd.*\(sandbox.path)/sshd_config\")"
    let upload = try storage.upload(.pack("long"))
    try content[..<(4 << 20)].withRaw { (raw) throws(Failure) in try upload.write(raw) }
    try sandbox.shell(cut)
    try content[(4 << 20)...].withRaw { (raw) throws(Failure) in try upload.write(raw) }
    try sandbox.shell(cut)
    try upload.finish()
    var got: [UInt8] = []
    var isCut = false
    try storage.read(.pack("long"), 5..<content.count) { (piece) throws(Failure) in
      got.append(contentsOf: piece)
      if !isCut, got.count > 1 << 20 {
        isCut = true
        try sandbox.shell(cut)
      }
    }
    #expect(got == Array(content[5...]))
    #expect(try sandbox.shell("ls remote/deep/er/tmp") == "")
  }

  @Test("what a killed process left is removed after a day, not before")
  func sweep() throws {
    try sandbox.shell("mkdir -p remote/deep/er/tmp; cd remote/deep/er/tmp; touch -d '2 days ago' old; touch young")
    try open().put(.pack("a"), bytes("a"))
    #expect(try sandbox.shell("ls remote/deep/er/tmp") == "young\n")
  }

  @Test("a folder where nobody may write is told as such")
  func forbidden() throws {
    let storage = try SSHStorage(settings(), path: "/proc/nowhere")
    #expect(
      failure { try storage.put(.pack("a"), bytes("a")) }?.what.hasPrefix("cannot make the folder /proc/nowhere of")
        == true)
    #expect(try storage.list(.packs) == [])
  }

}

@Suite("packets of SFTP")
struct SFTPPacketTests {
  @Test("what a server sends is read as far as it goes, whatever it is")
  func anyBytes() {
    var random = SeededRandom(seed: 9)
    for _ in 0..<5000 {
      let input = (0..<Int.random(in: 0..<60, using: &random)).map { _ in
        Bool.random(using: &random)
          ? UInt8.random(in: 0...3, using: &random) : UInt8.random(in: 0...255, using: &random)
      }
      var reader = SFTPReader(input)
      _ = (reader.byte(), reader.attributes(), reader.string(), reader.int64(), reader.attributes())
      #expect(reader.isWhole == false || input.count >= 21)
    }
  }

  @Test("numbers and texts come back as they were put in")
  func roundTrip() {
    var packet = SFTPPacket(.open)
    packet.append(UInt32(7))
    packet.append(UInt64(1) << 40)
    packet.append("päth")
    var reader = SFTPReader(packet.finished)
    #expect(reader.int32() == UInt32(packet.finished.count - 4))
    #expect(reader.byte() == 3)
    #expect(reader.int32() == 7)
    #expect(reader.int64() == 1 << 40)
    #expect(reader.text() == "päth")
    #expect(reader.isAtEnd && reader.isWhole)
    #expect(reader.int32() == 0)
    #expect(!reader.isWhole)
  }
}
