"""Writes models/benefit_network.onnx: a neural network for the procedure unemployment-benefit, from its hold-out table,
so that a test can take a model of which nothing is known but its values the whole way to the letter.

scikit-learn 1.9.1, skl2onnx 1.20.0.
"""

import pathlib

import onnx
import pandas as pd
from skl2onnx import convert_sklearn
from skl2onnx.common.data_types import FloatTensorType
from sklearn.compose import make_column_transformer
from sklearn.impute import SimpleImputer
from sklearn.neural_network import MLPClassifier
from sklearn.pipeline import make_pipeline
from sklearn.preprocessing import StandardScaler

HERE = pathlib.Path(__file__).parent
table = pd.read_csv(HERE / "../../models/unemployment-benefit/holdout.csv")
X = table[["age", "tenure", "rr", "statemb", "stateur"]].astype(float)
X["school12"] = table.school12.map({"yes": 1.0, "no": 0.0})
for reason in ["slack_work", "position_abolished", "seasonal_job_ended", "other"]:
    X[f"joblost_{reason}"] = (table.joblost == reason).astype(float).where(table.joblost.notna())
each = make_column_transformer(("passthrough", list(X)))
network = MLPClassifier(hidden_layer_sizes=(6,), alpha=1.0, max_iter=2000, random_state=1)
pipeline = make_pipeline(each, SimpleImputer(), StandardScaler(), network).fit(X, (table.ui == "no").astype(int))
columns = [(name, FloatTensorType([None, 1])) for name in X]
options = {id(pipeline): {"zipmap": False}}
model = convert_sklearn(pipeline, initial_types=columns, options=options, target_opset={"": 18, "ai.onnx.ml": 3})
onnx.save(model, HERE / "models" / "benefit_network.onnx")
