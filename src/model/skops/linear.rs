//! Linear models of scikit-learn.

use super::Estimator;
use super::archive::Archive;
use super::schema::{Item, Node};
use crate::fault::Checked;
use crate::model::Link;
use crate::model::fault::{structure, unsupported};

/// What a linear model's score becomes.
fn link(archive: &Archive<'_>, node: &Node, outputs: usize) -> Checked<Link> {
    let one = outputs == 1;
    let refuse = |what: String| unsupported(archive.file, what);
    Ok(match &*node.class {
        "LogisticRegression" | "LogisticRegressionCV" => {
            // The choice between one softmax and one logistic function a class; since 1.8 there is none.
            let how = node.text("multi_class").unwrap_or("auto");
            let each = match how {
                "ovr" | "warn" => true,
                "auto" | "deprecated" => one || node.text("solver") == Some("liblinear"),
                _ => false,
            };
            match (one, each) {
                (true, true) => Link::Logistic { slope: 1.0 },
                // A softmax of the score and its opposite.
                (true, false) => Link::Logistic { slope: 2.0 },
                (false, true) => Link::LogisticShare,
                (false, false) => Link::Softmax,
            }
        }
        "SGDClassifier" => match node.text("loss") {
            Some("log_loss" | "log") if one => Link::Logistic { slope: 1.0 },
            Some("log_loss" | "log") => Link::LogisticShare,
            // Probabilities of this loss are no link that can be inverted.
            Some("modified_huber") => {
                return Err(refuse("a SGDClassifier with the loss `modified_huber`".to_owned()));
            }
            _ => Link::Identity,
        },
        "PoissonRegressor" | "GammaRegressor" => Link::Exp,
        "TweedieRegressor" => match (node.text("link"), archive.number(node, "power")?) {
            (Some("identity"), _) => Link::Identity,
            (Some("log"), _) => Link::Exp,
            (_, power) if power <= 0.0 => Link::Identity,
            _ => Link::Exp,
        },
        "LinearRegression"
        | "Ridge"
        | "RidgeCV"
        | "Lasso"
        | "LassoCV"
        | "LassoLars"
        | "LassoLarsCV"
        | "LassoLarsIC"
        | "Lars"
        | "LarsCV"
        | "ElasticNet"
        | "ElasticNetCV"
        | "MultiTaskLasso"
        | "MultiTaskElasticNet"
        | "BayesianRidge"
        | "ARDRegression"
        | "HuberRegressor"
        | "TheilSenRegressor"
        | "QuantileRegressor"
        | "SGDRegressor"
        | "LinearSVR"
        | "PassiveAggressiveRegressor"
        | "OrthogonalMatchingPursuit"
        | "OrthogonalMatchingPursuitCV" => Link::Identity,
        // Without probabilities: the score is all there is.
        "RidgeClassifier"
        | "RidgeClassifierCV"
        | "LinearSVC"
        | "Perceptron"
        | "PassiveAggressiveClassifier" => Link::Identity,
        other => {
            return Err(refuse(format!("the model `{other}` (class {}.{other})", node.module)));
        }
    })
}

/// Reads weights and intercepts.
///
/// # Errors
/// M04 for a class that is not known; M05 for lengths that do not fit.
pub(super) fn read(archive: &Archive<'_>, node: &Node) -> Checked<Estimator> {
    // The class is asked first, so that one that is not known is refused by its name.
    link(archive, node, 1)?;
    let item = archive.attribute(node, "coef_")?;
    let coef = archive.array("coef_", item)?;
    let (Some((rows, columns)), Some(numbers)) = (coef.matrix(), coef.numbers()) else {
        let found = format!("weights of shape {:?}", coef.shape);
        return Err(structure(archive.file, found, "a matrix"));
    };
    let mut intercepts = match node.attribute("intercept_") {
        None => vec![0.0],
        Some(item) => archive.array("intercept_", item)?.numbers().unwrap_or_default(),
    };
    // Without an intercept it is the single number 0.
    if let [zero] = *intercepts.as_slice() {
        intercepts = vec![zero; rows];
    }
    if intercepts.len() != rows || columns == 0 {
        let found = format!("{} intercepts of {rows} outputs", intercepts.len());
        return Err(structure(archive.file, found, "one an output"));
    }
    if !numbers.iter().chain(&intercepts).all(|x| x.is_finite()) {
        return Err(structure(archive.file, "a weight that is not finite", "finite weights"));
    }
    let weights: Vec<Vec<f64>> = numbers.chunks_exact(columns).map(<[f64]>::to_vec).collect();
    if let Some(classes) = node.attribute("classes_") {
        let classes = match classes {
            Item::Node(_) => archive.array("classes_", classes)?.cells.len(),
            _ => 0,
        };
        let expected = if rows == 1 { 2 } else { rows };
        if classes != expected {
            let found = format!("{classes} classes with {rows} rows of weights");
            return Err(structure(archive.file, found, "one row a class, or one for two classes"));
        }
    }
    let link = link(archive, node, rows)?;
    Ok(Estimator::Linear { weights, intercepts, link })
}
