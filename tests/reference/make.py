"""Makes the small reference models of traps that the larger ones do not hold, on synthetic rows.

Run in this folder with XGBoost 3.4.1 and LightGBM 4.7.0 (Python 3.13), and again with XGBoost 1.7.6 (Python 3.10,
no LightGBM): each version makes the files with its own prefix.
"""
import numpy as np
import xgboost as xgb

try:
    import lightgbm as lgb
except ImportError:
    lgb = None

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

with open("synthetic.X.csv", "w") as out:
    out.write("a,b,c,d,e\n")
    for row in X[:ROWS]:
        out.write(",".join("" if np.isnan(v) else repr(float(v)) for v in row) + "\n")


def save(name, margin, pred, contribs):
    np.save(f"expected/{name}.margin.npy", margin)
    np.save(f"expected/{name}.pred.npy", pred)
    np.save(f"expected/{name}.contribs.npy", contribs)


def xgboost(name, y, rounds, **params):
    name = f"xgb{xgb.__version__.replace('.', '')}_{name}"
    train = xgb.DMatrix(X, label=y, feature_names=names)
    test = xgb.DMatrix(X[:ROWS], feature_names=names)
    model = xgb.train(dict(params, max_depth=3, eta=0.3, seed=1, nthread=1), train, rounds)
    model.save_model(f"models/{name}.json")
    margin = model.predict(test, output_margin=True)
    save(name, margin, model.predict(test), model.predict(test, pred_contribs=True))


xgboost("dart", binary, 8, objective="binary:logistic", booster="dart", rate_drop=0.4)
xgboost("logitraw", binary, 4, objective="binary:logitraw", base_score=0.3)
xgboost("gamma", positive, 4, objective="reg:gamma")
xgboost("forests", classes, 2, objective="multi:softprob", num_class=4, num_parallel_tree=2, subsample=0.7)


def lightgbm(name, y, rounds, categories="auto", **params):
    name = f"lgb470_{name}"
    train = lgb.Dataset(X, label=y, feature_name=names, categorical_feature=categories)
    fixed = dict(num_leaves=7, verbose=-1, seed=1, num_threads=1, min_data_in_leaf=10, deterministic=True)
    model = lgb.train(dict(params, **fixed), train, rounds)
    model.save_model(f"models/{name}.txt")
    test = X[:ROWS].astype(np.float64)
    # Of a random forest LightGBM gives the raw score and the contributions summed, the prediction from the average.
    margin = model.predict(test, raw_score=True)
    save(name, margin, model.predict(test), model.predict(test, pred_contrib=True))


if lgb:
    lightgbm("forest", binary, 6, objective="binary", boosting="rf", bagging_freq=1, bagging_fraction=0.6)
    lightgbm("ova", classes, 3, objective="multiclassova", num_class=4, sigmoid=0.8)
    lightgbm("zero", binary, 6, objective="binary", zero_as_missing=True)
    lightgbm("category", binary, 6, categories=["d"], objective="binary", min_data_per_group=5, cat_smooth=1)
    lightgbm("stump", binary, 2, objective="binary", min_gain_to_split=1e9)
    lightgbm("tweedie", positive, 4, objective="tweedie")
