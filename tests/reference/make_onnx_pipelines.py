"""Writes ONNX models with what stands before and behind a model, skl1200_*.onnx, and what onnxruntime gives for them.

scikit-learn 1.9.1, skl2onnx 1.20.0, onnx 1.20, onnxruntime 1.32.0 (one thread). Inputs: onnx_mixed.X.csv (numbers with
missing ones, whole numbers, texts with some that no encoder names) and onnx_edges.X.csv (numbers one unit below, at and
above every threshold of skl1200_forest).
"""

import pathlib
import warnings

import numpy as np
import onnx
import onnxruntime as ort
import pandas as pd
from onnx import TensorProto, helper, numpy_helper
from skl2onnx import convert_sklearn
from skl2onnx.common.data_types import FloatTensorType, Int64TensorType, StringTensorType
from sklearn.compose import make_column_transformer
from sklearn.ensemble import BaggingClassifier, GradientBoostingClassifier, RandomForestClassifier
from sklearn.impute import SimpleImputer
from sklearn.linear_model import LogisticRegression, PoissonRegressor, Ridge, SGDClassifier
from sklearn.multiclass import OneVsRestClassifier
from sklearn.naive_bayes import GaussianNB
from sklearn.neighbors import KNeighborsClassifier
from sklearn.neural_network import MLPClassifier
from sklearn.pipeline import make_pipeline
from sklearn.preprocessing import (
    KBinsDiscretizer,
    MinMaxScaler,
    OneHotEncoder,
    OrdinalEncoder,
    RobustScaler,
    StandardScaler,
)
from sklearn.svm import SVC

warnings.filterwarnings("ignore")
HERE = pathlib.Path(__file__).parent
rng = np.random.default_rng(20)
n = 160
frame = pd.DataFrame(
    {
        "age": rng.integers(18, 70, n).astype(np.float32),
        "income": rng.normal(2000, 500, n).astype(np.float32),
        "children": rng.integers(0, 4, n),
        "sex": rng.choice(["f", "m"], n),
        "job": rng.choice(["clerk", "none", "nurse"], n),
    }
)
two = np.where(((frame.age > 40) ^ (frame.sex == "m")) ^ (rng.random(n) < 0.1), "yes", "no")
three = (frame.age // 20).astype(int)
amount = frame.age * 0.1 + frame.income / 1000 + (frame.job == "none") + rng.normal(0, 0.1, n)
types = [
    ("age", FloatTensorType([None, 1])),
    ("income", FloatTensorType([None, 1])),
    ("children", Int64TensorType([None, 1])),
    ("sex", StringTensorType([None, 1])),
    ("job", StringTensorType([None, 1])),
]
rows = frame.head(60).copy()
rows.loc[::7, "age"] = np.nan
rows.loc[::5, "income"] = np.nan
rows.loc[::6, "sex"] = "other"
rows.loc[::4, "job"] = "baker"
rows.loc[::9, "children"] = 9


def feeds(rows):
    kinds = {"age": np.float32, "income": np.float32, "children": np.int64, "sex": object, "job": object}
    return {name: rows[[name]].values.astype(kind) for name, kind in kinds.items()}


def scores(name, model, given):
    options = ort.SessionOptions()
    options.intra_op_num_threads = 1
    session = ort.InferenceSession(model.SerializeToString(), options, providers=["CPUExecutionProvider"])
    out = session.run(None, {i.name: given[i.name] for i in session.get_inputs()})[-1]
    if isinstance(out, list):
        out = np.array([[row[key] for key in row] for row in out], dtype=np.float32)
    np.save(HERE / "expected" / f"{name}.onnx_scores.npy", np.ascontiguousarray(out, dtype=np.float32))


def save(name, before, model, target):
    pipeline = make_pipeline(before, model).fit(frame, target)
    converted = convert_sklearn(pipeline, initial_types=types, target_opset={"": 18, "ai.onnx.ml": 3})
    onnx.save(converted, HERE / "models" / f"skl1200_{name}.onnx")
    scores(f"skl1200_{name}", converted, feeds(rows))
    return converted


def mixed():
    return make_column_transformer(
        (make_pipeline(SimpleImputer(), StandardScaler()), ["age", "income"]),
        (OneHotEncoder(handle_unknown="ignore"), ["sex", "job"]),
        ("passthrough", ["children"]),
    )


ordinal = make_column_transformer(
    (make_pipeline(SimpleImputer(strategy="median"), MinMaxScaler()), ["age", "income"]),
    (OrdinalEncoder(handle_unknown="use_encoded_value", unknown_value=-1), ["sex", "job"]),
    (OneHotEncoder(handle_unknown="ignore"), ["children"]),
)
bins = make_column_transformer(
    (make_pipeline(SimpleImputer(), KBinsDiscretizer(3, encode="onehot-dense")), ["age"]),
    (make_pipeline(SimpleImputer(), RobustScaler()), ["income"]),
    (OneHotEncoder(handle_unknown="ignore"), ["job"]),
)
forest = save("forest", mixed(), RandomForestClassifier(8, max_depth=4, random_state=0), two)
save("logit", mixed(), LogisticRegression(), two)
save("logit3", mixed(), LogisticRegression(), three)
save("rest3", mixed(), OneVsRestClassifier(LogisticRegression()), three)
save("ridge", bins, Ridge(), amount)
save("poisson", mixed(), PoissonRegressor(), amount)
save("sgd", mixed(), SGDClassifier(loss="log_loss", random_state=0), two)
save("boost_ordinal", ordinal, GradientBoostingClassifier(n_estimators=6, random_state=0), two)
save("boost_bins", bins, GradientBoostingClassifier(n_estimators=6, random_state=0), three)
save("bagging", mixed(), BaggingClassifier(RandomForestClassifier(2, max_depth=2), 3, random_state=0), two)
save("mlp", mixed(), MLPClassifier((5,), max_iter=60, random_state=0), two)
save("svm", mixed(), SVC(probability=True, random_state=0), two)
save("svm3", mixed(), SVC(random_state=0, probability=True), three)
save("neighbours", mixed(), KNeighborsClassifier(), two)
save("bayes", mixed(), GaussianNB(), two)
rows.to_csv(HERE / "onnx_mixed.X.csv", index=False)

# Every threshold on a scaled column, brought back to the raw one, and its neighbours in single precision.
value = {}
for node in forest.graph.node:
    if node.op_type in ("Scaler", "TreeEnsembleClassifier"):
        value.update({a.name: helper.get_attribute_value(a) for a in node.attribute})
edges = []
for feature, at, mode in zip(value["nodes_featureids"], value["nodes_values"], value["nodes_modes"]):
    if mode == b"LEAF" or feature > 1:
        continue
    near = np.float32(at / value["scale"][feature] + value["offset"][feature])
    for step in range(-3, 4):
        x = near
        for _ in range(abs(step)):
            x = np.nextafter(x, np.float32(np.inf * step), dtype=np.float32)
        row = frame.iloc[len(edges) % n].copy()
        row[["age", "income"][feature]] = x
        edges.append(row)
edges = pd.DataFrame(edges)
edges.to_csv(HERE / "onnx_edges.X.csv", index=False)
scores("skl1200_edges", forest, feeds(edges))

# TreeEnsemble of version 5 with every mode, members among them, missing values and two targets.
x = helper.make_tensor_value_info("X", TensorProto.FLOAT, [None, 3])
y = helper.make_tensor_value_info("Y", TensorProto.FLOAT, [None, 2])
modes = np.array([0, 6, 4, 5, 1, 2, 3], dtype=np.uint8)
node = helper.make_node(
    "TreeEnsemble",
    ["X"],
    ["Y"],
    domain="ai.onnx.ml",
    n_targets=2,
    aggregate_function=1,
    post_transform=0,
    tree_roots=[0, 4],
    nodes_modes=numpy_helper.from_array(modes, "modes"),
    nodes_featureids=[0, 1, 2, 0, 0, 1, 2],
    nodes_splits=numpy_helper.from_array(np.array([0.5, 0, 2, 3, 1, 2, 0], dtype=np.float32), "splits"),
    nodes_truenodeids=[1, 0, 2, 4, 5, 5, 6],
    nodes_trueleafs=[0, 1, 1, 1, 0, 1, 1],
    nodes_falsenodeids=[2, 1, 3, 3, 6, 6, 7],
    nodes_falseleafs=[0, 1, 0, 1, 0, 1, 1],
    nodes_missing_value_tracks_true=[0, 1, 0, 0, 1, 0, 1],
    leaf_targetids=[0, 1, 0, 1, 0, 1, 0, 1],
    leaf_weights=numpy_helper.from_array(np.array([1, 2, 4, 8, 16, 32, 64, 128], dtype=np.float32) / 7, "weights"),
    membership_values=numpy_helper.from_array(np.array([1, 3, 2.5, np.nan], dtype=np.float32), "members"),
)
# The second tree: node 4 sends to nodes 5 and 6.
graph = helper.make_graph([node], "trees", [x], [y])
ensemble = helper.make_model(
    graph,
    ir_version=10,
    opset_imports=[helper.make_opsetid("", 21), helper.make_opsetid("ai.onnx.ml", 5)],
    producer_name="make_onnx_pipelines.py",
)
onnx.save(ensemble, HERE / "models" / "onnx5_trees.onnx")
values = np.array([np.nan, -1, 0, 0.5, 1, 2, 2.5, 3, 4], dtype=np.float32)
grid = np.array([[a, b, c] for a in values for b in values for c in values], dtype=np.float32)
near = [np.nextafter(grid, np.float32(side), dtype=np.float32) for side in (-np.inf, np.inf)]
grid = np.concatenate([grid, near[0][::5], near[1][::5]])
pd.DataFrame(grid.astype(np.float64), columns=["f0", "f1", "f2"]).to_csv(HERE / "onnx5.X.csv", index=False)
scores("onnx5_trees", ensemble, {"X": grid})
