//! Promise: whatever library wrote a model file, the numbers are those of that library; and a file that cannot be read
//! exactly is refused by name. One module a family; the files and what their libraries print are in `tests/reference`.

#[path = "../reference/mod.rs"]
mod reference;

mod catboost;
mod catboost_categories;
mod catboost_old;
mod commands;
mod compare;
mod hostile;
mod lightgbm;
mod linfa;
mod onnx;
mod onnx_pipelines;
mod onnx_runtime;
mod onnx_traps;
mod pmml;
mod pmml_standard;
mod scorecard;
mod skops;
mod skops_traps;
mod xgboost;
