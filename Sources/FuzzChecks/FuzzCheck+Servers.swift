import Diagnostics
import Remotes

extension FuzzCheck {
  /// The input is a letter for the way to list, and what the server answers.
  static func checkHTTPListing(_ input: [UInt8]) throws(Failure) {
    let body = Array(input.dropFirst())
    let read: () throws(Failure) -> [HTTPListing.Entry]
    switch input.first {
    case UInt8(ascii: "p"): read = { () throws(Failure) in HTTPListing.page(body, .packs, path: "/data/packs/") }
    case UInt8(ascii: "l"): read = { () throws(Failure) in try HTTPListing.list(body, .packs, from: "https://host") }
    default:
      read = { () throws(Failure) in
        try HTTPListing.properties(body, .packs, path: "/data/packs/", from: "https://host")
      }
    }
    for entry in try accepted(read) ?? [] {
      try require(entry.size.map { $0 >= 0 } ?? true, "\(entry.name) has \(entry.size ?? 0) bytes")
      try require(entry.name.folder == .packs, "\(entry.name) is in another folder")
    }
  }

  /// The input is a byte, which tells the status of a refusal or asks for a page of a listing, and what the server answers.
  static func checkS3Answer(_ input: [UInt8]) throws(Failure) {
    guard let first = input.first else { return }
    let body = Array(input.dropFirst())
    if first == UInt8(ascii: "l") {
      for file in try accepted({ () throws(Failure) in try OutsideAnswers.s3Page(body).files }) ?? [] {
        try require(file.size >= 0 && file.name.folder == .packs, "\(file) is listed")
      }
    } else {
      try requirePlain(OutsideAnswers.s3Refusal([0, 301, 400, 403, 404, 409, 500, 503][Int(first) % 8], body))
    }
  }

  static func checkSFTPAnswer(_ input: [UInt8]) throws(Failure) {
    let answer = try accepted { () throws(Failure) in try OutsideAnswers.sftp(input) }
    if let refusal = answer?.refusal { try requirePlain(refusal) }
    let length = (answer?.names ?? []).reduce(0) { $0 + $1.count }
    try require(length <= input.count, "names come from nowhere")
  }

  /// Whether a message with words of a server explains something, on one line, and holds no orders for a terminal.
  private static func requirePlain(_ failure: Failure) throws(Failure) {
    try require(!failure.what.isEmpty && !failure.why.isEmpty, "'\(failure)' explains nothing")
    for text in [failure.what, failure.why, failure.hint ?? ""] {
      let isPlain = text.unicodeScalars.allSatisfy { $0.value >= 0x20 && !(0x7f..<0xa0).contains($0.value) }
      try require(isPlain, "'\(text)' has control characters")
    }
  }
}
