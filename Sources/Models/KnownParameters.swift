/// The names of XGBoost's training parameters that `train` passes on.
///
/// XGBoost ignores a name it does not know, so a slip of the keyboard would train another model than the one asked for.
enum KnownParameters {
  /// Names that mean the same, mapped to the one that `model.json` shows.
  static let aliases = [
    "learning_rate": "eta", "min_split_loss": "gamma", "reg_lambda": "lambda", "reg_alpha": "alpha",
    "random_state": "seed", "n_jobs": "nthread", "num_boost_round": "rounds", "n_estimators": "rounds",
  ]

  static let names: Set<String> = [
    // General.
    "booster", "nthread", "validate_parameters", "verbosity", "seed", "seed_per_iteration",
    // Trees.
    "eta", "gamma", "max_depth", "min_child_weight", "max_delta_step", "subsample", "sampling_method",
    "colsample_bytree", "colsample_bylevel", "colsample_bynode", "lambda", "alpha", "tree_method", "scale_pos_weight",
    "grow_policy", "max_leaves", "max_bin", "num_parallel_tree", "max_cat_to_onehot", "max_cat_threshold",
    "monotone_constraints", "interaction_constraints", "sketch_ratio",
    // Dropout of trees.
    "sample_type", "normalize_type", "rate_drop", "one_drop", "skip_drop",
    // Linear models.
    "feature_selector", "top_k",
    // Learning.
    "objective", "base_score", "eval_metric", "tweedie_variance_power", "huber_slope",
    // Read by mlrepo itself.
    "rounds",
  ]

  /// Names that XGBoost knows and `train` refuses, each with the reason.
  static let refused = [
    "num_class": "the number of classes is that of the target's values",
    "early_stopping_rounds": "it needs rows held back from training; set the number of rounds",
    "updater": "it follows from tree_method and booster",
    "process_type": "a model is always trained from the start",
    "refresh_leaf": "a model is always trained from the start",
    "gpu_id": "training runs on the processor",
    "device": "training runs on the processor",
    "predictor": "it has no effect on a model",
    "missing": "empty cells, NA, NaN and null are missing",
    "enable_categorical": "columns of texts are always categorical",
    "disable_default_eval_metric": "it has no effect on a model",
  ]
}
