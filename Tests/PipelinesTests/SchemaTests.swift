import Formats
import TestSupport
import Testing

@testable import Pipelines

@Suite struct SchemaTests {
  @Test("what the reader takes, the schema takes")
  func takes() throws {
    let text = """
      vars: [params.yaml, {n: 2}]
      environment: [requirements.txt, {command: python --version}]
      stages:
        a:
          cmd: [one, two]
          wdir: sub
          deps: [x, {glob: '*.csv'}, {lines: f, first: 2}, {regex: '^a', file: f}, {command: date}, {query: q, file: t.csv}]
          params: [k, {other.toml: [a, b]}, {all.json: }]
          outs: [o, {m: {cache: false, persist: true, desc: d, push: false}}, {n: }]
          metrics: [{s.json: {cache: false}}]
          plots: [p.csv, {q.csv: {x: a, y: [b, c]}}]
          env: [HOME]
          timeout: 1h 30m
          retries: {count: 3, delay: 2s}
          resources: {cpus: 2, memory: 4 GiB, gpus: 1}
          frozen: true
        b:
          foreach: [1, 2]
          do: {cmd: 'run ${item}', after: [a], retries: 2, resources: {cpus: '${n}'}}
        c:
          matrix: {x: [1, 2], y: '${n}'}
          cmd: run
          map: {over: data}
      artifacts: {model: {path: sub/o, type: model, labels: [good]}}
      metrics: [m.json]
      desc: all of it
      """
    #expect(problems(try YAML.parse(Array(text.utf8), file: "p").value) == [])
  }

  @Test(
    "what the reader refuses, the schema refuses",
    arguments: [
      "stages: {a: {cmd: x, dep: [y]}}", "stages: {a: {deps: [x]}}", "stages: {a: {cmd: 1}}", "stage: {}",
      "stages: {a: {cmd: x, frozen: maybe}}", "stages: {a: {cmd: x, deps: [{glbo: y}]}}",
      "stages: {a: {cmd: x, retries: -1}}", "stages: {a: {cmd: x, outs: [{o: {cached: true}}]}}", "metrics: [1]",
    ])
  func refuses(text: String) throws {
    #expect(problems(try YAML.parse(Array(text.utf8), file: "p").value) != [])
    #expect(failure { try PipelineFile.parse(bytes(text), file: try path("mlrepo.yaml")) } != nil)
  }

  @Test("every key that a person writes is explained")
  func explains() throws {
    let schema = PipelineSchema.value
    for keys in [(["properties"], PipelineReader.fileKeys), (["$defs", "stage", "properties"], StageReader.keys)] {
      let found = keys.0.reduce(schema) { member($1, of: $0) ?? .null }
      for key in keys.1 { #expect(member(key, of: found).flatMap { member("description", of: $0) } != nil, "\(key)") }
    }
  }

  private func problems(_ value: Value) -> [String] { check(value, PipelineSchema.value, "") }

  /// Checks by the words of JSON Schema that the schema uses; no others may come up in it.
  private func check(_ value: Value, _ schema: Value, _ place: String) -> [String] {
    guard case .map(let words) = schema else { return ["\(place): no schema"] }
    var found: [String] = []
    for word in words {
      switch (word.key, word.value) {
      case ("$schema", _), ("title", _), ("description", _), ("$defs", _), ("properties", _): break
      case ("$ref", .string(let name)):
        let target = name.split(separator: "/").dropFirst().reduce(PipelineSchema.value) {
          member(String($1), of: $0) ?? .null
        }
        found += check(value, target, place)
      case ("anyOf", .list(let choices)):
        if !choices.contains(where: { check(value, $0, place) == [] }) { found.append("\(place): no choice fits") }
      case ("type", .string(let type)): if !fits(value, type) { found.append("\(place): not \(type)") }
      case ("type", .list(let types)):
        if !types.contains(where: { fits(value, $0.text) }) { found.append("\(place): none of \(types)") }
      case ("required", .list(let keys)):
        for key in keys where member(key.text, of: value) == nil { found.append("\(place): no \(key.text)") }
      case ("minimum", .int(let least)):
        if case .int(let int) = value, int < least { found.append("\(place): too small") }
      case ("exclusiveMinimum", .int(let least)):
        if case .int(let int) = value, int <= least { found.append("\(place): too small") }
      case ("minItems", .int(let least)):
        if case .list(let items) = value, items.count < least { found.append("\(place): too few") }
      case ("pattern", .string):
        if case .string(let text) = value, !text.contains("${") { found.append("\(place): no template") }
      case ("items", let item):
        if case .list(let items) = value { for next in items { found += check(next, item, place + "[]") } }
      case ("additionalProperties", let rest):
        let known = words.first { $0.key == "properties" }?.value ?? .map([])
        guard case .map(let members) = value else { continue }
        for next in members {
          if let own = member(next.key, of: known) {
            found += check(next.value, own, "\(place).\(next.key)")
          } else if rest == .bool(false) {
            found.append("\(place).\(next.key): unknown")
          } else {
            found += check(next.value, rest, "\(place).\(next.key)")
          }
        }
      default: found.append("\(place): the schema says '\(word.key)'")
      }
    }
    return found
  }

  private func fits(_ value: Value, _ type: String) -> Bool {
    switch (value, type) {
    case (.map, "object"), (.list, "array"), (.string, "string"), (.bool, "boolean"), (.null, "null"),
      (.int, "integer"),
      (.int, "number"), (.float, "number"):
      true
    default: false
    }
  }

  private func member(_ key: String, of value: Value) -> Value? {
    if case .map(let members) = value { members.first { $0.key == key }?.value } else { nil }
  }
}
