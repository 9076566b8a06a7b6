//! XGBoost.
