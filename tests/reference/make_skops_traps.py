"""Writes the skops files of traps, trap191_*.skops, and what scikit-learn predicts from them.

scikit-learn 1.9.1, skops 0.16.0, shap 0.54.1. Tables: skops_codes.X.csv (texts, whole numbers and numbers with categories
that are unknown, rare, missing, -1, 2.7 and 1e9), skops_known.X.csv (those that training had), skops_trap_edges.X.csv
(every threshold of the models and its neighbours in single and double precision, each column missing),
skops_trap_gaps.X.csv (each column missing alone, and all of them).
"""

import pathlib
import warnings
import zipfile

import numpy as np
import pandas as pd
import skops.io
from sklearn.compose import ColumnTransformer
from sklearn.ensemble import (
    AdaBoostClassifier,
    BaggingClassifier,
    ExtraTreesRegressor,
    GradientBoostingClassifier,
    HistGradientBoostingClassifier,
    HistGradientBoostingRegressor,
    RandomForestClassifier,
    RandomForestRegressor,
    StackingClassifier,
    VotingClassifier,
)
from sklearn.calibration import CalibratedClassifierCV
from sklearn.linear_model import LinearRegression, LogisticRegression
from sklearn.multioutput import ClassifierChain, MultiOutputClassifier
from sklearn.pipeline import make_pipeline
from sklearn.preprocessing import OneHotEncoder, OrdinalEncoder, TargetEncoder
from sklearn.tree import DecisionTreeClassifier, DecisionTreeRegressor

warnings.filterwarnings("ignore")
HERE = pathlib.Path(__file__).parent
rng = np.random.default_rng(17)
N = 300


def save(name, array):
    np.save(HERE / "expected" / f"trap191_{name}.npy", np.ascontiguousarray(array, dtype=np.float64))


def dump(name, model):
    skops.io.dump(model, HERE / "models" / f"trap191_{name}.skops", compression=zipfile.ZIP_DEFLATED, compresslevel=9)


def outputs(model, rows):
    if not hasattr(model, "classes_"):
        value = np.asarray(model.predict(rows), dtype=np.float64).reshape(len(rows), -1)
        return value, value
    value = model.predict_proba(rows)
    value = value[:, 1:] if value.shape[1] == 2 else value
    raw = model.decision_function(rows).reshape(len(rows), -1) if hasattr(model, "decision_function") else value
    return raw, value


def write(name, model, rows):
    dump(name, model)
    raw, value = outputs(model, rows)
    save(f"{name}.margin", raw)
    save(f"{name}.pred", value)


# Encoders: each with every rule for the rare and the dropped, side by side in front of one weighted sum.
city = np.array(["Ulm", "Köln", "Aue", "Gera", "Ems", "x"])[rng.choice(6, N, p=[0.4, 0.3, 0.15, 0.07, 0.05, 0.03])].astype(object)
city[rng.random(N) < 0.08] = np.nan
pair = rng.choice(["f", "m"], N).astype(object)
zone = rng.choice([1.0, 2.0, 5.0, 9.0, 40.0], N, p=[0.5, 0.2, 0.15, 0.1, 0.05])
zone[rng.random(N) < 0.08] = np.nan
plain = rng.integers(0, 4, N).astype(float)
frame = pd.DataFrame({"city": city, "pair": pair, "zone": zone, "plain": plain})
y = (city == "Ulm") * 2.0 - (pair == "m") + np.nan_to_num(zone) * 0.1 + plain + rng.normal(size=N)
known = frame.iloc[:40]
strange = frame.iloc[:40].copy()
strange.loc[:7, "city"] = ["neu", "x", "Ems", np.nan, "ulm", "Gera", " Ulm", "1"]
strange.loc[2:6, "pair"] = ["d", np.nan, "M", "f", "m"]
strange.loc[4:12, "zone"] = [-1, 2.7, 1e9, 40, 9, np.nan, 0, -2.0, 3]
strange.loc[6:13, "plain"] = [-1, 2.7, 1e9, 0, np.nan, 4, 3, -0.0]
known.to_csv(HERE / "skops_known.X.csv", index=False)
strange.to_csv(HERE / "skops_codes.X.csv", index=False)
RARE = [{}, {"min_frequency": 30}, {"min_frequency": 0.1}, {"max_categories": 3}, {"min_frequency": 10, "max_categories": 4}]
DROP = [{}, {"drop": "first"}, {"drop": "if_binary"}]
ALL = list(frame.columns)


def beside(encoders):
    return ColumnTransformer([(f"e{i}", encoder, ALL) for i, encoder in enumerate(encoders)])


for unknown in ("error", "ignore", "infrequent_if_exist", "warn"):
    encoders = [OneHotEncoder(handle_unknown=unknown, **rare, **drop) for rare in RARE for drop in DROP]
    if unknown == "ignore":
        encoders.append(OneHotEncoder(handle_unknown=unknown, drop=["Aue", "m", 5.0, 0.0]))
        encoders.append(OneHotEncoder(handle_unknown=unknown, categories=[["Ulm", "Aue"], ["m"], [1.0, 2.0, 40.0], [3.0, 4.0]]))
        encoders.append(OneHotEncoder(handle_unknown=unknown, dtype=np.float32))
    model = make_pipeline(beside(encoders), LinearRegression()).fit(frame, y)
    # Weights by hand: a least-squares fit gives columns that are alike the same weight, and hides which is which.
    linear = model[-1]
    linear.coef_ = np.round(rng.normal(size=linear.coef_.shape), 3)
    write(f"onehot_{unknown}", model, known if unknown == "error" else strange)



def coded(**given):
    return OrdinalEncoder(handle_unknown="use_encoded_value", **given)


sums = [coded(unknown_value=u, encoded_missing_value=m, **rare) for u in (-1, 99) for m in (-2, 50) for rare in RARE]
strict = [OrdinalEncoder(encoded_missing_value=m, **rare) for m in (-2, 50) for rare in RARE]
for name, encoders, rows in (("ordinal", sums, strange), ("ordinal_error", strict, known)):
    model = make_pipeline(beside(encoders), LinearRegression()).fit(frame, y)
    model[-1].coef_ = np.round(rng.normal(size=model[-1].coef_.shape), 3)
    write(name, model, rows)
lost = [coded(unknown_value=np.nan, **m, **rare) for m in ({}, {"encoded_missing_value": -2}) for rare in (RARE[0], RARE[3])]
trees = ExtraTreesRegressor(30, max_depth=3, max_features=1, random_state=1)
write("ordinal_missing", make_pipeline(beside(lost), trees).fit(frame, y), strange)

# Histogram gradient boosting: categories as codes, unknown ones among them, and a category that is missing.
codes = frame[["zone", "plain"]].to_numpy()
hist = dict(max_iter=8, max_leaf_nodes=6, min_samples_leaf=3, random_state=1)
write("hist_codes", HistGradientBoostingRegressor(categorical_features=[0, 1], **hist).fit(codes, y), strange[["zone", "plain"]].to_numpy())
strange[["zone", "plain"]].to_csv(HERE / "skops_plain_codes.X.csv", index=False, header=["f0", "f1"])
typed = frame.astype({"city": "category", "pair": "category"})
# A category that training did not have is like a missing one.
given = strange.astype({"city": pd.CategoricalDtype(strange.city.dropna().unique()), "pair": pd.CategoricalDtype(["f", "m", "d", "M"])})
write("hist_typed", HistGradientBoostingClassifier(categorical_features="from_dtype", **hist).fit(typed, (y > 3).astype(int)), given)

# Thresholds.
full = pd.DataFrame({"a": rng.normal(size=N).round(2), "b": rng.integers(0, 30, N).astype(float), "c": rng.lognormal(size=N) * 1000})
gaps = full.mask(rng.random(full.shape) < 0.1)
target = full.a + (full.b > 12) - full.c / 2000 + rng.normal(size=N) * 0.3
two, three = (target > 0).astype(int), np.array(["x", "y", "z"])[np.digitize(target, [-0.5, 0.5])]
weight = rng.choice([0.5, 1.0, 3.0], N)
small = dict(n_estimators=4, max_depth=3, random_state=1)
models = {
    "forest_edges": RandomForestClassifier(**small).fit(gaps, three, sample_weight=weight),
    "extra_edges": ExtraTreesRegressor(**small).fit(gaps, target, sample_weight=weight),
    "boosted_edges": GradientBoostingClassifier(**small).fit(full, two, sample_weight=weight),
    "hist_edges": HistGradientBoostingClassifier(max_iter=4, max_leaf_nodes=6).fit(gaps, three, sample_weight=weight),
    "tree_edges": DecisionTreeClassifier(max_depth=4, class_weight={0: 1, 1: 4}, random_state=1).fit(gaps, two),
}
cases = []
for model in models.values():
    found = []
    if hasattr(model, "_predictors"):
        for tree in (t for stage in model._predictors for t in stage):
            found += [(n["feature_idx"], n["num_threshold"]) for n in tree.nodes if not n["is_leaf"]]
    else:
        for tree in np.ravel(getattr(model, "estimators_", [model])):
            found += [(j, t) for j, t in zip(tree.tree_.feature, tree.tree_.threshold) if j >= 0]
    for j, t in found:
        s = np.float32(t)
        up, down = (np.nextafter(s, np.float32(side)) for side in (np.inf, -np.inf))
        for x in (t, np.nextafter(t, -np.inf), np.nextafter(t, np.inf), s, up, down, (float(s) + float(up)) / 2):
            row = full.iloc[len(cases) % N].to_numpy(copy=True)
            row[j] = float(x)
            cases.append(row)
edges = pd.DataFrame(cases, columns=list("abc"))
edges = edges.iloc[rng.permutation(len(edges))[:400]]
edges.to_csv(HERE / "skops_trap_edges.X.csv", index=False)
empty = np.where(np.eye(3) == 1, np.nan, full.to_numpy()[:3])
empty = pd.DataFrame(np.concatenate([empty, np.full((1, 3), np.nan), [[-0.0, 0.0, 0.0], [1e300, -1e300, 1e39], [1e-310, -1e-46, 1e-46]]]), columns=list("abc"))
empty = empty.iloc[[0, 1, 2, 3, 4, 6]]
empty.to_csv(HERE / "skops_trap_gaps.X.csv", index=False)
for name, model in models.items():
    write(name, model, edges)
    if name != "boosted_edges":
        raw, value = outputs(model, empty)
        save(f"{name}.empty", raw)
import shap

for name in ("forest_edges", "extra_edges", "tree_edges"):
    explained = shap.TreeExplainer(models[name])(edges.iloc[:60])
    values, base = explained.values, np.asarray(explained.base_values)
    if values.ndim == 3:
        kept = slice(1, 2) if values.shape[2] == 2 else slice(None)
        values, base = values[:, :, kept].transpose(0, 2, 1), base[:, kept]
    else:
        values, base = values[:, None, :], base.reshape(60, 1)
    save(f"{name}.contribs", np.concatenate([values, base[:, :, None]], axis=2))

# More trees than a hundred, as an archive of its own: its schema is what counts.
write("hundred", RandomForestClassifier(120, max_depth=1, random_state=1).fit(gaps, two), edges)

# 5,000 trees: the forest's over and over, which the test puts together.
many = models["forest_edges"]
many.estimators_ = many.estimators_ * 1250
many.n_estimators = 5000
save("many.margin", outputs(many, edges)[0])

# As long a path as its gradients in single precision allow, and one leaf, of histogram gradient boosting.
steps = pd.DataFrame({"a": np.arange(33.0), "b": 0.0, "c": 0.0})
fit = dict(max_iter=1, learning_rate=1.0, max_leaf_nodes=None, min_samples_leaf=1)
deep = HistGradientBoostingRegressor(**fit).fit(steps, 2.5 ** np.arange(33.0), sample_weight=1.2 ** -np.arange(33.0))
assert max(n["depth"] for n in deep._predictors[0][0].nodes) == 26
walk = steps.assign(a=np.arange(33.0) + 0.5)
walk.to_csv(HERE / "skops_trap_walk.X.csv", index=False)
write("hist_deep", deep, walk)
write("hist_leaf", HistGradientBoostingRegressor(max_iter=3).fit(full, np.full(N, 0.3)), edges)

# Refused by name.
lone = LogisticRegression()
for name, model, goal in [
    ("chain", ClassifierChain(lone), np.stack([two, 1 - two], 1)),
    ("several", MultiOutputClassifier(lone), np.stack([two, 1 - two], 1)),
    ("stacked", StackingClassifier([("a", lone)]), two),
    ("voting", VotingClassifier([("a", lone), ("b", DecisionTreeClassifier(max_depth=2))]), two),
    ("calibrated", CalibratedClassifierCV(lone, cv=2), two),
    ("adaboost", AdaBoostClassifier(n_estimators=2), two),
    ("bagging", BaggingClassifier(DecisionTreeClassifier(max_depth=2), 2), two),
    ("multilabel", RandomForestClassifier(2, max_depth=2), np.stack([two, 1 - two], 1)),
    ("text_targets", DecisionTreeClassifier(max_depth=2), np.stack([three, three], 1)),
    ("target_encoder", make_pipeline(TargetEncoder(), LinearRegression()), target),
]:
    dump(f"refused_{name}", model.fit(full, goal))
