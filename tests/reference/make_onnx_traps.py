"""Writes the ONNX models of traps, ort132_*.onnx, and what onnxruntime 1.32.0 gives for them with one thread.

onnx 1.20, skl2onnx 1.20.0, onnxmltools 1.16.0 on scikit-learn 1.9.1, XGBoost 3.4.1, LightGBM 4.7.0, CatBoost 1.2.10.
Most are written node by node, for what no exporter writes. Inputs: onnx_traps.X.csv (three columns: every threshold of
the hand-written trees, the next single- and double-precision numbers beside it, zeros of both signs, missing numbers,
codes -1, 2.7 and 1e9) and onnx_export.X.csv (four columns: every threshold of the exported models and its neighbours).
"""

import pathlib
import warnings

import numpy as np
import onnx
import onnxruntime as ort
import pandas as pd
from onnx import TensorProto, helper, numpy_helper

warnings.filterwarnings("ignore")
HERE = pathlib.Path(__file__).parent
ML = "ai.onnx.ml"
F32, F64 = TensorProto.FLOAT, TensorProto.DOUBLE


def scores(name, model, rows):
    options = ort.SessionOptions()
    options.intra_op_num_threads = 1
    options.log_severity_level = 3
    session = ort.InferenceSession(model.SerializeToString(), options, providers=["CPUExecutionProvider"])
    given = session.get_inputs()[0]
    kind = np.float64 if given.type == "tensor(double)" else np.float32
    out = session.run(None, {given.name: rows.astype(kind)})[-1]
    if isinstance(out, list):
        out = np.array([[row[key] for key in row] for row in out])
    out = out.reshape(len(rows), -1)
    out = out.astype(np.float64 if out.dtype == np.float64 else np.float32)
    np.save(HERE / "expected" / f"{name}.onnx_scores.npy", np.ascontiguousarray(out))


def save(name, model, rows):
    name = f"ort132_{name}"
    model.producer_name, model.producer_version = model.producer_name or "make_onnx_traps.py", model.producer_version
    onnx.save(model, HERE / "models" / f"{name}.onnx")
    scores(name, model, rows)


def graph(node, columns, elem=F32, out=F32, version=3):
    """A file of one operator."""
    x = helper.make_tensor_value_info("X", elem, [None, columns])
    outs = [helper.make_tensor_value_info(node.output[-1], out, None)]
    if len(node.output) == 2:
        text = any(a.name == "classlabels_strings" for a in node.attribute)
        outs.insert(0, helper.make_tensor_value_info(node.output[0], TensorProto.STRING if text else TensorProto.INT64, None))
    return helper.make_model(
        helper.make_graph([node], "g", [x], outs),
        ir_version=10,
        opset_imports=[helper.make_opsetid("", 21), helper.make_opsetid(ML, version)],
    )


def trees(forest, tracked=True):
    """Attributes of the nodes of trees, each a list of (feature, mode, threshold, true, false, tracks) or None for a leaf."""
    value = {f"nodes_{k}": [] for k in ("treeids", "nodeids", "featureids", "modes", "values", "truenodeids", "falsenodeids", "missing_value_tracks_true")}
    for t, nodes in enumerate(forest):
        for i, node in enumerate(nodes):
            feature, mode, at, yes, no, tracks = node or (0, "LEAF", 0.0, 0, 0, 0)
            for key, x in zip(value, (t, i, feature, mode, at, yes, no, tracks)):
                value[key].append(x)
    value["nodes_modes"] = [m if m == "LEAF" else f"BRANCH_{m}" for m in value["nodes_modes"]]
    if not tracked:
        del value["nodes_missing_value_tracks_true"]
    return value


AT = [0.0, np.float32(0.1), 2.5, np.float32(-1.3), 1.0]


def shape(modes, tracks):
    """A tree of three tests, one a column."""
    m, t = modes, tracks
    return [(0, m[0], AT[0], 1, 2, t[0]), (1, m[1], AT[1], 3, 4, t[1]), (2, m[2], AT[2], 5, 6, t[2]), None, None, None, None]


near = []
for x in AT + [-1.0, 2.0, 3.0, 1 / 3]:
    s = np.float32(x)
    near += [float(s), float(np.nextafter(s, np.float32(-np.inf))), float(np.nextafter(s, np.float32(np.inf))),
             np.nextafter(float(x), -np.inf), np.nextafter(float(x), np.inf), float(x)]
near += [0.0, -0.0, np.nan, 2.7, 1e9, -1.0, 4.0, 32.0, 33.0, 64.0, 65.0, 0.5, 1e300, -1e300]
near = np.unique(np.array(near + [float("inf")])[:-1])
near = np.concatenate([near, [-0.0]])
rng = np.random.default_rng(3)
X = np.array([[near[(i * s + k) % len(near)] for k, s in enumerate((1, 3, 7))] for i in range(2 * len(near))])
X = np.concatenate([X, rng.choice(near, (60, 3)), np.full((1, 3), np.nan), np.where(np.eye(3) == 1, np.nan, 0.1)])
pd.DataFrame(X, columns=list("abc")).to_csv(HERE / "onnx_traps.X.csv", index=False)
MODES = ["LEQ", "LT", "GTE", "GT", "EQ", "NEQ"]


def regressor(forest, targets, weights, elem=F32, tracked=True, doubles=False, **more):
    value = trees(forest, tracked)
    value.update(target_treeids=[w[0] for w in weights], target_nodeids=[w[1] for w in weights], target_ids=[w[2] for w in weights],
                 target_weights=[float(w[3]) for w in weights], n_targets=targets, **more)
    as_tensors(value, doubles)
    node = helper.make_node("TreeEnsembleRegressor", ["X"], ["Y"], domain=ML, **value)
    return graph(node, 3, elem, F32)


def as_tensors(value, doubles):
    if doubles:
        for name in ("nodes_values", "target_weights", "class_weights", "base_values"):
            if name in value:
                value[f"{name}_as_tensor"] = numpy_helper.from_array(np.array(value.pop(name), dtype=np.float64), name)


# Every test with missing values on either side and without the list, a target a tree; and each test alone in its file,
# for which onnxruntime has code of its own.
forest = [shape([m] * 3, [t] * 3) for m in MODES for t in (0, 1)]
weights = [(t, 3 + k, t, k + 1) for t in range(len(forest)) for k in range(4)]
save("modes", regressor(forest, len(forest), weights), X)
save("modes_untold", regressor(forest[::2], len(MODES), [w for w in weights[: 4 * len(MODES)]], tracked=False), X)
for m in MODES:
    forest = [shape([m] * 3, [t, u, t]) for t in (0, 1) for u in (0, 1)]
    save(f"mode_{m.lower()}", regressor(forest, 4, weights[:16]), X)
# Equalities in a row with the same branch are one set in onnxruntime, and sets of small whole numbers are bits.
chain = [(0, "EQ", 1.0, 4, 1, 0), (0, "EQ", 2.0, 4, 2, 0), (0, "EQ", 4.0, 4, 3, 0), None, None]
apart = [(1, "EQ", 1.0, 4, 1, 0), (1, "EQ", 2.5, 4, 2, 1), (1, "EQ", 33.0, 4, 3, 0), None, None]
for name, forest in (("chain", [chain, apart]), ("chain_tracks", [[c and (*c[:5], 1) for c in t] for t in (chain, apart)])):
    # Each node has one parent: the branch is repeated.
    def spread(nodes):
        tests = [n for n in nodes if n]
        return [*((f, m, at, len(tests) + 1 + i, i + 1, tr) for i, (f, m, at, _, _, tr) in enumerate(tests)), *[None] * (len(tests) + 1)]
    forest = [spread(t) for t in forest]
    votes = [(t, 3, t, 1) for t in (0, 1)] + [(t, n, t, 2) for t in (0, 1) for n in (4, 5, 6)]
    save(name, regressor(forest, 2, votes), X)

# post_transform, of one, two and three scores; weights that make 0, numbers within (0, 1), and both signs.
TRANSFORMS = ["NONE", "SOFTMAX", "LOGISTIC", "SOFTMAX_ZERO", "PROBIT"]
small = [0.125, 0.25, 0.0, 0.375, 0.5, 0.0, 0.0625, 0.3]
forest = [shape(["LEQ"] * 3, [1, 0, 1]), shape(["LT"] * 3, [0, 1, 0])]


def votes(outputs, numbers):
    return [(t, 3 + k, o, numbers[(5 * t + 3 * k + 2 * o) % len(numbers)]) for t in (0, 1) for k in range(4) for o in range(outputs)]


def classifier(labels, weights, forest=forest, elem=F32, doubles=False, **more):
    value = trees(forest)
    value.update(class_treeids=[w[0] for w in weights], class_nodeids=[w[1] for w in weights], class_ids=[w[2] for w in weights],
                 class_weights=[float(w[3]) for w in weights], **more)
    value["classlabels_strings" if isinstance(labels[0], str) else "classlabels_int64s"] = labels
    as_tensors(value, doubles)
    return graph(helper.make_node("TreeEnsembleClassifier", ["X"], ["L", "Y"], domain=ML, **value), 3, elem, F32)


signed = [-1.0, 0.5, 0.0, 2.0, -0.25, 0.75, -3.0, 1.5]
for transform in TRANSFORMS:
    low = transform.lower()
    numbers = small if transform == "PROBIT" else signed
    more = dict(post_transform=transform)
    save(f"one_{low}", regressor(forest, 1, votes(1, small), **more), X)
    save(f"targets_{low}", regressor(forest, 3, votes(3, numbers), base_values=[0.1, 0.0, 0.05], **more), X)
    save(f"classes_{low}", classifier([0, 5, 7], votes(3, numbers), **more), X)
    save(f"names_{low}", classifier(["no", "vielleicht", "ja"], votes(3, numbers), base_values=[0.05, 0.0, 0.1], **more), X)
    save(f"pair_{low}", classifier(["no", "yes"], votes(2, numbers), **more), X)
    save(f"single_{low}", classifier([0, 1], votes(1, small), **more), X)
    save(f"signs_{low}", classifier([0, 1], votes(1, signed), **more), X)
    save(f"second_{low}", classifier(["a", "b"], [(t, n, 1, w) for t, n, _, w in votes(1, signed)], base_values=[0.25], **more), X)
    save(f"lone_{low}", classifier(["a", "b"], [(t, n, 1, w) for t, n, _, w in votes(1, small)], **more), X)
    for count in (1, 2, 3):
        labels = ["no", "yes", "perhaps"][: max(count, 2)]
        linear = dict(coefficients=[0.02, -0.01, 0.03, 0.01, 0.015, 0.0, -0.02, 0.0, 0.01][: 3 * count], intercepts=[0.4, 0.3, 0.2][:count])
        rows = np.clip(np.nan_to_num(X, nan=-1.0), -3, 3)
        node = helper.make_node("LinearClassifier", ["X"], ["L", "Y"], domain=ML, classlabels_strings=labels, **linear, **more)
        save(f"linear{count}_{low}", graph(node, 3, version=1), rows)
        node = helper.make_node("LinearRegressor", ["X"], ["Y"], domain=ML, targets=count, **linear, **more)
        save(f"sum{count}_{low}", graph(node, 3, version=1), rows)
pd.DataFrame(rows, columns=list("abc")).to_csv(HERE / "onnx_sums.X.csv", index=False)

# One score with a base value, as converters write boosted models of two classes.
save("based_logistic", classifier(["a", "b"], votes(1, signed), base_values=[0.25], post_transform="LOGISTIC"), X)

# Thresholds and leaves in double precision: compared so, where the columns are.
exact = [shape(["LEQ"] * 3, [1, 0, 1]), shape(["GT"] * 3, [0, 1, 0])]
thirds = [1 / 3, 0.1, 2.5]
exact = [[n and (n[0], n[1], thirds[n[0]], *n[3:]) for n in tree] for tree in exact]
tenths = [0.1, 0.7, -0.3, 1 / 3, 1e-9, 0.2, -0.6, 0.9]
more = dict(elem=F64, doubles=True)
save("doubles", regressor(exact, 2, votes(2, tenths), base_values=[0.1, -0.2], **more), X)
save("doubles_lt", regressor([[n and (*n[:1], "LT", *n[2:]) for n in tree] for tree in exact], 1, votes(1, tenths), aggregate_function="AVERAGE", **more), X)
save("doubles_classes", classifier([0, 5, 7], votes(3, tenths), exact, post_transform="SOFTMAX", **more), X)
save("doubles_pair", classifier(["n", "y"], votes(1, tenths), exact, post_transform="LOGISTIC", **more), X)
# Double columns, thresholds and leaves in single precision.
save("doubles_singles", regressor(exact, 2, votes(2, tenths), elem=F64), X)


def ensemble5(elem, members, chained, **more):
    """Version 5: a set, and an equality of the number after it."""
    kind = np.float64 if elem == F64 else np.float32
    node = helper.make_node(
        "TreeEnsemble", ["X"], ["Y"], domain=ML, n_targets=2, aggregate_function=1, tree_roots=[0, 2],
        nodes_modes=numpy_helper.from_array(np.array([6, 4, 6, 1], dtype=np.uint8), "m"),
        nodes_featureids=[0, 0, 1, 2], nodes_splits=numpy_helper.from_array(np.array([0, chained, 0, 0.1], dtype=kind), "s"),
        nodes_truenodeids=[0, 1, 3, 4], nodes_trueleafs=[1, 1, 1, 1], nodes_falsenodeids=[1, 2, 3, 5], nodes_falseleafs=[0, 1, 0, 1],
        nodes_missing_value_tracks_true=[0, 1, 1, 0], leaf_targetids=[0, 0, 0, 1, 1, 1],
        leaf_weights=numpy_helper.from_array(np.array([0.1, 0.2, 0.4, 0.8, 1.6, 3.2], dtype=kind), "w"),
        membership_values=numpy_helper.from_array(np.array([*members, np.nan, *members[:3], np.nan], dtype=kind), "v"), **more)
    return graph(node, 3, elem, elem, version=5)


for name, elem in (("", F32), ("_double", F64)):
    save(f"members{name}", ensemble5(elem, [1, 2, 4, 32], 5), X)
    save(f"members_far{name}", ensemble5(elem, [0, 3, 1e9, 33], 2.7, post_transform=1), X)
    save(f"members_few{name}", ensemble5(elem, [0, 2, 30], 2.7, post_transform=2), X)

# 5,000 stumps: the file is put together by the test from the same numbers.
t = np.arange(5000)
stumps = [[(int(i % 3), "LT" if i % 2 else "LEQ", np.float32((i * 37 % 101 - 50) / 16), 1, 2, int(i % 5 == 0)), None, None] for i in t]
weights = [(int(i), 1 + k, 0, np.float32(((i * 53 + k * 29) % 97 - 48) / 1024)) for i in t for k in (0, 1)]
model = regressor(stumps, 1, weights, base_values=[0.5])
scores("ort132_many", model, X)
# A path of 30 tests.
walk = [(0, "LEQ", np.float32(i / 8 - 2), 31 + i, i + 1 if i < 30 else 62, i % 2) for i in range(31)] + [None] * 32
save("deep", regressor([walk], 1, [(0, 31 + i, 0, (i * 7 % 11) / 8) for i in range(32)]), X)
one = [(0, 0, 0, 0.7)]
save("leaf", regressor([[None]], 1, one, base_values=[0.2]), X)

# What the exporters of other libraries write, at every threshold and beside it.
import catboost as cb
import lightgbm as lgb
import onnxmltools
import xgboost as xgb
from onnxmltools.convert.common.data_types import FloatTensorType
from skl2onnx import to_onnx
from skl2onnx.common import _container as container
from sklearn.ensemble import HistGradientBoostingClassifier, HistGradientBoostingRegressor


def make_node(*args, original=container.make_node, **given):
    """skl2onnx 1.20.0 says with truth values where missing ones go; newer versions of onnx want numbers."""
    told = given.get("nodes_missing_value_tracks_true")
    if told is not None:
        given["nodes_missing_value_tracks_true"] = [int(x) for x in told]
    return original(*args, **given)


container.make_node = make_node
rng = np.random.default_rng(4)
T = rng.normal(size=(300, 4)).astype(np.float32).round(2)
T[:, 2] = rng.integers(0, 5, 300)
T[rng.random(T.shape) < 0.1] = np.nan
eta = np.nan_to_num(T) @ [1, -0.5, 0.3, 0.8]
two, three = (eta > 0.2).astype(int), np.digitize(eta, [-0.5, 0.8])
text = np.array(["ja", "nein", "offen"])[three]
found = {}
small = dict(iterations=4, depth=3, learning_rate=0.4, random_seed=1, thread_count=1, verbose=0, allow_writing_files=False)
for name, model, y in [
    ("two", cb.CatBoostClassifier(**small), two),
    ("classes", cb.CatBoostClassifier(**small), three),
    ("names", cb.CatBoostClassifier(**small), text),
    ("number", cb.CatBoostRegressor(**small), eta),
]:
    model.fit(T, y)
    model.save_model("export.onnx", format="onnx")
    found[f"cat_{name}"] = onnx.load("export.onnx")
pathlib.Path("export.onnx").unlink()
given = [("input", FloatTensorType([None, 4]))]
few = dict(n_estimators=4, num_leaves=6, min_child_samples=5, random_state=1, n_jobs=1, verbose=-1)
for name, model, y in [
    ("two", lgb.LGBMClassifier(**few), two),
    ("classes", lgb.LGBMClassifier(**few), three),
    ("number", lgb.LGBMRegressor(**few), eta),
    ("forest", lgb.LGBMRegressor(**few, boosting_type="rf", subsample=0.6, subsample_freq=1), eta),
    ("poisson", lgb.LGBMRegressor(**few, objective="poisson"), np.exp(eta)),
]:
    found[f"light_{name}"] = onnxmltools.convert_lightgbm(model.fit(T, y), initial_types=given, zipmap=False)
few = dict(n_estimators=4, max_depth=3, random_state=1, n_jobs=1)
for name, model, y in [
    ("two", xgb.XGBClassifier(**few), two),
    ("classes", xgb.XGBClassifier(**few), three),
    ("number", xgb.XGBRegressor(**few), eta),
    ("poisson", xgb.XGBRegressor(**few, objective="count:poisson"), np.round(np.exp(eta))),
]:
    found[f"xgb_{name}"] = onnxmltools.convert_xgboost(model.fit(T, y), initial_types=given)
for name, model, y in [
    ("two", HistGradientBoostingClassifier(max_iter=4, max_leaf_nodes=6), two),
    ("classes", HistGradientBoostingClassifier(max_iter=4, max_leaf_nodes=6), text),
    ("number", HistGradientBoostingRegressor(max_iter=4, max_leaf_nodes=6), eta),
]:
    options = {id(model): {"zipmap": False}} if name != "number" else None
    model.fit(T, y)
    found[f"hist_{name}"] = to_onnx(model, T[:1], options=options, target_opset={"": 21, "ai.onnx.ml": 3})
rows = []
for name, model in sorted(found.items()):
    for node in model.graph.node:
        value = {a.name: helper.get_attribute_value(a) for a in node.attribute}
        for feature, at, mode in zip(value.get("nodes_featureids", []), value.get("nodes_values", []), value.get("nodes_modes", [])):
            if mode != b"LEAF":
                rows += [(feature, x) for x in (np.float32(at), np.nextafter(np.float32(at), np.float32(-9)), np.nextafter(np.float32(at), np.float32(9)))]
cases = T[np.arange(len(rows)) % 300].copy()
for case, (feature, x) in zip(cases, rows):
    case[feature] = x
cases = np.unique(cases, axis=0)
cases = np.concatenate([rng.permutation(cases)[:250], np.where(np.eye(4) == 1, np.nan, T[:4]).astype(np.float32), np.full((1, 4), np.nan, np.float32)])
pd.DataFrame(cases.astype(np.float64), columns=list("abcd")).to_csv(HERE / "onnx_export.X.csv", index=False)
for name, model in found.items():
    save(f"export_{name}", model, cases)
adult = np.genfromtxt(HERE / "adult_num.X.csv", delimiter=",", skip_header=1)
scores("cb_adult_num", onnx.load(HERE / "models" / "cb_adult_num.onnx"), adult)
