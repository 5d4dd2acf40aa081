import Files
import Formats
import Repositories
import Workspaces

/// How it is shown how imports stand beside where they are from.
struct ImportStatusOutput {
  let console: Console

  func show(_ found: [ImportState], asJSON: Bool) {
    guard !asJSON else { return console.answer(json: .list(found.map(json))) }
    let moved = found.filter { $0.state == .moved }
    if !moved.isEmpty {
      console.tell("Changed where they are from ('mlrepo update' takes it over):")
      for item in moved { console.tell("  \(item.path)  \(item.origin.place)") }
    }
    for item in found where item.state == .unknown {
      console.tell("Cannot tell of \(item.path): \(item.why ?? "")")
    }
    if found.allSatisfy({ $0.state == .current }) {
      console.tell(found.isEmpty ? "Nothing is imported." : "All imports are as they are where they are from.")
    }
  }

  private func json(_ item: ImportState) -> Value {
    var members = [
      ValueMember("path", .string(item.path.text)), ValueMember("state", .string(item.state.rawValue)),
      ValueMember("from", .map(item.origin.json)),
    ]
    if let why = item.why { members.append(ValueMember("why", .string(why))) }
    return .map(members)
  }
}
