"""Where other libraries are wrong or refuse, shown on small models made here; docs/peers.md tells it.

    python wrong.py --klartext target/release/klartext [NAME…]

Needs the environment of `benches/peers.py` (it makes one in target/peers), and fasttreeshap-fixed 0.1.5 and treeshap 0.1.2
for the checks of those names, which are left out otherwise. Every check trains a model, asks the library and Klartext, and
holds both against the definition: the Shapley value over all coalitions of the library's own prediction, or the sum that
contributions must have. Each runs in a process of its own under a limit of memory and time, because some libraries do not
survive. Exit code 1 if a library has been mended (its entry in docs/peers.md is out of date) or Klartext is wrong.
"""
import argparse
import importlib.util
import json
import os
import resource
import signal
import subprocess
import sys
import tempfile
import warnings

warnings.filterwarnings("ignore")
import numpy as np  # noqa: E402
from definition import (  # noqa: E402
    NAMES, catboost, classes, data, error, klartext, klartext_pairs, lightgbm, ours, ours_adds_up, parts, refusal, refused,
    shap_interventional, woodelf_interventional, wrong, xgboost,
)

GIBIBYTES = 6
SECONDS = 240
CHECKS = {}
REFERENCE = os.path.join(os.path.dirname(os.path.abspath(__file__)), "..", "..", "tests", "reference")


class Absent(Exception):
    """A library that is not installed."""


def check(function):
    CHECKS[function.__name__] = function
    return function


def died(name):
    """Whether a part of this file ends its process, and how."""
    done = subprocess.run([sys.executable, os.path.abspath(__file__), "--part", name], capture_output=True)
    if done.returncode < 0:
        return signal.Signals(-done.returncode).name
    return "out of memory" if b"emoryError" in done.stderr or b"bad_alloc" in done.stderr else None


@check
def xgboost_sum():
    """XGBoost's contributions do not add up to its own score beyond single precision: 500 trees."""
    X, y = data()
    booster, matrix, predict = xgboost(y, 500, X, max_depth=6, eta=0.05)
    summed = booster.predict(matrix(X), pred_contribs=True).astype(float).sum(axis=1)
    off = abs(summed - predict(X)).max()
    own = ours_adds_up("model.json", X)
    return off > 2e-6, own < 1e-12, f"off by {off:.2g}", f"off by {own:.1g}"


@check
def xgboost_linear():
    """XGBoost's contributions of gblinear are w·x: the base value is the intercept, which no group of people scores."""
    X, y = data()
    X = X + 3
    booster, matrix, predict = xgboost(y, 20, X, booster="gblinear", max_depth=0)
    base = booster.predict(matrix(X), pred_contribs=True)[0, -1]
    mean = predict(X[:40]).mean()
    _, bases, _ = klartext("model.json", X[100:110], X[:40])
    own = abs(bases - mean).max()
    return abs(base - mean) > 0.1, own < 1e-5, f"base value {base:.3g}, mean score {mean:.3g}", f"off by {own:.1g}"


@check
def shap_linear():
    """shap cannot read a gblinear model as a tree model, nor as a linear one."""
    X, y = data()
    background, rows = parts(X)
    booster, _, predict = xgboost(y, 20, X, booster="gblinear", max_depth=0)
    why = refused(lambda: shap_interventional(booster, rows, background))
    return refusal(why, "model.json", predict, rows, background)


@check
def shap_dart():
    """shap leaves the weights of dropped trees (DART) out: interventional values of XGBoost models."""
    X, y = data()
    background, rows = parts(X)
    booster, _, predict = xgboost(y, 20, X, booster="dart", rate_drop=0.5)
    off = error(predict, rows, background, shap_interventional(booster, rows, background))
    return wrong(off, "model.json", predict, rows, background)


def category_model():
    import xgboost as library

    X, y = data()
    types = ["q", "q", "q", "c", "q"]
    matrix = lambda Z, **k: library.DMatrix(Z, feature_names=NAMES, feature_types=types, enable_categorical=True, **k)
    params = dict(objective="binary:logistic", max_depth=3, seed=1, nthread=1, max_cat_to_onehot=1)
    booster = library.train(params, matrix(X, label=y), 10)
    booster.save_model("model.json")
    return X, booster, lambda Z: booster.predict(matrix(Z), output_margin=True)


@check
def shap_categories_xgboost():
    """shap refuses interventional values of XGBoost models with category splits."""
    X, booster, predict = category_model()
    background, rows = parts(X)
    why = refused(lambda: shap_interventional(booster, rows, background))
    return refusal(why, "model.json", predict, rows, background)


@check
def woodelf_categories():
    """woodelf refuses models with category splits."""
    X, booster, predict = category_model()
    background, rows = parts(X)
    why = refused(lambda: woodelf_interventional(booster, rows, background))
    return refusal(why, "model.json", predict, rows, background)


@check
def shap_categories_lightgbm():
    """shap takes the categories of a LightGBM split for a threshold: interventional values."""
    X, y = data()
    background, rows = parts(X)
    booster, predict = lightgbm(y, X, [3], min_data_per_group=5, cat_smooth=1)
    off = error(predict, rows, background, shap_interventional(booster, rows, background))
    return wrong(off, "model.txt", predict, rows, background)


@check
def shap_categories_scikit():
    """shap takes the categories of scikit-learn's histogram gradient boosting for a threshold, path-dependent too."""
    import pandas
    from skops.io import dump
    from sklearn.ensemble import HistGradientBoostingClassifier

    X, y = data()
    background, rows = parts(X)
    model = HistGradientBoostingClassifier(max_iter=10, max_depth=3, categorical_features=[3])
    model.fit(pandas.DataFrame(X, columns=NAMES), y)
    dump(model, "model.skops")
    predict = lambda Z: model.decision_function(pandas.DataFrame(Z, columns=NAMES))
    off = error(predict, rows, background, shap_interventional(model, rows, background))
    return wrong(off, "model.skops", predict, rows, background)


@check
def shap_parallel_trees():
    """shap refuses interventional values of boosted random forests (XGBoost's num_parallel_tree)."""
    X, y = data()
    background, rows = parts(X)
    booster, _, predict = xgboost(y, 5, X, num_parallel_tree=3, subsample=0.7)
    why = refused(lambda: shap_interventional(booster, rows, background))
    return refusal(why, "model.json", predict, rows, background)


@check
def shap_vector_leaves():
    """shap refuses XGBoost's trees whose leaves are vectors."""
    X, _ = data()
    background, rows = parts(X)
    more = dict(objective="multi:softprob", num_class=4, multi_strategy="multi_output_tree", tree_method="hist")
    booster, _, predict = xgboost(classes(X), 5, X, **more)
    why = refused(lambda: shap_interventional(booster, rows, background))
    _, _, values = klartext("model.json", rows, background)
    each = [error(lambda Z: predict(Z)[:, k], rows, background, values[k::4]) for k in range(4)]
    return why is not None, max(each) < 1e-5, why, f"off by {max(each):.1g}"


@check
def lightgbm_linear_trees():
    """LightGBM refuses contributions of trees with linear leaves."""
    X, y = data()
    background, rows = parts(X)
    booster, predict = lightgbm(y, X, linear_tree=True)
    why = refused(lambda: booster.predict(rows.astype(float), pred_contrib=True))
    return refusal(why, "model.txt", predict, rows, background)


@check
def shap_linear_trees():
    """shap takes the constant that is left of a linear leaf for the leaf (LightGBM): interventional values."""
    X, y = data()
    background, rows = parts(X)
    booster, predict = lightgbm(y, X, linear_tree=True)
    off = error(predict, rows, background, shap_interventional(booster, rows, background))
    return wrong(off, "model.txt", predict, rows, background)


@check
def shap_zeros():
    """shap does not know that zeros are missing (LightGBM's zero_as_missing): interventional values."""
    X, y = data()
    background, rows = parts(X)
    booster, predict = lightgbm(y, X, zero_as_missing=True)
    off = error(predict, rows, background, shap_interventional(booster, rows, background))
    return wrong(off, "model.txt", predict, rows, background)


@check
def woodelf_zeros():
    """woodelf does not know that zeros are missing (LightGBM's zero_as_missing)."""
    X, y = data()
    background, rows = parts(X)
    booster, predict = lightgbm(y, X, zero_as_missing=True)
    off = error(predict, rows, background, woodelf_interventional(booster, rows, background))
    return wrong(off, "model.txt", predict, rows, background)


@check
def woodelf_classes():
    """woodelf gives one number a feature for a model of several classes, and does not say for which."""
    X, _ = data()
    background, rows = parts(X)
    booster, _, predict = xgboost(classes(X), 5, X, objective="multi:softprob", num_class=4)
    found = np.asarray(woodelf_interventional(booster, rows, background))
    _, _, values = klartext("model.json", rows, background)
    each = [error(lambda Z: predict(Z)[:, k], rows, background, values[k::4]) for k in range(4)]
    told = f"values of shape {found.shape} for 4 classes"
    return found.shape == rows.shape, max(each) < 1e-5, told, f"off by {max(each):.1g}"


@check
def shap_background():
    """shap takes a hundred rows of a background of a thousand, and prints a line about it."""
    import shap

    X, y = data()
    background = np.vstack([X, X])[:1000]
    booster, _, predict = xgboost(y, 10, X)
    explainer = shap.TreeExplainer(booster, background, feature_perturbation="interventional")
    mean = predict(background).mean()
    _, bases, _ = klartext("model.json", X[100:110], background)
    own = abs(bases - mean).max()
    found = f"{len(explainer.data)} rows kept, base value off by {abs(explainer.expected_value - mean):.2g}"
    return len(explainer.data) == 100, own < 1e-6, found, f"off by {own:.1g}"


@check
def shap_interactions():
    """shap gives zeros for interventional interactions, and a line on standard error."""
    import shap

    X, y = data()
    background, rows = parts(X)
    booster, _, predict = xgboost(y, 10, X)
    explainer = shap.TreeExplainer(booster, background, feature_perturbation="interventional")
    found = explainer.shap_interaction_values(rows.astype(float))
    wanted = predict(rows) - predict(background).mean()
    own = abs(klartext_pairs("model.json", rows, background) - wanted).max()
    told = f"all {found.max():.1g}, not adding up to {wanted[0]:.3g}"
    return not found.any(), own < 1e-5, told, f"adds up within {own:.1g}"


@check
def shap_expected_value():
    """shap's expected_value of an XGBoost model changes with the first call: before, it is the bare base score."""
    import shap

    X, y = data()
    booster, _, _ = xgboost(y, 10, X)
    explainer = shap.TreeExplainer(booster)
    before = float(np.ravel(explainer.expected_value)[0])
    explainer.shap_values(X[100:110])
    after = float(np.ravel(explainer.expected_value)[0])
    _, bases, _ = klartext("model.json", X[100:110], None, "--method", "tree-path")
    own = abs(bases - after).max()
    return abs(before - after) > 1e-3, own < 1e-5, f"{before:.4g}, then {after:.4g}", f"{bases[0]:.4g}"


@check
def shap_probability():
    """shap's values on the probability scale are values of the score rescaled row by row, not Shapley values."""
    X, y = data()
    background, rows = parts(X)
    booster, matrix, _ = xgboost(y, 10, X)
    predict = lambda Z: booster.predict(matrix(Z))
    off = error(predict, rows, background, shap_interventional(booster, rows, background, model_output="probability"))
    more = ["--method", "exact", "--scale", "probability"]
    _, _, values = klartext("model.json", rows, background, *more)
    own = error(predict, rows, background, values)
    return off > 1e-3, own < 1e-5, f"off by {off:.2g}", f"off by {own:.1g}"


@check
def catboost_contributions():
    """CatBoost's contributions of trees that are not symmetric do not add up, but for a model just read from JSON."""
    import catboost as library

    X, y = data()
    _, rows = parts(X)
    model, predict = catboost(y, X, grow_policy="Depthwise")
    summed = model.get_feature_importance(library.Pool(rows), type="ShapValues").sum(axis=1)
    off = abs(summed - predict(rows)).max()
    own = ours_adds_up("model.json", rows, "--method", "tree-path")
    return off > 1e-4, own < 1e-12, f"off by {off:.2g}", f"off by {own:.1g}"


@check
def catboost_interactions():
    """CatBoost's interactions do not add up to its prediction."""
    import catboost as library

    X, _ = data()
    _, rows = parts(X)
    model, predict = catboost(classes(X), X, loss_function="MultiClass")
    pairs = model.get_feature_importance(library.Pool(rows), type="ShapInteractionValues")
    off = abs(pairs[:, :, :-1, :-1].sum(axis=(2, 3)) + pairs[:, :, -1, -1] - predict(rows)).max()
    own = ours_adds_up("model.json", rows, "--method", "tree-path")
    return off > 1e-3, own < 1e-12, f"off by {off:.2g}", f"values off by {own:.1g}"


@check
def catboost_together():
    """CatBoost's contributions of a row depend on the rows beside it, where leaves hold values that no row reached."""
    import catboost as library

    file = os.path.join(REFERENCE, "models", "cb1210_monotone.cbm")
    rows = np.genfromtxt(os.path.join(REFERENCE, "synthetic.X.csv"), delimiter=",", skip_header=1)
    model = library.CatBoost().load_model(file)
    values = lambda Z: library.CatBoost().load_model(file).get_feature_importance(library.Pool(Z), type="ShapValues")
    together, alone = values(rows), np.vstack([values(rows[i : i + 1]) for i in range(len(rows))])
    off = abs(together - alone).max()
    names = model.feature_names_
    NAMES[: len(names)] = names
    _, _, a = klartext(file, rows, None, "--method", "tree-path")
    _, _, b = klartext(file, rows[:3], None, "--method", "tree-path")
    own = abs(a[:3] - b).max()
    return off > 1e-6, own == 0, f"off by {off:.2g}", "the same bits"


@check
def catboost_scaled():
    """CatBoost refuses contributions of a model with a scale."""
    import catboost as library

    X, y = data()
    _, rows = parts(X)
    model, _ = catboost(y, X)
    model.set_scale_and_bias(0.7, 1.5)
    model.save_model("model.json", format="json")
    why = refused(lambda: model.get_feature_importance(library.Pool(rows), type="ShapValues"))
    own = ours_adds_up("model.json", rows, "--method", "tree-path")
    return why is not None, own < 1e-12, why, f"adds up within {own:.1g}"


def wide():
    rng = np.random.default_rng(1)
    X = rng.normal(size=(2000, 5))
    return X, (X[:, 0] * X[:, 1] + X[:, 2] > 0).astype(int)


def part_catboost_background():
    import catboost as library

    X, y = wide()
    model, _ = catboost(y, X, iterations=40, grow_policy="Depthwise")
    pools = library.Pool(X[:5]), library.Pool(X[100:200])
    model.get_feature_importance(pools[0], type="ShapValues", reference_data=pools[1])


@check
def catboost_background():
    """CatBoost's interventional values of 40 trees of depth 4 that are not symmetric take more than 6 GiB, and end it."""
    end = died("catboost_background")
    X, y = wide()
    _, predict = catboost(y, X, iterations=40, grow_policy="Depthwise")
    own = ours("model.json", predict, X[:5], X[100:200])
    return end is not None, own < 1e-5, f"ends with {end}", f"off by {own:.1g}"


def part_shap_catboost_classes():
    X, _ = data()
    background, rows = parts(X)
    model, _ = catboost(classes(X), X, loss_function="MultiClass")
    shap_interventional(model, rows, background)


@check
def shap_catboost_classes():
    """shap crashes on the interventional values of a CatBoost model of several classes."""
    end = died("shap_catboost_classes")
    X, _ = data()
    background, rows = parts(X)
    _, predict = catboost(classes(X), X, loss_function="MultiClass")
    _, _, values = klartext("model.json", rows, background)
    each = [error(lambda Z: predict(Z)[:, k], rows, background, values[k::4]) for k in range(4)]
    return end is not None, max(each) < 1e-5, f"ends with {end}", f"off by {max(each):.1g}"


def part_catboost_leaf():
    import catboost as library

    X, y = data()
    model, _ = catboost(y, X, grow_policy="Lossguide", min_data_in_leaf=10_000)
    model.get_feature_importance(library.Pool(X[:5]), type="ShapValues")


@check
def catboost_leaf():
    """CatBoost crashes on the contributions of trees that are a leaf."""
    end = died("catboost_leaf")
    X, y = data()
    catboost(y, X, grow_policy="Lossguide", min_data_in_leaf=10_000)
    own = ours_adds_up("model.json", X[:5], "--method", "tree-path")
    return end is not None, own < 1e-12, f"ends with {end}", f"adds up within {own:.1g}"


@check
def fasttreeshap_missing():
    """fasttreeshap's algorithm v2 is wrong on rows with missing values."""
    if not importlib.util.find_spec("fasttreeshap_fixed"):
        raise Absent("fasttreeshap-fixed")
    import fasttreeshap_fixed

    X, y = data(0.2)
    booster, _, _ = xgboost(y, 20, X, max_depth=4)
    rows = X[100:200]
    _, _, values = klartext("model.json", rows, None, "--method", "tree-path")
    both = []
    for algorithm in ["v1", "v2"]:
        explainer = fasttreeshap_fixed.TreeExplainer(booster, algorithm=algorithm, n_jobs=1)
        both.append(abs(np.asarray(explainer.shap_values(rows, check_additivity=False)) - values).max(axis=1))
    holes = np.isnan(rows).any(axis=1)
    first, second = both
    found = f"off by {second[holes].max():.2g} with gaps, by {second[~holes].max():.1g} without"
    own = first.max()
    return second[holes].max() > 1e-3, own < 1e-5, found, f"equal to its v1 within {own:.1g}"


@check
def treeshap_xgboost():
    """The Python package treeshap cannot read what XGBoost 3.4.1 writes."""
    if not importlib.util.find_spec("treeshap"):
        raise Absent("treeshap")
    import treeshap

    X, y = data()
    xgboost(y, 20, X)
    why = refused(lambda: treeshap.TreeEnsemble.from_file("model.json", "xgboost"))
    own = ours_adds_up("model.json", X[:10])
    return why is not None, own < 1e-12, why, f"adds up within {own:.1g}"


def one(name):
    """A check in this process, its result as JSON."""
    limit = GIBIBYTES * 2**30
    resource.setrlimit(resource.RLIMIT_AS, (limit, limit))
    os.chdir(tempfile.mkdtemp())
    try:
        is_wrong, is_right, found, own = CHECKS[name]()
        print("\n" + json.dumps([bool(is_wrong), bool(is_right), found, own]))
    except Absent as library:
        print("\n" + json.dumps([None, None, f"{library} is not installed", ""]))


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("--klartext", default=os.environ.get("KLARTEXT", "target/release/klartext"))
    parser.add_argument("--one", help=argparse.SUPPRESS)
    parser.add_argument("--part", help=argparse.SUPPRESS)
    parser.add_argument("names", nargs="*", help="checks, all without")
    args = parser.parse_args()
    if args.part:
        globals()[f"part_{args.part}"]()
        return
    if args.one:
        one(args.one)
        return
    environment = {**os.environ, "KLARTEXT": os.path.abspath(args.klartext), "OMP_NUM_THREADS": "1"}
    changed = 0
    print("| check | what is wrong | found | Klartext |\n|---|---|---|---|")
    for name in args.names or CHECKS:
        command = [sys.executable, os.path.abspath(__file__), "--one", name]
        try:
            done = subprocess.run(command, capture_output=True, text=True, env=environment, timeout=SECONDS)
            is_wrong, is_right, found, own = json.loads(done.stdout.strip().splitlines()[-1])
        except (subprocess.TimeoutExpired, IndexError, ValueError) as why:
            last = getattr(done, "stderr", "").strip().splitlines()[-1:] if "done" in dir() else []
            is_wrong, is_right, found, own = True, False, f"the check failed: {type(why).__name__} {last}", ""
        if is_wrong is not None and not (is_wrong and is_right):
            changed += 1
            found = f"**{'mended' if not is_wrong else 'KLARTEXT IS WRONG'}**: {found}"
        print(f"| `{name}` | {' '.join(CHECKS[name].__doc__.split())} | {found} | {own} |", flush=True)
    sys.exit(1 if changed else 0)


if __name__ == "__main__":
    main()
