import Foundation
import TestSupport
import Testing

/// What each target of `Sources` may import of the project and of other packages, in layer order. ARCHITECTURE.md shows
/// the same table.
private let allowed: [String: Set<String>] = [
  "CGit2": [], "COpenSSL": [], "CZlib": [], "CZstd": [], "CLoader": [], "CXGBoost": ["CLoader"],
  "CSQLite": ["CLoader"], "CCurl": ["CLoader"], "CExpat": ["CLoader"], "CSSH": ["CLoader"], "CSystem": [],
  "FaultInjection": [],
  "Diagnostics": [],
  "Files": ["Diagnostics", "CSystem"],
  "Formats": ["Diagnostics", "Yams"],
  "Objects": ["Files", "Diagnostics", "COpenSSL", "CZstd"],
  "Git": ["Files", "Diagnostics", "CGit2"],
  "Workspaces": ["Objects", "Git", "Formats", "Files", "Diagnostics"],
  "Remotes": ["Objects", "Formats", "Files", "Diagnostics", "COpenSSL", "CCurl", "CExpat", "CSSH"],
  "Models": ["Formats", "Files", "Diagnostics", "CXGBoost", "CZlib"],
  "Pipelines": ["Workspaces", "Objects", "Git", "Formats", "Files", "Diagnostics", "CSystem", "CSQLite"],
  "Experiments": ["Pipelines", "Workspaces", "Objects", "Git", "Formats", "Files", "Diagnostics"],
  "Repositories": [
    "Experiments", "Pipelines", "Models", "Remotes", "Workspaces", "Objects", "Git", "Formats", "Files", "Diagnostics",
  ],
  "Commands": [
    "Repositories", "Experiments", "Pipelines", "Models", "Remotes", "Workspaces", "Objects", "Git", "Formats", "Files",
    "Diagnostics", "ArgumentParser",
  ],
  "mlrepo": ["Commands"],
  "TestSupport": ["Files", "Diagnostics"],
  "FuzzChecks": [
    "Repositories", "Pipelines", "Models", "Remotes", "Workspaces", "Objects", "Git", "Formats", "Files", "Diagnostics",
  ],
  "Fuzz": ["FuzzChecks", "Files", "Diagnostics"],
]

/// The toolchain's own modules.
private let system: Set = [
  "FoundationEssentials", "Glibc", "Musl", "Darwin", "Synchronization", "Dispatch", "RegexBuilder", "_StringProcessing",
]

private let sources = URL(fileURLWithPath: Products.package).appending(path: "Sources")

private func files(below folder: URL, endingIn suffixes: [String]) throws -> [String] {
  try FileManager.default.subpathsOfDirectory(atPath: folder.path)
    .filter { name in suffixes.contains { name.hasSuffix($0) } }.sorted()
}

@Test("every folder of Sources has its place in the layers")
func everyTarget() throws {
  let folders = try FileManager.default.contentsOfDirectory(atPath: sources.path)
    .filter { (try? sources.appending(path: $0).resourceValues(forKeys: [.isDirectoryKey]).isDirectory) == true }
  #expect(folders.sorted() == allowed.keys.sorted())
}

@Test("a module imports only what its layer allows", arguments: allowed.keys.sorted())
func layering(module: String) throws {
  let folder = sources.appending(path: module)
  let permitted = try #require(allowed[module]).union(system)
  for file in try files(below: folder, endingIn: [".swift"]) {
    let text = try String(contentsOf: folder.appending(path: file), encoding: .utf8)
    for match in text.matches(of: /(?m)^\s*(?:@\w+ )*(?:\w+ )?import (?:\w+ )?(\w+)/) {
      let name = String(match.1)
      #expect(permitted.contains(name), "\(module)/\(file) must not import \(name)")
    }
  }
}

@Test("no file of code is longer than 500 lines", arguments: ["Sources", "Tests"])
func fileSize(folder: String) throws {
  let root = URL(fileURLWithPath: Products.package).appending(path: folder)
  let long = try files(below: root, endingIn: [".swift", ".c", ".h"]).filter { file in
    try Data(contentsOf: root.appending(path: file)).count { $0 == UInt8(ascii: "\n") } > 500
  }
  #expect(long == [])
}

@Test("the top level holds what it is meant to hold")
func topLevel() throws {
  let known: Set = [
    "Package.swift", "Sources", "Tests", "Fixtures", "Man", "README.md", "Makefile", "LICENSE", "CHANGELOG.md",
    "ARCHITECTURE.md", "CONTRIBUTING.md", "Package.resolved",
  ]
  let names = try FileManager.default.contentsOfDirectory(atPath: Products.package)
  #expect(names.filter { !$0.hasPrefix(".") && !known.contains($0) } == [])
}

@Test("no place in the code is kept by an empty file", arguments: ["Sources", "Tests"])
func placeholders(folder: String) throws {
  let root = URL(fileURLWithPath: Products.package).appending(path: folder)
  #expect(try files(below: root, endingIn: ["/Empty.swift"]) == [])
}
