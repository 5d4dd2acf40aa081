package import Formats

/// The JSON Schema of pipeline files, for editors. It takes its keys from those that the readers know.
package enum PipelineSchema {
  package static var value: Value {
    object(
      [
        ("$schema", text("https://json-schema.org/draft/2020-12/schema")), ("title", text("mlrepo.yaml")),
        ("description", text("A pipeline of mlrepo: stages, with what they read and what they make.")),
      ], properties(PipelineReader.fileKeys, file),
      [("$defs", .map([ValueMember("stage", stage), ValueMember("template", template)]))])
  }

  // MARK: Keys

  private static func file(_ key: String) -> Value {
    switch key {
    case "stages": described("The stages, by name.", mapping(entry))
    case "vars": variables
    case "params": described("Files of params to show, whether or not a stage reads them.", list(path))
    case "metrics": described("Files of metrics to show, whether or not a stage makes them.", list(path))
    case "plots":
      described(
        "Plots of what stages write: paths, or names with settings.",
        list(any([path, mapping(any([plot([]), null]))])))
    case "artifacts": described("Files or folders that are worth a name of their own, by name.", mapping(artifact))
    case "environment": environment
    case "desc": string("What the pipeline is for.")
    default: described("Anything; it is kept and not interpreted.", .map([]))
    }
  }

  private static func field(_ key: String) -> Value {
    switch key {
    case "cmd": described("The shell command, or several that run one after the other.", oneOrMore(string()))
    case "wdir": string("The folder in which the command runs, and to which the stage's paths are relative.")
    case "deps": described("What it reads: files, folders, patterns, or what a map says.", list(any([path] + sources)))
    case "params":
      described(
        "Params that it reads: keys of params.yaml, or a map from files to keys.",
        list(any([string(), mapping(any([list(string()), null]))])))
    case "outs": described("Files and folders that it makes.", list(output([])))
    case "metrics": described("Files of metrics that it makes.", list(output([])))
    case "plots": described("Files of values to plot that it makes.", list(output(NodeReader.plotKeys)))
    case "after": described("Stages that have to be done before, whatever they make.", list(string()))
    case "env": described("Environment variables whose values it depends on.", list(string()))
    case "environment": environment
    case "timeout":
      described(
        "How long a try may take: seconds, or a time such as 10m or 1h 30m.", any([number(above: 0), string()]))
    case "retries":
      described("How often it is tried again when it fails.", any([count, retries, reference("template")]))
    case "resources": resources
    case "executor": string("What runs it, by name.")
    case "map": map
    case "frozen": described("Whether it never runs and what it made last is taken as it is.", typed("boolean"))
    case "always_changed": described("Whether it runs at every repro.", typed("boolean"))
    case "desc": string("What the stage is for.")
    case "vars": variables
    case "foreach":
      described(
        "A list or map; the stage below 'do' is made for each item.",
        any([list(.map([])), mapping(.map([])), string()]))
    case "do": described("The stage that is made for each item.", reference("stage"))
    case "matrix":
      described(
        "Lists by name; the stage is made for each combination.",
        any([mapping(any([list(.map([])), string()])), string()]))
    default: described("Anything; it is kept and not interpreted.", .map([]))
    }
  }

  private static func option(_ key: String) -> Value {
    switch key {
    case "cache": described("Whether the store keeps it; if not, git is expected to.", typed("boolean"))
    case "persist": described("Whether it stays in place while the stage runs.", typed("boolean"))
    case "push": described("Whether push takes it along.", typed("boolean"))
    case "remote": string("The remote that it goes to.")
    case "desc": string("What it is.")
    case "type": string("What kind of thing it is.")
    case "labels": described("Words to find it by.", list(string()))
    case "template", "x_label", "y_label", "title": string()
    case "x", "y": any([string(), list(string()), mapping(any([string(), list(string())]))])
    case "header": typed("boolean")
    default: described("Anything; it is kept and not interpreted.", .map([]))
    }
  }

  // MARK: Parts

  private static var entry: Value { reference("stage") }

  private static var stage: Value {
    let needs = ["cmd", "do"].map { Value.map([ValueMember("required", .list([text($0)]))]) }
    return object([], properties(StageReader.keys, field), [("anyOf", .list(needs))])
  }

  private static func output(_ more: [String]) -> Value {
    let options = plot(StageReader.outputKeys, more)
    return any([path, mapping(more.isEmpty ? any([options, null]) : any([options, list(options), null]))])
  }

  private static func plot(_ keys: [String], _ more: [String] = NodeReader.plotKeys) -> Value {
    object([], properties(keys + more, option), [])
  }

  private static var artifact: Value {
    object([], properties(PipelineReader.artifactKeys) { $0 == "path" ? path : option($0) }, [required("path")])
  }

  private static var sources: [Value] {
    StageReader.sourceKeys.sorted { $0.key < $1.key }.map { kind, keys in
      object([], properties(keys) { ["first", "last"].contains($0) ? count : string() }, [required(kind)])
    }
  }

  private static var variables: Value {
    described("Values for templates: files, FILE:KEY,KEY, or maps.", list(any([string(), mapping(.map([]))])))
  }

  private static var environment: Value {
    let probe = object([], properties(["command", "file"]) { _ in string() }, [])
    return described(
      "Files, and commands as {command: …}, that tell which tools it runs with.", list(any([path, probe])))
  }

  private static var retries: Value {
    object(
      [], properties(["count", "delay"]) { $0 == "count" ? count : any([number(), string()]) }, [required("count")])
  }

  private static var resources: Value {
    described(
      "What it needs while it runs.",
      object(
        [],
        properties(["cpus", "memory", "gpus"]) { key in
          key == "memory"
            ? described("Bytes, or a size such as 4 GiB.", any([count, string()]))
            : any([count, reference("template")])
        }, []))
  }

  private static var map: Value {
    described(
      "Run once for each new or changed item: what lies in a folder, or the files that match a pattern.",
      object([], properties(["over"]) { _ in string() }, [required("over")]))
  }

  // MARK: Words of JSON Schema

  private static let null = Value.map([ValueMember("type", text("null"))])
  private static let path = string()
  /// Text that a template makes something else of.
  private static let template = Value.map([
    ValueMember("type", text("string")), ValueMember("pattern", text("\\$\\{")),
  ])
  private static let count = Value.map([ValueMember("type", text("integer")), ValueMember("minimum", .int(0))])

  private static func text(_ text: String) -> Value { .string(text) }

  private static func string(_ description: String? = nil) -> Value {
    let members = [ValueMember("type", text("string"))]
    return .map((description.map { [ValueMember("description", text($0))] } ?? []) + members)
  }

  private static func number(above least: Int? = nil) -> Value {
    .map([ValueMember("type", text("number"))] + (least.map { [ValueMember("exclusiveMinimum", .int($0))] } ?? []))
  }

  private static func typed(_ type: String) -> Value {
    any([.map([ValueMember("type", text(type))]), reference("template")])
  }

  private static func reference(_ name: String) -> Value { .map([ValueMember("$ref", text("#/$defs/\(name)"))]) }

  private static func required(_ key: String) -> (String, Value) { ("required", .list([text(key)])) }

  private static func any(_ choices: [Value]) -> Value { .map([ValueMember("anyOf", .list(choices))]) }

  private static func oneOrMore(_ item: Value) -> Value {
    any([
      item, .map([ValueMember("type", text("array")), ValueMember("items", item), ValueMember("minItems", .int(1))]),
    ])
  }

  /// A list, or nothing.
  private static func list(_ item: Value) -> Value {
    any([
      .map([ValueMember("type", .list([text("array"), text("null")])), ValueMember("items", item)]),
      reference("template"),
    ])
  }

  private static func mapping(_ value: Value) -> Value {
    .map([ValueMember("type", .list([text("object"), text("null")])), ValueMember("additionalProperties", value)])
  }

  private static func described(_ description: String, _ schema: Value) -> Value {
    guard case .map(let members) = schema else { return schema }
    return .map([ValueMember("description", text(description))] + members)
  }

  private static func properties(_ keys: [String], _ schema: (String) -> Value) -> Value {
    .map(keys.map { ValueMember($0, schema($0)) })
  }

  /// A map that holds nothing but `properties`.
  private static func object(_ first: [(String, Value)], _ properties: Value, _ last: [(String, Value)]) -> Value {
    let middle = [("type", text("object")), ("properties", properties), ("additionalProperties", Value.bool(false))]
    return .map((first + middle + last).map { ValueMember($0.0, $0.1) })
  }
}
