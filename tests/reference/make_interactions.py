"""Makes the expected interactions and values of shap 0.54.1 and woodelf 0.4.8 for reference models that exist.

Run in this folder with xgboost 3.4.1, lightgbm 4.7.0, shap 0.54.1 and woodelf_explainer 0.4.8 (Python 3.13). Writes of the
first 20 rows `shap_interactions20` (path-dependent, double precision), `woodelf_interactions20` (interventional over the
100 background rows; the diagonal has what is left of a value) and `woodelf_interv20` (its values over the same rows).
"""
import lightgbm as lgb
import numpy as np
import pandas as pd
import shap
import woodelf
import xgboost as xgb

ROWS = 20
MODELS = [
    ("xgb_adult_100x6.json", "adult_num"),
    ("xgb_injury_poisson.json", "injury"),
    ("lgb_adult_100.txt", "adult_num"),
]


def read(file):
    return lgb.Booster(model_file=file) if file.endswith(".txt") else xgb.Booster(model_file=file)


def save(name, kind, values):
    np.save(f"expected/{name}.{kind}.npy", np.ascontiguousarray(values, dtype=np.float64))


for file, table in MODELS:
    name = file.split(".")[0]
    model = read(f"models/{file}")
    rows = pd.read_csv(f"{table}.X.csv").astype(float)[:ROWS]
    background = pd.read_csv(f"{table}.background100.csv").astype(float)
    explainer = shap.TreeExplainer(model, feature_perturbation="tree_path_dependent")
    # Its own C++, and not what the library of the model computes in single precision.
    explainer.model.model_type = "internal"
    save(name, "shap_interactions20", explainer.shap_interaction_values(rows.to_numpy()))
    explainer = woodelf.WoodelfExplainer(model, background)
    values = explainer.shap_values(rows, verbose=False)
    pairs = explainer.shap_interaction_values(rows, include_interaction_with_itself=False, verbose=False)
    pairs = np.array(pairs, dtype=np.float64)
    diagonal = np.arange(pairs.shape[1])
    pairs[:, diagonal, diagonal] = 0
    pairs[:, diagonal, diagonal] = values - pairs.sum(axis=2)
    save(name, "woodelf_interactions20", pairs)
    save(name, "woodelf_interv20", values)
