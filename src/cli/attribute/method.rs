//! Which method explains which model, and what it needs.

use ndarray::{Array2, ArrayView2};

use super::groups;
use super::options::{GroupValue, Method, Options, Precision, Scale};
use crate::attribution::{
    Block, Explainer, Game, Gaussian, Groups, Instructions, Interactions, Interventional, Kernel,
    KernelSampling, MOST_PLAYERS, Mixed, Owen, PathDependent, Prediction, Rescaled, Sampling, Stop,
    Summed, Uncentred, with_covers,
};
use crate::cli::message::say;
use crate::cli::predict::usage;
use crate::fault::{Checked, Faults};
use crate::model::{Form, Model, TreeEnsemble};

/// Most evaluations for a row where the ranking decides.
const BUDGET: u64 = 500_000;

/// A method, prepared for many rows.
pub(in crate::cli) struct Prepared<'m> {
    pub explainer: Box<dyn Explainer + 'm>,
    /// Names of those who get a value.
    pub players: Vec<String>,
}

/// Who plays, and the trees that a method of trees is given instead of the model's own.
pub(in crate::cli) struct Setting {
    groups: Groups,
    trees: Option<TreeEnsemble>,
}

impl Setting {
    /// Reads the groups. Where path-dependent values are asked for and the file has no covers, the background's rows
    /// give them.
    ///
    /// # Errors
    /// M30, M31 for the groups.
    pub fn new(
        options: &Options,
        model: &dyn Model,
        background: Option<&Array2<f64>>,
    ) -> Checked<Self> {
        let features = &model.card().features;
        let groups = match &options.groups {
            Some(path) => groups::read(path, features)?,
            None => Groups::single(features),
        };
        let mut trees = None;
        if let Form::Trees(of) = model.form() {
            if let (Some(background), Method::TreePath, false) =
                (background, options.method, of.card.covers)
            {
                say(&format!(
                    "note: the model file has no covers; the {} rows of the background were sent through its trees \
                     for them.",
                    background.nrows()
                ));
                trees = Some(with_covers(of, background.view()));
            }
            let together = options.group_value == GroupValue::Shapley && !groups.is_single();
            if together {
                trees = Some(groups.played_by(trees.as_ref().unwrap_or(of)));
            }
        }
        Ok(Setting { groups, trees })
    }
}

/// Makes the explainer that the options ask for.
///
/// # Errors
/// Options that do not fit the model or each other, or need a background (R04); those of the method.
pub(in crate::cli) fn prepare<'m>(
    options: &Options,
    model: &'m dyn Model,
    setting: &'m Setting,
    background: Option<Array2<f64>>,
) -> Checked<Prepared<'m>> {
    fits(options, model)?;
    let is_path = match options.method {
        Method::TreePath => true,
        Method::Auto => background.is_none() && matches!(model.form(), Form::Trees(_)),
        _ => false,
    };
    if options.precision == Precision::Single && !is_path {
        let mend = "Leave --precision out, or use --method tree-path.";
        return Err(usage("single precision", "double precision for this method", mend).into());
    }
    let wanted = Wanted { options, model, setting, background };
    let players = match options.group_value {
        GroupValue::Owen => model.card().features.clone(),
        GroupValue::Shapley | GroupValue::Sum => setting.groups.names().to_vec(),
    };
    let explainer = wanted.explainer()?;
    if let (GroupValue::Sum, Some(_)) = (options.group_value, explainer.seed()) {
        let mend = "Use --group-value shapley: then the groups are sampled as players.";
        let found = "sampled values to be added up";
        return Err(usage(found, "exact ones: a sum has another standard error", mend).into());
    }
    let explainer: Box<dyn Explainer + 'm> = match options.group_value {
        GroupValue::Sum => Box::new(Summed { of: explainer, groups: setting.groups.clone() }),
        GroupValue::Owen | GroupValue::Shapley => explainer,
    };
    Ok(Prepared { explainer, players })
}

/// Options that contradict each other or the model, whatever the background.
fn fits(options: &Options, model: &dyn Model) -> Checked<()> {
    let mut faults = Faults::default();
    let mut refuse = |found: &str, expected: &str, mend: &str| {
        faults.push(usage(found, expected, mend));
    };
    let method = options.method;
    let misfit = match (method, model.form()) {
        (
            Method::TreePath | Method::TreeInterventional | Method::TreeRescaled,
            Form::Linear(_) | Form::Other,
        ) => Some("tree model"),
        (Method::Linear | Method::LinearGaussian, Form::Trees(_) | Form::Other) => {
            Some("linear model")
        }
        _ => None,
    };
    if let Some(what) = misfit {
        refuse(&format!("a model that is no {what}"), &format!("a {what}"), "Use --method auto.");
    }
    let linked = Prediction::of(model) == Prediction::Linked;
    if options.scale == Scale::Probability && linked {
        if method == Method::TreePath {
            refuse(
                "path-dependent values of a probability",
                "an interventional method: what trees give on average has no link of its own",
                "Use --method auto with --background.",
            );
        }
        if method == Method::LinearGaussian {
            refuse(
                "conditional values of a probability",
                "the raw score, whose expectation a normal distribution gives",
                "Leave --scale probability out, or use --method linear.",
            );
        }
    }
    if method == Method::TreeRescaled && !linked {
        refuse(
            "a model without a link, whose raw score is its prediction",
            "a link to stretch values by",
            "Use --method tree-interventional.",
        );
    }
    let sampled = matches!(
        method,
        Method::Auto | Method::Permutation | Method::TreeInterventional | Method::Linear
    );
    if options.settle.is_some() && !sampled {
        refuse(
            "--settle for a method that does not sample orders",
            "a ranking that sampling can settle",
            "Use --method permutation, or leave --settle out.",
        );
    }
    if options.settle == Some(0) {
        refuse("--settle 0", "a number of values to settle, from 1", "Correct --settle.");
    }
    if options.budget.is_some() && options.settle.is_none() && method != Method::Kernel {
        refuse("--budget alone", "--settle, or --method kernel", "Add --settle N.");
    }
    if options.group_value == GroupValue::Owen
        && !matches!(
            method,
            Method::Auto | Method::TreeInterventional | Method::Linear | Method::Exact
        )
    {
        refuse(
            "Owen values of this method",
            "an exact interventional method",
            "Use --method exact, or --group-value shapley.",
        );
    }
    faults.or(())
}

/// All that a method is made from.
struct Wanted<'a, 'm> {
    options: &'a Options,
    model: &'m dyn Model,
    setting: &'m Setting,
    background: Option<Array2<f64>>,
}

impl<'m> Wanted<'_, 'm> {
    fn explainer(self) -> Checked<Box<dyn Explainer + 'm>> {
        let (options, model) = (self.options, self.model);
        let mut scale: crate::attribution::Scale = options.scale.into();
        let mut divisor = None;
        if options.scale == Scale::Probability {
            match Prediction::of(model) {
                Prediction::RawScore => {
                    say(
                        "note: this model's raw score is its prediction; both scales are the same.",
                    );
                    scale = crate::attribution::Scale::Raw;
                }
                Prediction::Divided(by) => {
                    divisor = Some(by);
                    scale = crate::attribution::Scale::Raw;
                }
                Prediction::Linked => {}
            }
        }
        let explainer = self.on(scale)?;
        Ok(match divisor {
            Some(by) => Box::new(Divided { of: explainer, by }),
            None => explainer,
        })
    }

    /// On a scale that is not the same as the other one.
    fn on(self, scale: crate::attribution::Scale) -> Checked<Box<dyn Explainer + 'm>> {
        use crate::attribution::Scale::{Probability, Raw};
        let Wanted { options, model, setting, background } = self;
        let needed = |what: &str| {
            let expected = format!("a background for {what}");
            Faults::from(usage("no background", expected, "Give one with --background."))
        };
        let groups = &setting.groups;
        let Some(background) = background else {
            return match (options.method, model.form(), scale) {
                (_, _, _) if options.group_value == GroupValue::Owen => Err(needed("Owen values")),
                (Method::Auto | Method::TreePath, Form::Trees(trees), Raw) => {
                    Self::path(setting.trees.as_ref().unwrap_or(trees), groups, options)
                }
                (Method::Auto | Method::Linear, Form::Linear(linear), Raw) if linear.uncentred => {
                    Ok(together(Box::new(Uncentred(linear)), groups, options))
                }
                (_, _, Probability) => Err(needed("the probability scale")),
                (_, Form::Linear(_), _) => Err(needed("a linear model")),
                (Method::Exact, _, _) => Err(needed("the method exact")),
                _ => Err(needed("this method")),
            };
        };
        let players = match options.group_value {
            GroupValue::Shapley => groups.clone(),
            GroupValue::Owen | GroupValue::Sum => Groups::single(&model.card().features),
        };
        let game = |scale| Game::new(model, background.view(), players.clone(), scale);
        if options.group_value == GroupValue::Owen {
            return Ok(Box::new(Owen::new(game(scale)?, groups.clone())?));
        }
        let sampling = Sampling { pairs: options.pairs, seed: options.seed };
        let stop =
            options.settle.map(|settle| Stop { settle, budget: options.budget.unwrap_or(BUDGET) });
        Ok(match (options.method, model.form(), scale) {
            (Method::Exact, _, _) => Box::new(Mixed::exact(game(scale)?)?),
            (Method::Kernel, _, _) => {
                let sampling = KernelSampling { budget: options.budget, seed: options.seed };
                Box::new(Kernel::new(game(scale)?, sampling)?)
            }
            (Method::Permutation, _, _) => {
                tell(sampling, stop, players.count(), false);
                Box::new(Mixed::sampled(game(scale)?, sampling, stop)?)
            }
            (Method::TreeRescaled, _, _) => Box::new(Rescaled::new(game(Probability)?)?),
            (Method::LinearGaussian, Form::Linear(linear), _) => {
                Box::new(Gaussian::new(linear, background.view(), players, sampling)?)
            }
            (Method::TreePath, Form::Trees(trees), _) => {
                return Self::path(setting.trees.as_ref().unwrap_or(trees), groups, options);
            }
            (_, Form::Trees(_) | Form::Linear(_), Raw) => {
                let of: &'m dyn Model = match &setting.trees {
                    Some(trees) => trees,
                    None => model,
                };
                let explainer = Box::new(Interventional::new(of, background.view())?);
                together(explainer, groups, options)
            }
            (_, _, _) => {
                tell(sampling, stop, players.count(), true);
                Box::new(Mixed::exact_or_sampled(game(scale)?, sampling, stop)?)
            }
        })
    }

    fn path(
        trees: &'m TreeEnsemble,
        groups: &Groups,
        options: &Options,
    ) -> Checked<Box<dyn Explainer + 'm>> {
        check_covers(trees)?;
        let instructions = Instructions::default();
        let path = PathDependent::with(trees, options.precision.into(), instructions);
        Ok(together(Box::new(path), groups, options))
    }
}

/// Values of a method that gives one a feature, as those of the groups: it plays the group game already, or the game is a
/// sum; what only adds up is added up by who asked for it.
fn together<'m>(
    explainer: Box<dyn Explainer + 'm>,
    groups: &Groups,
    options: &Options,
) -> Box<dyn Explainer + 'm> {
    match options.group_value == GroupValue::Shapley && !groups.is_single() {
        true => Box::new(Summed { of: explainer, groups: groups.clone() }),
        false => explainer,
    }
}

/// Says how orders are sampled, where they are.
fn tell(sampling: Sampling, stop: Option<Stop>, players: usize, exact_first: bool) {
    if exact_first && players <= MOST_PLAYERS {
        return;
    }
    let how = match stop {
        None => format!("{} pairs of orders for each background row", sampling.pairs),
        Some(stop) => format!(
            "pairs of orders until the {} largest values are settled, {} evaluations a row at most",
            stop.settle, stop.budget
        ),
    };
    let first = match exact_first {
        true => format!("exact where at most {MOST_PLAYERS} players differ, else sampled"),
        false => "sampled".to_owned(),
    };
    say(&format!("note: {first} with {how}, seed {}.", sampling.seed));
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

/// Values of the raw score, divided: those of a prediction that is the raw score divided by a number.
struct Divided<'m> {
    of: Box<dyn Explainer + 'm>,
    by: f64,
}

impl Explainer for Divided<'_> {
    fn explain(&self, rows: ArrayView2<f64>, outputs: &[usize]) -> Checked<Block> {
        let mut block = self.of.explain(rows, outputs)?;
        block.base_values /= self.by;
        block.values /= self.by;
        if let Some(errors) = &mut block.standard_errors {
            *errors /= self.by;
        }
        Ok(block)
    }

    fn explained(
        &self,
        model: &dyn Model,
        rows: ArrayView2<f64>,
        outputs: &[usize],
    ) -> Array2<f64> {
        self.of.explained(model, rows, outputs) / self.by
    }

    fn interactions(
        &self,
        rows: ArrayView2<f64>,
        outputs: &[usize],
    ) -> Checked<Option<Vec<Vec<Interactions>>>> {
        let mut found = self.of.interactions(rows, outputs)?;
        for cell in found.iter_mut().flatten().flatten().flatten() {
            cell.2 /= self.by;
        }
        Ok(found)
    }

    fn seed(&self) -> Option<u64> {
        self.of.seed()
    }

    fn told(&self) -> Option<String> {
        self.of.told()
    }

    fn tolerance(&self) -> f64 {
        self.of.tolerance()
    }
}
