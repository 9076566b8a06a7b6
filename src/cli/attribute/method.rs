//! Which method explains which model, and what it needs.

use ndarray::Array2;

use super::Method;
use crate::attribution::{
    Enumeration, Explainer, Interventional, MOST_PLAYERS, PathDependent, Permutations, Sampling,
    Uncentred, with_covers,
};
use crate::cli::message::say;
use crate::cli::predict::usage;
use crate::fault::Checked;
use crate::model::{Form, Model, TreeEnsemble};

/// Path-dependent values were asked for, and the file has no covers: the background's rows give them.
pub(super) fn routed(
    method: Method,
    model: &dyn Model,
    background: Option<&Array2<f64>>,
) -> Option<TreeEnsemble> {
    let Form::Trees(trees) = model.form() else { return None };
    let background = background.filter(|_| method == Method::TreePath && !trees.card.covers)?;
    say(&format!(
        "note: the model file has no covers; the {} rows of the background were sent through its trees for them.",
        background.nrows()
    ));
    Some(with_covers(trees, background.view()))
}

/// A method, prepared for many rows.
///
/// # Errors
/// A method that does not fit the model or needs a background (R04); those of the method.
pub(super) fn prepare<'m>(
    method: Method,
    model: &'m dyn Model,
    routed: Option<&'m TreeEnsemble>,
    background: Option<Array2<f64>>,
    sampling: Sampling,
) -> Checked<Box<dyn Explainer + 'm>> {
    let needed = |what: &str| {
        usage("no background", format!("a background for {what}"), "Give one with --background.")
    };
    let misfit = |what: &str| {
        usage(format!("a model that is no {what}"), format!("a {what}"), "Use --method auto.")
    };
    match (method, model.form(), background) {
        (Method::Exact, _, Some(background)) => Ok(Box::new(Enumeration { model, background })),
        (Method::Exact, _, None) => Err(needed("the method exact").into()),
        (Method::TreePath | Method::TreeInterventional, Form::Linear(_) | Form::Other, _) => {
            Err(misfit("tree model").into())
        }
        (Method::Linear, Form::Trees(_) | Form::Other, _) => Err(misfit("linear model").into()),
        (Method::Permutation, _, Some(background)) => {
            Ok(Box::new(Permutations { model, background, sampling }))
        }
        (Method::Auto, Form::Other, Some(background)) => Ok(match model.card().features.len() {
            ..=MOST_PLAYERS => Box::new(Enumeration { model, background }),
            _ => Box::new(Permutations { model, background, sampling }),
        }),
        (Method::Auto | Method::Linear, Form::Linear(linear), None) if linear.uncentred => {
            Ok(Box::new(Uncentred(linear)))
        }
        (Method::TreePath, Form::Trees(trees), _) | (Method::Auto, Form::Trees(trees), None) => {
            let trees = routed.unwrap_or(trees);
            check_covers(trees)?;
            Ok(Box::new(PathDependent::new(trees)))
        }
        (_, Form::Linear(_), None) => Err(needed("a linear model").into()),
        (_, _, None) => Err(needed("this method").into()),
        (_, _, Some(background)) => Ok(Box::new(Interventional::new(model, background.view())?)),
    }
}

/// Path-dependent values average by cover, which leaves that are weighted sums cannot be.
fn check_covers(trees: &TreeEnsemble) -> Checked<()> {
    let found = if !trees.card.covers {
        "a model file without covers"
    } else if !trees.is_constant_leaved() {
        "trees whose leaves are weighted sums"
    } else {
        return Ok(());
    };
    let mend = "Give a background with --background; the method auto is then interventional.";
    Err(usage(found, "covers and leaves for path-dependent attribution", mend).into())
}
