//! LinearClassifier and LinearRegressor.
//!
//! onnxruntime multiplies and adds in single precision, in an order that depends on the machine; here both are done in
//! double precision on the file's single-precision weights, so that predictions agree but for the last digits.

use super::super::{LinearModel, Link, Model};
use super::Operator;
use crate::fault::Checked;

/// Reads the operator.
pub(super) fn read(operator: Operator) -> Checked<Box<dyn Model>> {
    let classifier = operator.name == "LinearClassifier";
    operator.only(if classifier {
        &[
            "classlabels_ints",
            "classlabels_strings",
            "coefficients",
            "intercepts",
            "multi_class",
            "post_transform",
        ]
    } else {
        &["coefficients", "intercepts", "post_transform", "targets"]
    })?;
    let transform = operator.word("post_transform", "NONE")?;
    let (coefficients, intercepts) =
        (operator.floats("coefficients")?, operator.floats("intercepts")?);
    let mut classes = if classifier { operator.labels("classlabels_ints")? } else { Vec::new() };
    let outputs = if classifier {
        classes.len()
    } else {
        usize::try_from(operator.int("targets")?.unwrap_or(1)).unwrap_or(0)
    };
    let link = match (transform.as_ref(), classifier) {
        ("NONE", _) => Link::Identity,
        ("LOGISTIC", true) => Link::Logistic { slope: 1.0 },
        ("SOFTMAX", true) => Link::Softmax,
        (other, _) => return Err(operator.unsupported(format!("the post_transform `{other}`"))),
    };
    if classifier && (intercepts.len() == 1 || outputs == 1) {
        return Err(operator.unsupported("one column of scores for two classes"));
    }
    let width = operator.features.len();
    let intercepts = if intercepts.is_empty() && !classifier {
        vec![0.0; outputs.min(coefficients.len())]
    } else {
        intercepts.to_vec()
    };
    if outputs == 0
        || intercepts.len() != outputs
        || Some(coefficients.len()) != outputs.checked_mul(width)
    {
        let found = format!(
            "{} coefficients and {} intercepts for {outputs} outputs of {width} features",
            coefficients.len(),
            intercepts.len(),
        );
        return Err(operator.contradiction(found, "one a feature and one an output"));
    }
    if !coefficients.iter().chain(&intercepts).all(|x| x.is_finite()) {
        return Err(operator.contradiction("a coefficient that is no finite number", "numbers"));
    }
    let mut weights: Vec<Vec<f64>> = coefficients
        .chunks(width)
        .map(|row| row.iter().copied().map(f64::from).collect())
        .collect();
    let mut intercepts: Vec<f64> = intercepts.into_iter().map(f64::from).collect();
    // Two classes whose scores are each other's negative are one score, that of the second class.
    let mirrored = weights.len() == 2
        && matches!(link, Link::Logistic { .. })
        && weights.iter().chain([&intercepts]).all(|row| !row.is_empty())
        && intercepts.first().zip(intercepts.get(1)).is_some_and(|(a, b)| *a == -b)
        && weights
            .first()
            .zip(weights.get(1))
            .is_some_and(|(a, b)| a.iter().zip(b).all(|(a, b)| *a == -b));
    let mut objective = transform.into_owned();
    if mirrored {
        weights.remove(0);
        intercepts.remove(0);
        objective.push_str(&format!(", for the class `{}`", classes.pop().unwrap_or_default()));
        classes.clear();
    }
    let missing = "Not accepted: the model computes no number from a missing value.";
    let card = operator.card(&objective, classes, missing);
    Ok(Box::new(LinearModel {
        card,
        weights,
        intercepts,
        fill: vec![f64::NAN; width],
        link,
        ..LinearModel::default()
    }))
}
