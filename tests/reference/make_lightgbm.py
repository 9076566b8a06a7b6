"""Makes the reference models of LightGBM's traps: every objective, missing types, categories, linear trees, pandas.

Run in this folder with LightGBM 4.7.0 (Python 3.13, numpy, pandas 2 or 3), which makes all of it, and again with LightGBM
3.3.5 (Python 3.9), which makes a part with its own prefix. One thread, fixed seeds: the same files each time.
"""
import json
import os

import lightgbm as lgb
import numpy as np
import pandas as pd

VERSION = "lgb" + lgb.__version__.replace(".", "")
NEW = VERSION == "lgb470"
rng = np.random.default_rng(11)
N, ROWS = 800, 20


def table(n):
    X = rng.normal(size=(n, 5))
    X[:, 2] = np.where(rng.random(n) < 0.3, 0.0, np.round(X[:, 2], 1))
    X[:, 3] = rng.integers(0, 40, n)
    X[:, 4] = rng.integers(-2, 3, n)
    X[rng.random((n, 5)) < 0.08] = np.nan
    return X


X = table(N)
Z = np.nan_to_num(X)
eta = Z[:, 0] - 0.5 * Z[:, 1] ** 2 + Z[:, 2] * Z[:, 4] * 0.5 + np.sin(Z[:, 3] * 7) + 0.2 * np.isnan(X[:, 2])
binary = (eta + rng.normal(size=N) > 0).astype(int)
positive = np.exp(eta * 0.4 + rng.normal(size=N) * 0.1) + 0.01
share = 1 / (1 + np.exp(-eta))
classes = np.digitize(eta, [-1, 0, 1])
names = list("abcde")


def traps():
    """Ordinary rows, then one with every value that a reader may get wrong."""
    rows = [list(row) for row in table(ROWS)]
    base = [0.3, -0.2, 0.5, 3.0, 1.0]

    def but(column, value):
        rows.append([value if j == column else x for j, x in enumerate(base)])

    rows.append([np.nan] * 5)
    for column in range(5):
        but(column, np.nan)
        but(column, 1e300)
        but(column, -1e300)
    for code in (-1.0, 2.7, -0.5, -0.0, 1e9, 2147483648.0, 4294967299.0, 1e18, 39.0, 40.0, 64.0):
        but(3, code)
    for tiny in (0.0, -0.0, 1e-36, -1e-36, 1e-35, float(np.float32(1e-35)), 1.1e-35, -1.1e-35):
        but(2, tiny)
        but(4, tiny)
    return np.array(rows)


T = traps()
if NEW:
    with open("lightgbm.X.csv", "w") as out:
        out.write(",".join(names) + "\n")
        for row in T:
            out.write(",".join("" if np.isnan(v) else repr(float(v)) for v in row) + "\n")

FIXED = dict(num_leaves=6, verbose=-1, seed=1, num_threads=1, min_data_in_leaf=10, deterministic=True, force_col_wise=True)


def keep(name, what, array):
    np.save(f"expected/{VERSION}_{name}.{what}.npy", np.asarray(array, dtype=np.float64))


def saved(name, model, rows, dump=False, contribs=True):
    model.save_model(f"models/{VERSION}_{name}.txt")
    if dump:
        with open(f"models/{VERSION}_{name}.json", "w") as out:
            json.dump(model.dump_model(), out, sort_keys=name == "cat")
    keep(name, "margin", model.predict(rows, raw_score=True))
    keep(name, "pred", model.predict(rows))
    if contribs:
        keep(name, "contribs", model.predict(rows, pred_contrib=True))
    return model


def trained(y, rounds, categories="auto", data=None, group=None, **params):
    own = dict(FIXED, **params)
    train = lgb.Dataset(X if data is None else data, label=y, categorical_feature=categories, group=group,
                        feature_name=names if data is None else "auto")
    objective = own.get("objective")
    if callable(objective) and not NEW:
        del own["objective"]
        return lgb.train(own, train, rounds, fobj=objective)
    return lgb.train(own, train, rounds)


def made(name, y, rounds, dump=False, contribs=True, **more):
    return saved(name, trained(y, rounds, **more), T, dump, contribs)


def squares(predictions, data):
    return predictions - data.get_label(), np.ones(len(predictions))


def edges(name, model):
    """Every threshold of the model, one double below and above it, in an ordinary row."""
    rows = []
    for tree in model.dump_model()["tree_info"]:
        open_nodes = [tree["tree_structure"]]
        while open_nodes:
            node = open_nodes.pop()
            if "split_feature" in node:
                open_nodes += [node["left_child"], node["right_child"]]
                if node["decision_type"] == "<=":
                    for x in (node["threshold"], np.nextafter(node["threshold"], -9), np.nextafter(node["threshold"], 9)):
                        row = T[len(rows) % ROWS].copy()
                        row[node["split_feature"]] = x
                        rows.append(row)
    rows = np.array(rows)
    keep(name, "edges", rows)
    keep(name, "edges_margin", model.predict(rows, raw_score=True))


def part(name, model, start, count):
    keep(name, "part_margin", model.predict(T, raw_score=True, start_iteration=start, num_iteration=count))
    keep(name, "part_pred", model.predict(T, start_iteration=start, num_iteration=count))


# What both versions make.
edges("nan", made("nan", binary, 8, objective="binary", sigmoid=0.7, dump=NEW))
edges("zeros", made("zeros", binary, 6, objective="binary", zero_as_missing=True))
edges("none", made("none", positive, 6, objective="regression", use_missing=False))
made("cat", binary, 6, categories=["d", "e"], objective="binary", min_data_per_group=5, cat_smooth=1, dump=True)
made("linear", positive, 6, objective="regression", linear_tree=True, linear_lambda=0.01, contribs=False, dump=NEW)
part("rf", made("rf", binary, 5, objective="binary", boosting="rf", bagging_freq=1, bagging_fraction=0.6, dump=NEW), 1, 3)
part("multi", made("multi", classes, 4, objective="multiclass", num_class=4, num_leaves=4), 1, 2)
made("dart", binary, 6, objective="binary", boosting="dart", drop_rate=0.5)
made("leaf", binary, 2, objective="binary", min_gain_to_split=1e9, dump=NEW)
made("sqrt", positive, 3, objective="regression", reg_sqrt=True)

# Pandas: names with blanks, text, ordered, numeric, boolean, constant and whole numbers.
frame = pd.DataFrame({
    "net income": X[:, 0],
    "trade": pd.Categorical(rng.choice(["baker", "carpenter", "Dächer, \"flach\"", "NA"], N)),
    "level": pd.Categorical(rng.choice(["low", "middle", "high"], N), categories=["low", "middle", "high"], ordered=True),
    "place": pd.Categorical(rng.choice([101, 205, 333, 478, 512], N)),
    "always": pd.Categorical(["x"] * N),
    "member": pd.Categorical(rng.random(N) > 0.5),
    "children": rng.integers(0, 9, N),
})
frame.loc[rng.random(N) < 0.1, "trade"] = np.nan
target = (frame["net income"].fillna(0) + frame["trade"].cat.codes * 0.7 + (frame["place"].cat.codes % 2) * 2
          + frame["level"].cat.codes * 0.5 + frame["member"].cat.codes + rng.normal(size=N) > 3).astype(int)
cases = frame.iloc[:30].copy()
model = trained(target, 6, data=frame, objective="binary", min_data_per_group=5, cat_smooth=1)
if NEW:
    for column, unseen in (("trade", "miller"), ("place", 999), ("level", "highest")):
        cases[column] = cases[column].cat.add_categories([unseen])
        cases.loc[cases.index[3], column] = unseen
    cases.to_csv("lightgbm_pandas.X.csv", index=False, na_rep="")
else:
    # The rows of the table that 4.7.0 wrote.
    read = pd.read_csv("lightgbm_pandas.X.csv", keep_default_na=False, na_values=[""])
    for column in ("trade", "level", "place", "always", "member"):
        read[column] = read[column].astype("category")
    cases = read
saved("pandas", model, cases, dump=True)
model = trained(target, 4, data=frame[["net income", "trade", "place", "children"]], categories=["place", "trade", "children"],
                objective="regression", min_data_per_group=5, cat_smooth=1)
saved("declared", model, cases[["net income", "trade", "place", "children"]])

if NEW:
    for name, y, params in [
        ("l1", positive, dict(objective="regression_l1")),
        ("l1sqrt", positive, dict(objective="regression_l1", reg_sqrt=True)),
        ("huber", positive, dict(objective="huber")),
        ("fair", positive, dict(objective="fair")),
        ("quantile", positive, dict(objective="quantile", alpha=0.3)),
        ("mape", positive, dict(objective="mape")),
        ("poisson", positive, dict(objective="poisson")),
        ("gamma", positive, dict(objective="gamma")),
        ("xent", share, dict(objective="cross_entropy")),
        ("xentlambda", share, dict(objective="cross_entropy_lambda")),
        ("lambdarank", binary, dict(objective="lambdarank", group=[N // 4] * 4)),
        ("xendcg", binary, dict(objective="rank_xendcg", group=[N // 4] * 4)),
        ("custom", positive, dict(objective=squares)),
        ("goss", binary, dict(objective="binary", data_sample_strategy="goss", top_rate=0.3)),
    ]:
        made(name, y, 2, num_leaves=4, **{k: v for k, v in params.items() if k != "num_leaves"})
    made("onevsall", classes, 2, objective="multiclassova", num_class=4, sigmoid=0.8, num_leaves=3)
    rf = dict(boosting="rf", bagging_freq=1, bagging_fraction=0.6, num_leaves=4)
    made("rf_multi", classes, 3, objective="multiclass", num_class=4, **rf)
    made("rf_gamma", positive, 3, objective="gamma", **rf)
    made("linear_cat", binary, 4, categories=["d"], objective="binary", linear_tree=True, min_data_per_group=5,
         contribs=False, dump=True)
    empty = lgb.Booster(dict(FIXED, objective="binary"), lgb.Dataset(X, label=binary, feature_name=names))
    saved("empty", empty, T, dump=True)

    # Early stopping: the file holds the rounds up to the best one.
    train = lgb.Dataset(X[:400], label=binary[:400], feature_name=names)
    model = lgb.train(dict(FIXED, objective="binary", learning_rate=0.5), train, 60,
                      valid_sets=[lgb.Dataset(X[400:], label=binary[400:], reference=train)],
                      callbacks=[lgb.early_stopping(3, verbose=False)])
    assert 0 < model.best_iteration < 50
    saved("best", model, T)

    # A path of 31 splits, forced: each takes the upper end of what is left.
    forced = {}
    for step in range(1, 32):
        forced = {"feature": 0, "threshold": step + 0.5, **({"left": forced} if forced else {})}
    with open("forced.json", "w") as out:
        json.dump(forced, out)
    steps = np.repeat(np.arange(33.0), 12)
    model = trained(np.sin(steps) + steps % 3, 2, data=np.column_stack([steps, steps % 3]), objective="regression", num_leaves=40,
                    min_data_in_leaf=5, learning_rate=0.5, forcedsplits_filename="forced.json")
    os.remove("forced.json")
    deep = np.column_stack([np.arange(-1, 35) + 0.5, np.arange(36) % 3])
    keep("deep", "rows", deep)
    saved("deep", model, deep)

    # 5,000 trees: the four of a small file, each 1,250 times, as the test repeats them.
    model = trained(binary, 4, objective="binary", num_leaves=2, learning_rate=0.001)
    saved("small", model, T, contribs=False)
    head, *trees = model.model_to_string().split("Tree=")
    trees[-1], tail = trees[-1].split("end of trees")
    trees = [tree.split("\n", 1)[1] for tree in trees] * 1250
    trees = [f"Tree={i}\n{tree}" for i, tree in enumerate(trees)]
    start, sizes = head.index("tree_sizes="), " ".join(str(len(tree)) for tree in trees)
    many = lgb.Booster(model_str=head[:start] + f"tree_sizes={sizes}\n\n" + "".join(trees) + "end of trees" + tail)
    assert many.num_trees() == 5000
    keep("small", "many_margin", many.predict(T, raw_score=True))
