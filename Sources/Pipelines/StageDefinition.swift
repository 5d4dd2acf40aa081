package import Formats

/// A stage as a user describes it on the command line; paths are relative to the working folder, as the file has them.
package struct StageDefinition: Sendable {
  package var name: String
  package var commands: [String]
  package var items = StageItems()
  package var settings = StageSettings()

  package init(name: String, commands: [String]) {
    self.name = name
    self.commands = commands
  }

  /// The stage as the pipeline file writes it.
  package var value: Value {
    let command: Value = commands.count == 1 ? .string(commands[0]) : .list(commands.map(Value.string))
    var members = settings.described.compactMap(\.member) + [ValueMember("cmd", command)]
    members += items.lists.filter { !$0.items.isEmpty }.map { ValueMember($0.key, .list($0.items)) }
    for field in settings.running {
      guard let value = field.value else { continue }
      if let index = members.firstIndex(where: { $0.key == field.path[0] }), case .map(let inner) = members[index].value
      {
        members[index].value = .map(inner + [ValueMember(field.path[1], value)])
      } else if field.path.count > 1 {
        members.append(ValueMember(field.path[0], .map([ValueMember(field.path[1], value)])))
      } else {
        members.append(ValueMember(field.path[0], value))
      }
    }
    return .map(members)
  }
}

/// What a stage reads, makes and waits for, in the words of a command line.
package struct StageItems: Sendable {
  package struct Output: Sendable {
    package var path: String
    package var isCached: Bool
    package var isKept: Bool

    package init(path: String, isCached: Bool = true, isKept: Bool = false) {
      self.path = path
      self.isCached = isCached
      self.isKept = isKept
    }
  }

  package var dependencies: [String] = []
  /// Each `key,key` of `params.yaml`, `file:key,key`, or `file:` for the whole file.
  package var params: [String] = []
  package var outputs: [Output] = []
  package var metrics: [Output] = []
  package var plots: [Output] = []
  /// Environment variables.
  package var variables: [String] = []
  /// Stages that have to be done before.
  package var predecessors: [String] = []

  package init() {}

  package var isEmpty: Bool { lists.allSatisfy(\.items.isEmpty) }

  /// The lists as the pipeline file writes them, by key.
  var lists: [(key: String, items: [Value])] {
    [
      ("deps", dependencies.map(Value.string)), ("after", predecessors.map(Value.string)),
      ("params", params.flatMap(Self.param)), ("env", variables.map(Value.string)), ("outs", outputs.map(Self.output)),
      ("metrics", metrics.map(Self.output)), ("plots", plots.map(Self.output)),
    ]
  }

  /// What `FILE:KEY,KEY` or `KEY,KEY` names. Without a file it is nil, and without keys the whole file is meant.
  static func parts(ofParam text: String) -> (file: String?, keys: [String]) {
    func keys(_ text: Substring) -> [String] { text.split(separator: ",").map(String.init) }
    guard let colon = text.lastIndex(of: ":") else { return (nil, keys(text[...])) }
    return (String(text[..<colon]), keys(text[text.index(after: colon)...]))
  }

  private static func param(_ text: String) -> [Value] {
    let (file, keys) = parts(ofParam: text)
    let values = keys.map(Value.string)
    guard let file else { return values }
    return [.map([ValueMember(file, values.isEmpty ? .null : .list(values))])]
  }

  private static func output(_ output: Output) -> Value {
    var options: [ValueMember] = []
    if !output.isCached { options.append(ValueMember("cache", .bool(false))) }
    if output.isKept { options.append(ValueMember("persist", .bool(true))) }
    return options.isEmpty ? .string(output.path) : .map([ValueMember(output.path, .map(options))])
  }
}

/// How a stage runs. What is nil is not said; a text that is empty takes away what was said.
package struct StageSettings: Sendable {
  package var summary: String?
  package var workingFolder: String?
  package var timeout: String?
  package var retries: Int?
  package var cpus: Int?
  package var memory: String?
  package var gpus: Int?
  package var executor: String?
  package var isFrozen: Bool?
  package var alwaysChanged: Bool?

  package init() {}

  package var isEmpty: Bool { described.isEmpty && running.isEmpty }

  struct Field {
    var path: [String]
    /// nil takes the member away.
    var value: Value?

    var member: ValueMember? { value.map { ValueMember(path[0], $0) } }
  }

  /// What stands before the command.
  var described: [Field] { [text("desc", summary), text("wdir", workingFolder)].compactMap(\.self) }

  /// What stands behind the outputs.
  var running: [Field] {
    [
      text("timeout", timeout), retries.map { Field(path: ["retries"], value: $0 == 0 ? nil : .int($0)) },
      cpus.map { Field(path: ["resources", "cpus"], value: .int($0)) },
      memory.map { Field(path: ["resources", "memory"], value: $0.isEmpty ? nil : .string($0)) },
      gpus.map { Field(path: ["resources", "gpus"], value: .int($0)) }, text("executor", executor),
      flag("frozen", isFrozen), flag("always_changed", alwaysChanged),
    ].compactMap(\.self)
  }

  /// A time or size that is a mere number is written as one.
  private func text(_ key: String, _ text: String?) -> Field? {
    guard let text else { return nil }
    if key == "timeout", let number = Int(text) { return Field(path: [key], value: .int(number)) }
    return Field(path: [key], value: text.isEmpty ? nil : .string(text))
  }

  private func flag(_ key: String, _ isSet: Bool?) -> Field? {
    isSet.map { Field(path: [key], value: $0 ? .bool(true) : nil) }
  }
}

/// What `stage edit` is to change.
package struct StageChanges: Sendable {
  /// A list of the stage, as its user calls it.
  package enum List: String, Sendable {
    case dependency = "dependency"
    case param = "param"
    case output = "output"
    case variable = "environment variable"
    case predecessor = "stage before"

    var keys: [String] {
      switch self {
      case .dependency: ["deps"]
      case .param: ["params"]
      case .output: ["outs", "metrics", "plots"]
      case .variable: ["env"]
      case .predecessor: ["after"]
      }
    }
  }

  package var name: String?
  package var commands: [String]?
  package var settings = StageSettings()
  package var added = StageItems()
  package var removed: [(list: List, text: String)] = []

  package init() {}
}
