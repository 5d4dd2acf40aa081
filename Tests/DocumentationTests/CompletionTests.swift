import TestSupport
import Testing

/// The shell completions that `make install` puts in place.
@Test("the completions for a shell are a script that the shell reads", arguments: ["bash", "zsh", "fish"])
func completions(shell: String) throws {
  let sandbox = try Sandbox()
  let script = try sandbox.run(["mlrepo", "--generate-completion-script", shell])
  #expect(script.status == 0)
  let words = try CommandTree().commands.flatMap { $0.words + $0.options.map { $0.replacing("-", with: "") } }
  #expect(words.filter { !script.text.replacing("-", with: "").contains($0.replacing("-", with: "")) } == [])
  guard try sandbox.run(["sh", "-c", "command -v \(shell)"]).status == 0 else { return }
  try sandbox.write(script.text, to: "completions")
  let check = try sandbox.run([shell, "-n", "completions"])
  #expect("\(check.status) \(check.text)" == "0 ")
}
