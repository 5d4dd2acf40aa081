package import Files
package import Objects

/// What a `Stage.Source` held when it was looked at.
package enum SourceContent: Equatable, Sendable {
  /// The files that a glob matches.
  case files([RepositoryPath: Content])
  /// The bytes of lines, of a command's output or of a query's rows: their id and how many they are. `file` is the file
  /// they come from as a whole; while it is the same, they are.
  case bytes(ObjectID, size: Int, file: ObjectID? = nil)
  /// The file it would be taken from is not there.
  case missing
  /// It would take running a command of the repository, which only `repro` does.
  case unknown

  /// Whether nothing a stage reads differs. What is unknown differs from nothing.
  package func isSame(as other: SourceContent) -> Bool {
    switch (self, other) {
    case (.unknown, _), (_, .unknown), (.missing, .missing): true
    case (.files(let a), .files(let b)): a.mapValues(\.id) == b.mapValues(\.id)
    case (.bytes(let a, _, _), .bytes(let b, _, _)): a == b
    default: false
    }
  }
}

/// What a `Stage.Probe` told of the environment.
package struct ProbeResult: Equatable, Sendable {
  /// Of the file, or of what the command printed.
  package var id: ObjectID
  package var size: Int
  /// The first line that a command printed, for people.
  package var line: String?

  package init(id: ObjectID, size: Int, line: String? = nil) {
    self.id = id
    self.size = size
    self.line = line
  }
}

/// A source as the lock keeps it.
package struct LockedSource: Equatable, Sendable {
  package var source: Stage.Source
  package var content: SourceContent

  package init(_ source: Stage.Source, _ content: SourceContent) {
    self.source = source
    self.content = content
  }
}

/// A probe as the lock keeps it; nil where the file was not there.
package struct LockedProbe: Equatable, Sendable {
  package var probe: Stage.Probe
  package var result: ProbeResult?

  package init(_ probe: Stage.Probe, _ result: ProbeResult?) {
    self.probe = probe
    self.result = result
  }
}
