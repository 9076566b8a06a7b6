"""Makes the reference models of XGBoost: boosters, objectives, outputs, categories and files of four versions.

Run in this folder with each of XGBoost 3.4.1 (Python 3.13, pandas 3), first because it writes the tables, then 3.2.0 and
2.1.4 (Python 3.11) and 1.7.6 (Python 3.10, pandas 2.0.3): each version makes the files with its own prefix, the older
ones a selection (all of them with the argument `all`). Everything is seeded and runs on one thread.
"""
import json
import os
import sys

import numpy as np
import pandas as pd
import xgboost as xgb

VERSION = tuple(int(part) for part in xgb.__version__.split("."))
LATEST = VERSION == (3, 4, 1)
PREFIX = "xgb" + "".join(str(part) for part in VERSION)
ROWS = 40
names = list("abcde")

# Of the older versions what they write, or compute, in another way.
SELECTION = {
    (1, 7, 6): "linear linear_multi dart_forest codes_1 codes_9 targets rounds edges deep softmax slice early aft",
    (2, 1, 4): "linear_logistic dart_forest codes_1 vector vector_ubj vector_classes quantiles rounds forest",
    (3, 2, 0): "linear_multi dart_forest codes_9 vector vector_classes vector_labels quantiles labels names names_ubj",
}
selected = SELECTION.get(VERSION, "").split() if "all" not in sys.argv else []

# The rows of make.py: `synthetic.X.csv` holds the first 40.
rng = np.random.default_rng(7)
n = 600
X = rng.normal(size=(n, 5)).astype(np.float32)
X[:, 3] = rng.integers(0, 4, n)
X[rng.random((n, 5)) < 0.1] = np.nan
X[:, 4] = rng.integers(-2, 3, n)
eta = np.nan_to_num(X[:, 0]) - 0.5 * np.nan_to_num(X[:, 1]) ** 2 + np.nan_to_num(X[:, 4]) * 0.3
eta += (X[:, 3] == 2) * 0.8
binary = (eta + rng.normal(size=n) > 0).astype(int)
positive = np.exp(eta * 0.4 + rng.normal(size=n) * 0.1) + 0.01
classes = np.digitize(eta, [-1, 0, 1])
targets = np.stack([eta, np.nan_to_num(X[:, 2]) * 2 + 1, eta * 0.5 - np.nan_to_num(X[:, 1])], axis=1)
targets += rng.normal(size=targets.shape) * 0.1


def table(file, frame):
    """Writes a table; a missing value is an empty field, a number the shortest text of its double."""
    with open(file, "w", encoding="utf-8") as out:
        out.write(",".join(frame.columns) + "\n")
        for row in frame.itertuples(index=False):
            out.write(",".join("" if np.isnan(v) else repr(float(v)) for v in row) + "\n")


def save(name, booster, test, form="json", part=None, contribs=True):
    """Saves a booster and what it says of the test rows."""
    if selected and name not in selected:
        return booster
    name = f"{PREFIX}_{name}"
    booster.save_model(f"models/{name}.{form}")
    margin = booster.predict(test, output_margin=True)
    np.save(f"expected/{name}.margin.npy", margin)
    np.save(f"expected/{name}.pred.npy", booster.predict(test))
    if contribs:
        np.save(f"expected/{name}.contribs.npy", booster.predict(test, pred_contribs=True))
    if part:
        np.save(f"expected/{name}.part.npy", booster.predict(test, output_margin=True, iteration_range=part))
    return booster


def train(name, label, rounds=3, form="json", types=None, labels=None, part=None, contribs=True, named=True, **params):
    """Trains on the synthetic rows and saves."""
    kwargs = dict(feature_names=names if named else None)
    if types:
        kwargs.update(feature_types=types, enable_categorical=True)
    data = xgb.DMatrix(X, **kwargs) if label is None else xgb.DMatrix(X, label=label, **kwargs)
    for key, value in (labels or {}).items():
        data.set_float_info(key, value)
    test = xgb.DMatrix(X[:ROWS], **kwargs)
    fixed = dict(max_depth=3, eta=0.3, seed=1, nthread=1)
    if params.get("booster") == "gblinear":
        fixed = dict(seed=1, nthread=1, updater="coord_descent", feature_selector="cyclic")
    booster = xgb.train({**fixed, **params}, data, rounds)
    return save(name, booster, test, form, part, contribs)


CODES = ["q", "float", "q", "c", "int"]

# Linear boosters.
train("linear", eta, booster="gblinear", objective="reg:squarederror", base_score=0.7)
train("linear_logistic", binary, booster="gblinear", objective="binary:logistic", base_score=0.3, form="ubj")
train("linear_multi", classes, booster="gblinear", objective="multi:softprob", num_class=4, **{"lambda": 0.1})

# Objectives.
train("hinge", binary, objective="binary:hinge")
train("squaredlog", positive, objective="reg:squaredlogerror")
train("fraction", np.clip(eta / 6 + 0.5, 0, 1), objective="reg:logistic", form="ubj")
train("absolute", eta, objective="reg:absoluteerror")
train("huber", eta, objective="reg:pseudohubererror", form="ubj")
train("tweedie", positive, objective="reg:tweedie", tweedie_variance_power=1.3)
train("cox", np.where(binary, positive, -positive), objective="survival:cox", max_depth=2)
upper = np.where(binary, positive, np.inf)
bounds = dict(label_lower_bound=positive.astype(np.float32), label_upper_bound=upper.astype(np.float32))
train("aft", None, objective="survival:aft", base_score=1.5, form="ubj", max_depth=2, labels=bounds)
for objective in ["pairwise", "ndcg", "map"]:
    data = xgb.DMatrix(X, label=binary, feature_names=names)
    data.set_group([60] * 10)
    booster = xgb.train(dict(objective=f"rank:{objective}", max_depth=2, seed=1, nthread=1), data, 2)
    save(f"rank_{objective}", booster, xgb.DMatrix(X[:ROWS], feature_names=names), contribs=objective == "map")
train("softmax", classes, objective="multi:softmax", num_class=4, rounds=1, form="ubj")
if VERSION >= (2, 0):
    # Strong steps, so that quantiles cross.
    alphas = np.array([0.1, 0.5, 0.9])
    train("quantiles", eta, rounds=2, objective="reg:quantileerror", quantile_alpha=alphas, eta=1.0)
if VERSION >= (3, 3):
    alphas = np.array([0.2, 0.5, 0.8])
    train("expectiles", eta, rounds=2, objective="reg:expectileerror", expectile_alpha=alphas, form="ubj")

# Boosters, forests, parts of the rounds.
part = (1, 3)
dart = dict(objective="multi:softprob", num_class=4, booster="dart", rate_drop=0.5)
train("dart_multi", classes, rounds=3, max_depth=2, part=part, **dart)
dart = dict(objective="binary:logistic", booster="dart", one_drop=1, rate_drop=0.3, num_parallel_tree=2, subsample=0.7)
train("dart_forest", binary, rounds=4, max_depth=2, part=part, form="ubj", **dart)
train("rounds", binary, objective="binary:logistic", rounds=4, part=part, form="ubj")
forest = dict(num_parallel_tree=6, subsample=0.7, colsample_bynode=0.8, eta=1.0)
train("forest", binary, objective="binary:logistic", rounds=1, form="ubj", **forest)
train("nameless", eta, objective="reg:squarederror", named=False, form="ubj")
train("leaf", eta, objective="reg:squarederror", rounds=2, gamma=1e9)
lossguide = dict(grow_policy="lossguide", tree_method="hist", max_leaves=9, max_depth=0)
train("lossguide", binary, objective="binary:logistic", rounds=2, **lossguide)
exact = dict(tree_method="exact", gamma=2.0, monotone_constraints="(1,0,0,0,0)")
train("exact", binary, objective="binary:logistic", rounds=3, **exact)
softprob = dict(objective="multi:softprob", num_class=4, max_depth=2, nthread=1)
booster = xgb.train(softprob, xgb.DMatrix(X, label=classes, feature_names=names), 5)
save("slice", booster[1:5:2], xgb.DMatrix(X[:ROWS], feature_names=names))
data = xgb.DMatrix(X[:400], label=binary[:400], feature_names=names)
valid = [(xgb.DMatrix(X[400:], label=binary[400:], feature_names=names), "valid")]
logistic = dict(objective="binary:logistic", eta=1.0, max_depth=3, nthread=1)
booster = xgb.train(logistic, data, 30, valid, early_stopping_rounds=3, verbose_eval=False)
save("early", booster, xgb.DMatrix(X[:ROWS], feature_names=names), part=(0, booster.best_iteration + 1))

# Several targets.
train("targets", targets, objective="reg:squarederror", rounds=2, max_depth=2, part=(1, 2))
train("labels", (targets > 0).astype(int), objective="binary:logistic", rounds=2, max_depth=2, form="ubj")
if VERSION >= (2, 0):
    vectors = dict(multi_strategy="multi_output_tree", tree_method="hist", contribs=VERSION >= (3, 4))
    train("vector", targets, objective="reg:squarederror", rounds=3, part=(1, 3), **vectors)
    train("vector_ubj", targets, objective="reg:squarederror", rounds=3, form="ubj", **vectors)
    softprob = dict(objective="multi:softprob", num_class=4, num_parallel_tree=2, subsample=0.7)
    train("vector_classes", classes, rounds=2, form="ubj", **softprob, **vectors)
    train("vector_labels", (targets > 0).astype(int), objective="binary:logistic", rounds=2, **vectors)
    if VERSION >= (3, 4):
        codes = dict(types=CODES, max_cat_to_onehot=1)
        train("vector_codes", targets, objective="reg:squarederror", rounds=2, **codes, **vectors)
        dart = dict(booster="dart", rate_drop=0.5, one_drop=1)
        train("vector_dart", targets, objective="reg:squarederror", rounds=3, **dart, **vectors)

# Category codes: lists and single ones, and rows of codes that training did not see.
odd = X[:20].copy()
odd[:16, 3] = [-1, 2.7, 1e9, 3, 16777215, 16777216, 16777217, 3e9, 4.3e9, -0.5, 0.5, 1e30, np.nan, 31, 32, 3.999]
if LATEST:
    table("xgb_codes.X.csv", pd.DataFrame(odd, columns=names))
for one_hot, form in [(1, "json"), (9, "ubj")]:
    codes = dict(tree_method="hist", max_cat_to_onehot=one_hot, types=CODES)
    booster = train(f"codes_{one_hot}", binary, objective="binary:logistic", form=form, **codes)
    if not selected or f"codes_{one_hot}" in selected:
        test = xgb.DMatrix(odd, feature_names=names, feature_types=CODES, enable_categorical=True)
        np.save(f"expected/{PREFIX}_codes_{one_hot}.odd.npy", booster.predict(test, output_margin=True))

# Every threshold of a model: at it, one unit below and above; and each feature missing.
if VERSION in [(1, 7, 6), (3, 4, 1)]:
    edges = train("edges", binary, objective="binary:logistic", rounds=3, max_depth=4, tree_method="exact", form="ubj")
    if LATEST:
        frame = edges.trees_to_dataframe()
        rows = []
        for feature, at in sorted(set(zip(frame.Feature[frame.Split.notna()], np.float32(frame.Split.dropna())))):
            for value in [at, np.nextafter(at, np.float32(-np.inf)), np.nextafter(at, np.float32(np.inf))]:
                row = X[len(rows) % n].copy()
                row[names.index(feature)] = value
                rows.append(row)
        for j in range(5):
            rows.append(np.where(np.arange(5) == j, np.nan, X[11]).astype(np.float32))
        rows.append(np.full(5, np.nan, np.float32))
        table("xgb_edges.X.csv", pd.DataFrame(np.array(rows, np.float32), columns=names))
    rows = pd.read_csv("xgb_edges.X.csv", dtype=np.float64)
    test = xgb.DMatrix(rows.to_numpy().astype(np.float32), feature_names=names)
    save("edges", edges, test, "ubj")

# A path of 30 splits: a staircase, each step far above the one before.
if VERSION in [(1, 7, 6), (3, 4, 1)]:
    steps = np.stack([2.0 ** np.arange(31), np.arange(31) % 5], axis=1).astype(np.float32)
    data = xgb.DMatrix(steps, label=3.0 ** np.arange(31), feature_names=["a", "b"])
    grow = {"base_score": 0.0, "eta": 1.0, "max_depth": 40, "tree_method": "exact", "min_child_weight": 0, "lambda": 0}
    deep = xgb.train(dict(grow, nthread=1), data, 1)
    if LATEST:
        table("xgb_deep.X.csv", pd.DataFrame(steps, columns=["a", "b"]))
    save("deep", deep, xgb.DMatrix(steps, feature_names=["a", "b"]))

# 5,000 trees: those of a file of 50, over and over, put into one file as the test does it.
if LATEST:
    booster = train("many", binary, objective="binary:logistic", rounds=50, max_depth=1, eta=0.02)
    with open(f"models/{PREFIX}_many.json", encoding="utf-8") as file:
        model = json.load(file)
    forest = model["learner"]["gradient_booster"]["model"]
    forest["trees"] = [dict(forest["trees"][t % 50], id=t) for t in range(5000)]
    forest["tree_info"] = [0] * 5000
    forest["iteration_indptr"] = list(range(5001))
    forest["gbtree_model_param"]["num_trees"] = "5000"
    with open("many.json", "w", encoding="utf-8") as file:
        json.dump(model, file)
    booster = xgb.Booster(model_file="many.json")
    os.remove("many.json")
    test = xgb.DMatrix(X[:ROWS], feature_names=names)
    np.save(f"expected/{PREFIX}_many.margin.npy", booster.predict(test, output_margin=True))
    np.save(f"expected/{PREFIX}_many.pred.npy", booster.predict(test))
    np.save(f"expected/{PREFIX}_many.contribs.npy", booster.predict(test, pred_contribs=True))

# Categories by name, texts and whole numbers; names with letters outside ASCII only where the version keeps them whole.
if VERSION >= (3, 1):
    trades = ["nurse", "clerk", "NA", "mason", "none"]
    if VERSION >= (3, 4):
        trades[1] = "Bürokraft"
    rng = np.random.default_rng(3)
    kinds = rng.integers(0, 5, n)
    grades = np.array([30, 10, 20, 7])[rng.integers(0, 4, n)]
    missing = [None if k % 7 == 6 else trades[c] for k, c in enumerate(kinds)]
    frame = pd.DataFrame(
        {
            "income": X[:, 0],
            "trade": pd.Categorical(missing, categories=trades),
            "grade": pd.Categorical([None if k % 11 == 5 else g for k, g in enumerate(grades)]),
            "children": X[:, 4].astype(np.int64),
        }
    )
    score = np.nan_to_num(X[:, 0]) + (kinds == 0) * 1.5 - (kinds == 3) + (grades == 20) * 1.2
    for name, one_hot, form in [("names", 1, "json"), ("names_ubj", 9, "ubj")]:
        data = xgb.DMatrix(frame, label=(score > 0.4).astype(int), enable_categorical=True)
        grow = dict(objective="binary:logistic", max_depth=3, max_cat_to_onehot=one_hot, tree_method="hist", nthread=1)
        save(name, xgb.train(grow, data, 4), xgb.DMatrix(frame[:ROWS], enable_categorical=True), form)
    with open(f"{PREFIX}_names.X.csv", "w", encoding="utf-8") as out:
        out.write(",".join(frame.columns) + "\n")
        for row in frame[:ROWS].itertuples(index=False):
            # A whole number is the same category with a decimal point.
            grade = "" if pd.isna(row.grade) else repr(float(row.grade)) if row.children == 0 else str(int(row.grade))
            trade = "" if pd.isna(row.trade) else row.trade
            income = "" if np.isnan(row.income) else repr(float(row.income))
            out.write(f"{income},{trade},{grade},{row.children}\n")
