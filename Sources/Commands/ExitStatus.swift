import Diagnostics

/// The exit statuses of mlrepo, documented in mlrepo(1). New ones may appear; treat an unknown one as a failure.
enum ExitStatus {
  static let done: Int32 = 0
  /// The answer is no: something differs, or is not as it should be.
  static let no: Int32 = 1
  static let usage: Int32 = 64
  static let brokenPipe: Int32 = 141

  static func of(_ category: FailureCategory) -> Int32 {
    switch category {
    case .failed: 2
    case .partlyDone: 3
    case .notARepository: 10
    case .locked: 11
    case .dataMissing: 12
    case .damaged: 13
    case .remote: 14
    case .stageFailed: 15
    case .usage: usage
    case .bug: 70
    case .interrupted: 130
    }
  }
}
