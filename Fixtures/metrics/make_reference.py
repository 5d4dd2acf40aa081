"""Makes the data and the reference values beside this file with scikit-learn. Run: python make_reference.py

The tests need neither Python nor scikit-learn: they read what this script wrote.
"""

import json

import numpy as np
import sklearn
from sklearn import metrics as m

rng = np.random.default_rng(20240607)


def optional(value):
    return None if value is None or not np.isfinite(value) else float(value)


def binary(truth, scores, classes):
    truth, scores = np.array(truth), np.array(scores, dtype=float)
    predicted = (scores > 0.5).astype(int)
    counts = m.confusion_matrix(truth, predicted, labels=[0, 1])
    both = len(set(truth.tolist())) == 2
    return {
        "rows": len(truth),
        "positive_class": classes[1],
        "accuracy": m.accuracy_score(truth, predicted),
        "precision": m.precision_score(truth, predicted, zero_division=0),
        "recall": m.recall_score(truth, predicted, zero_division=0),
        "f1": m.f1_score(truth, predicted, zero_division=0),
        "roc_auc": optional(m.roc_auc_score(truth, scores)) if both else None,
        "log_loss": m.log_loss(truth, scores, labels=[0, 1]),
        "confusion_matrix": dict(zip(("tn", "fp", "fn", "tp"), counts.ravel().tolist())),
    }


def multiclass(truth, probabilities, classes):
    truth, probabilities = np.array(truth), np.array(probabilities, dtype=float)
    places = list(range(len(classes)))
    predicted = probabilities.argmax(axis=1)

    def scores(average):
        found = m.precision_recall_fscore_support(truth, predicted, average=average, zero_division=0)
        return dict(zip(("precision", "recall", "f1"), [float(v) for v in found[:3]]))

    each = m.precision_recall_fscore_support(truth, predicted, labels=places, zero_division=0)
    all_present = set(truth.tolist()) == set(places)
    area = m.roc_auc_score(truth, probabilities, multi_class="ovr", average="macro") if all_present else None
    return {
        "rows": len(truth),
        "accuracy": m.accuracy_score(truth, predicted),
        "macro": scores("macro"),
        "weighted": scores("weighted"),
        "roc_auc_ovr_macro": optional(area),
        "log_loss": m.log_loss(truth, probabilities, labels=places),
        "per_class": {
            name: {
                "precision": float(each[0][i]),
                "recall": float(each[1][i]),
                "f1": float(each[2][i]),
                "support": int(each[3][i]),
            }
            for i, name in enumerate(classes)
        },
        "confusion_matrix": {
            "labels": classes,
            "counts": m.confusion_matrix(truth, predicted, labels=places).tolist(),
        },
    }


def regression(truth, predicted):
    return {
        "rows": len(truth),
        "rmse": m.root_mean_squared_error(truth, predicted),
        "mae": m.mean_absolute_error(truth, predicted),
        "r2": optional(m.r2_score(truth, predicted)) if len(truth) > 1 else None,
    }


def binary_cases():
    truth = rng.integers(0, 2, 60)
    scores = np.clip(np.round(0.25 + 0.4 * truth + rng.normal(0, 0.25, 60), 2), 0, 1)
    cases = {
        "sixty rows with ties and certainties": (truth.tolist(), scores.tolist()),
        "all scores equal": ([0, 1, 0, 1], [0.5] * 4),
        "perfect": ([0, 0, 1, 1], [0.1, 0.2, 0.8, 0.9]),
        "inverse": ([0, 0, 1, 1], [0.9, 0.8, 0.2, 0.1]),
        "certain and wrong": ([0, 1], [1.0, 0.0]),
        "one class only": ([1, 1, 1], [0.2, 0.5, 0.9]),
        "nothing predicted positive": ([0, 1, 1, 0], [0.1, 0.2, 0.3, 0.05]),
        "nothing is positive": ([0, 0, 0], [0.1, 0.7, 0.3]),
    }
    return [
        {"name": k, "truth": t, "scores": s, "expected": binary(t, s, ["no", "yes"])} for k, (t, s) in cases.items()
    ]


def multiclass_cases():
    def dirichlet(truth, classes):
        p = rng.dirichlet([1] * classes, len(truth))
        p[np.arange(len(truth)), truth] += 0.6
        return p

    def rounded(p):
        p = np.round(p / p.sum(axis=1, keepdims=True), 4)
        p[:, 0] = np.round(1 - p[:, 1:].sum(axis=1), 4)
        return p.tolist()

    names = ["a", "b", "c", "d"]
    truth = rng.integers(0, 4, 60)
    never = dirichlet(truth, 4)
    never[:, 3] *= 0.05
    absent = rng.integers(0, 3, 30)
    alone = dirichlet(absent, 4)
    alone[:, 3] = 0.001
    predicted_only = dirichlet(absent, 4)
    cases = {
        "sixty rows": (truth, dirichlet(truth, 4)),
        "a class is never predicted": (truth, never),
        "a class is neither true nor predicted": (absent, alone),
        "a class is predicted but never true": (absent, predicted_only),
    }
    out = []
    for name, (t, p) in cases.items():
        p = rounded(p)
        out.append(
            {"name": name, "truth": t.tolist(), "probabilities": p, "classes": names, "expected": multiclass(t, p, names)}
        )
    return out


def regression_cases():
    truth = np.round(rng.gamma(3, 2, 40), 4)
    cases = {
        "forty rows": (truth.tolist(), np.round(truth * 0.9 + rng.normal(0.2, 1, 40), 4).tolist()),
        "worse than the mean": ([1.0, 2.0, 3.0], [3.0, 2.0, 1.0]),
        "constant truth": ([2.0, 2.0, 2.0], [2.0, 2.0, 3.0]),
        "constant truth, met": ([2.0, 2.0, 2.0], [2.0, 2.0, 2.0]),
        "one row": ([2.0], [2.5]),
        "large offset": ([1e8 + 1, 1e8 + 2, 1e8 + 4], [1e8 + 1.5, 1e8 + 2, 1e8 + 3]),
    }
    return [{"name": k, "truth": t, "predicted": p, "expected": regression(t, p)} for k, (t, p) in cases.items()]


reference = {
    "versions": {"scikit-learn": sklearn.__version__, "numpy": np.__version__},
    "binary": binary_cases(),
    "multiclass": multiclass_cases(),
    "regression": regression_cases(),
}
# One case a line: small, and a change shows as the case it touches.
with open("reference.json", "w") as file:
    file.write('{\n"versions": ' + json.dumps(reference["versions"]))
    for task in ("binary", "multiclass", "regression"):
        file.write(f',\n"{task}": [\n' + ",\n".join(json.dumps(c) for c in reference[task]) + "\n]")
    file.write("\n}\n")
