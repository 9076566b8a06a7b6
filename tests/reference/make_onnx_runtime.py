"""Writes the small ONNX models runtime_*.onnx, of operators that are not followed, and what onnxruntime gives for them.

onnx 1.23.2, onnxruntime 1.32.0 (versions of the files in this folder). Every operator of `src/model/onnx/runtime/known.rs`
stands in one of them. One row at a time, because some operators mix the rows of a batch.
"""

import pathlib

import numpy as np
import onnx
import onnxruntime as ort
from onnx import TensorProto, helper, numpy_helper

HERE = pathlib.Path(__file__).parent
X = np.genfromtxt(HERE / "synthetic_full.X.csv", delimiter=",", skip_header=1, dtype=np.float32)
MISSING = np.genfromtxt(HERE / "synthetic.X.csv", delimiter=",", skip_header=1, dtype=np.float32)
MISSING = MISSING[np.isnan(MISSING).any(1)]
rng = np.random.default_rng(26)


class Graph:
    """A graph on the rows of one table; its scores are joined to one output."""

    def __init__(self):
        self.nodes, self.constants, self.scores = [], [], []

    def constant(self, values, dtype=np.float32):
        name = f"c{len(self.constants)}"
        self.constants.append(numpy_helper.from_array(np.asarray(values, dtype=dtype), name))
        return name

    def weights(self, *shape):
        return self.constant(rng.normal(size=shape) * 0.6)

    def ints(self, *values):
        return self.constant(values, np.int64)

    def op(self, kind, *inputs, outputs=1, **attributes):
        names = [f"{kind.lower()}{len(self.nodes)}_{k}" for k in range(outputs)]
        self.nodes.append(helper.make_node(kind, list(inputs), names, **attributes))
        return names[0] if outputs == 1 else names

    def number(self, name, size):
        """A column of the output: a weighted sum of all that a value holds."""
        flat = self.op("Reshape", name, self.ints(1, size))
        self.scores.append(self.op("MatMul", flat, self.weights(size, 1)))

    def model(self, output, width, label=None, opset=18):
        info = helper.make_tensor_value_info
        outputs = [info(output, TensorProto.FLOAT, [None, width])]
        if label:
            outputs.insert(0, info(label, TensorProto.INT64, [None]))
        graph = helper.make_graph(
            self.nodes, "graph", [info("x", TensorProto.FLOAT, [None, X.shape[1]])], outputs, self.constants
        )
        model = helper.make_model(graph, opset_imports=[helper.make_opsetid("", opset)], ir_version=8)
        model.producer_name = "make_onnx_runtime.py"
        onnx.checker.check_model(model, full_check=True)
        return model

    def joined(self):
        return self.model(self.op("Concat", *self.scores, axis=1), len(self.scores))


def save(name, model):
    onnx.save(model, HERE / "models" / f"runtime_{name}.onnx")
    options = ort.SessionOptions()
    options.intra_op_num_threads = 1
    session = ort.InferenceSession(model.SerializeToString(), options, providers=["CPUExecutionProvider"])
    for kind, rows in [("scores", X), ("missing", MISSING)]:
        out = np.concatenate([session.run(None, {"x": row[None, :]})[-1] for row in rows]).astype(np.float32)
        assert np.isfinite(out).all() or kind == "missing", name
        np.save(HERE / "expected" / f"runtime_{name}.onnx_{kind}.npy", np.ascontiguousarray(out))
    print(name, model.ByteSize(), out.shape, np.isnan(out).sum(0).tolist())


# Sums along the columns behind a scaler and before a network.
g = Graph()
scaled = g.op("Div", g.op("Sub", "x", g.constant(X.mean(0))), g.constant(X.std(0)))
sums = g.op("CumSum", scaled, g.ints(1))
hidden = g.op("Relu", g.op("Gemm", sums, g.weights(5, 4), g.weights(4)))
save("cumsum", g.model(g.op("Sigmoid", g.op("Gemm", hidden, g.weights(4, 1), g.weights(1))), 1))

# A convolution along the columns: a classifier of three classes.
g = Graph()
image = g.op("Unsqueeze", "x", g.ints(1))
image = g.op("Relu", g.op("Conv", image, g.weights(6, 1, 3), g.weights(6), kernel_shape=[3], pads=[1, 1]))
image = g.op("Conv", image, g.weights(4, 3, 2), group=2, dilations=[2], kernel_shape=[2], pads=[1, 1], strides=[2])
flat = g.op("Flatten", image)
proba = g.op("Softmax", g.op("Gemm", flat, g.weights(12, 3), g.weights(3)), axis=1)
g.op("ArgMax", proba, axis=1, keepdims=0)
save("conv", g.model(proba, 3, label=g.nodes[-1].output[0]))

# Pools and norms of what a convolution gives.
g = Graph()
image = g.op("Reshape", g.op("Concat", "x", "x", "x", "x", axis=1), g.ints(1, 1, 4, 5))
image = g.op("Conv", image, g.weights(2, 1, 2, 2), g.weights(2), auto_pad="SAME_UPPER")
pool = {"kernel_shape": [2, 2], "pads": [1, 0, 0, 1], "strides": [1, 2]}
g.number(g.op("MaxPool", image, **pool), 24)
g.number(g.op("AveragePool", image, **pool), 24)
g.number(g.op("AveragePool", image, count_include_pad=1, **pool), 24)
g.number(g.op("GlobalAveragePool", image), 2)
g.number(g.op("GlobalMaxPool", image), 2)
g.number(g.op("InstanceNormalization", image, g.weights(2), g.weights(2), epsilon=1e-3), 40)
g.number(g.op("LRN", image, size=3, alpha=0.3, beta=0.6, bias=1.5), 40)
g.number(g.op("LayerNormalization", image, g.weights(5), g.weights(5), axis=-1), 40)
wide = g.op("Reshape", g.op("Concat", "x", "x", "x", "x", axis=1), g.ints(1, 4, 1, 5))
g.number(g.op("DepthToSpace", wide, blocksize=2), 20)
g.number(g.op("DepthToSpace", wide, blocksize=2, mode="CRD"), 20)
even = g.op("Reshape", g.op("Concat", "x", "x", "x", "x", axis=1), g.ints(1, 1, 2, 10))
g.number(g.op("SpaceToDepth", even, blocksize=2), 20)
save("pools", g.joined())

# The columns as a series, read by recurrent layers.
g = Graph()
series = g.op("Transpose", g.op("Unsqueeze", "x", g.ints(2)), perm=[1, 0, 2])
y, h, c = g.op("LSTM", series, g.weights(1, 12, 1), g.weights(1, 12, 3), g.weights(1, 24), hidden_size=3, outputs=3)
g.number(y, 15), g.number(h, 3), g.number(c, 3)
y, h, c = g.op(
    "LSTM", series, g.weights(2, 8, 1), g.weights(2, 8, 2), g.weights(2, 16), hidden_size=2, outputs=3,
    direction="bidirectional", activations=["Sigmoid", "Tanh", "Tanh"] * 2,
)
g.number(y, 20), g.number(h, 4), g.number(c, 4)
for before in (0, 1):
    y, h = g.op(
        "GRU", series, g.weights(1, 9, 1), g.weights(1, 9, 3), g.weights(1, 18), hidden_size=3, outputs=2,
        linear_before_reset=before,
    )
    g.number(y, 15), g.number(h, 3)
y, h = g.op(
    "GRU", series, g.weights(2, 9, 1), g.weights(2, 9, 3), hidden_size=3, outputs=2, direction="bidirectional",
)
g.number(y, 30), g.number(h, 6)
y, h = g.op("RNN", series, g.weights(1, 3, 1), g.weights(1, 3, 3), g.weights(1, 6), hidden_size=3, outputs=2)
g.number(y, 15), g.number(h, 3)
start = g.weights(1, 1, 3)
y, h = g.op("RNN", series, g.weights(1, 3, 1), g.weights(1, 3, 3), "", "", start, hidden_size=3, outputs=2)
g.number(y, 15), g.number(h, 3)
save("series", g.joined())

# One function of every number each.
g = Graph()
small = g.op("Tanh", "x")
above = g.op("Add", g.op("Abs", "x"), g.constant(1.0))
for kind, of, attributes in [
    ("Acos", small, {}),
    ("Acosh", above, {}),
    ("Asin", small, {}),
    ("Asinh", "x", {}),
    ("Atan", "x", {}),
    ("Atanh", g.op("Mul", small, g.constant(0.9)), {}),
    ("Cos", "x", {}),
    ("Cosh", "x", {}),
    ("HardSigmoid", "x", {"alpha": 0.3, "beta": 0.4}),
    ("HardSwish", "x", {}),
    ("Hardmax", "x", {"axis": 1}),
    ("Selu", "x", {}),
    ("Selu", "x", {"alpha": 1.5, "gamma": 0.8}),
    ("Shrink", "x", {"bias": 0.1, "lambd": 0.3}),
    ("Sin", "x", {}),
    ("Sinh", "x", {}),
    ("Softsign", "x", {}),
    ("Tan", small, {}),
    ("ThresholdedRelu", "x", {"alpha": 0.4}),
]:
    g.number(g.op(kind, of, **attributes), 5)
save("functions", g.joined())

# Numbers moved about, summed in other ways.
g = Graph()
g.number(g.op("CumSum", "x", g.ints(-1), exclusive=1), 5)
g.number(g.op("CumSum", "x", g.constant(1, np.int32), reverse=1), 5)
g.number(g.op("CumSum", "x", g.constant(1, np.int64), exclusive=1, reverse=1), 5)
g.number(g.op("GatherElements", "x", g.constant([[4, 0, -1]], np.int64), axis=1), 3)
chosen = g.op("ArgMax", "x", axis=1, keepdims=1)
g.number(g.op("GatherElements", "x", chosen, axis=1), 1)
g.number(g.op("GatherND", "x", g.constant([[0, 3], [0, 1]], np.int64)), 2)
g.number(g.op("ScatterElements", "x", g.constant([[1, 3]], np.int64), g.weights(1, 2), axis=1), 5)
g.number(g.op("ScatterND", "x", g.constant([[0, 2]], np.int64), g.weights(1)), 5)
square = g.op("Mul", g.op("Reshape", "x", g.ints(5, 1)), "x")
g.number(g.op("Trilu", square, upper=0), 25)
g.number(g.op("Trilu", square, g.constant(1, np.int64)), 25)
g.number(g.op("Pad", "x", g.ints(0, 2, 0, 1), g.constant(0.5)), 8)
g.number(g.op("Pad", "x", g.ints(0, 1, 0, 2), mode="reflect"), 8)
g.number(g.op("Pad", "x", g.ints(0, 1, 0, 2), mode="edge"), 8)
g.number(g.op("OneHot", chosen, g.ints(5), g.constant([0.25, 2.0])), 5)
g.number(g.op("ReduceLogSum", g.op("Abs", "x"), g.ints(1)), 1)
save("moved", g.joined())
