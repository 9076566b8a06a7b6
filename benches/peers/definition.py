"""The definition of the Shapley value, small models and what Klartext says of them: what the checks of `wrong.py` share."""
import csv
import itertools
import math
import os
import subprocess

import numpy as np

NAMES = list("abcde")


# The data: five features, the fourth with five codes, the fifth -1, 0 or 1.
def data(missing=0.0):
    rng = np.random.default_rng(3)
    X = rng.normal(size=(800, 5)).astype(np.float32)
    X[:, 3] = rng.integers(0, 5, 800)
    X[:, 4] = rng.integers(-1, 2, 800)
    score = X[:, 0] + X[:, 1] * X[:, 2] + (X[:, 3] == 2) * 1.5 - (X[:, 3] == 4) + 0.5 * X[:, 4]
    y = (score + rng.normal(size=800) * 0.3 > 0).astype(int)
    X[rng.random(X.shape) < missing] = np.nan
    return X, y


def parts(X):
    """Background and rows to explain."""
    return X[:40], X[100:110]


def classes(X):
    return np.digitize(X[:, 0] + X[:, 1], [-1, 0, 1])


def shapley(value, features):
    """The definition: the weighted mean of what a feature adds to every coalition."""
    sets = [set for size in range(features + 1) for set in itertools.combinations(range(features), size)]
    known = {set: value(set) for set in sets}
    phi = np.zeros(features)
    for i in range(features):
        for set in sets:
            if i not in set:
                size = len(set)
                weight = math.factorial(size) * math.factorial(features - size - 1) / math.factorial(features)
                phi[i] += weight * (known[tuple(sorted((*set, i)))] - known[set])
    return phi


def defined(predict, row, background):
    """Shapley values of a prediction whose features outside of the coalition come from the background."""

    def value(set):
        spliced = background.copy()
        spliced[:, list(set)] = row[list(set)]
        return predict(spliced).astype(float).mean()

    return shapley(value, len(row))


def error(predict, rows, background, values):
    """How far values are from the definition at most."""
    return max(abs(defined(predict, row, background) - found).max() for row, found in zip(rows, values))


def table(file, X):
    with open(file, "w", encoding="utf-8") as out:
        out.write(",".join(NAMES[: X.shape[1]]) + "\n")
        for row in X:
            out.write(",".join("" if np.isnan(v) else repr(float(v)) for v in row) + "\n")
    return file


def klartext(model, rows, background=None, *more):
    """Prediction, base value and values a row (and class, in the order of the rows)."""
    command = [os.environ["KLARTEXT"], "attribute", "--model", model, "--data", table("rows.csv", rows), *more]
    if background is not None:
        command += ["--background", table("background.csv", background)]
    done = subprocess.run(command, check=True, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True)
    lines = list(csv.DictReader(done.stdout.splitlines()))
    number = lambda line, name: float(line[name])
    predictions, bases = [np.array([number(line, n) for line in lines]) for n in ["prediction", "base_value"]]
    others = [n for n in lines[0] if n not in ("id", "class", "prediction", "base_value")]
    return predictions, bases, np.array([[number(line, n) for n in others] for line in lines])


def klartext_pairs(model, rows, background):
    """The sum of all interactions of each row."""
    command = [os.environ["KLARTEXT"], "attribute", "--interactions", "--model", model, "--data", table("rows.csv", rows)]
    command += ["--background", table("background.csv", background)]
    done = subprocess.run(command, check=True, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True)
    sums = np.zeros(len(rows))
    for line in csv.DictReader(done.stdout.splitlines()):
        sums[int(line["id"])] += float(line["value"])
    return sums


def ours(model, predict, rows, background):
    """Klartext on the same model: distance from the definition."""
    _, _, values = klartext(model, rows, background)
    return error(predict, rows, background, values)


def ours_adds_up(model, rows, *more):
    prediction, base, values = klartext(model, rows, None, *more)
    return abs(base + values.sum(axis=1) - prediction).max()


def refused(call):
    """What a library says when it refuses; none if it does not."""
    try:
        call()
    except Exception as why:
        return f"{type(why).__name__}: {' '.join(str(why).split())[:110]}"
    return None


def xgboost(y, rounds=10, X=None, **params):
    import xgboost as library

    params = dict(dict(objective="binary:logistic", max_depth=3, seed=1, nthread=1), **params)
    booster = library.train(params, library.DMatrix(X, label=y, feature_names=NAMES[: X.shape[1]]), rounds)
    booster.save_model("model.json")
    matrix = lambda Z: library.DMatrix(Z, feature_names=NAMES[: X.shape[1]])
    return booster, matrix, lambda Z: booster.predict(matrix(Z), output_margin=True)


def lightgbm(y, X, categories="auto", **params):
    import lightgbm as library

    fixed = dict(objective="binary", num_leaves=7, verbose=-1, seed=1, min_data_in_leaf=10, num_threads=1)
    data = library.Dataset(X.astype(float), label=y, feature_name=NAMES, categorical_feature=categories)
    booster = library.train({**fixed, **params}, data, 10)
    booster.save_model("model.txt")
    return booster, lambda Z: booster.predict(Z.astype(float), raw_score=True)


def catboost(y, X, **params):
    import catboost as library

    fixed = dict(iterations=20, depth=4, random_seed=1, verbose=False, allow_writing_files=False, thread_count=1)
    model = library.CatBoostClassifier(**{**fixed, **params}).fit(library.Pool(X, y, feature_names=NAMES[: X.shape[1]]))
    model.save_model("model.json", format="json")
    return model, lambda Z: model.predict(Z, prediction_type="RawFormulaVal")


def shap_interventional(model, rows, background, **more):
    import shap

    explainer = shap.TreeExplainer(model, background, feature_perturbation="interventional", **more)
    return np.asarray(explainer.shap_values(rows, check_additivity=False))


def woodelf_interventional(model, rows, background):
    import pandas
    import woodelf

    frame = lambda Z: pandas.DataFrame(Z, columns=NAMES)
    return woodelf.WoodelfExplainer(model, frame(background)).shap_values(frame(rows), verbose=False)


def wrong(off, model, predict, rows, background, limit=1e-3):
    """The verdict on values that are off, and Klartext's on the same model."""
    own = ours(model, predict, rows, background)
    return off > limit, own < 1e-5, f"off by {off:.2g}", f"off by {own:.1g}"


def refusal(why, model, predict, rows, background):
    own = ours(model, predict, rows, background)
    return why is not None, own < 1e-5, why, f"off by {own:.1g}"
