/// A place in a text file. Both numbers start at 1; `column` counts Unicode scalars.
package struct SourcePosition: Equatable, Hashable, Sendable, CustomStringConvertible {
  package var line: Int
  package var column: Int

  package init(line: Int, column: Int) {
    self.line = line
    self.column = column
  }

  package var description: String { "\(line):\(column)" }
}

/// A value as a parameter, metric or setting file holds it. Types are kept: `1`, `1.0` and `true` are three values.
package enum Value: Equatable, Hashable, Sendable {
  case null
  case bool(Bool)
  case int(Int)
  case float(Double)
  case string(String)
  case list([Value])
  /// Members in the order of the file; keys are unique.
  case map([ValueMember])
}

package struct ValueMember: Equatable, Hashable, Sendable {
  package var key: String
  package var value: Value

  package init(_ key: String, _ value: Value) {
    self.key = key
    self.value = value
  }
}

/// A parsed value that remembers where it stood, for errors that name file, line and column.
package struct Node: Equatable, Sendable {
  package indirect enum Content: Equatable, Sendable {
    case scalar(Value)
    case list([Node])
    case map([Member])
  }

  package struct Member: Equatable, Sendable {
    package var key: String
    package var keyPosition: SourcePosition
    package var value: Node

    package init(key: String, keyPosition: SourcePosition, value: Node) {
      self.key = key
      self.keyPosition = keyPosition
      self.value = value
    }
  }

  package var content: Content
  package var position: SourcePosition

  package init(_ content: Content, at position: SourcePosition) {
    self.content = content
    self.position = position
  }

  /// The value without positions.
  package var value: Value {
    switch content {
    case .scalar(let value): value
    case .list(let items): .list(items.map(\.value))
    case .map(let members): .map(members.map { ValueMember($0.key, $0.value.value) })
    }
  }
}
