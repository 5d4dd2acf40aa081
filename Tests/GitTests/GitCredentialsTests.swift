import Diagnostics
import Files
import TestSupport
import Testing

@testable import Git

@Suite("credentials for git servers")
struct GitCredentialsTests {
  private func credentials(_ text: String) throws -> GitCredentials {
    let sandbox = try Sandbox()
    try sandbox.write(text, to: ".git-credentials")
    return try GitCredentials(environment: ["HOME": sandbox.path])
  }

  @Test("a login counts for its own host and path, and for no other")
  func logins() throws {
    let known = try credentials("https://ada:p%40ss%2F@example.org\nnonsense\nhttps://ben:b@git.org/team\n")
    #expect(known.login(for: "https://example.org/x.git", user: nil)?.password == "p@ss/")
    #expect(known.login(for: "https://ada@example.org/x.git", user: "ada")?.user == "ada")
    #expect(known.login(for: "https://git.org/team/x", user: nil)?.user == "ben")
    for other in [
      "http://example.org/x", "https://example.org.evil.net/x", "https://example.orgx", "https://git.org/teams/x",
      "https://git.org/x", "https://example.org:444/x", "example.org",
    ] {
      #expect(known.login(for: other, user: nil) == nil, "\(other)")
    }
    #expect(known.login(for: "https://example.org/x", user: "ben") == nil)
  }

  @Test("an agent is asked where there is one")
  func agent() throws {
    let sandbox = try Sandbox()
    try sandbox.write("", to: "socket")
    #expect(try GitCredentials(environment: ["SSH_AUTH_SOCK": sandbox.absolute("socket")]).hasAgent)
    #expect(try !GitCredentials(environment: ["SSH_AUTH_SOCK": sandbox.absolute("gone")]).hasAgent)
  }

  @Test("a host is told to ssh as its URL names it")
  func words() {
    #expect(GitMirror.sshWords("ssh://ada@host:2222/x") == "-p 2222 ada@host")
    #expect(GitMirror.sshWords("ssh://[::1]/x") == "[::1]")
    #expect(GitMirror.sshWords("git@host:team/x") == "git@host")
    #expect(GitMirror.sshWords("https://host/x") == nil)
  }

  @Test("without a folder of the user's nothing is known")
  func nobody() throws {
    let known = try GitCredentials(environment: [:])
    #expect(known.keyFiles == [] && !known.hasAgent && known.login(for: "https://example.org/", user: nil) == nil)
  }
}
