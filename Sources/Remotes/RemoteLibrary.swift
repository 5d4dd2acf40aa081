import CCurl
import CExpat
import CSSH

/// A library that is loaded when a remote first needs it.
package struct RemoteLibrary: Sendable {
  package let name: String
  /// The remotes that cannot be reached without it.
  package let uses: String
  /// How to get it.
  package let hint: String
  private let text: @Sendable () -> String?

  /// Its version; nil when there is no usable one. Loads it.
  package func version() -> String? {
    // Further libraries and build options stand behind it.
    text().map { String($0.prefix { $0 != " " && $0 != "/" }) }
  }

  private static func hint(_ package: String) -> String { "install it, such as with: sudo apt-get install \(package)" }

  static let curl = RemoteLibrary(name: "libcurl", uses: "S3 and no web server", hint: hint("libcurl4")) {
    guard mlrepo_curl_load() == 1, let text = mlrepo_curl_version() else { return nil }
    return String(String(cString: text).drop { $0 != "/" }.dropFirst())
  }

  static let expat = RemoteLibrary(name: "expat", uses: "S3 and no WebDAV", hint: hint("libexpat1")) {
    guard mlrepo_expat_load() == 1, let text = mlrepo_expat_version() else { return nil }
    return String(String(cString: text).drop { $0 != "_" }.dropFirst())
  }

  static let ssh = RemoteLibrary(name: "libssh", uses: "machine by SSH", hint: hint("libssh-4")) {
    guard mlrepo_ssh_load() == 1, let text = mlrepo_ssh_version() else { return nil }
    return String(cString: text)
  }

  package static let all = [curl, expat, ssh]
}
