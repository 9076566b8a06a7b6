"""Writes small models of old versions of CatBoost, cb0261_*, cb106_*, cb111_*, cb122_*, and what those versions predict.

CatBoost 0.26.1 (Python 3.8), 1.0.6, 1.1.1 and 1.2.2 (Python 3.10), with NumPy 1.24 or 1.26 and pandas 1.5.3: run this file
in each environment, with `table` as its argument in the first to write catboost_old.X.csv too. Categories are texts and
whole numbers, -1 and 1e9 among those that training did not have; CatBoost itself refuses 2.7 as one.
"""

import pathlib
import sys

import catboost as cb
import numpy as np
import pandas as pd

HERE = pathlib.Path(__file__).parent
TAG = "cb" + cb.__version__.replace(".", "")
rng = np.random.default_rng(23)
n = 400
X = pd.DataFrame(
    {
        "num": rng.normal(size=n).astype(np.float32).round(2),
        "part": rng.integers(0, 4, n).astype(np.float32),
        "city": rng.choice(["Ulm", "Köln", "", "Aue"], n),
        "code": rng.integers(-1, 8, n),
    }
)
X.loc[rng.random(n) < 0.1, "num"] = np.nan
noise = rng.normal(size=n) * 0.2
eta = (np.nan_to_num(X.num) + (X.city == "Ulm") - (X.code % 3 == 0) + X.part * 0.2 + noise).to_numpy()
asked = X.iloc[:40].copy()
asked.loc[:3, "code"] = [-1, 10**9, 77, -7]
asked.loc[4:6, "city"] = ["neu", " Ulm", "NaN"]
asked.loc[7:8, "num"] = [np.nan, 1e30]
if "table" in sys.argv:
    asked.to_csv(HERE / "catboost_old.X.csv", index=False)
    # JSON before 1.1 has no names: columns go by position.
    asked[["num", "part"]].to_csv(HERE / "catboost_old_numbers.X.csv", index=False)
small = dict(iterations=4, depth=3, learning_rate=0.4, random_seed=1, thread_count=1, verbose=0, allow_writing_files=False)
for name, loss, y, cats, more in [
    ("number", "RMSE", eta, [], {}),
    ("two", "Logloss", (eta > 0.5).astype(int), [], {"grow_policy": "Lossguide"}),
    ("classes", "MultiClass", np.digitize(eta, [0, 1]), ["city", "code"], {}),
    ("ctr", "Logloss", (eta > 0.5).astype(int), ["city", "code"], {"one_hot_max_size": 2}),
]:
    columns = list(X.columns) if cats else ["num", "part"]
    model = cb.CatBoost({**small, "loss_function": loss, **more})
    model.fit(cb.Pool(X[columns], y, cat_features=cats))
    rows = cb.Pool(asked[columns], cat_features=cats)
    model.save_model(str(HERE / f"models/{TAG}_{name}.cbm"))
    if not cats:
        model.save_model(str(HERE / f"models/{TAG}_{name}.json"), format="json")
    raw = model.predict(rows, prediction_type="RawFormulaVal")
    np.save(HERE / f"expected/{TAG}_{name}.margin.npy", np.ascontiguousarray(raw))
    value = raw if loss == "RMSE" else model.predict(rows, prediction_type="Probability")
    value = value[:, 1] if loss == "Logloss" else value
    np.save(HERE / f"expected/{TAG}_{name}.pred.npy", np.ascontiguousarray(value))
    if "grow_policy" not in more:
        values = model.get_feature_importance(rows, type="ShapValues", thread_count=1)
        np.save(HERE / f"expected/{TAG}_{name}.contribs.npy", np.ascontiguousarray(values))
