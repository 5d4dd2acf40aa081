package import Diagnostics

/// A parameter or metric file of any kind that is read, told by its name's ending.
package enum DataFile {
  package static let extensions = ["yaml", "yml", "json", "toml", "py"]

  /// Reads `bytes` as the format that the ending of `file` names.
  package static func parse(
    _ bytes: [UInt8], file: String, limits: ParseLimits = .people, category: FailureCategory = .failed
  ) throws(Failure) -> Node {
    let name = file.split(separator: "/").last ?? ""
    let ending = name.split(separator: ".", omittingEmptySubsequences: false).dropFirst().last?.lowercased()
    switch ending {
    case "yaml", "yml": return try YAML.parse(bytes, file: file, limits: limits, category: category)
    case "json": return try JSON.parse(bytes, file: file, limits: limits, category: category)
    case "toml": return try TOML.parse(bytes, file: file, limits: limits, category: category)
    case "py": return try Python.parse(bytes, file: file, limits: limits, category: category)
    default:
      throw Failure(
        "cannot read \(file)", why: "its name tells no format that is read",
        hint: "use a file that ends in .yaml, .yml, .json, .toml or .py", category: category)
    }
  }
}
