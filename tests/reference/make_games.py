"""Values of games that shap computes right, for the models and rows that lie beside this script.

Run in this folder with shap 0.54.1, XGBoost 3.4.1 and onnxruntime 1.27 or newer (Python 3.13).
"""
import sys

import numpy as np
import onnxruntime
import pandas as pd
import shap
import xgboost as xgb

# `probability` of shap's TreeExplainer: raw values stretched to the probability, one background row at a time.
model = xgb.Booster()
model.load_model("models/xgb_adult_100x6.json")
rows = pd.read_csv("adult_num.X.csv")
background = pd.read_csv("adult_num.background100.csv")
explainer = shap.TreeExplainer(
    model, shap.maskers.Independent(background.values, max_samples=len(background)), model_output="probability"
)
values = explainer.shap_values(rows.values[:40], check_additivity=False)
np.save("expected/xgb_adult_100x6.shap_rescaled.npy", values)
print("rescaled", values.shape, explainer.expected_value)

# Kernel SHAP with all coalitions, of a network that is only evaluated.
session = onnxruntime.InferenceSession("models/bb_mlp_injury8.onnx")
rows = pd.read_csv("bb_mlp_injury8.X.csv").values.astype(np.float32)
background = pd.read_csv("bb_mlp_injury8.background100.csv").values.astype(np.float32)
name = session.get_inputs()[0].name
outputs = [output.name for output in session.get_outputs()]
print(outputs, [output.shape for output in session.get_outputs()])


def predict(x):
    found = session.run(outputs, {name: np.asarray(x, dtype=np.float32)})[-1]
    return np.asarray(found, dtype=np.float64)


print(predict(rows[:2]))
explainer = shap.KernelExplainer(predict, background)
values = explainer.shap_values(rows[:5].astype(np.float64), nsamples=1000, l1_reg=False, silent=True)
np.save("expected/bb_mlp_injury8.shap_kernel.npy", values)
print("kernel", np.shape(values), explainer.expected_value)
print(shap.__version__, xgb.__version__, onnxruntime.__version__, sys.version.split()[0])
