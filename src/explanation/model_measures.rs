//! Computes the [`ModelReport`] from the hold-out: counted and attributed in parallel, summed in row order.

use jiff::civil::Date;
use rayon::prelude::*;

use super::attributions::Attributions;
use super::basis::Basis;
use super::model_report::*;
use super::record::{ColumnValue, CounterfactualStatus};
use crate::attribution::{Attribution, MOST_PLAYERS, grouped};
use crate::audit::{self, Bins, SMALL_GROUP};
use crate::fault::Checked;
use crate::procedure::{CaseValue, Encoding, Feature, Kind, Protection, Source};

/// Held-out cases that are attributed, at most; a tenth of a model that can only be evaluated.
const ATTRIBUTED: usize = 1_000;
/// Points of a feature's swarm, at most.
const POINTS: usize = 400;
/// Held-out cases for which other values are searched, at most.
const SEARCHED: usize = 200;
/// Held-out cases on which both halves of the comparison group are asked, at most; a tenth of such a model.
const HALVED: usize = 200;
/// Held-out cases of which the reliability of the explanation is measured, at most.
const RELIED: usize = 100;
/// Bins of the calibration, each a tenth wide.
const BINS: usize = 10;

impl Basis<'_> {
    /// The numbers of the owner's report. `usage` is what came of a run of cases, where there was one.
    ///
    /// # Errors
    /// A search or an attribution that the model refuses.
    pub fn report(
        &self,
        date: Date,
        approved_by: Option<String>,
        usage: Option<Usage>,
    ) -> Checked<ModelReport> {
        let rows = evenly(self.holdout.decisions.len(), self.attributions.most(ATTRIBUTED));
        let attributed: Vec<Attribution> = rows
            .par_iter()
            .map(|&i| self.attributions.explain(&self.holdout_row(i)).attribution)
            .collect();
        let groups = self.group_comparisons()?;
        let influence = self.influence(&rows, &attributed);
        Ok(ModelReport {
            schema: REPORT_SCHEMA.to_owned(),
            tool: self.tool(),
            procedure: self.procedure_identity(),
            model: self.model_identity(),
            background: self.background_identity.clone(),
            holdout: self.holdout_identity.clone(),
            date,
            approved_by,
            features: self.feature_summaries(),
            performance: self.performance()?,
            gap_overlooked: GroupGap::largest(&groups, |errors| errors.false_negative_rate),
            gap_needless: GroupGap::largest(&groups, |errors| errors.false_positive_rate),
            groups,
            effects: self.effects(&rows, &influence)?,
            influence,
            surrogate: self.surrogate_summary()?,
            counterfactuals: self.counterfactual_summary()?,
            reliability: self.reliability(&rows, &attributed)?,
            usage,
        })
    }

    /// A value lies outside the 1st to 99th percentile of the comparison group.
    pub fn is_unusual(&self, values: &[CaseValue]) -> bool {
        !self.unusual(values).is_empty()
    }

    fn holdout_row(&self, i: usize) -> Vec<f64> {
        self.holdout.rows.row(i).to_vec()
    }

    fn feature_summaries(&self) -> Vec<FeatureSummary> {
        let all = self.holdout.values.len();
        let features = self.procedure.features.iter().enumerate();
        features
            .map(|(i, feature)| {
                let missing =
                    self.holdout.values.iter().filter(|row| row[i] == CaseValue::Missing).count();
                FeatureSummary {
                    feature: feature.id.clone(),
                    kind: match feature.kind {
                        Kind::Quantity => "quantity",
                        Kind::Percent => "percent",
                        Kind::YesNo => "yes_no",
                        Kind::Category => "category",
                    }
                    .to_owned(),
                    source: match feature.source {
                        Source::Own => "own",
                        Source::File => "file",
                        Source::Other(_) => "other",
                    }
                    .to_owned(),
                    protection: match feature.protection {
                        Protection::None => "none",
                        Protection::Protected(_) => "protected",
                        Protection::Proxy(_) => "proxy",
                    }
                    .to_owned(),
                    actionable: feature.actionable,
                    columns: feature.encoding.columns().iter().map(|&c| c.to_owned()).collect(),
                    missing: Rate::of(missing, all),
                    typical: self.typical[i],
                    usual: self.usual[i],
                }
            })
            .collect()
    }

    fn performance(&self) -> Checked<Performance> {
        let holdout = &self.holdout;
        let table = audit::errors(&holdout.labels, &holdout.decisions)?;
        let is_probability = holdout.predictions.iter().all(|p| (0.0..=1.0).contains(p));
        let calibration = if is_probability {
            let bins = Bins::EqualWidth(BINS);
            Some(audit::calibration(&holdout.predictions, &holdout.labels, bins)?)
        } else {
            None
        };
        let bins = calibration.iter().flat_map(|calibration| &calibration.bins);
        let tenth = |at: f64| at / BINS as f64;
        Ok(Performance {
            errors: Errors::from(&table),
            auc: audit::area_under_curve(&holdout.predictions, &holdout.labels)?,
            brier: calibration.as_ref().and_then(|calibration| calibration.brier),
            expected_calibration_error: calibration.as_ref().and_then(|c| c.expected_error),
            calibration: bins
                .map(|bin| {
                    // The lowest value of a bin lies on or above its lower edge.
                    let edge = (0..BINS).rev().find(|&i| tenth(i as f64) <= bin.from).unwrap_or(0);
                    let shown = bin.positive.of >= SMALL_GROUP;
                    CalibrationBinView {
                        from: tenth(edge as f64),
                        to: tenth(edge as f64 + 1.0),
                        rows: bin.positive.of,
                        predicted: shown.then_some(bin.mean),
                        happened: shown.then(|| bin.positive.into()),
                    }
                })
                .collect(),
            frequencies: self.frequencies.clone(),
        })
    }

    /// Groups are compared among cases in which they are known. The cases in which they are not are a row of their own
    /// and outside the arithmetic of hiding: otherwise a handful of unknown entries would hide a whole group, and an
    /// unequal error with it.
    fn group_comparisons(&self) -> Checked<Vec<GroupComparison>> {
        let holdout = &self.holdout;
        let part = |values: &[Option<String>], known: bool| {
            let rows: Vec<usize> =
                (0..values.len()).filter(|&i| values[i].is_some() == known).collect();
            let values: Vec<_> = rows.iter().map(|&i| values[i].clone()).collect();
            let labels: Vec<bool> = rows.iter().map(|&i| holdout.labels[i]).collect();
            let decisions: Vec<bool> = rows.iter().map(|&i| holdout.decisions[i]).collect();
            audit::by_group(&values, &labels, &decisions)
        };
        let groups = self.procedure.holdout_groups.iter().zip(&holdout.groups);
        groups
            .map(|(group, values)| {
                let rows = part(values, true)?.into_iter().chain(part(values, false)?);
                Ok(GroupComparison {
                    column: group.column.clone(),
                    groups: rows
                        .map(|row| GroupView {
                            value: row.group,
                            errors: row.errors.as_ref().map(Errors::from),
                        })
                        .collect(),
                })
            })
            .collect()
    }

    fn influence(&self, rows: &[usize], attributed: &[Attribution]) -> Influence {
        let by_feature: Vec<Vec<f64>> =
            attributed.iter().map(|a| grouped(&a.values, &self.columns)).collect();
        let total: f64 = by_feature.iter().flatten().map(|value| value.abs()).sum();
        let points = evenly(rows.len(), POINTS);
        let features = self.procedure.features.iter().enumerate();
        let mut features: Vec<FeatureInfluence> = features
            .map(|(i, feature)| {
                let own: Vec<CaseValue> =
                    rows.iter().map(|&row| self.holdout.values[row][i]).collect();
                let values: Vec<f64> = by_feature.iter().map(|row| row[i]).collect();
                feature_influence(feature, &own, &values, total, &points)
            })
            .collect();
        // Stable: equally strong features keep the order of the procedure.
        features.sort_by(|a, b| b.mean_absolute.total_cmp(&a.mean_absolute));
        Influence {
            method: self.method().to_owned(),
            rows: rows.len(),
            base_value: attributed.first().map_or(0.0, |a| a.base_value) + 0.0,
            features,
        }
    }

    fn method(&self) -> &'static str {
        let model = &*self.model.model;
        self.attributions.method(model, model.card().features.len() <= MOST_PLAYERS)
    }

    fn surrogate_summary(&self) -> Checked<SurrogateSummary> {
        let tree = &self.surrogate;
        let holdout = &self.holdout;
        let names = tree.features();
        let measured = holdout.rows.select(ndarray::Axis(0), &self.measured);
        let decisions: Vec<bool> = self.measured.iter().map(|&i| holdout.decisions[i]).collect();
        let distances: Vec<f64> = self
            .measured
            .iter()
            .map(|&i| {
                let mut raw = [0.0];
                self.model.model.raw(&self.holdout_row(i), &mut raw);
                (raw[0] - self.threshold_raw).abs()
            })
            .collect();
        let fidelity = tree.fidelity(measured.view(), &decisions, Some(&distances));
        let leaves = tree.leaf_fidelity(measured.view(), &decisions);
        let leaf_nodes = tree.nodes().iter().filter(|node| node.question.is_none());
        let mut asked: Vec<usize> =
            tree.nodes().iter().filter_map(|node| Some(node.question?.feature)).collect();
        asked.sort_unstable();
        asked.dedup();
        Ok(SurrogateSummary {
            leaves: tree.leaves(),
            depth: tree.depth(),
            fitted_rows: self.fitted.len(),
            smallest_leaf: leaf_nodes.map(|n| n.negative + n.positive).min().unwrap_or(0),
            fidelity: Rate::of(fidelity.agreeing, fidelity.rows),
            fidelity_near: fidelity.near.and_then(|(rows, agreeing)| Rate::of(agreeing, rows)),
            sizes: self.tree_sizes()?,
            stability: Some(self.tree_stability()?),
            nodes: tree
                .nodes()
                .iter()
                .zip(&self.spreads)
                .map(|(node, spread)| TreeNode {
                    question: node.question.map(|question| TreeQuestion {
                        column: names[question.feature].clone(),
                        threshold: question.threshold,
                        low: question.low,
                        high: question.high,
                        spread: spread.clone(),
                    }),
                    rows: node.negative + node.positive,
                    negative: node.negative,
                    positive: node.positive,
                    says_positive: node.decision,
                })
                .collect(),
            rules: tree
                .rules()
                .into_iter()
                .map(|rule| {
                    let leaf = leaves.iter().find(|leaf| leaf.leaf == rule.leaf);
                    TreeRule {
                        leaf: rule.leaf,
                        conditions: rule
                            .conditions
                            .iter()
                            .map(|condition| TreeCondition {
                                column: names[condition.feature].clone(),
                                from: condition.from,
                                below: condition.below,
                            })
                            .collect(),
                        says_positive: rule.decision,
                        agreeing: leaf.and_then(|leaf| Rate::of(leaf.agreeing, leaf.rows)),
                    }
                })
                .collect(),
            missing_as: asked
                .into_iter()
                .map(|i| ColumnValue { column: names[i].clone(), value: Some(tree.fills()[i]) })
                .collect(),
        })
    }

    fn counterfactual_summary(&self) -> Checked<CounterfactualSummary> {
        let rows = evenly(self.holdout.decisions.len(), SEARCHED);
        let found: Vec<_> = rows
            .par_iter()
            .map(|&i| {
                let row = self.holdout_row(i);
                self.counterfactual(&self.holdout.values[i], &row, self.holdout.decisions[i])
            })
            .collect::<Checked<_>>()?;
        let mut summary = CounterfactualSummary {
            rows: rows.len(),
            found: 0,
            one_change: 0,
            two_changes: 0,
            impossible: 0,
            not_found: 0,
            proven_smallest: 0,
        };
        for view in found {
            match (view.status, view.changes.len()) {
                (CounterfactualStatus::Found, 0 | 1) => summary.one_change += 1,
                (CounterfactualStatus::Found, _) => summary.two_changes += 1,
                (CounterfactualStatus::Impossible, _) => summary.impossible += 1,
                (CounterfactualStatus::NotFound, _) => summary.not_found += 1,
            }
            summary.proven_smallest += usize::from(view.proven_smallest);
        }
        summary.found = summary.one_change + summary.two_changes;
        Ok(summary)
    }

    fn reliability(&self, rows: &[usize], attributed: &[Attribution]) -> Checked<Reliability> {
        let mut residuals: Vec<f64> = rows
            .iter()
            .zip(attributed)
            .map(|(&i, attribution)| {
                let mut exact = [0.0];
                self.model.model.exact(&self.holdout_row(i), &mut exact);
                (exact[0] - attribution.total()).abs()
            })
            .collect();
        residuals.sort_by(f64::total_cmp);
        let holdout = &self.holdout;
        let all = holdout.values.len();
        let unusual = holdout.values.iter().filter(|row| self.is_unusual(row)).count();
        let missing = holdout.values.iter().filter(|row| row.contains(&CaseValue::Missing)).count();
        let procedure = self.procedure;
        let near = holdout
            .predictions
            .iter()
            .filter(|&&value| (value - procedure.threshold).abs() < procedure.near)
            .count();
        let (measured, reasons) =
            self.reliability_summary(&evenly(all, self.attributions.most(RELIED)));
        Ok(Reliability {
            rows: rows.len(),
            residual_max: residuals.last().copied().unwrap_or(0.0),
            residual_p99: audit::quantile(&residuals, 99).unwrap_or(0.0),
            same_strongest: self.same_strongest()?,
            measured,
            reasons: Some(reasons),
            unusual: Rate::of(unusual, all),
            missing: Rate::of(missing, all),
            near: Rate::of(near, all),
        })
    }

    /// How much the choice of the comparison group matters: each half of it explains the same cases anew.
    fn same_strongest(&self) -> Checked<Option<Rate>> {
        let n = self.background.nrows();
        if n < 2 * SMALL_GROUP {
            return Ok(None);
        }
        let half = |start: usize| {
            let rows: Vec<usize> = (start..n).step_by(2).collect();
            let part = self.background.select(ndarray::Axis(0), &rows);
            Attributions::new(&*self.model.model, part.view())
        };
        let halves = [half(0)?, half(1)?];
        let rows = evenly(self.holdout.decisions.len(), self.attributions.most(HALVED));
        let same = rows.par_iter().filter(|&&i| {
            let row = self.holdout_row(i);
            let [a, b] = halves.each_ref().map(|half| {
                strongest(&grouped(&half.explain(&row).attribution.values, &self.columns))
            });
            a == b
        });
        Ok(Rate::of(same.count(), rows.len()))
    }
}

/// The feature with the largest |attribution|; the first of equal ones.
fn strongest(values: &[f64]) -> Option<usize> {
    (0..values.len()).rev().max_by(|&a, &b| values[a].abs().total_cmp(&values[b].abs()))
}

fn feature_influence(
    feature: &Feature,
    own: &[CaseValue],
    attributions: &[f64],
    total: f64,
    points: &[usize],
) -> FeatureInfluence {
    let n = attributions.len().max(1) as f64;
    let sum: f64 = attributions.iter().map(|a| a.abs()).sum();
    let mean = sum / n;
    let squares: f64 = attributions.iter().map(|a| (a.abs() - mean).powi(2)).sum();
    let mut sorted = attributions.to_vec();
    sorted.sort_by(f64::total_cmp);
    let spread = [10, 50, 90].map(|percent| audit::quantile(&sorted, percent).unwrap_or(0.0) + 0.0);

    let orders: Vec<Option<f64>> = own.iter().map(|&value| order(feature, value)).collect();
    let levels = ranks(&orders);
    let known: Vec<usize> = (0..own.len()).filter(|&i| levels[i].is_some()).collect();
    let x: Vec<f64> = known.iter().filter_map(|&i| levels[i]).collect();
    let y: Vec<Option<f64>> = known.iter().map(|&i| Some(attributions[i])).collect();
    let y: Vec<f64> = ranks(&y).into_iter().flatten().collect();

    let round = |value: f64, places: f64| (value * places).round() / places + 0.0;
    let mut swarm: Vec<InfluencePoint> = points
        .iter()
        .map(|&i| InfluencePoint {
            attribution: round(attributions[i], 1e4),
            level: levels[i].map(|level| round(level, 1e3)),
        })
        .collect();
    swarm.sort_by(|a, b| {
        let level = |point: &InfluencePoint| point.level.unwrap_or(-1.0);
        a.attribution.total_cmp(&b.attribution).then(level(a).total_cmp(&level(b)))
    });
    FeatureInfluence {
        feature: feature.id.clone(),
        mean_absolute: mean,
        standard_error: (squares / (n - 1.0).max(1.0) / n).sqrt(),
        share: if total > 0.0 { sum / total } else { 0.0 },
        spread,
        rank_correlation: correlation(&x, &y),
        values: value_influences(feature, own, attributions),
        points: swarm,
    }
}

fn value_influences(
    feature: &Feature,
    own: &[CaseValue],
    attributions: &[f64],
) -> Vec<ValueInfluence> {
    let choices = feature.choices.iter().enumerate();
    choices
        .map(|(choice, item)| {
            let with: Vec<f64> = own
                .iter()
                .zip(attributions)
                .filter(|(value, _)| **value == CaseValue::Choice(choice))
                .map(|(_, &attribution)| attribution)
                .collect();
            let shown = with.len() >= SMALL_GROUP;
            ValueInfluence {
                value: item.id.clone(),
                rows: shown.then_some(with.len()),
                mean: shown.then(|| with.iter().sum::<f64>() / with.len() as f64 + 0.0),
            }
        })
        .collect()
}

/// What orders the values of a feature: the number, or yes above no. Choices have no order.
fn order(feature: &Feature, value: CaseValue) -> Option<f64> {
    match (value, &feature.encoding) {
        (CaseValue::Number(number), Encoding::Number(_)) => Some(number),
        (CaseValue::Choice(i), _) if feature.kind == Kind::YesNo => {
            feature.choices.get(i).map(|choice| f64::from(u8::from(choice.id == "yes")))
        }
        _ => None,
    }
}

/// Ranks from 0 (lowest) to 1 (highest), the middle rank for ties.
fn ranks(values: &[Option<f64>]) -> Vec<Option<f64>> {
    let mut order: Vec<usize> = (0..values.len()).filter(|&i| values[i].is_some()).collect();
    order.sort_by(|&a, &b| values[a].unwrap_or(0.0).total_cmp(&values[b].unwrap_or(0.0)));
    let last = order.len().saturating_sub(1).max(1) as f64;
    let mut ranks = vec![None; values.len()];
    let mut done = 0;
    for tied in order.chunk_by(|&a, &b| values[a] == values[b]) {
        // A single known value stands in the middle of the scale.
        let middle =
            if order.len() == 1 { 0.5 } else { done as f64 + (tied.len() - 1) as f64 / 2.0 };
        tied.iter().for_each(|&i| ranks[i] = Some(middle / last));
        done += tied.len();
    }
    ranks
}

/// Pearson's correlation; of ranks it is Spearman's (1904). None without spread.
fn correlation(x: &[f64], y: &[f64]) -> Option<f64> {
    let n = x.len() as f64;
    let mean = |v: &[f64]| v.iter().sum::<f64>() / n;
    let (mx, my) = (mean(x), mean(y));
    let pairs = || x.iter().zip(y);
    let xy: f64 = pairs().map(|(a, b)| (a - mx) * (b - my)).sum();
    let xx: f64 = x.iter().map(|a| (a - mx).powi(2)).sum();
    let yy: f64 = y.iter().map(|b| (b - my).powi(2)).sum();
    (x.len() >= SMALL_GROUP && xx > 0.0 && yy > 0.0).then(|| xy / (xx * yy).sqrt() + 0.0)
}

/// At most `most` of `n` positions, evenly spaced from the first.
fn evenly(n: usize, most: usize) -> Vec<usize> {
    let taken = n.min(most);
    (0..taken).map(|i| i * n / taken).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn positions_are_even_and_distinct() {
        assert_eq!(evenly(3, 10), [0, 1, 2]);
        assert_eq!(evenly(10, 4), [0, 2, 5, 7]);
        assert!(evenly(0, 4).is_empty());
    }

    #[test]
    fn ties_share_a_rank_and_missing_has_none() {
        let values = [Some(3.0), None, Some(1.0), Some(3.0), Some(9.0)];
        assert_eq!(ranks(&values), [Some(0.5), None, Some(0.0), Some(0.5), Some(1.0)]);
        assert_eq!(ranks(&[Some(7.0)]), [Some(0.5)]);
    }

    #[test]
    fn correlation_of_ranks_has_its_sign_and_needs_a_group() {
        let up: Vec<f64> = (0..30).map(f64::from).collect();
        let down: Vec<f64> = up.iter().map(|x| -x).collect();
        assert!((correlation(&up, &up).unwrap() - 1.0).abs() < 1e-12);
        assert!((correlation(&up, &down).unwrap() + 1.0).abs() < 1e-12);
        assert_eq!(correlation(&up, &[1.0; 30]), None);
        assert_eq!(correlation(&up[..5], &up[..5]), None);
    }

    #[test]
    fn the_first_of_equally_strong_features_counts() {
        assert_eq!(strongest(&[1.0, -2.0, 2.0]), Some(1));
        assert_eq!(strongest(&[]), None);
    }
}
