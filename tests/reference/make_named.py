"""Makes `models/lgb470_named.txt`: a model that knows its categories by name, for the procedure rehab-management.

Run in this folder with LightGBM 4.7.0 and pandas (Python 3.13).
"""
import lightgbm as lgb
import pandas as pd

table = pd.read_csv("../../models/rehab-management/holdout.csv")
rows = pd.DataFrame({
    "injtype": table["injtype"].astype("category"),
    "hosp": (table["hosp"] == "yes").astype(float),
    "age": table["age"],
    "indust": table["indust"].astype("category"),
    "prewage": table["prewage"],
})
data = lgb.Dataset(rows, label=(table["over_8_weeks"] == "yes").astype(int))
fixed = dict(objective="binary", num_leaves=6, verbose=-1, seed=1, num_threads=1, deterministic=True)
lgb.train(fixed, data, 10).save_model("models/lgb470_named.txt")
