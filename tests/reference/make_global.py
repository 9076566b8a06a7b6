"""Makes what `klartext global` is compared with: scikit-learn's partial dependence, individual curves and permutation
importance, and accumulated local effects from their definition, of the XGBoost model `xgb_adult_100x6`.

Run in this folder with scikit-learn 1.9.1 and XGBoost 3.4.1 (Python 3.13, numpy, pandas). One thread, fixed seeds: the
same files each time. Writes global.X.csv (the rows of adult_num with an outcome) and global.csv.
"""
import numpy as np
import pandas as pd
import xgboost as xgb
from sklearn.base import BaseEstimator, ClassifierMixin
from sklearn.inspection import partial_dependence, permutation_importance

booster = xgb.Booster(model_file="models/xgb_adult_100x6.json")
X = pd.read_csv("adult_num.X.csv").astype(float)
REPEATS = 400
# Points of the grids: all values that occur, or some between them.
FEATURES = {
    "age": [18.0, 25.0, 31.0, 38.0, 44.0, 52.0, 61.0, 79.0],
    "education_num": sorted(X["education_num"].dropna().unique()),
    "relationship": sorted(X["relationship"].dropna().unique()),
    "hours_per_week": [10.0, 35.0, 40.0, 41.0, 60.0],
}


def margin(frame):
    rows = xgb.DMatrix(frame[X.columns], nthread=1)
    return booster.predict(rows, output_margin=True).astype(float)


class Census(ClassifierMixin, BaseEstimator):
    """The booster as scikit-learn asks for it."""

    def fit(self, frame, y):
        self.classes_ = np.array([0, 1])
        return self

    def decision_function(self, frame):
        return margin(pd.DataFrame(frame, columns=X.columns))

    def predict_proba(self, frame):
        p = 1 / (1 + np.exp(-self.decision_function(frame)))
        return np.column_stack([1 - p, p])


rng = np.random.default_rng(3)
p = 1 / (1 + np.exp(-margin(X)))
y = (rng.random(len(X)) < 0.25 + 0.5 * p).astype(int)
X.assign(outcome=y).to_csv("global.X.csv", index=False)
model = Census().fit(X, y)
out = []

for feature, points in FEATURES.items():
    for scale, response in [("raw", "decision_function"), ("prediction", "predict_proba")]:
        found = partial_dependence(
            model, X, [feature], response_method=response, kind="both", method="brute",
            custom_values={feature: np.array(points, dtype=float)},
        )
        for at, mean in zip(points, found["average"][0]):
            out.append(("partial_dependence", scale, feature, "", at, mean, ""))
        for row in range(0, len(X), 20):
            for at, value in zip(points, found["individual"][0][row]):
                out.append(("ice", scale, feature, row, at, value, ""))
    # Apley and Zhu 2020: rows of (low, high] with the feature at both ends; the lowest point is in the first bin.
    z = np.array(points, dtype=float)
    x = X[feature].to_numpy(dtype=float)
    steps, counts = np.zeros(len(z) - 1), np.zeros(len(z) - 1)
    for k in range(len(z) - 1):
        inside = (x <= z[k + 1]) & ((x >= z[k]) if k == 0 else (x > z[k]))
        counts[k] = inside.sum()
        if counts[k]:
            low, high = X[inside].copy(), X[inside].copy()
            low[feature], high[feature] = z[k], z[k + 1]
            steps[k] = (margin(high) - margin(low)).mean()
    effects = np.concatenate([[0], steps.cumsum()])
    effects -= (counts * (effects[:-1] + effects[1:]) / 2).sum() / counts.sum()
    for at, effect, rows in zip(z, effects, [0, *counts]):
        out.append(("ale", "raw", feature, "", at, effect, int(rows)))

found = permutation_importance(
    model, X, y, scoring="neg_log_loss", n_repeats=REPEATS, random_state=0, n_jobs=1
)
for feature, mean, std in zip(X.columns, found.importances_mean, found.importances_std):
    out.append(("permutation_loss", "prediction", feature, "", "", mean, std / np.sqrt(REPEATS)))

columns = ["measure", "scale", "feature", "id", "at", "estimate", "more"]
pd.DataFrame(out, columns=columns).to_csv("global.csv", index=False)
