"""Makes the small CatBoost reference models of traps, on the synthetic rows of `make.py`.

Run in this folder with CatBoost 1.2.10 and NumPy (Python 3.13).
"""
import catboost as cb
import numpy as np

ROWS = 40
rng = np.random.default_rng(7)
n = 600
X = rng.normal(size=(n, 5)).astype(np.float32)
X[:, 3] = rng.integers(0, 4, n)
X[rng.random((n, 5)) < 0.1] = np.nan
X[:, 4] = rng.integers(-2, 3, n)
eta = np.nan_to_num(X[:, 0]) - 0.5 * np.nan_to_num(X[:, 1]) ** 2 + np.nan_to_num(X[:, 4]) * 0.3
binary = (eta + rng.normal(size=n) > 0).astype(int)
positive = np.exp(eta * 0.4 + rng.normal(size=n) * 0.1) + 0.01
classes = np.digitize(eta, [-1, 0, 1])
names = list("abcde")
given = np.genfromtxt("synthetic.X.csv", delimiter=",", skip_header=1).astype(np.float32)
assert np.array_equal(given, X[:ROWS], equal_nan=True), "the rows of make.py"


def catboost(name, y, prediction, rounds=6, **params):
    fixed = dict(iterations=rounds, depth=3, learning_rate=0.3, random_seed=1, thread_count=1, verbose=0,
                 allow_writing_files=False)
    model = cb.CatBoost({**fixed, **params})
    model.fit(cb.Pool(X, y, feature_names=names))
    test = cb.Pool(X[:ROWS], feature_names=names)
    if name == "scaled":
        model.set_scale_and_bias(0.7, 1.5)
    name = f"cb1210_{name}"
    model.save_model(f"models/{name}.json", format="json")
    value = model.predict(test, prediction_type=prediction)
    if value.ndim == 2 and params["loss_function"] in ("Logloss", "CrossEntropy"):
        value = value[:, 1]
    np.save(f"expected/{name}.margin.npy", np.ascontiguousarray(model.predict(test, prediction_type="RawFormulaVal")))
    np.save(f"expected/{name}.pred.npy", np.ascontiguousarray(value))
    if name == "cb1210_scaled":
        return  # CatBoost gives no contributions of a scaled model
    # Of trees whose leaves lie at different depths, CatBoost 1.2.10 gives contributions that do not add up to the score
    # until the model has been saved and loaded again (its issue 2136).
    again = cb.CatBoost().load_model(f"models/{name}.json", format="json")
    pool = cb.Pool(X[:ROWS], y[:ROWS], feature_names=names)
    values = again.get_feature_importance(pool, type="ShapValues", thread_count=1)
    assert np.allclose(values.sum(axis=-1), again.predict(test, prediction_type="RawFormulaVal"), rtol=0, atol=1e-12)
    np.save(f"expected/{name}.contribs.npy", np.ascontiguousarray(values))


catboost("depthwise", binary, "Probability", loss_function="Logloss", grow_policy="Depthwise")
catboost("lossguide", binary, "Probability", loss_function="Logloss", grow_policy="Lossguide", max_leaves=7,
         depth=6)
catboost("multi", classes, "Probability", rounds=4, loss_function="MultiClass")
catboost("multi_depthwise", classes, "Probability", rounds=4, loss_function="MultiClass", grow_policy="Depthwise")
catboost("ova", classes, "Probability", rounds=4, loss_function="MultiClassOneVsAll")
catboost("nanmax", binary, "Probability", loss_function="Logloss", nan_mode="Max")
catboost("scaled", positive, "RawFormulaVal", loss_function="RMSE")
catboost("poisson", positive, "Exponent", loss_function="Poisson")


# Categories, and CatBoost's binary form. The table has numbers with missing values, categories of two, of some, of many
# values (some of the rows' never seen in training), integers, the empty text, and texts of every length class of the hash.
import json
import pandas as pd

LONG = "a place whose name is longer than sixty-four bytes, as the hash takes those in another way"
CATS = ["sex", "city", "code", "zip"]


def table(rows, seen):
    frame = pd.DataFrame({
        "num": rng.normal(size=rows).astype(np.float32).round(2),
        "sex": rng.choice(["m", "f"], rows),
        "city": rng.choice(["Ulm", "Köln", "", "Frankfurt am Main", "Frankfurt an der Oder, Brandenburg", LONG], rows),
        "code": rng.integers(0, 9 if seen else 12, rows) - 1,
        "part": rng.integers(0, 4, rows).astype(np.float32),
        "zip": [str(z) for z in rng.integers(0, 300 if seen else 330, rows)],
    })
    frame.loc[rng.random(rows) < 0.1, "num"] = np.nan
    return frame


train, asked = table(700, True), table(40, False)
asked.loc[:5, "city"] = "Bremen"
asked.loc[3:8, "sex"] = ["d", "NaN", "nan", " m", "M", ""]
asked.loc[9:12, "code"] = [-1, 10**9, 2, 77]
asked.loc[13:15, "zip"] = ["2.7", "1e9", "007"]
asked.to_csv("categories.X.csv", index=False)
eta = (np.nan_to_num(train.num) + (train.city == "Ulm") * 1.5 - (train.code % 3 == 0) * ((train.sex == "m") * 2.0 - 1)
       + train.part * 0.2 + train.zip.astype(int) % 7 * 0.2).to_numpy()
label = (eta + rng.normal(size=len(eta)) * 0.3 > 1).astype(int)
third = np.digitize(eta, [0.3, 1.5])
PREDICTION = {"Logloss": "Probability", "CrossEntropy": "Probability", "Focal": "Probability", "MultiClass": "Probability",
              "MultiClassOneVsAll": "Probability", "MultiLogloss": "Probability", "Poisson": "Exponent",
              "Tweedie": "Exponent", "RMSEWithUncertainty": "RMSEWithUncertainty"}


def saved(name, pool, rows, formats, ranges=(), shap=True, **params):
    fixed = dict(iterations=6, depth=3, learning_rate=0.3, random_seed=1, thread_count=1, verbose=0,
                 allow_writing_files=False)
    model = cb.CatBoost({**fixed, **params})
    model.fit(pool)
    name = f"cb1210_{name}"
    for format in formats:
        model.save_model(f"models/{name}.{format}", format=format, pool=pool if format == "json" else None)
    loss = params["loss_function"].split(":")[0]
    value = model.predict(rows, prediction_type=PREDICTION.get(loss, "RawFormulaVal"))
    if loss in ("Logloss", "CrossEntropy", "Focal"):
        value = value[:, 1]
    np.save(f"expected/{name}.margin.npy", np.ascontiguousarray(model.predict(rows, prediction_type="RawFormulaVal")))
    np.save(f"expected/{name}.pred.npy", np.ascontiguousarray(value))
    for start, end in ranges:
        part = model.predict(rows, prediction_type="RawFormulaVal", ntree_start=start, ntree_end=end)
        np.save(f"expected/{name}.part{start}-{end}.npy", np.ascontiguousarray(part))
    if not shap:
        return model
    # Right after loading from JSON only, see above. JSON rounds sums of targets down when it is read again; where that
    # matters the trees are symmetric and the model itself is right.
    if params.get("grow_policy", "SymmetricTree") == "SymmetricTree":
        again = model
    else:
        model.save_model("again.json", format="json")
        again = cb.CatBoost().load_model("again.json", format="json")
        import os
        os.remove("again.json")
    values = again.get_feature_importance(rows, type="ShapValues", thread_count=1)
    raw = again.predict(rows, prediction_type="RawFormulaVal")
    assert np.allclose(values.sum(axis=-1), raw, rtol=0, atol=1e-12), name
    np.save(f"expected/{name}.contribs.npy", np.ascontiguousarray(values))
    return model


def pooled(target):
    return cb.Pool(train, target, cat_features=CATS)


asked = cb.Pool(asked, cat_features=CATS)
saved("onehot", pooled(label), asked, ["json", "cbm"], [(0, 4), (2, 5)], loss_function="Logloss", one_hot_max_size=10)
saved("ctr", pooled(np.where(label, "yes", "no")), asked, ["json", "cbm"], loss_function="Logloss", depth=4,
      simple_ctr=["Borders", "Buckets", "BinarizedTargetMeanValue", "Counter"],
      combinations_ctr=["Borders", "Buckets", "BinarizedTargetMeanValue", "Counter"], max_ctr_complexity=3)
saved("ctr_borders", pooled(eta), asked, ["cbm"], loss_function="RMSE", one_hot_max_size=2,
      simple_ctr=["Borders:TargetBorderCount=3", "Buckets:TargetBorderCount=3",
                  "BinarizedTargetMeanValue:TargetBorderCount=4", "Counter:Prior=0.5"],
      combinations_ctr=["Borders:TargetBorderCount=2:Prior=0.3", "BinarizedTargetMeanValue:TargetBorderCount=3"])
saved("ctr_two", pooled(eta), asked, ["json", "cbm"], loss_function="RMSE", iterations=3,
      simple_ctr=["Borders:TargetBorderCount=1", "Borders:TargetBorderCount=4"], max_ctr_complexity=1)
saved("ctr_multi", pooled(third), asked, ["cbm"], loss_function="MultiClass", max_ctr_complexity=2, iterations=4)
saved("ctr_lossguide", pooled(label), asked, ["cbm"], loss_function="Logloss", grow_policy="Lossguide", max_leaves=8)

numbers = cb.Pool(X[:ROWS], feature_names=names)


def plain(target, **kwargs):
    return cb.Pool(X, target, feature_names=names, **kwargs)


groups = np.repeat(np.arange(n // 6), 6)
saved("variance", plain(positive), numbers, ["cbm"], shap=False, loss_function="RMSEWithUncertainty")
saved("labels", plain(np.stack([binary, 1 - binary, classes > 1], 1).astype(int)), numbers, ["cbm"], shap=False,
      loss_function="MultiLogloss")
saved("targets", plain(np.stack([positive, X[:, 4] * 2.0], 1)), numbers, ["cbm"], [(0, 4), (2, 5)], shap=False,
      loss_function="MultiRMSE")
saved("tweedie", plain(positive), numbers, ["cbm"], loss_function="Tweedie:variance_power=1.5")
saved("focal", plain(binary.astype(bool)), numbers, ["json", "cbm"],
      loss_function="Focal:focal_alpha=0.25;focal_gamma=2")
saved("rank", plain(binary, group_id=groups), numbers, ["cbm"], loss_function="YetiRank")
saved("weighted", plain(binary), numbers, ["cbm"], loss_function="Logloss", class_weights=[1, 3], nan_mode="Max")
saved("named", plain(np.array(["x", "y z", "Ä", "w"])[classes]), numbers, ["cbm"], loss_function="MultiClass",
      grow_policy="Depthwise", iterations=4)
saved("deep", plain(positive + rng.normal(size=n) * 0.01), numbers, ["cbm"], loss_function="RMSE",
      grow_policy="Lossguide", depth=16, max_leaves=64, iterations=3)
saved("leaf", plain(positive), numbers, ["json", "cbm"], loss_function="RMSE", grow_policy="Depthwise",
      min_data_in_leaf=10_000, shap=False)  # CatBoost crashes on contributions of one leaf
saved("monotone", plain(positive), numbers, ["cbm"], shap=False, loss_function="RMSE",
      monotone_constraints=[1, 0, 0, 0, 1])

# Every border of a model, and the next numbers of single precision on both sides.
borders = saved("borders", plain(binary), numbers, ["json", "cbm"], loss_function="Logloss", nan_mode="Max",
                grow_policy="Depthwise", depth=4)
with open("models/cb1210_borders.json") as file:
    features = json.load(file)["features_info"]["float_features"]
rows = []
for feature in features:
    for border in feature["borders"] or []:
        border = np.float32(border)
        for value in (border, np.nextafter(border, np.float32(-np.inf)), np.nextafter(border, np.float32(np.inf))):
            if np.isfinite(value):
                row = X[len(rows) % n].copy()
                row[feature["feature_index"]] = value
                rows.append(row)
rows = np.array([*rows, *np.where(np.eye(5, dtype=bool), np.nan, X[20:25])], dtype=np.float32)
pd.DataFrame(rows.astype(np.float64), columns=names).to_csv("catboost_borders.X.csv", index=False)
saved("borders", plain(binary), cb.Pool(rows, feature_names=names), ["json", "cbm"], loss_function="Logloss",
      nan_mode="Max", grow_policy="Depthwise", depth=4)

# Refused: what only text and embedding features can tell.
words = pd.DataFrame({"a": X[:, 0], "notes": [" ".join(rng.choice(["foo", "bar", "baz"], 5)) for _ in range(n)]})
text = cb.CatBoost(dict(loss_function="Logloss", iterations=1, depth=1, thread_count=1, random_seed=1, verbose=0,
                        allow_writing_files=False))
text.fit(cb.Pool(words, binary, text_features=["notes"]))
text.save_model("models/cb1210_text.cbm")
points = pd.DataFrame({"a": X[:, 0], "point": list(np.nan_to_num(X[:, 1:4]))})
point = cb.CatBoost(dict(loss_function="Logloss", iterations=1, depth=1, thread_count=1, random_seed=1, verbose=0,
                         allow_writing_files=False))
point.fit(cb.Pool(points, binary, embedding_features=["point"]))
point.save_model("models/cb1210_embedding.cbm")

# A category with more values than become tests on it.
saved("ctr_many", pooled((train.zip.astype(int) % 7 > 3).astype(int)), asked, ["cbm"], loss_function="Logloss",
      iterations=4, max_ctr_complexity=2)

# Interventional contributions, the rows themselves as background. CatBoost wants a label for each, and looks at none.
frame = pd.read_csv("categories.X.csv", keep_default_na=False, na_values={"num": [""]}, dtype={"sex": str, "zip": str})
for name in ["onehot", "ctr", "ctr_many"]:
    rows = cb.Pool(frame, ["no" if name == "ctr" else 0] * len(frame), cat_features=CATS)
    model = cb.CatBoost().load_model(f"models/cb1210_{name}.cbm")
    values = model.get_feature_importance(rows, type="ShapValues", reference_data=rows, thread_count=1)
    raw = model.predict(rows, prediction_type="RawFormulaVal")
    assert np.array_equal(raw, np.load(f"expected/cb1210_{name}.margin.npy")), name
    assert np.allclose(values.sum(axis=-1), raw, rtol=0, atol=1e-12), name
    np.save(f"expected/cb1210_{name}.interventional.npy", np.ascontiguousarray(values))

# A sum of models has its loss function elsewhere.
parts = [cb.CatBoost(dict(loss_function="Logloss", iterations=3, depth=2, learning_rate=0.3, random_seed=seed,
                          thread_count=1, verbose=0, allow_writing_files=False)).fit(plain(binary)) for seed in (1, 2)]
whole = cb.sum_models(parts, weights=[1.0, 0.5])
for format in ("json", "cbm"):
    whole.save_model(f"models/cb1210_sum.{format}", format=format)
np.save("expected/cb1210_sum.margin.npy", whole.predict(numbers, prediction_type="RawFormulaVal"))
np.save("expected/cb1210_sum.pred.npy", np.ascontiguousarray(whole.predict(numbers, prediction_type="Probability")[:, 1]))
