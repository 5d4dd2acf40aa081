import Diagnostics
import Files
import Formats

/// `FILE` or `FILE:KEY`: the params that a command takes from a file.
struct ParamsArgument {
  let members: [ValueMember]
  private let source: String

  /// Reads the file, relative to `folder`. Without an argument there are no params.
  init(_ argument: String?, in folder: [UInt8]) throws(Failure) {
    guard let argument else {
      (members, source) = ([], "")
      return
    }
    let parts = argument.split(separator: ":", maxSplits: 1).map(String.init)
    let file = parts.first ?? ""
    source = file
    guard let bytes = try Folder(at: folder).contents(atPath: ArgumentText.bytes(file)) else {
      throw Failure("cannot read the params file '\(file)'", why: "there is no such file")
    }
    let root = try DataFile.parse(bytes, file: file).value
    let found = parts.count > 1 ? root[path: parts[1]] : root
    guard case .map(let members)? = found else {
      let why = found.map { "it holds \($0.kind), not a map of params" } ?? "the file has no such key"
      throw Failure(
        "cannot use the params '\(argument)'", why: why, hint: "write them as 'name: value' lines below the key")
    }
    self.members = members
  }

  func number(_ name: String) throws(Failure) -> Double? {
    switch value(name) {
    case nil: return nil
    case .int(let number)?: return Double(number)
    case .float(let number)?: return number
    case let other?: throw wrong(name, "a number", other)
    }
  }

  func integer(_ name: String) throws(Failure) -> Int? {
    switch value(name) {
    case nil: return nil
    case .int(let number)?: return number
    case let other?: throw wrong(name, "a whole number", other)
    }
  }

  func text(_ name: String) throws(Failure) -> String? {
    switch value(name) {
    case nil: return nil
    case .string(let text)?: return text
    case let other?: throw wrong(name, "text", other)
    }
  }

  /// Refuses a param that the command does not know.
  func check(known: [String]) throws(Failure) {
    for member in members where !known.contains(member.key) {
      let meant = nearest(member.key, among: known).map { "; did you mean '\($0)'?" } ?? ""
      throw Failure(
        "cannot use the params of \(source)",
        why: "'\(member.key)' is not one of \(known.joined(separator: ", "))\(meant)")
    }
  }

  private func value(_ name: String) -> Value? { members.first { $0.key == name }?.value }

  private func wrong(_ name: String, _ wanted: String, _ value: Value) -> Failure {
    Failure("cannot use the param '\(name)' of \(source)", why: "it must be \(wanted), and it is \(value.text)")
  }
}

extension Folder {
  /// The content of a file named as users name files, relative to this folder; nil when there is none.
  fileprivate func contents(atPath path: [UInt8]) throws(Failure) -> [UInt8]? {
    let absolute = path.first == UInt8(ascii: "/") ? path : self.path + [UInt8(ascii: "/")] + path
    guard let slash = absolute.lastIndex(of: UInt8(ascii: "/")) else { return nil }
    let parent = try Folder(at: slash == 0 ? [UInt8(ascii: "/")] : Array(absolute[..<slash]))
    return try parent.contents(Array(absolute[(slash + 1)...]))
  }
}
