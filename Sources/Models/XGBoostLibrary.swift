import CXGBoost
package import Diagnostics

/// The version of the XGBoost library.
package struct XGBoostVersion: Equatable, Sendable, CustomStringConvertible {
  package let major: Int
  package let minor: Int
  package let patch: Int

  package init(major: Int, minor: Int, patch: Int) {
    (self.major, self.minor, self.patch) = (major, minor, patch)
  }

  /// Reads `1.7.4`.
  package init?(_ text: String) {
    let parts = text.split(separator: ".", omittingEmptySubsequences: false).map { Int($0) }
    guard parts.count == 3, let major = parts[0], let minor = parts[1], let patch = parts[2],
      major >= 0, minor >= 0, patch >= 0
    else { return nil }
    self.init(major: major, minor: minor, patch: patch)
  }

  package var description: String { "\(major).\(minor).\(patch)" }

  /// Whether this version reads models that `other` wrote. A library loads a newer one's model without complaint and
  /// predicts wrongly, so only the same or an older major and minor version will do.
  package func reads(modelsOf other: XGBoostVersion) -> Bool {
    (other.major, other.minor) <= (major, minor)
  }
}

/// XGBoost's functions, loaded when first asked for.
struct XGBoostLibrary: Sendable {
  let functions: mlrepo_xgboost

  /// Loads the library. Throws with the package to install if it cannot be loaded.
  static func load() throws(Failure) -> XGBoostLibrary {
    guard let functions = mlrepo_xgboost_load() else {
      throw Failure(
        "cannot load the XGBoost library", why: String(cString: mlrepo_xgboost_load_error()),
        hint: "apt-get install libxgboost-dev")
    }
    return XGBoostLibrary(functions: functions.pointee)
  }

  var version: XGBoostVersion {
    var (major, minor, patch): (Int32, Int32, Int32) = (0, 0, 0)
    functions.version?(&major, &minor, &patch)
    return XGBoostVersion(major: Int(major), minor: Int(minor), patch: Int(patch))
  }

  /// Throws what XGBoost says went wrong unless `code`, the result of a call, is 0.
  func check(_ code: Int32?, _ what: String) throws(Failure) {
    guard code != 0 else { return }
    let message = functions.last_error?().map { String(cString: $0) } ?? ""
    throw Failure(what, why: Self.explanation(in: message))
  }

  /// XGBoost's message without its time, source place and stack trace.
  static func explanation(in message: String) -> String {
    let lines = message.split(separator: "\n").prefix { !$0.hasPrefix("Stack trace") }
    let text = lines.prefix(3).joined(separator: "; ")
    guard text.hasPrefix("["), let place = text.firstRange(of: "] ") else {
      return text.isEmpty ? "XGBoost gives no reason" : text
    }
    let rest = text[place.upperBound...]
    guard rest.hasPrefix("."), let end = rest.firstRange(of: ": ") else { return String(rest) }
    return String(rest[end.upperBound...])
  }
}

/// The version of the XGBoost library on this machine. Throws if it cannot be loaded.
package func installedXGBoostVersion() throws(Failure) -> XGBoostVersion {
  try XGBoostLibrary.load().version
}
