extension GraphDrawing {
  /// A drawing in SVG, from the top down. It needs nothing else to be shown.
  package func svg() -> String {
    let layout = GraphLayout(self)
    let (width, height) = (number(layout.width), number(layout.height))
    var text = """
      <svg xmlns="http://www.w3.org/2000/svg" width="\(width)" height="\(height)" viewBox="0 0 \(width) \(height)">
      <style>
      text { font: 13px ui-sans-serif, "DejaVu Sans", Helvetica, Arial, sans-serif; fill: #1f2328; text-anchor: middle }
      rect { fill: #f6f8fa; stroke: #8c959f }
      path { fill: none; stroke: #8c959f; stroke-width: 1.2 }

      """
    for state in State.allCases where nodes.contains(where: { $0.state == state }) {
      text += ".\(state) { fill: \(state.fill); stroke: \(state.stroke) }\n"
    }
    text += """
      </style>
      <defs><marker id="end" viewBox="0 0 8 8" refX="7" refY="4" markerWidth="8" markerHeight="8" orient="auto">
      <path d="M0 0L8 4L0 8z" style="fill: #8c959f; stroke: none"/></marker></defs>
      <rect width="\(width)" height="\(height)" style="fill: #ffffff; stroke: none"/>

      """
    for route in layout.routes { text += "<path d=\"\(curve(route))\" marker-end=\"url(#end)\"/>\n" }
    for (index, node) in nodes.enumerated() {
      text += box(node, at: layout.centers[index], width: layout.widths[index])
    }
    return text + "</svg>\n"
  }

  private func box(_ node: Node, at center: GraphLayout.Point, width: Double) -> String {
    let (x, y) = (center.x - width / 2, center.y - GraphLayout.boxHeight / 2)
    let round = node.isData ? GraphLayout.boxHeight / 2 : 5
    func rect(_ offset: Double) -> String {
      "<rect \(node.state.map { "class=\"\($0)\" " } ?? "")x=\"\(number(x + offset))\" y=\"\(number(y + offset))\" "
        + "width=\"\(number(width))\" height=\"\(number(GraphLayout.boxHeight))\" rx=\"\(number(round))\"/>"
    }
    // Several stages look like a pile.
    let boxes = node.count > 1 ? rect(4) + rect(0) : rect(0)
    let title = "<title>\(Self.escaped(node.title))\(node.state.map { ": \($0.rawValue)" } ?? "")</title>"
    return "<g>\(title)\(boxes)<text x=\"\(number(center.x))\" y=\"\(number(center.y + 4.5))\">"
      + "\(Self.escaped(node.title))</text></g>\n"
  }

  /// A line that leaves and enters boxes straight down.
  private func curve(_ route: [GraphLayout.Point]) -> String {
    guard var at = route.first, route.count > 1 else { return "" }
    let half = GraphLayout.boxHeight / 2
    at.y += half
    var text = "M\(number(at.x)) \(number(at.y))"
    for (index, point) in route.enumerated().dropFirst() {
      let isLast = index == route.count - 1
      // Between rows the line stays beside the boxes: down along the height of one, and over to the next behind it.
      let entry = point.y - half
      let middle = (at.y + entry) / 2
      text +=
        "C\(number(at.x)) \(number(middle)) \(number(point.x)) \(number(middle)) \(number(point.x)) \(number(entry))"
      at = GraphLayout.Point(x: point.x, y: isLast ? entry : point.y + half)
      if !isLast { text += "V\(number(at.y))" }
    }
    return text
  }

  private func number(_ value: Double) -> String {
    let tenths = Int((value * 10).rounded())
    return tenths % 10 == 0 ? String(tenths / 10) : "\(tenths / 10).\(abs(tenths % 10))"
  }

  private static func escaped(_ text: String) -> String {
    String(
      text.flatMap { character -> String in
        switch character {
        case "&": "&amp;"
        case "<": "&lt;"
        case ">": "&gt;"
        case "\"": "&quot;"
        default: String(character)
        }
      })
  }
}
