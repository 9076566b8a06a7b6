"""Writes the small ONNX models sk191_*.onnx and what onnxruntime gives with one thread, for the larger ones too.

scikit-learn 1.9.1, skl2onnx 1.20.0, onnxruntime 1.32.0 (versions of the files in this folder).
"""

import pathlib

import numpy as np
import onnx
import onnxruntime as ort
from onnx import helper
from skl2onnx import to_onnx
from sklearn.ensemble import (
    GradientBoostingClassifier,
    RandomForestClassifier,
    RandomForestRegressor,
)
from sklearn.linear_model import LinearRegression, LogisticRegression

HERE = pathlib.Path(__file__).parent
X = np.genfromtxt(HERE / "synthetic.X.csv", delimiter=",", skip_header=1, dtype=np.float32)
FULL = np.nan_to_num(X, nan=-1.0)

rng = np.random.default_rng(7)
train = rng.normal(size=(400, X.shape[1])).astype(np.float32) * np.nanstd(X, 0) + np.nanmean(X, 0)
train = train.astype(np.float32)
score = (train - train.mean(0)) @ np.array([1.0, -0.5, 0.25, 0.8, -1.0][: X.shape[1]]) / train.std(0).mean()
two = (score > 0).astype(int)
three = np.digitize(score, np.quantile(score, [0.33, 0.66]))


def save(name, model, rows):
    onnx.save(model, HERE / "models" / f"{name}.onnx")
    scores(name, model, rows)


def scores(name, model, rows):
    options = ort.SessionOptions()
    options.intra_op_num_threads = 1
    session = ort.InferenceSession(model.SerializeToString(), options, providers=["CPUExecutionProvider"])
    out = session.run(None, {session.get_inputs()[0].name: rows})[-1]
    if isinstance(out, list):
        out = np.array([[r[k] for k in r] for r in out], dtype=np.float32)
    np.save(HERE / "expected" / f"{name}.onnx_scores.npy", np.ascontiguousarray(out, dtype=np.float32))
    print(name, [n.op_type for n in model.graph.node], out.shape, out[:2].tolist())


def converted(model, target, zipmap=False, **options):
    model.fit(train, target)
    options = {id(model): {"zipmap": zipmap, **options}} if hasattr(model, "classes_") else None
    return to_onnx(model, train[:1], options=options, target_opset={"": 21, "ai.onnx.ml": 3})


save("sk191_linear", converted(LinearRegression(), score), FULL)
save("sk191_logit", converted(LogisticRegression(), two, zipmap=True), FULL)
softmax = converted(LogisticRegression(), three)
save("sk191_normalizer", softmax, FULL)
# without the Normalizer that skl2onnx appends
del softmax.graph.node[1]
softmax.graph.node[0].output[1] = "probabilities"
save("sk191_softmax", softmax, FULL)
save("sk191_forest3", converted(RandomForestClassifier(5, max_depth=4, random_state=1), three), FULL)
save("sk191_boost", converted(GradientBoostingClassifier(n_estimators=8, random_state=1), two), FULL)
save("sk191_boost3", converted(GradientBoostingClassifier(n_estimators=3, random_state=1), three), FULL)
forest = converted(RandomForestRegressor(5, max_depth=4, random_state=1), score)
save("sk191_regress", forest, FULL)

# The same forest with the other tests, an average, a base value and tensors: branches are mirrored one by one.
node = forest.graph.node[0]
value = {a.name: helper.get_attribute_value(a) for a in node.attribute}
modes, tracks = list(value["nodes_modes"]), []
for i, mode in enumerate(modes):
    if mode != b"LEAF":
        modes[i] = [b"BRANCH_GT", b"BRANCH_GTE", b"BRANCH_LT", b"BRANCH_LEQ"][i % 4]
    tracks.append(i // 4 % 2 if mode != b"LEAF" else 0)
value.update(nodes_modes=modes, nodes_missing_value_tracks_true=tracks, aggregate_function="AVERAGE")
for name in ["nodes_values", "target_weights", "nodes_hitrates"]:
    numbers = np.array(value.pop(name), dtype=np.float32)
    if name == "nodes_values":
        # values of the data, so that equality is met
        numbers = FULL[np.arange(numbers.size) % len(FULL), np.array(value["nodes_featureids"])]
    value[name + "_as_tensor"] = onnx.numpy_helper.from_array(numbers, name)
value["base_values_as_tensor"] = onnx.numpy_helper.from_array(np.array([0.3], dtype=np.float32), "base_values")
forest.graph.node[0].CopyFrom(
    helper.make_node(node.op_type, list(node.input), list(node.output), domain=node.domain, **value)
)
for opset in forest.opset_import:
    if opset.domain == "ai.onnx.ml":
        opset.version = 3
save("sk191_mirrored", forest, X)

# onnxruntime sums trees in parts, one a thread: with one thread the sum is in the order of the file.
for name, table in [("onnx_xgb_adult", "adult_num"), ("sk_hgb_adult", "adult_num"), ("sk_rf_adult", "adult_fill")]:
    table = np.genfromtxt(HERE / f"{table}.X.csv", delimiter=",", skip_header=1, dtype=np.float32)
    scores(name, onnx.load(HERE / "models" / f"{name}.onnx"), table)
