//! LightGBM.
