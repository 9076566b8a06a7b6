"""Fit model.cbm on training.csv (generate.py makes it), and print how good it is on holdout.csv.

One thread, a seed, and CatBoost's ordered statistics switched off by one-hot categories: same versions, same trees.
"""

import argparse
import hashlib
import pathlib

import catboost as cb
import numpy as np
import pandas as pd
from sklearn.metrics import roc_auc_score

from generate import FEATURES, FLAGS, LABEL, SEED

HERE = pathlib.Path(__file__).resolve().parent
# Of 100 accidents for which somebody else paid, at least this many are shown to a person.
REACHED = 0.80
PARAMETERS = dict(
    loss_function="Logloss",
    iterations=120,
    depth=4,
    learning_rate=0.08,
    l2_leaf_reg=5,
    # Every category is asked for by itself: place and activity have few values.
    one_hot_max_size=10,
    random_seed=SEED,
    thread_count=1,
    verbose=0,
    allow_writing_files=False,
    # A sign that somebody else was involved may only make it more likely that somebody else pays.
    monotone_constraints={name: 1 for name in FLAGS},
)


def columns(table):
    """The model's columns: signs as 1 and 0, place and activity as categories, days as a number."""
    rows = table[FEATURES].copy()
    for name in FLAGS:
        rows[name] = (rows[name] == "yes").astype(np.float32)
    rows["days"] = rows["days"].astype(np.float32)
    return rows


def fitted(table):
    model = cb.CatBoostClassifier(**PARAMETERS)
    model.fit(cb.Pool(columns(table), (table[LABEL] == "yes").astype(int), cat_features=["place", "activity"]))
    return model


def main():
    arguments = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    arguments.add_argument("--model-dir", type=pathlib.Path, default=HERE)
    given = arguments.parse_args()
    training = pd.read_csv(given.model_dir / "training.csv")
    holdout = pd.read_csv(given.model_dir / "holdout.csv")

    paid = (training[LABEL] == "yes").to_numpy()
    fold = np.random.default_rng(SEED + 1).integers(0, 3, len(training))
    score = np.zeros(len(training))
    for k in range(3):
        score[fold == k] = fitted(training[fold != k]).predict_proba(columns(training[fold == k]))[:, 1]
    threshold = next(t / 100 for t in range(99, 0, -1) if (score[paid] >= t / 100).mean() >= REACHED)
    model = fitted(training)
    # CatBoost writes the time of training and a random name into the file: without them the same trees are the same bytes.
    for name in ["train_finish_time", "model_guid"]:
        model.get_metadata()[name] = ""
    file = given.model_dir / "model.cbm"
    model.save_model(str(file))

    score, paid = model.predict_proba(columns(holdout))[:, 1], (holdout[LABEL] == "yes").to_numpy()
    shown = score >= threshold
    print(f"training rows {len(training)}, held-out rows {len(holdout)}, paid {paid.mean():.3f}")
    print(f"AUC {roc_auc_score(paid, score):.3f}, threshold {threshold}")
    print("shown and paid", int((shown & paid).sum()), "shown needlessly", int((shown & ~paid).sum()),
          "missed", int((~shown & paid).sum()), "rightly not shown", int((~shown & ~paid).sum()))
    for sex in ["female", "male"]:
        part = (holdout["sex"] == sex).to_numpy()
        print(f"  {sex}: {part.sum()} cases, paid {paid[part].mean():.3f}, shown {shown[part].mean():.3f}, "
              f"reached {shown[part & paid].mean():.3f}, needless {shown[part & ~paid].mean():.3f}")
    print("sha256", hashlib.sha256(file.read_bytes()).hexdigest())


if __name__ == "__main__":
    main()
