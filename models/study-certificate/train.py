"""Fit a random forest on training.csv (generate.py makes it), write it as model.onnx, print how good it is.

The forest is small: a letter needs its exact attributions at once.
"""

import argparse
import hashlib
import pathlib

import numpy as np
import onnxruntime as ort
import pandas as pd
from skl2onnx import convert_sklearn
from skl2onnx.common.data_types import FloatTensorType
from sklearn.compose import ColumnTransformer
from sklearn.ensemble import RandomForestClassifier
from sklearn.metrics import roc_auc_score
from sklearn.pipeline import make_pipeline

from generate import FEATURES, FIELDS, LABEL, SEED

HERE = pathlib.Path(__file__).resolve().parent
# Of 100 pages that the program calls complete certificates, at least this many are.
RIGHT = 0.97


def columns(table):
    """The model's columns: fields found as 1 and 0, the two numbers of the reading as they are."""
    rows = table[FEATURES].copy()
    for name in FIELDS:
        rows[name] = (rows[name] == "yes").astype(np.float32)
    return rows.astype(np.float32)


def forest():
    trees = RandomForestClassifier(n_estimators=60, max_depth=7, min_samples_leaf=20, max_features=4,
                                   random_state=SEED, n_jobs=1)
    # The first step only names the columns: without it the file would know them as 0 to 8.
    return make_pipeline(ColumnTransformer([("fields", "passthrough", FEATURES)]), trees)


def main():
    arguments = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    arguments.add_argument("--model-dir", type=pathlib.Path, default=HERE)
    given = arguments.parse_args()
    training = pd.read_csv(given.model_dir / "training.csv")
    holdout = pd.read_csv(given.model_dir / "holdout.csv")
    rows, complete = columns(training), (training[LABEL] == "yes").to_numpy()
    fold = np.random.default_rng(SEED + 1).integers(0, 5, len(training))
    score = np.zeros(len(training))
    for k in range(5):
        score[fold == k] = forest().fit(rows[fold != k], complete[fold != k]).predict_proba(rows[fold == k])[:, 1]
    threshold = next(t / 100 for t in range(50, 100) if complete[score >= t / 100].mean() >= RIGHT)
    model = forest().fit(rows, complete.astype(int))
    # One input a column, so that the file knows the columns by name; the graph's own name would be random.
    inputs = [(name, FloatTensorType([None, 1])) for name in FEATURES]
    graph = convert_sklearn(model, "study-certificate", initial_types=inputs, options={id(model): {"zipmap": False}},
                            target_opset={"": 21, "ai.onnx.ml": 3})
    file = given.model_dir / "model.onnx"
    file.write_bytes(graph.SerializeToString(deterministic=True))

    session = ort.InferenceSession(str(file), providers=["CPUExecutionProvider"])
    given_rows = columns(holdout)
    score = session.run(None, {name: given_rows[[name]].to_numpy() for name in FEATURES})[1][:, 1]
    assert np.allclose(score, model.predict_proba(columns(holdout))[:, 1], atol=1e-5)
    right, called = (holdout[LABEL] == "yes").to_numpy(), score >= threshold
    print(f"training rows {len(training)}, held-out rows {len(holdout)}, complete {right.mean():.3f}")
    print(f"AUC {roc_auc_score(right, score):.3f}, threshold {threshold}")
    print("called complete and is", int((called & right).sum()), "called complete and is not", int((called & ~right).sum()),
          "to a person though complete", int((~called & right).sum()), "to a person rightly", int((~called & ~right).sum()))
    for way in ["photo", "scan"]:
        part = (holdout["upload"] == way).to_numpy()
        print(f"  {way}: {part.sum()} pages, complete {right[part].mean():.3f}, called complete {called[part].mean():.3f}, "
              f"of complete ones {called[part & right].mean():.3f}, wrongly {called[part & ~right].mean():.3f}")
    print("sha256", hashlib.sha256(file.read_bytes()).hexdigest(), "bytes", file.stat().st_size)


if __name__ == "__main__":
    main()
