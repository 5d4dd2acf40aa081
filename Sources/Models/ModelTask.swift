import Diagnostics

/// What a model predicts.
package enum ModelTask: String, Sendable, CaseIterable {
  /// One of two classes.
  case binary
  /// One of several classes.
  case multiclass
  /// A number.
  case regression

  /// The objectives of XGBoost that a model for this task may be trained with; the first is the default. Left out are
  /// those whose output is no probability and no prediction.
  var objectives: [String] {
    switch self {
    case .binary: ["binary:logistic"]
    case .multiclass: ["multi:softprob"]
    case .regression:
      [
        "reg:squarederror", "reg:squaredlogerror", "reg:logistic", "reg:pseudohubererror", "reg:absoluteerror",
        "reg:gamma", "reg:tweedie", "count:poisson",
      ]
    }
  }
}
