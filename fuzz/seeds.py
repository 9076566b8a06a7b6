"""Writes the smallest models of each kind that the original libraries make: seeds for the fuzz targets.

Python 3.13: xgboost 3.4.1, lightgbm 4.7.0, catboost 1.2.10, scikit-learn 1.9.1, skl2onnx 1.20.0, skops.

    python3 fuzz/seeds.py FOLDER        # FOLDER/<target>/<name>; then cargo fuzz cmin into fuzz/corpus
"""

import json
import sys
from pathlib import Path

import numpy as np

OUT = Path(sys.argv[1])
RNG = np.random.default_rng(7)
N = 60
X = RNG.normal(size=(N, 3)).round(2)
X[RNG.random(X.shape) < 0.05] = np.nan
C = X.copy()
C[:, 1] = RNG.integers(0, 4, N)
Y = np.nan_to_num(X[:, 0]) + RNG.normal(size=N) * 0.1
B = (Y > 0).astype(int)
M = np.digitize(Y, [-0.5, 0.5])


def put(target, name, data):
    folder = OUT / target
    folder.mkdir(parents=True, exist_ok=True)
    (folder / name).write_bytes(data if isinstance(data, bytes) else data.encode())


def xgboost():
    import pandas as pd
    import xgboost as xgb

    def train(name, y, x=X, rounds=2, **params):
        types = params.pop("types", None)
        data = xgb.DMatrix(x, y, feature_types=types, enable_categorical=True)
        booster = xgb.train({"max_depth": 2, "nthread": 1, **params}, data, rounds)
        for form, target in (("json", "xgboost_json"), ("ubj", "xgboost_ubjson")):
            put(target, name, bytes(booster.save_raw(form)))

    train("logistic", B, objective="binary:logistic")
    train("softprob", M, objective="multi:softprob", num_class=3, rounds=1)
    train("dart", Y, booster="dart", rate_drop=0.5, rounds=3)
    train("linear", Y, booster="gblinear")
    train("forest", B, objective="binary:logistic", num_parallel_tree=2, subsample=0.5)
    train("codes", Y + C[:, 1] % 2, C, types=["q", "c", "q"], max_cat_to_onehot=1)
    train("vector", np.stack([Y, -Y], 1), multi_strategy="multi_output_tree", tree_method="hist", rounds=1)
    train("targets", np.stack([Y, -Y], 1), rounds=1)
    train("quantile", Y, objective="reg:quantileerror", quantile_alpha=[0.2, 0.8], rounds=1)
    train("poisson", np.exp(Y), objective="count:poisson", rounds=1)
    frame = pd.DataFrame({"a": X[:, 0], "b": pd.Categorical(RNG.choice(["x", "yy", "z"], N))})
    train("names", frame["b"].cat.codes % 2, frame, rounds=1, max_cat_to_onehot=1)


def lightgbm():
    import lightgbm as lgb
    import pandas as pd

    def train(name, y, x=X, **params):
        cat = params.pop("cat", "auto")
        base = {"num_leaves": 4, "verbose": -1, "num_threads": 1, "min_data_in_leaf": 5, "deterministic": True}
        booster = lgb.train({**base, **params}, lgb.Dataset(x, y, categorical_feature=cat), 2)
        put("lightgbm_text", name, booster.model_to_string())
        put("lightgbm_json", name, json.dumps(booster.dump_model()))

    train("binary", B, objective="binary")
    train("multi", M, objective="multiclass", num_class=3)
    train("forest", B, objective="binary", boosting="rf", bagging_freq=1, bagging_fraction=0.6)
    group = C[:, 1] % 2 + Y
    train("category", group, C, cat=[1], objective="regression", min_data_per_group=1, cat_smooth=1, max_cat_to_onehot=1)
    train("linear", Y, objective="regression", linear_tree=True)
    train("zero", Y, objective="regression", zero_as_missing=True)
    train("stump", np.ones(N), objective="regression")
    train("sqrt", np.abs(Y), objective="regression", reg_sqrt=True)
    frame = pd.DataFrame({"a": X[:, 0], "b": pd.Categorical(RNG.choice(["x", "yy", "z"], N))})
    train("pandas", frame["b"].cat.codes % 2, frame, objective="regression", min_data_per_group=1, cat_smooth=1)


def catboost():
    from catboost import CatBoost, Pool

    def train(name, y, x=X, cat=None, **params):
        pool = Pool(x, y, cat_features=cat)
        base = {"iterations": 2, "depth": 2, "verbose": 0, "thread_count": 1, "random_seed": 1, "border_count": 5,
                "allow_writing_files": False}
        model = CatBoost({**base, **params})
        model.fit(pool)
        for form, target in (("json", "catboost_json"), ("cbm", "catboost_cbm")):
            path = OUT / f"model.{form}"
            model.save_model(str(path), format=form, pool=pool)
            data = path.read_bytes()
            if form == "json":
                data = shortened(data)
            put(target, name, data)
            path.unlink()

    def shortened(data):
        """Without the training parameters that say nothing of the numbers: three quarters of a small file."""
        model = json.loads(data)
        info = model["model_info"]
        for key in ("output_options", "training", "train_finish_time"):
            info.pop(key, None)
        info["params"] = {key: value for key, value in info["params"].items() if key == "loss_function"}
        return json.dumps(model).encode()

    texts = np.array([[str(RNG.choice(["a", "bb", "c"])), str(RNG.choice(["u", "v", "w", "x"])), f"{v:.2f}"]
                      for v in np.nan_to_num(X[:, 2])], dtype=object)
    train("logloss", B, loss_function="Logloss")
    train("multi", M, loss_function="MultiClass")
    train("depthwise", B, loss_function="Logloss", grow_policy="Depthwise")
    train("lossguide", Y, loss_function="RMSE", grow_policy="Lossguide", max_leaves=4)
    train("onehot", B, texts, [0, 1], loss_function="Logloss", one_hot_max_size=10)
    train("ctr", B, texts, [0, 1], loss_function="Logloss", one_hot_max_size=1, max_ctr_complexity=2)
    train("ctr_multi", M, texts, [0, 1], loss_function="MultiClass", one_hot_max_size=1, max_ctr_complexity=1)


def sklearn():
    import pandas as pd
    import skl2onnx
    import skops.io
    from sklearn.compose import make_column_transformer
    from sklearn.ensemble import (
        GradientBoostingClassifier, HistGradientBoostingClassifier, RandomForestClassifier, RandomForestRegressor)
    from sklearn.impute import SimpleImputer
    from sklearn.linear_model import LinearRegression, LogisticRegression
    from sklearn.pipeline import make_pipeline
    from sklearn.preprocessing import OneHotEncoder, StandardScaler
    from sklearn.tree import DecisionTreeRegressor
    from skl2onnx.common.data_types import FloatTensorType, StringTensorType

    filled = np.nan_to_num(X).astype(np.float32)
    models = {
        "logit": LogisticRegression().fit(filled, B),
        "softmax": LogisticRegression().fit(filled, M),
        "linear": LinearRegression().fit(filled, Y),
        "tree": DecisionTreeRegressor(max_depth=2).fit(filled, Y),
        "forest": RandomForestClassifier(2, max_depth=2, random_state=0).fit(filled, B),
        "forest3": RandomForestClassifier(2, max_depth=2, random_state=0).fit(filled, M),
        "regress": RandomForestRegressor(2, max_depth=2, random_state=0).fit(filled, Y),
        "boost": GradientBoostingClassifier(n_estimators=2, max_depth=2).fit(filled, B),
        # skl2onnx 1.20.0 cannot convert it.
        "hist": HistGradientBoostingClassifier(max_iter=2, max_leaf_nodes=4, min_samples_leaf=5).fit(filled, B),
        "scaled": make_pipeline(SimpleImputer(), StandardScaler(), LogisticRegression()).fit(filled, B),
        "scaled_forest": make_pipeline(StandardScaler(), RandomForestClassifier(2, max_depth=2)).fit(filled, B),
    }
    for name, model in models.items():
        put("skops", name, skops.io.dumps(model))
        if name == "hist":
            continue
        classifier = hasattr(model, "predict_proba")
        for zipmap in ([False, True] if classifier else [None]):
            options = {} if zipmap is None else {"zipmap": zipmap}
            onnx = skl2onnx.to_onnx(model, filled[:1], options=options, target_opset=17)
            put("onnx", f"{name}{'_map' if zipmap else ''}", onnx.SerializeToString())
    frame = pd.DataFrame({"a": filled[:, 0], "b": RNG.choice(["x", "yy", "z"], N)})
    encoder = make_column_transformer((StandardScaler(), ["a"]), (OneHotEncoder(handle_unknown="ignore"), ["b"]))
    pipeline = make_pipeline(encoder, RandomForestClassifier(2, max_depth=2, random_state=0)).fit(frame, B)
    put("skops", "onehot", skops.io.dumps(pipeline))
    types = [("a", FloatTensorType([None, 1])), ("b", StringTensorType([None, 1]))]
    put("onnx", "onehot", skl2onnx.to_onnx(pipeline, initial_types=types, target_opset=17).SerializeToString())


for part in (xgboost, lightgbm, catboost, sklearn):
    part()
