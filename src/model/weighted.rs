//! Weighted sums fitted by linfa: logistic regression (linfa-logistic), least squares (linfa-linear) and least squares
//! with a penalty (linfa-elasticnet), none of them with BLAS, so that the same data give the same weights.

use linfa::Dataset;
use linfa::traits::Fit;
use linfa_elasticnet::ElasticNet;
use linfa_linear::LinearRegression;
use linfa_logistic::LogisticRegression;
use ndarray::{Array1, Array2};

use super::linfa_file::Fitted;

/// The mean and the deviation of each column.
type Scales = Vec<(f64, f64)>;

/// The columns with mean 0 and deviation 1, and the mean and the deviation that each had.
fn standardised(values: Array2<f64>) -> Result<(Array2<f64>, Scales), String> {
    let rows = values.nrows() as f64;
    let mut scaled = values;
    let mut scales = Vec::with_capacity(scaled.ncols());
    for mut column in scaled.columns_mut() {
        let mean = column.sum() / rows;
        let deviation = (column.iter().map(|x| (x - mean).powi(2)).sum::<f64>() / rows).sqrt();
        // A constant column says nothing: it stays 0 and gets the weight 0 by the penalty.
        let deviation = if deviation > 0.0 { deviation } else { f64::INFINITY };
        if !mean.is_finite() || deviation.is_nan() {
            return Err("a column whose mean is beyond double precision".to_owned());
        }
        column.mapv_inplace(|x| (x - mean) / deviation);
        scales.push((mean, deviation));
    }
    Ok((scaled, scales))
}

/// Weights and intercept for the columns as they stand in the data, from those for the standardised columns.
fn folded(
    weights: impl Iterator<Item = f64>,
    intercept: f64,
    scales: &[(f64, f64)],
) -> Result<(Vec<f64>, f64), String> {
    let weights: Vec<f64> =
        weights.zip(scales).map(|(w, (_, deviation))| w / deviation + 0.0).collect();
    let shift: f64 = weights.iter().zip(scales).map(|(w, (mean, _))| w * mean).sum();
    finite(weights, intercept - shift)
}

fn finite(weights: Vec<f64>, intercept: f64) -> Result<(Vec<f64>, f64), String> {
    if weights.iter().chain([&intercept]).all(|w| w.is_finite()) {
        Ok((weights, intercept))
    } else {
        Err("a fit that did not converge".to_owned())
    }
}

/// A logistic regression on standardised columns, its weights folded back to the columns as they stand.
pub(super) fn logistic(values: Array2<f64>, labels: &[bool]) -> Result<Fitted, String> {
    let (scaled, scales) = standardised(values)?;
    let data = Dataset::new(scaled, Array1::from(labels.to_vec()));
    let fitted = LogisticRegression::default()
        .max_iterations(1000)
        .gradient_tolerance(1e-8)
        .fit(&data)
        .map_err(|e| format!("a fit that failed ({e})"))?;
    // linfa calls the larger class positive, which is `true`; asked all the same.
    let sign = if fitted.labels().pos.class { 1.0 } else { -1.0 };
    let folded =
        folded(fitted.params().iter().map(|w| sign * w), sign * fitted.intercept(), &scales);
    folded.map(|(weights, intercept)| Fitted::Logistic { weights, intercept })
}

/// Ordinary least squares on the columns as they stand. linfa divides by what is left of a column beside those before
/// it, be it rounding noise: a column that the others determine is refused, because its weight would be any number.
pub(super) fn linear(
    values: Array2<f64>,
    numbers: &[f64],
    names: &[String],
) -> Result<Fitted, String> {
    let (scaled, scales) = standardised(values.clone())?;
    let rows = scaled.nrows() as f64;
    let mut basis: Vec<Array1<f64>> = Vec::new();
    for ((column, (_, deviation)), name) in scaled.columns().into_iter().zip(&scales).zip(names) {
        if deviation.is_infinite() {
            return Err(format!("the same value of `{name}` in every row"));
        }
        let mut left = column.to_owned();
        for other in &basis {
            let along = other.dot(&left);
            left.scaled_add(-along, other);
        }
        let length = left.dot(&left).sqrt();
        if length.is_nan() || length < 1e-8 * rows.sqrt() {
            return Err(format!("a column `{name}` that is a weighted sum of those before it"));
        }
        left /= length;
        basis.push(left);
    }
    let fitted = LinearRegression::new()
        .fit(&Dataset::new(values, Array1::from(numbers.to_vec())))
        .map_err(|e| format!("a fit that failed ({e})"))?;
    let weights = fitted.params().iter().map(|w| w + 0.0).collect();
    let (weights, intercept) = finite(weights, fitted.intercept())?;
    Ok(Fitted::Linear { weights, intercept })
}

/// Least squares with a penalty, on standardised columns: linfa-elasticnet takes the target's mean for the intercept
/// whatever the columns' means are, which is right only where these are 0.
pub(super) fn elastic_net(
    values: Array2<f64>,
    numbers: &[f64],
    penalty: f64,
    l1_ratio: f64,
) -> Result<Fitted, String> {
    if !(penalty.is_finite() && penalty >= 0.0 && (0.0..=1.0).contains(&l1_ratio)) {
        return Err(format!("a penalty of {penalty}, {l1_ratio} of it L1 (0 or more, 0 to 1)"));
    }
    let (scaled, scales) = standardised(values)?;
    let data = Dataset::new(scaled, Array1::from(numbers.to_vec()));
    let fitted = ElasticNet::params()
        .penalty(penalty)
        .l1_ratio(l1_ratio)
        .tolerance(TOLERANCE)
        .max_iterations(STEPS)
        .fit(&data)
        .map_err(|e| format!("a fit that failed ({e})"))?;
    // linfa's own measure, the duality gap, stays large without an L1 part however good the fit is: so the slope of
    // what is minimised is asked here, in units of the target's deviation.
    let rows = numbers.len() as f64;
    let left = &data.targets - &data.records.dot(fitted.hyperplane()) - fitted.intercept();
    let mean = data.targets.sum() / rows;
    let deviation = (data.targets.iter().map(|y| (y - mean).powi(2)).sum::<f64>() / rows).sqrt();
    let (l1, l2) = (penalty * l1_ratio, penalty * (1.0 - l1_ratio));
    let steep = data.records.columns().into_iter().zip(fitted.hyperplane()).any(|(column, w)| {
        let slope = column.dot(&left) / rows - l2 * w;
        let off = if *w == 0.0 { (slope.abs() - l1).max(0.0) } else { slope - l1 * w.signum() };
        off.is_nan() || off.abs() > SLOPE * deviation
    });
    if steep {
        return Err("a fit that did not converge".to_owned());
    }
    let weights = fitted.hyperplane().iter().copied();
    let (weights, intercept) = folded(weights, fitted.intercept(), &scales)?;
    Ok(Fitted::Linear { weights, intercept })
}

/// Of the duality gap, relative to the target's sum of squares.
const TOLERANCE: f64 = 1e-8;
/// Rounds through all columns.
const STEPS: u32 = 1000;
/// Largest slope that is left at the minimum.
const SLOPE: f64 = 1e-3;
