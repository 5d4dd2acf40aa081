/// Items of lists: added at the end and taken away one by one. Where an item cannot be told from its surroundings, the
/// whole list is written anew.
extension YAMLSplice {
  func appending(_ value: Value, to place: Place, _ items: [Node]) -> [[UInt8]] {
    let whole = replacing(place, with: .list(items.map(\.value) + [value]))
    guard let first = items.first else { return whole }
    if place.inFlow || startsFlow(place.node) {
      let start = source.offset(of: place.node.position)
      guard let end = source.tokenEnd(from: start, inFlow: true), end > start else { return whole }
      return [source.replacing(end - 1, to: end - 1, with: ", \(YAML.scalar(value))")] + whole
    }
    guard let parent = place.parent, let dash = column(ofDashBefore: first) else { return whole }
    let lead = String(repeating: " ", count: dash)
    let lines = YAML.emit(.list([value])).split(separator: "\n").map { "\(lead)\($0)\n" }.joined()
    return [source.inserting(lines, beforeLine: lastLine(parent) + 1)] + whole
  }

  func removing(item index: Int, of place: Place, _ items: [Node]) -> [[UInt8]] {
    var rest = items.map(\.value)
    rest.remove(at: index)
    let whole = replacing(place, with: .list(rest))
    let start = source.offset(of: items[index].position)
    if place.inFlow || startsFlow(place.node) {
      if index + 1 < items.count {
        return [source.replacing(start, to: source.offset(of: items[index + 1].position), with: "")] + whole
      }
      guard index > 0, let end = source.tokenEnd(from: start, inFlow: true),
        let before = source.tokenEnd(from: source.offset(of: items[index - 1].position), inFlow: true)
      else { return whole }
      return [source.replacing(before, to: end, with: "")] + whole
    }
    guard let parent = place.parent else { return whole }
    let line = items[index].position.line
    var next = index + 1 < items.count ? items[index + 1].position.line : lastLine(parent) + 1
    // Comments before the next item are about that one.
    while next > line + 1, isComment(source.line(next - 1)) { next -= 1 }
    return [source.replacing(source.start(ofLine: line), to: source.start(ofLine: next), with: "")] + whole
  }

  private func isComment(_ line: ArraySlice<UInt8>) -> Bool {
    guard let first = line.first(where: { $0 != UInt8(ascii: " ") }) else { return true }
    return first == UInt8(ascii: "#")
  }

  /// How far the dash of a block list's item is indented.
  private func column(ofDashBefore item: Node) -> Int? {
    let line = source.line(item.position.line)
    let lead = line.prefix { $0 == UInt8(ascii: " ") }.count
    return line.dropFirst(lead).first == UInt8(ascii: "-") ? lead : nil
  }
}
