/// Where the boxes of a drawing stand: in rows, each below all that it follows, with few crossings. Plain Sugiyama: rows by
/// the longest way, points in between for edges over several rows, order by the middle of the neighbours.
struct GraphLayout {
  struct Point: Equatable {
    var x: Double
    var y: Double
  }

  private(set) var width = 0.0
  private(set) var height = 0.0
  /// The middle of each box.
  private(set) var centers: [Point] = []
  let widths: [Double]
  /// The way of each edge of the drawing, from the middle of one box to that of the other.
  private(set) var routes: [[Point]] = []

  static let boxHeight = 34.0
  private static let rowDistance = 84.0
  private static let gap = 26.0
  private static let margin = 20.0
  /// Edges over more rows are drawn straight.
  private static let longestRoute = 40

  /// Boxes first, then the points in between.
  private var above: [[Int]]
  private var below: [[Int]]
  private var rows: [[Int]] = []
  private var sizes: [Double]
  private var x: [Double] = []
  private var row: [Int]

  init(_ drawing: GraphDrawing) {
    widths = drawing.nodes.map { Self.width(of: $0.title) }
    let count = drawing.nodes.count
    sizes = widths
    row = [Int](repeating: 0, count: count)
    above = [[Int]](repeating: [], count: count)
    below = above
    let order = Self.sorted(drawing)
    for node in order { row[node] = drawing.upstream[node].map { row[$0] + 1 }.max() ?? 0 }
    // What follows nothing stands close to what needs it.
    let downstream = drawing.downstream
    for node in order where drawing.upstream[node].isEmpty {
      row[node] = (downstream[node].map { row[$0] }.min() ?? 1) - 1
    }
    let chains = drawing.edges.map { connect($0.from, $0.to) }
    rows = [[Int]](repeating: [], count: (row.max() ?? -1) + 1)
    for node in order + Array(count..<row.count) { rows[row[node]].append(node) }
    for _ in 0..<8 { untangle() }
    place()
    centers = (0..<count).map { Point(x: x[$0], y: y(of: $0)) }
    routes = chains.map { $0.map { Point(x: x[$0], y: y(of: $0)) } }
  }

  private static func width(of label: String) -> Double {
    let units = label.unicodeScalars.reduce(0.0) { $0 + ($1.value < 0x1100 ? 7.6 : 13.5) }
    return max(56, units + 26)
  }

  /// The nodes, each behind those it follows.
  private static func sorted(_ drawing: GraphDrawing) -> [Int] {
    let downstream = drawing.downstream
    var open = drawing.upstream.map(\.count)
    var order = open.indices.filter { open[$0] == 0 }
    var next = 0
    while next < order.count {
      for follower in downstream[order[next]] {
        open[follower] -= 1
        if open[follower] == 0 { order.append(follower) }
      }
      next += 1
    }
    return order
  }

  /// Connects two boxes by a point in each row between them, and returns the whole way.
  private mutating func connect(_ from: Int, _ to: Int) -> [Int] {
    var way = [from]
    let span = row[to] - row[from]
    if span > 1, span <= Self.longestRoute {
      for step in 1..<span {
        way.append(row.count)
        row.append(row[from] + step)
        sizes.append(0)
        above.append([])
        below.append([])
      }
    }
    way.append(to)
    if span <= Self.longestRoute {
      for (a, b) in zip(way, way.dropFirst()) {
        below[a].append(b)
        above[b].append(a)
      }
    }
    return way
  }

  private mutating func untangle() {
    for index in rows.indices.dropFirst() { sort(index, by: above, in: rows[index - 1]) }
    for index in rows.indices.dropLast().reversed() { sort(index, by: below, in: rows[index + 1]) }
  }

  private mutating func sort(_ index: Int, by neighbours: [[Int]], in other: [Int]) {
    let places = Dictionary(uniqueKeysWithValues: other.enumerated().map { ($1, Double($0)) })
    let weighed = rows[index].enumerated().map { place, node in
      let found = neighbours[node].compactMap { places[$0] }
      return (node, found.isEmpty ? Double(place) : found.reduce(0, +) / Double(found.count), place)
    }
    rows[index] = weighed.sorted { ($0.1, $0.2) < ($1.1, $1.2) }.map(\.0)
  }

  /// Puts each row side by side, then draws boxes towards the middle of their neighbours as far as there is room.
  private mutating func place() {
    x = [Double](repeating: 0, count: row.count)
    for nodes in rows {
      var edge = 0.0
      for node in nodes {
        x[node] = edge + sizes[node] / 2
        edge += sizes[node] + Self.gap
      }
    }
    for _ in 0..<12 {
      for index in rows.indices.dropFirst() { align(index, above) }
      for index in rows.indices.dropLast().reversed() { align(index, below) }
    }
    let left = row.indices.map { x[$0] - sizes[$0] / 2 }.min() ?? 0
    for node in x.indices { x[node] += Self.margin - left }
    width = (row.indices.map { x[$0] + sizes[$0] / 2 }.max() ?? 0) + Self.margin
    height = Double(max(rows.count - 1, 0)) * Self.rowDistance + Self.boxHeight + 2 * Self.margin
  }

  private mutating func align(_ index: Int, _ neighbours: [[Int]]) {
    let nodes = rows[index]
    let wanted = nodes.map { node in
      let around = neighbours[node]
      return around.isEmpty ? x[node] : around.reduce(0) { $0 + x[$1] } / Double(around.count)
    }
    // From both sides as near as the neighbours allow; the middle of both keeps the order and the gaps.
    var fromLeft = wanted
    var fromRight = wanted
    for place in nodes.indices.dropFirst() {
      fromLeft[place] = max(wanted[place], fromLeft[place - 1] + distance(nodes[place - 1], nodes[place]))
    }
    for place in nodes.indices.dropLast().reversed() {
      fromRight[place] = min(wanted[place], fromRight[place + 1] - distance(nodes[place], nodes[place + 1]))
    }
    for (place, node) in nodes.enumerated() { x[node] = (fromLeft[place] + fromRight[place]) / 2 }
  }

  private func distance(_ a: Int, _ b: Int) -> Double { (sizes[a] + sizes[b]) / 2 + Self.gap }

  private func y(of node: Int) -> Double { Self.margin + Self.boxHeight / 2 + Double(row[node]) * Self.rowDistance }
}
