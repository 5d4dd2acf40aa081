// swift-tools-version: 6.2
import PackageDescription

/// Every module is held to the same rules: Swift 6 mode, explicit existentials, and no import more visible than used.
let strict: [SwiftSetting] = [
  .enableUpcomingFeature("ExistentialAny"),
  .enableUpcomingFeature("MemberImportVisibility"),
  .enableUpcomingFeature("InternalImportsByDefault"),
  .treatAllWarnings(as: .error),
]

func module(_ name: String, _ dependencies: [Target.Dependency]) -> Target {
  .target(name: name, dependencies: dependencies, swiftSettings: strict)
}

func tests(_ name: String, _ dependencies: [Target.Dependency]) -> Target {
  .testTarget(
    name: "\(name)Tests", dependencies: dependencies + [.target(name: name), "TestSupport"], swiftSettings: strict)
}

/// Targets in layer order: a target may only import what stands above it (Tests/LayeringTests checks the exact table).
let package = Package(
  name: "mlrepo",
  platforms: [.macOS(.v15)],
  products: [
    .executable(name: "mlrepo", targets: ["mlrepo"]),
    // For tests only, which load it into the program they test.
    .library(name: "FaultInjection", type: .dynamic, targets: ["FaultInjection"]),
  ],
  dependencies: [
    .package(url: "https://github.com/apple/swift-argument-parser", from: "1.8.0"),
    .package(url: "https://github.com/jpsim/Yams", from: "6.2.0"),
  ],
  targets: [
    // System libraries, with `static inline` shims where a macro does not import.
    .systemLibrary(name: "CGit2", pkgConfig: "libgit2", providers: [.apt(["libgit2-dev"]), .brew(["libgit2"])]),
    .systemLibrary(name: "COpenSSL", pkgConfig: "libcrypto", providers: [.apt(["libssl-dev"]), .brew(["openssl"])]),
    .systemLibrary(name: "CZlib", pkgConfig: "zlib", providers: [.apt(["zlib1g-dev"])]),
    .systemLibrary(name: "CZstd", pkgConfig: "libzstd", providers: [.apt(["libzstd-dev"]), .brew(["zstd"])]),
    // Opens libraries when they are first needed.
    .target(name: "CLoader"),
    // XGBoost's C API, resolved when a command trains or predicts, so that no other command pays for loading it.
    .target(name: "CXGBoost", dependencies: ["CLoader"]),
    // SQLite's C interface, resolved when a stage depends on a query.
    .target(name: "CSQLite", dependencies: ["CLoader"]),
    // libcurl's, when a command first speaks HTTP.
    .target(name: "CCurl", dependencies: ["CLoader"]),
    // Expat's, when a server first answers in XML.
    .target(name: "CExpat", dependencies: ["CLoader"]),
    // libssh's, when a command first speaks SSH.
    .target(name: "CSSH", dependencies: ["CLoader"]),
    // System calls that Swift's C library module does not show.
    .target(name: "CSystem"),

    // Explained errors; no I/O.
    module("Diagnostics", []),
    // Byte paths, contained walking, durable replace, locks, links, worker threads.
    module("Files", ["Diagnostics", "CSystem"]),
    // YAML, JSON, TOML and CSV with source positions; one canonical encoding each.
    module(
      "Formats",
      ["Diagnostics", .product(name: "Yams", package: "Yams")]),
    // Object ids, hashing, trees, packs, loose objects, fsck, gc plan.
    module("Objects", ["Files", "Diagnostics", "COpenSSL", "CZstd"]),
    // libgit2, wrapped once: blobs at revisions, refs, ignore rules, index.
    module("Git", ["Files", "Diagnostics", "CGit2"]),
    // Pointers, stat index, scan, status, add and checkout plans and their execution.
    module("Workspaces", ["Objects", "Git", "Formats", "Files", "Diagnostics"]),
    // What a remote is, its kinds, and what travels.
    module("Remotes", ["Objects", "Formats", "Files", "Diagnostics", "COpenSSL", "CCurl", "CExpat", "CSSH"]),
    // Tables, training, evaluation, prediction, model files; knows no repository.
    module("Models", ["Formats", "Files", "Diagnostics", "CXGBoost", "CZlib"]),
    // Stages, graph, lock, repro plan, executors.
    module("Pipelines", ["Workspaces", "Objects", "Git", "Formats", "Files", "Diagnostics", "CSystem", "CSQLite"]),
    // Params and metrics at revisions, and their diffs.
    module("Experiments", ["Pipelines", "Workspaces", "Objects", "Git", "Formats", "Files", "Diagnostics"]),
    // The facade: opens a repository, its config, lock and operations; one file per verb.
    module(
      "Repositories",
      [
        "Experiments", "Pipelines", "Models", "Remotes", "Workspaces", "Objects", "Git", "Formats", "Files",
        "Diagnostics",
      ]),
    // Parse, call the facade, print; errors to exit codes.
    module(
      "Commands",
      [
        "Repositories", "Experiments", "Pipelines", "Models", "Remotes", "Workspaces", "Objects", "Git", "Formats",
        "Files",
        "Diagnostics", .product(name: "ArgumentParser", package: "swift-argument-parser"),
      ]),
    .executableTarget(name: "mlrepo", dependencies: ["Commands"], swiftSettings: strict),

    // Lets system calls of a program go wrong; no target may depend on it.
    .target(name: "FaultInjection"),
    // Sandboxes, transcripts and reference data for the tests.
    module("TestSupport", ["Files", "Diagnostics"]),
    // What fuzz tests hold each reader to.
    module(
      "FuzzChecks",
      [
        "Repositories", "Pipelines", "Models", "Remotes", "Workspaces", "Objects", "Git", "Formats", "Files",
        "Diagnostics",
      ]),
    tests("Formats", ["Diagnostics"]),
    tests("Files", ["Diagnostics"]),
    tests("Objects", ["Files", "Diagnostics"]),
    tests("Git", ["Files", "Diagnostics"]),
    tests("Workspaces", ["Objects", "Git", "Formats", "Files", "Diagnostics"]),
    tests("Remotes", ["Objects", "Formats", "Files", "Diagnostics"]),
    tests("Models", ["Formats", "Files", "Diagnostics"]),
    tests("Pipelines", ["Workspaces", "Objects", "Formats", "Files", "Diagnostics"]),
    tests("Experiments", ["Formats", "Files", "Diagnostics"]),
    tests("FuzzChecks", ["Files", "Diagnostics"]),
    .testTarget(name: "LayeringTests", dependencies: ["TestSupport"], swiftSettings: strict),
    .testTarget(name: "DocumentationTests", dependencies: ["TestSupport", "Files"], swiftSettings: strict),
    .testTarget(name: "TranscriptTests", dependencies: ["TestSupport", "Files"], swiftSettings: strict),
    .testTarget(name: "FaultTests", dependencies: ["TestSupport", "Files", "Diagnostics"], swiftSettings: strict),
  ]
)

// libFuzzer brings its own `main`, so only .ci/fuzz builds this.
if Context.environment["MLREPO_FUZZ"] != nil {
  package.targets.append(
    .executableTarget(
      name: "Fuzz", dependencies: ["FuzzChecks", "Files", "Diagnostics"],
      swiftSettings: strict + [.unsafeFlags(["-parse-as-library"])]))
}
