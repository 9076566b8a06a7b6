//! What `klartext global` writes: one row a number, in columns that are always the same.

use super::global::Part;
use crate::global::{Asked, CaseLine, FeatureOverview, Moments, Overview};
use crate::model::Model;
use crate::table::{Cell, ResultTable};

/// Files of a folder.
pub(super) const FILES: [&str; 5] =
    ["importance", "dependence", "partial_dependence", "ice", "ale"];

/// What there is to tell.
pub(super) struct Told<'a> {
    pub model: &'a dyn Model,
    /// One a row.
    pub ids: &'a [Cell],
    pub asked: &'a Asked,
    pub found: &'a Overview,
}

/// The start of a row.
struct Head<'a> {
    measure: &'a str,
    /// Place of the output among those asked for.
    output: Option<usize>,
    feature: Option<usize>,
    id: Cell,
    at: Cell,
}

/// A number and what is known of its error.
enum Number {
    /// With standard error and interval, where there are enough rows.
    Mean(Moments),
    /// Of so many rows.
    Of(f64, usize),
    /// Of one row.
    One(f64),
}

/// One table a file, those that were asked for.
pub(super) fn tables(
    told: &Told<'_>,
    asked: impl Fn(Part) -> bool,
) -> Vec<(&'static str, ResultTable)> {
    let [importance, dependence, partial, ice, ale] = FILES;
    let mut tables = vec![];
    let mut add = |name, rows: Vec<Vec<Cell>>| {
        tables.push((name, ResultTable { columns: told.columns(), rows }));
    };
    if asked(Part::Importance) || asked(Part::Permutation) {
        let mut rows = vec![];
        if asked(Part::Importance) {
            rows.extend(told.means("mean_absolute", |feature| feature.absolute));
            rows.extend(told.means("mean", |feature| feature.signed));
        }
        if asked(Part::Permutation) {
            rows.extend(told.means("permutation_change", |feature| feature.change));
            rows.extend(told.losses());
        }
        add(importance, rows);
    }
    if asked(Part::Dependence) {
        let mut rows = told.dependence();
        let line = |line: &CaseLine| vec![(line.at, line.value.unwrap_or(f64::NAN))];
        rows.extend(told.cases("dependence", line));
        add(dependence, rows);
    }
    if asked(Part::Partial) {
        add(partial, told.partial());
    }
    if asked(Part::Ice) {
        let points = |line: &CaseLine| {
            let grid = told.asked.grids.get(line.feature);
            let points = grid.into_iter().flat_map(|grid| grid.all());
            points.zip(line.curve.iter().copied()).collect()
        };
        add(ice, told.cases("ice", points));
    }
    if asked(Part::Ale) {
        add(ale, told.accumulated());
    }
    tables
}

impl Told<'_> {
    fn several(&self) -> bool {
        self.model.outputs() > 1
    }

    fn columns(&self) -> Vec<String> {
        let class = self.several().then_some("class");
        let rest = ["feature", "id", "at", "estimate", "standard_error", "low", "high", "rows"];
        ["measure"].into_iter().chain(class).chain(rest).map(str::to_owned).collect()
    }

    fn row(&self, head: Head<'_>, number: Number) -> Vec<Cell> {
        let card = self.model.card();
        let class = self.several().then(|| {
            let output = head.output.and_then(|place| self.asked.outputs.get(place));
            let name = output.and_then(|output| card.classes.get(*output));
            name.map_or(Cell::Missing, |name| Cell::Text(name.clone()))
        });
        let feature = head.feature.and_then(|feature| card.features.get(feature));
        let feature = feature.map_or(Cell::Missing, |name| Cell::Text(name.clone()));
        let optional = |x: Option<f64>| x.map_or(Cell::Missing, Cell::Number);
        let rest = match number {
            Number::Mean(moments) => {
                let (low, high) = moments.interval().unzip();
                let error = moments.standard_error();
                [optional(Some(moments.mean)), optional(error), optional(low), optional(high)]
                    .into_iter()
                    .chain([Cell::Number(moments.count as f64)])
                    .collect()
            }
            Number::Of(x, rows) => {
                let nothing = [Cell::Missing, Cell::Missing, Cell::Missing];
                let rows = [Cell::Number(rows as f64)];
                [Cell::Number(x)].into_iter().chain(nothing).chain(rows).collect::<Vec<_>>()
            }
            Number::One(x) => [Cell::Number(x)]
                .into_iter()
                .chain([Cell::Missing, Cell::Missing, Cell::Missing, Cell::Missing])
                .collect(),
        };
        [Cell::Text(head.measure.to_owned())]
            .into_iter()
            .chain(class)
            .chain([feature, head.id, head.at])
            .chain(rest)
            .collect()
    }

    /// Every output and feature with its findings, in this order.
    fn features(&self) -> impl Iterator<Item = (usize, usize, &FeatureOverview)> {
        self.found.features.iter().enumerate().flat_map(|(output, features)| {
            features.iter().enumerate().map(move |(feature, found)| (output, feature, found))
        })
    }

    /// A value of a feature: its category by name where the model knows it, nothing where it is missing.
    fn at(&self, feature: usize, x: f64) -> Cell {
        if x.is_nan() {
            return Cell::Missing;
        }
        let name = self.model.card().kind(feature).name(x);
        name.map_or(Cell::Number(x), |name| Cell::Text(name.to_owned()))
    }

    fn means(&self, measure: &str, of: fn(&FeatureOverview) -> Moments) -> Vec<Vec<Cell>> {
        self.features()
            .map(|(output, feature, found)| {
                let (id, at) = (Cell::Missing, Cell::Missing);
                let (output, feature) = (Some(output), Some(feature));
                self.row(Head { measure, output, feature, id, at }, Number::Mean(of(found)))
            })
            .collect()
    }

    fn losses(&self) -> Vec<Vec<Cell>> {
        if self.found.loss.is_empty() {
            return vec![];
        }
        let head = |measure, feature| Head {
            measure,
            output: None,
            feature,
            id: Cell::Missing,
            at: Cell::Missing,
        };
        let features = self.found.loss.iter().enumerate();
        let rises = features.map(|(feature, rise)| {
            self.row(head("permutation_loss", Some(feature)), Number::Mean(*rise))
        });
        let own = self.row(head("loss", None), Number::Mean(self.found.own_loss));
        rises.chain([own]).collect()
    }

    fn dependence(&self) -> Vec<Vec<Cell>> {
        let bins = |(output, feature, found): (usize, usize, &FeatureOverview)| {
            let bins = found.dependence.iter().filter(|bin| bin.value.count > 0);
            bins.map(|bin| {
                let known = if bin.at.count > 0 { bin.at.mean } else { f64::NAN };
                let head = Head {
                    measure: "dependence_bin",
                    output: Some(output),
                    feature: Some(feature),
                    id: Cell::Missing,
                    at: self.at(feature, known),
                };
                self.row(head, Number::Mean(bin.value))
            })
            .collect::<Vec<_>>()
        };
        self.features().flat_map(bins).collect()
    }

    fn partial(&self) -> Vec<Vec<Cell>> {
        let points = |(output, feature, found): (usize, usize, &FeatureOverview)| {
            let grid = self.asked.grids.get(feature);
            let points = grid.into_iter().flat_map(|grid| grid.all()).zip(&found.partial);
            points
                .map(|(x, moments)| {
                    let head = Head {
                        measure: "partial_dependence",
                        output: Some(output),
                        feature: Some(feature),
                        id: Cell::Missing,
                        at: self.at(feature, x),
                    };
                    self.row(head, Number::Mean(*moments))
                })
                .collect::<Vec<_>>()
        };
        self.features().flat_map(points).collect()
    }

    /// Effects at the points; the rows are those of the bin below, so the first point has none.
    fn accumulated(&self) -> Vec<Vec<Cell>> {
        let points = |(output, feature, found): (usize, usize, &FeatureOverview)| {
            let grid = self.asked.grids.get(feature).filter(|grid| grid.bins() > 0);
            let points = grid.map(|grid| grid.points.as_slice()).unwrap_or_default();
            let rows = [0].into_iter().chain(found.steps.iter().map(|step| step.count));
            let effects = found.accumulated();
            points
                .iter()
                .zip(effects)
                .zip(rows)
                .map(|((x, effect), rows)| {
                    let head = Head {
                        measure: "ale",
                        output: Some(output),
                        feature: Some(feature),
                        id: Cell::Missing,
                        at: self.at(feature, *x),
                    };
                    self.row(head, Number::Of(effect, rows))
                })
                .collect::<Vec<_>>()
        };
        self.features().flat_map(points).collect()
    }

    fn cases(
        &self,
        measure: &str,
        points: impl Fn(&CaseLine) -> Vec<(f64, f64)>,
    ) -> Vec<Vec<Cell>> {
        let line = |line: &CaseLine| {
            let id = self.ids.get(line.row).cloned().unwrap_or(Cell::Missing);
            let head = |x| Head {
                measure,
                output: Some(line.output),
                feature: Some(line.feature),
                id: id.clone(),
                at: self.at(line.feature, x),
            };
            let points = points(line).into_iter();
            points.map(|(x, value)| self.row(head(x), Number::One(value))).collect::<Vec<_>>()
        };
        self.found.cases.iter().flat_map(line).collect()
    }
}
