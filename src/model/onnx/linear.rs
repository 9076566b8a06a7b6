//! LinearClassifier and LinearRegressor.
//!
//! onnxruntime multiplies and adds in single precision, one fused step after the other, and adds the intercept last. So
//! does the raw score here; what attributions add up to is the same sum in double precision.

use super::super::{FloatWidth, LinearModel, Link, ModelCard};
use super::attributes::{Attributes, Trouble};
use super::head::{Body, Head};
use super::trees::transform_link;

/// Reads the operator; it reads `columns` columns.
pub(super) fn read(from: &Attributes, columns: usize) -> Result<Head, Trouble> {
    let classifier = from.node.name == "LinearClassifier";
    from.only(if classifier {
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
    let transform = from.word("post_transform", "NONE")?;
    let mut link = transform_link(&transform)
        .ok_or_else(|| from.unsupported(format!("the post_transform `{transform}`")))?;
    let coefficients = from.floats("coefficients")?;
    let mut intercepts = from.floats("intercepts")?;
    let labels = if classifier { from.labels("classlabels_ints")? } else { Vec::new() };
    let mut outputs = match classifier {
        true => labels.len(),
        false => usize::try_from(from.int("targets", 1)?).unwrap_or(0),
    };
    // Of one target onnxruntime applies no post_transform but PROBIT.
    if !classifier && outputs == 1 && link != Link::NormalQuantile {
        link = Link::Identity;
    }
    // One column of scores for two classes: onnxruntime gives 1 - score beside it.
    let one = classifier && intercepts.len() == 1 && labels.len() == 2;
    if one {
        outputs = 1;
        if !matches!(link, Link::Identity | Link::Logistic { .. }) {
            return Err(from.unsupported(format!("the post_transform `{transform}` of one score")));
        }
    }
    if intercepts.is_empty() && !classifier {
        intercepts = vec![0.0; outputs.min(coefficients.len())];
    }
    if outputs == 0
        || columns == 0
        || intercepts.len() != outputs
        || Some(coefficients.len()) != outputs.checked_mul(columns)
    {
        let found = format!(
            "{} coefficients and {} intercepts for {outputs} outputs of {columns} columns",
            coefficients.len(),
            intercepts.len(),
        );
        return Err(from.contradiction(found, "one a column and one an output"));
    }
    if !coefficients.iter().chain(&intercepts).all(|x| x.is_finite()) {
        return Err(from.contradiction("a coefficient that is no finite number", "numbers"));
    }
    // A classifier of one class.
    if outputs == 1 && !one && link == Link::Softmax {
        return Err(from.unsupported("the post_transform `SOFTMAX` of one score"));
    }
    let weights = coefficients
        .chunks(columns)
        .map(|row| row.iter().copied().map(f64::from).collect())
        .collect();
    let intercepts = intercepts.into_iter().map(f64::from).collect();
    let card = ModelCard { features: vec![String::new(); columns], ..ModelCard::default() };
    let fill = vec![f64::NAN; columns];
    let width = FloatWidth::OnnxRuntime;
    let linear =
        LinearModel { card, weights, intercepts, fill, link, width, ..LinearModel::default() };
    let objective = format!("{}, post_transform {transform}", from.node.name);
    Ok(Head { body: Body::Linear(linear), one, labels, objective })
}
