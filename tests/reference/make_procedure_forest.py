"""Writes models/benefit_forest.skops and .onnx: a random forest for the procedure unemployment-benefit, from its hold-out
table, so that a test can take such files the whole way to the letter.

scikit-learn 1.9.1, skops 0.16.0, skl2onnx 1.20.0.
"""

import pathlib
import zipfile

import numpy as np
import onnx
import pandas as pd
import skops.io
from skl2onnx import convert_sklearn
from skl2onnx.common.data_types import FloatTensorType
from sklearn.compose import make_column_transformer
from sklearn.ensemble import RandomForestClassifier
from sklearn.pipeline import make_pipeline

HERE = pathlib.Path(__file__).parent
table = pd.read_csv(HERE / "../../models/unemployment-benefit/holdout.csv")
X = table[["age", "tenure", "rr", "statemb", "stateur"]].astype(float)
X["school12"] = table.school12.map({"yes": 1.0, "no": 0.0})
for reason in ["slack_work", "position_abolished", "seasonal_job_ended", "other"]:
    X[f"joblost_{reason}"] = (table.joblost == reason).astype(float).where(table.joblost.notna())
settings = dict(n_estimators=20, max_depth=4, min_samples_leaf=10, random_state=1)
forest = RandomForestClassifier(**settings).fit(X, (table.ui == "no").astype(int))
packed = dict(compression=zipfile.ZIP_DEFLATED, compresslevel=9)
skops.io.dump(forest, HERE / "models" / "benefit_forest.skops", **packed)
each = make_column_transformer(("passthrough", list(X)))
pipeline = make_pipeline(each, RandomForestClassifier(**settings)).fit(X, (table.ui == "no").astype(int))
columns = [(name, FloatTensorType([None, 1])) for name in X]
options = {id(pipeline): {"zipmap": False}}
model = convert_sklearn(pipeline, initial_types=columns, options=options, target_opset={"": 18, "ai.onnx.ml": 3})
onnx.save(model, HERE / "models" / "benefit_forest.onnx")
