"""Makes the PMML reference files: exports of sklearn2pmml and what the JPMML evaluator gives for them.

Written with scikit-learn 1.9.0, xgboost 3.4.1, lightgbm 4.7.0, sklearn2pmml 0.133.1, jpmml_evaluator 0.16.0,
pandas 3.1.1, numpy 2.5.5 and Java 17. The files in `models/pmml_hand_*.pmml` are written by hand for what no exporter
writes; their expected values come from the same evaluator.

Run as `python make_pmml.py [FOLDER [--keep]]`; without a folder it writes beside itself; with `--keep` exports that are
there already stay.
"""

import os
import sys
import warnings
from pathlib import Path

os.environ.setdefault("OMP_NUM_THREADS", "1")
warnings.filterwarnings("ignore")

import numpy as np
import pandas as pd
from jpmml_evaluator import make_evaluator
from lightgbm import LGBMClassifier
from sklearn.compose import ColumnTransformer
from sklearn.ensemble import (
    GradientBoostingClassifier,
    HistGradientBoostingClassifier,
    HistGradientBoostingRegressor,
    RandomForestClassifier,
    StackingClassifier,
    VotingClassifier,
)
from sklearn.impute import SimpleImputer
from sklearn.linear_model import (
    ElasticNet,
    LinearRegression,
    LogisticRegression,
    PoissonRegressor,
)
from sklearn.multiclass import OneVsRestClassifier
from sklearn.pipeline import Pipeline, make_pipeline
from sklearn.preprocessing import (
    FunctionTransformer,
    KBinsDiscretizer,
    MinMaxScaler,
    OneHotEncoder,
    OrdinalEncoder,
    PolynomialFeatures,
    StandardScaler,
)
from sklearn.tree import DecisionTreeClassifier, DecisionTreeRegressor
from sklearn2pmml import sklearn2pmml
from sklearn2pmml.decoration import CategoricalDomain, ContinuousDomain
from sklearn2pmml.pipeline import PMMLPipeline
from xgboost import XGBClassifier, XGBRegressor

HERE = Path(__file__).parent
OUT = Path(sys.argv[1]) if len(sys.argv) > 1 else HERE
REGIONS = ["coast", "hills", "north", "south", "über \"allem\""]
NUMBERS = ["age", "income", "debt", "years"]


def people(n, seed):
    """Invented people: numbers with decimals, whole numbers, a text, missing debts."""
    r = np.random.default_rng(seed)
    x = pd.DataFrame(
        {
            "age": r.integers(18, 90, n).astype(float),
            "income": np.round(r.gamma(2.0, 900.0, n), 2),
            "debt": np.round(r.exponential(3000.0, n), 1),
            "years": np.round(r.uniform(0, 30, n), 3),
            "children": r.integers(0, 5, n),
            "region": r.choice(REGIONS, n),
        }
    )
    score = 0.03 * (x.age - 40) - x.income / 1500 + x.debt / 4000 + 0.4 * x.children
    score += x.region.map(dict(zip(REGIONS, [0.5, -0.3, 0.0, 1.0, -1.2])))
    number = np.round(2 + score + 0.3 * r.normal(size=n), 3)
    pos = (score + r.logistic(size=n) > 0.5).astype(int)
    kind = np.digitize(score + 0.5 * r.normal(size=n), [-0.5, 1.0])
    return x, number, pos, np.array(["low", "middle", "high"])[kind]


def save(name, pipeline, x, y, **fit):
    path = OUT / "models" / f"pmml_{name}.pmml"
    if "--keep" in sys.argv and path.exists():
        return path
    pipeline.fit(x, y, **fit)
    sklearn2pmml(pipeline, str(path))
    lines = [line for line in path.read_text().splitlines() if "<Timestamp>" not in line]
    path.write_text("\n".join(line.lstrip("\t") for line in lines) + "\n")
    return path


def evaluated(name, table, positive=None):
    """What the evaluator predicts: one number a row, or one a class and row; NaN where it predicts nothing."""
    text = (OUT / "models" / f"{name}.pmml").read_text()
    evaluator = make_evaluator(text, lax=True)
    names = [field.getName() for field in evaluator.getInputFields()]
    outputs = [field.getName() for field in evaluator.getOutputFields()]
    target = [field.getName() for field in evaluator.getTargetFields()]
    wanted = [name for name in outputs if name.startswith("probability(")] or target[:1] or outputs[:1]
    if positive:
        wanted = positive
    rows = []
    for row in table[names].to_dict("records"):
        given = {k: None if isinstance(v, float) and np.isnan(v) else v for k, v in row.items()}
        try:
            result = evaluator.evaluate(given)
            rows.append([np.nan if result.get(w) is None else float(result[w]) for w in wanted])
        except Exception as refusal:
            # Infinite: the evaluator's functions refuse missing arguments, for which the standard has a result.
            rows.append([np.inf if "missing value at position" in str(refusal) else np.nan] * len(wanted))
    found = np.array(rows)
    if not positive and found.shape[1] == 2:
        found = found[:, 1:]
    np.save(OUT / "expected" / f"{name}.pred.npy", found)
    return found


def near(x, thresholds, single):
    """Rows at each threshold, one unit in the last place below and above."""
    rows = []
    kind = np.float32 if single else np.float64
    for column, value in thresholds:
        at = kind(value)
        for value in [at, np.nextafter(at, kind(-np.inf)), np.nextafter(at, kind(np.inf))]:
            row = x.iloc[len(rows) % len(x)].copy()
            row[column] = float(value)
            rows.append(row)
    return pd.DataFrame(rows).reset_index(drop=True)


def columns(*more):
    return ColumnTransformer(
        [("number", StandardScaler(), NUMBERS), ("region", OneHotEncoder(), ["region"]), *more],
        remainder="passthrough",
    )


def plain():
    return ColumnTransformer(
        [("number", "passthrough", NUMBERS + ["children"]), ("region", OrdinalEncoder(), ["region"])]
    )


def main():
    for folder in ["models", "expected"]:
        (OUT / folder).mkdir(exist_ok=True, parents=True)
    x, number, pos, kind = people(900, 1)
    t, *_ = people(60, 2)
    t = t.copy()
    for i, column in enumerate(t.columns):
        t[column] = t[column].astype(object if column == "region" else float)
        t.loc[40 + i, column] = np.nan if column != "region" else None
    t.loc[51, ["age", "income"]] = [-5.0, 1e9]
    t.loc[52, ["debt", "years"]] = [0.0, -1e-300]
    whole = t.copy()
    whole["children"] = whole["children"].astype("Int64")
    whole.to_csv(OUT / "pmml.X.csv", index=False)
    names = []

    def make(name, steps, y):
        save(name, PMMLPipeline(steps), x, y)
        names.append(f"pmml_{name}")

    lr = lambda **kw: LogisticRegression(max_iter=2000, **kw)
    make("logit", [("c", columns()), ("m", lr())], pos)
    make("softmax", [("c", columns()), ("m", lr())], kind)
    make("ovr", [("c", columns()), ("m", OneVsRestClassifier(lr()))], kind)
    make("linear", [("c", columns(("poly", PolynomialFeatures(2, include_bias=False), ["age", "years"]))), ("m", LinearRegression())], number)
    make("poisson", [("c", columns()), ("m", PoissonRegressor())], np.round(np.exp(number / 3)).clip(0))
    make("tree", [("c", columns()), ("m", DecisionTreeClassifier(max_depth=5, random_state=1))], kind)
    make("tree_number", [("c", plain()), ("m", DecisionTreeRegressor(max_depth=5, random_state=1))], number)
    make("forest", [("c", columns()), ("m", RandomForestClassifier(3, max_depth=4, random_state=1))], kind)
    make("gb", [("c", columns()), ("m", GradientBoostingClassifier(n_estimators=8, random_state=1))], pos)
    make("gb3", [("c", columns()), ("m", GradientBoostingClassifier(n_estimators=5, max_depth=2, random_state=1))], kind)
    holes = x.copy()
    holes.loc[::7, "debt"] = np.nan
    holes.loc[::11, "age"] = np.nan

    def with_holes(name, steps, y, **fit):
        save(name, PMMLPipeline(steps), holes, y, **fit)
        names.append(f"pmml_{name}")

    with_holes("hgb", [("c", plain()), ("m", HistGradientBoostingClassifier(max_iter=8, max_leaf_nodes=8))], pos)
    with_holes("hgb_gamma", [("c", plain()), ("m", HistGradientBoostingRegressor(max_iter=8, max_leaf_nodes=8, loss="gamma"))], np.exp(number))
    with_holes("xgb", [("c", plain()), ("m", XGBClassifier(n_estimators=8, max_depth=4))], pos)
    with_holes("xgb3", [("c", plain()), ("m", XGBClassifier(n_estimators=4, max_depth=3))], np.digitize(number, [1.5, 2.5]))
    with_holes("xgb_poisson", [("c", plain()), ("m", XGBRegressor(n_estimators=6, max_depth=3, objective="count:poisson"))], np.round(np.exp(number / 3)).clip(0))
    with_holes("lgb", [("c", plain()), ("m", LGBMClassifier(n_estimators=8, num_leaves=9, verbose=-1))], pos)
    with_holes("lgb3", [("c", plain()), ("m", LGBMClassifier(n_estimators=4, num_leaves=7, verbose=-1))], kind)
    impute = lambda: ColumnTransformer(
        [
            ("number", make_pipeline(SimpleImputer(strategy="median"), MinMaxScaler()), NUMBERS),
            ("region", make_pipeline(SimpleImputer(strategy="most_frequent"), OneHotEncoder(handle_unknown="ignore")), ["region"]),
        ]
    )
    with_holes("imputed", [("c", impute()), ("m", RandomForestClassifier(5, max_depth=4, random_state=2))], pos)
    with_holes("imputed_logit", [("c", impute()), ("m", lr())], pos)
    domain = ColumnTransformer(
        [
            ("age", make_pipeline(ContinuousDomain(missing_value_replacement=40.0, invalid_value_treatment="as_missing"), StandardScaler()), ["age"]),
            ("income", make_pipeline(ContinuousDomain(outlier_treatment="as_extreme_values", low_value=200.0, high_value=5000.0), StandardScaler()), ["income"]),
            ("years", make_pipeline(ContinuousDomain(invalid_value_treatment="return_invalid")), ["years"]),
            ("region", make_pipeline(CategoricalDomain(invalid_value_treatment="as_missing", missing_value_replacement="north"), OneHotEncoder()), ["region"]),
        ]
    )
    make("domain", [("c", domain), ("m", ElasticNet(alpha=0.01))], number)
    make("domain_tree", [("c", domain), ("m", DecisionTreeRegressor(max_depth=4, random_state=1))], number)
    terms = ColumnTransformer(
        [
            ("log", FunctionTransformer(np.log1p), ["debt"]),
            ("root", FunctionTransformer(np.sqrt), ["income"]),
            ("floor", FunctionTransformer(np.floor), ["years"]),
            ("bins", KBinsDiscretizer(4, encode="ordinal"), ["age"]),
        ]
    )
    make("terms", [("c", terms), ("m", LinearRegression())], number)
    make("terms_boost", [("c", terms), ("m", GradientBoostingClassifier(n_estimators=5, max_depth=3, random_state=1))], pos)
    two = [("a", lr()), ("b", DecisionTreeClassifier(max_depth=3, random_state=1))]
    make("voting", [("c", columns()), ("m", VotingClassifier(two, voting="soft"))], pos)
    make("stacking", [("c", columns()), ("m", StackingClassifier(two, final_estimator=lr(), cv=3))], pos)

    for name in names if "--hand" not in sys.argv else []:
        evaluated(name, t)
    # at, below and above every threshold of two trees: double precision, and single
    tree = DecisionTreeRegressor(max_depth=6, random_state=3)
    boost = XGBRegressor(n_estimators=3, max_depth=4)
    tree.fit(x[NUMBERS], number)
    boost.fit(x[NUMBERS], number)
    save("steps_tree", PMMLPipeline([("m", tree)]), x[NUMBERS], number)
    save("steps_xgb", PMMLPipeline([("m", boost)]), x[NUMBERS], number)
    cuts = [(NUMBERS[f], c) for f, c in zip(tree.tree_.feature, tree.tree_.threshold) if f >= 0]
    frame = boost.get_booster().trees_to_dataframe()
    frame = frame[frame.Feature != "Leaf"]
    cuts += list(zip(frame.Feature, frame.Split))
    table = pd.concat([near(x[NUMBERS], cuts, True), near(x[NUMBERS], cuts, False)], ignore_index=True)
    table.to_csv(OUT / "pmml_steps.X.csv", index=False)
    for name in ["pmml_steps_tree", "pmml_steps_xgb"]:
        evaluated(name, table)
    # written by hand
    hand = pd.read_csv(HERE / "pmml_hand.X.csv", keep_default_na=False, na_values=[""], dtype={"word": object, "flag": object})
    hand = hand.astype(object).where(hand.notna(), np.nan)
    for path in sorted((HERE / "models").glob("pmml_hand_*.pmml")):
        if OUT != HERE:
            (OUT / "models" / path.name).write_bytes(path.read_bytes())
        evaluated(path.stem, hand)


if __name__ == "__main__":
    main()
