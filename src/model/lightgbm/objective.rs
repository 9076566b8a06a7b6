//! The objective line, such as `binary sigmoid:1`: which link it has.

use super::super::fault::{structure, unsupported};
use super::Link;
use crate::fault::Checked;

/// The link of an objective, whose number of outputs must fit.
pub(super) fn link(file: &str, objective: &str, outputs: usize) -> Checked<Link> {
    let short = |text: &str| text.chars().take(60).collect::<String>();
    let mut words = objective.split_ascii_whitespace();
    let name = words.next().unwrap_or("");
    let (mut slope, mut classes, mut root) = (1.0, None, false);
    for word in words {
        let faulty = |expected: &str| {
            structure(file, format!("the objective `{}`", short(objective)), expected)
        };
        match word.split_once(':') {
            None if word == "sqrt" => root = true,
            Some(("sigmoid", number)) => {
                slope = number
                    .parse()
                    .ok()
                    .filter(|slope: &f64| slope.is_finite() && *slope > 0.0)
                    .ok_or_else(|| faulty("a positive sigmoid parameter"))?;
            }
            Some(("num_class", number)) => {
                classes = Some(number.parse::<usize>().map_err(|_| faulty("a number of classes"))?);
            }
            _ => {
                return Err(unsupported(
                    file,
                    format!("`{}` in the objective of LightGBM", short(word)),
                ));
            }
        }
    }
    let (link, several) = match name {
        // The targets were trained as square roots.
        "regression" | "regression_l1" | "huber" | "fair" | "quantile" | "mape" if root => {
            (Link::SignedSquare, false)
        }
        "" | "custom" | "none" | "null" | "na" => (Link::Identity, outputs != 1),
        "regression" | "regression_l1" | "huber" | "fair" | "quantile" | "mape" | "lambdarank"
        | "rank_xendcg" => (Link::Identity, false),
        "binary" => (Link::Logistic { slope }, false),
        "multiclassova" => (Link::Logistic { slope }, true),
        "cross_entropy" => (Link::Logistic { slope: 1.0 }, false),
        "cross_entropy_lambda" => (Link::Softplus, false),
        "multiclass" => (Link::Softmax, true),
        "poisson" | "gamma" | "tweedie" => (Link::Exp, false),
        other => {
            return Err(unsupported(file, format!("the objective `{}` of LightGBM", short(other))));
        }
    };
    if (outputs > 1) != several || classes.is_some_and(|classes| classes != outputs) {
        let found =
            format!("the objective `{}` with {outputs} trees in an iteration", short(objective));
        return Err(structure(file, found, "a tree a class, or one"));
    }
    Ok(link)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_objective_has_its_link() {
        let of = |text: &str, outputs: usize| link("m", text, outputs).map_err(|f| f.0[0].code);
        assert_eq!(of("binary sigmoid:0.7", 1), Ok(Link::Logistic { slope: 0.7 }));
        assert_eq!(of("regression_l1 sqrt", 1), Ok(Link::SignedSquare));
        assert_eq!(of("fair", 1), Ok(Link::Identity));
        assert_eq!(of("multiclass num_class:3", 3), Ok(Link::Softmax));
        assert_eq!(of("", 3), Ok(Link::Identity));
        assert_eq!(of("cross_entropy_lambda", 1), Ok(Link::Softplus));
        assert_eq!(of("multiclass num_class:3", 4), Err("M05"));
        assert_eq!(of("multiclassova num_class:1 sigmoid:1", 1), Err("M05"));
        assert_eq!(of("binary sigmoid:1", 2), Err("M05"));
        assert_eq!(of("binary sigmoid:-1", 1), Err("M05"));
        assert_eq!(of("binary sigmoid:x", 1), Err("M05"));
        assert_eq!(of("regression cube", 1), Err("M04"));
        assert_eq!(of("entropy", 1), Err("M04"));
    }
}
