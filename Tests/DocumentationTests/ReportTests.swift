import Foundation
import TestSupport
import Testing

/// A command that is run with `--json`, and the page that describes what it prints.
private struct Report: CustomTestStringConvertible, Sendable {
  var page: String
  /// Run before, in the repository.
  var before = "true"
  var command: String

  var testDescription: String { command }
}

private let reports = [
  Report(page: "mlrepo-init", command: "init"),
  Report(page: "mlrepo-version", command: "version"),
  Report(page: "mlrepo-doctor", command: "doctor"),
  Report(page: "mlrepo-config", command: "config gc.gracePeriod"),
  Report(page: "mlrepo-add", before: "echo new > img/new", command: "add img"),
  Report(page: "mlrepo-remove", command: "remove img"),
  Report(page: "mlrepo-move", command: "move img pictures"),
  Report(page: "mlrepo-status", before: "rm img/a; echo new > img/new; chmod +x b", command: "status"),
  Report(page: "mlrepo-checkout", before: "echo new > img/a; echo new > img/new; rm b", command: "checkout --force"),
  Report(page: "mlrepo-commit", before: "echo new > img/a", command: "commit"),
  Report(page: "mlrepo-diff", before: "echo new > img/a; rm b; cp img/run img/more", command: "diff -R"),
  Report(page: "mlrepo-diff", before: "mlrepo move -q img pictures", command: "diff -R"),
  Report(page: "mlrepo-remote-list", before: "mlrepo remote add -q o ../remote", command: "remote list"),
  Report(page: "mlrepo-remote-check", before: "mlrepo remote add -q o ../remote", command: "remote check --write"),
  Report(page: "mlrepo-push", before: "mlrepo remote add -q o ../remote", command: "push"),
  Report(page: "mlrepo-status", before: "mlrepo remote add -q o ../remote", command: "status --remote"),
  Report(page: "mlrepo-fetch", before: "mlrepo remote add -q o ../remote && mlrepo push -q", command: "fetch"),
  Report(
    page: "mlrepo-pull", before: "mlrepo remote add -q o ../remote && mlrepo push -q && rm -r img .mlrepo/objects",
    command: "pull img/a"),
  Report(page: "mlrepo-log", command: "log"),
  Report(page: "mlrepo-ls", command: "ls -R"),
  Report(page: "mlrepo-stage-list", command: "stage list"),
  Report(page: "mlrepo-repro", command: "repro"),
  Report(page: "mlrepo-repro", command: "repro --dry-run --force"),
  Report(page: "mlrepo-fsck", before: "touch .mlrepo/objects/loose/x", command: "fsck"),
  Report(page: "mlrepo-fsck", before: "rm -r .mlrepo/objects/loose/*", command: "fsck --repair"),
  Report(page: "mlrepo-gc", command: "gc"),
  Report(page: "mlrepo-gc", command: "gc --explain sha256:$(sha256sum < img/a | cut -c 1-64)"),
  Report(page: "mlrepo-op-log", command: "op log"),
  Report(
    page: "mlrepo-op-show", before: "mlrepo remove -q --data b", command: "op show $(mlrepo op log -n 1 | cut -c 1-21)"),
  Report(page: "mlrepo-undo", before: "mlrepo remove -q --data b", command: "undo"),
  Report(page: "mlrepo-split", command: "split --data t.csv --train a.csv --test b.csv --test-fraction 0.5"),
]

@Test("JSON describes every member that the command prints", arguments: reports)
private func members(report: Report) throws {
  let sandbox = try Sandbox()
  try sandbox.shell(
    """
    git init -q && mlrepo init -q && mkdir img && echo a > img/a && ln -s a img/link && echo b > b
    printf '#!/bin/sh\\n' > img/run && chmod +x img/run && printf 'x,y\\n1,2\\n3,4\\n' > t.csv
    mlrepo add -q img b && mlrepo stage add -q -n count -d b -o n 'wc -c < b > n'
    git add . && git commit -q -m first && \(report.before)
    """)
  let answer = try sandbox.shell("mlrepo \(report.command) --json 2>err || [ $? = 1 ]")
  let page = try #require(try ManualPage.all()[report.page])
  let described = try #require(page.sections["JSON"]).joined(separator: "\n")
  let printed = keys(in: try JSONSerialization.jsonObject(with: Data(answer.utf8)))
  let words = Set(described.matches(of: /\w+/).map { String($0.0) })
  #expect(printed.subtracting(words) == [])
}

/// Every key of every object in `value`.
private func keys(in value: Any) -> Set<String> {
  if let list = value as? [Any] { return list.reduce(into: []) { $0.formUnion(keys(in: $1)) } }
  guard let object = value as? [String: Any] else { return [] }
  return object.reduce(into: []) { $0.formUnion(keys(in: $1.value).union([$1.key])) }
}
