"""Writes the skops files sk191_*.skops and sk152_*.skops and what scikit-learn predicts from them.

scikit-learn 1.9.1 with skops 0.16.0 and shap 0.54.1 (all of it), and scikit-learn 1.5.2 with skops 0.11.0 (the part named
`old`, without contributions): `python make_skops.py` in the one environment, `python make_skops.py old` in the other.
The numbers are the same each time; a skops file names its arrays by where they lay in memory, so its bytes are not.
"""

import pathlib
import sys
import zipfile

import numpy as np
import pandas as pd
import skops.io
from sklearn.compose import ColumnTransformer, make_column_transformer
from sklearn.ensemble import (
    ExtraTreesClassifier,
    ExtraTreesRegressor,
    GradientBoostingClassifier,
    GradientBoostingRegressor,
    HistGradientBoostingClassifier,
    HistGradientBoostingRegressor,
    RandomForestClassifier,
    RandomForestRegressor,
)
from sklearn.feature_selection import SelectKBest, VarianceThreshold
from sklearn.impute import SimpleImputer
from sklearn.linear_model import (
    ElasticNet,
    LinearRegression,
    LogisticRegression,
    PoissonRegressor,
    Ridge,
    RidgeClassifier,
    SGDClassifier,
    TweedieRegressor,
)
from sklearn.model_selection import GridSearchCV
from sklearn.pipeline import FeatureUnion, make_pipeline
from sklearn.preprocessing import (
    FunctionTransformer,
    KBinsDiscretizer,
    MaxAbsScaler,
    MinMaxScaler,
    OneHotEncoder,
    OrdinalEncoder,
    RobustScaler,
    StandardScaler,
)
from sklearn.tree import DecisionTreeClassifier, DecisionTreeRegressor

HERE = pathlib.Path(__file__).parent
OLD = "old" in sys.argv
PREFIX = "sk152" if OLD else "sk191"

rng = np.random.default_rng(11)
N = 500
full = pd.DataFrame(
    {
        "age": rng.integers(18, 70, N).astype(float),
        "wage": np.round(rng.lognormal(7, 0.5, N), 2),
        "months": rng.integers(0, 60, N).astype(float),
        "z": np.round(rng.normal(size=N), 4),
    }
)
gaps = full.mask(rng.random(full.shape) < 0.08)
branch = np.array(["bau", "büro", "IT", "pflege", "x y", "q"])[rng.choice(6, N, p=[0.3, 0.3, 0.2, 0.15, 0.03, 0.02])]
sex = np.array(["m", "w"])[rng.integers(0, 2, N)]
zone = rng.choice([1, 2, 5, 9], N)
mixed = gaps.assign(branch=branch, sex=sex, zone=zone)
mixed.loc[rng.random(N) < 0.06, "branch"] = np.nan
eta = (full.age - 40) / 10 - full.z + 0.8 * (branch == "IT") - 0.5 * (zone == 5)
two = (eta + rng.normal(size=N) > 0).astype(int)
three = np.array(["hoch", "mittel", "tief"])[np.digitize(eta, [-1, 1])]
positive = np.exp(eta * 0.3 + rng.normal(size=N) * 0.2)
NUM, TEXT = ["age", "wage", "months", "z"], ["branch", "sex"]


def save(name, array):
    np.save(HERE / "expected" / f"{PREFIX}_{name}.npy", np.ascontiguousarray(array, dtype=np.float64))


def outputs(model, rows, margin):
    if not hasattr(model, "classes_"):
        value = np.asarray(model.predict(rows), dtype=np.float64).reshape(len(rows), -1)
        return (np.log(value) if margin == "log" else value), value
    raw = model.decision_function(rows).reshape(len(rows), -1) if hasattr(model, "decision_function") else None
    if not hasattr(model, "predict_proba"):
        return raw, raw
    value = model.predict_proba(rows)
    value = value[:, 1:] if value.shape[1] == 2 else value
    return (value if raw is None else raw), value


def write(name, model, target, frame, rows=None, margin=None, shap=False):
    model.fit(frame, target)
    # stored is what skops does unless told otherwise
    packing = zipfile.ZIP_STORED if name == "tree" else zipfile.ZIP_DEFLATED
    skops.io.dump(model, HERE / "models" / f"{PREFIX}_{name}.skops", compression=packing, compresslevel=9)
    if rows is None:
        rows = frame.iloc[:60]
    raw, value = outputs(model, rows, margin)
    save(f"{name}.margin", raw)
    save(f"{name}.pred", value)
    if shap and not OLD:
        import shap as library

        explained = library.TreeExplainer(model)(rows)
        values, base = explained.values, np.asarray(explained.base_values)
        if values.ndim == 3:
            # two classes: the second one
            kept = slice(1, 2) if hasattr(model, "classes_") and values.shape[2] == 2 else slice(None)
            values, base = values[:, :, kept].transpose(0, 2, 1), base[:, kept]
        else:
            values, base = values[:, None, :], base.reshape(len(rows), 1)
        save(f"{name}.contribs", np.concatenate([values, base[:, :, None]], axis=2))
    print(name, raw[0], value[0])
    return model


if not OLD:
    full.iloc[:60].to_csv(HERE / "skops_full.X.csv", index=False)
    gaps.iloc[:60].to_csv(HERE / "skops_gaps.X.csv", index=False)
    mixed.iloc[:60].to_csv(HERE / "skops_mixed.X.csv", index=False)

small = dict(n_estimators=5, max_depth=4, random_state=1)
write("forest", RandomForestClassifier(**small), three, gaps, shap=True)
write("boosted", GradientBoostingClassifier(n_estimators=5, random_state=1), three, full)
write("hist", HistGradientBoostingClassifier(max_iter=5, max_leaf_nodes=8), three, gaps)
write("tree", DecisionTreeClassifier(max_depth=4, random_state=1), two, gaps, shap=True)
if OLD:
    # one class against the rest, and a softmax of two
    write("rest", LogisticRegression(multi_class="ovr", max_iter=50), three, full)
    write("softmax", LogisticRegression(multi_class="multinomial", max_iter=50), two, full)
encoder = make_column_transformer(
    (make_pipeline(SimpleImputer(add_indicator=True), StandardScaler()), NUM),
    (OneHotEncoder(handle_unknown="infrequent_if_exist", min_frequency=20), TEXT),
)
odd = mixed.iloc[:60].copy()
odd.loc[:6, "branch"] = ["neu", "q", "x y", np.nan, "bau", "IT", ""]
odd["branch"] = odd["branch"].replace("", np.nan)
odd.loc[10:13, NUM] = np.nan
if not OLD:
    odd.to_csv(HERE / "skops_odd.X.csv", index=False)
write("rare", make_pipeline(encoder, RandomForestClassifier(**small)), two, mixed, odd)
if OLD:
    sys.exit()

write("extra", ExtraTreesRegressor(**small), positive, gaps, shap=True)
write("extra_two", ExtraTreesClassifier(**small), two, full, shap=True)
write("targets", RandomForestRegressor(**small), np.stack([positive, eta], 1), full, shap=True)
write("weighted", RandomForestClassifier(**small, class_weight="balanced"), two, full, shap=True)
write("exponential", GradientBoostingClassifier(loss="exponential", n_estimators=6, random_state=1), two, full)
write("quantile", GradientBoostingRegressor(loss="quantile", alpha=0.3, n_estimators=6), positive, full, shap=False)
write("zero", GradientBoostingClassifier(init="zero", n_estimators=6, random_state=1), two, full)
write("subsampled", GradientBoostingRegressor(subsample=0.6, n_estimators=6, random_state=1), positive, full, shap=True)
write("leaf", DecisionTreeRegressor(max_depth=1, min_samples_leaf=400), positive, full)
write("gamma", HistGradientBoostingRegressor(loss="gamma", max_iter=6, max_leaf_nodes=8), positive, gaps, margin="log")
write("hist_quantile", HistGradientBoostingRegressor(loss="quantile", quantile=0.7, max_iter=6, max_leaf_nodes=8), positive, gaps)
named = mixed[["branch", "age", "zone", "z"]].assign(branch=mixed.branch.astype("category"))
strange = named.iloc[:60].copy()
strange["branch"] = odd["branch"].astype("category")
strange.loc[20:22, "zone"] = [3, 77, 9]
strange.to_csv(HERE / "skops_named.X.csv", index=False)
write("named", HistGradientBoostingClassifier(max_iter=6, max_leaf_nodes=8, min_samples_leaf=5, categorical_features=["branch", "zone"]), two, named, strange)

write("linear_targets", LinearRegression(), np.stack([positive, eta], 1), full)
write("no_intercept", ElasticNet(alpha=0.01, fit_intercept=False), positive, full)
write("ridge_class", RidgeClassifier(), three, full)
write("sgd", make_pipeline(StandardScaler(), SGDClassifier(loss="log_loss", random_state=1)), three, full)
write("poisson", make_pipeline(MaxAbsScaler(), PoissonRegressor()), positive, full, margin="log")
write("tweedie", make_pipeline(RobustScaler(), TweedieRegressor(power=1.5)), positive, full, margin="log")
write("searched", GridSearchCV(make_pipeline(MinMaxScaler(), LogisticRegression()), {"logisticregression__C": [0.1, 1]}, cv=2), three, full)
beyond = full.iloc[:60] * 1.5
beyond.to_csv(HERE / "skops_nameless.X.csv", index=False)
write("nameless", make_pipeline(MinMaxScaler(clip=True), Ridge()), positive, full.to_numpy(), beyond.to_numpy())

steps = ColumnTransformer(
    [
        ("bins", make_pipeline(SimpleImputer(strategy="median"), KBinsDiscretizer(4, encode="onehot")), ["age", "wage"]),
        ("place", make_pipeline(SimpleImputer(), KBinsDiscretizer(3, encode="ordinal")), ["months"]),
        ("text", make_pipeline(SimpleImputer(strategy="most_frequent"), OneHotEncoder(drop="if_binary", handle_unknown="ignore")), TEXT),
        ("whole", OneHotEncoder(drop="first", handle_unknown="ignore"), ["zone"]),
    ],
    remainder="drop",
)
write("bins", make_pipeline(steps, LogisticRegression()), three, mixed)
write("bins_trees", make_pipeline(steps, RandomForestClassifier(**small)), three, mixed, odd)
ordinal = make_column_transformer(
    (OrdinalEncoder(handle_unknown="use_encoded_value", unknown_value=-1, encoded_missing_value=-2), TEXT),
    (FunctionTransformer(), ["zone"]),
    (SimpleImputer(strategy="constant", fill_value=-5), ["age"]),
    remainder="passthrough",
)
write("ordinal", make_pipeline(ordinal, VarianceThreshold(), RandomForestClassifier(**small)), two, mixed, odd)
union = FeatureUnion([("scaled", StandardScaler()), ("as", "passthrough")])
write("union", make_pipeline(SimpleImputer(), union, SelectKBest(k=5), GradientBoostingClassifier(n_estimators=5, random_state=1)), two, gaps)

# values at every threshold, and the next numbers of single and double precision below and above
edge = DecisionTreeRegressor(max_depth=4, random_state=1).fit(full, eta)
cases = []
for j, t in zip(edge.tree_.feature, edge.tree_.threshold):
    if j >= 0:
        s = np.float32(t)
        near = [t, np.nextafter(t, -np.inf), np.nextafter(t, np.inf), s, np.nextafter(s, np.float32(-np.inf)), np.nextafter(s, np.float32(np.inf))]
        # halfway to the next number of single precision, where rounding turns
        near += [(float(s) + float(np.nextafter(s, np.float32(np.inf)))) / 2, float(near[-1]) * (1 + 1e-9)]
        for x in near:
            row = full.iloc[len(cases) % 50].copy()
            row.iloc[j] = float(x)
            cases.append(row)
rows = pd.DataFrame(cases)
rows.to_csv(HERE / "skops_edges.X.csv", index=False)
write("edges", DecisionTreeRegressor(max_depth=4, random_state=1), eta, full, rows)
write("edges_scaled", make_pipeline(StandardScaler(), DecisionTreeRegressor(max_depth=4, random_state=1)), eta, full, rows)
step = pd.DataFrame({"age": np.arange(32.0), "wage": 0.0, "months": 0.0, "z": 0.0})
walk = full.iloc[:60].assign(age=np.arange(60.0) / 2)
walk.to_csv(HERE / "skops_deep.X.csv", index=False)
deep = write("deep", DecisionTreeRegressor(), 4.0 ** np.arange(32.0), step, walk)
assert deep.get_depth() >= 30
