//! From a case to its record.

use jiff::civil::Date;
use sha2::{Digest, Sha256};

use super::attributions::standard_error;
use super::basis::{Basis, Known};
use super::gate;
use super::licence::Licence;
use super::reason::Reasons;
use super::record::*;
use super::reliability::Explained;
use super::tree_spread::Decided;
use crate::attribution::grouped;
use crate::counterfactual::{Change, Found, Proof, Target};
use crate::fault::{Checked, Fault, Place};
use crate::model::Link;
use crate::procedure::{
    Case, CaseValue, Decision, Encoding, Evidence, Feature, Format, Handling, Kind, LetterKind,
    Person,
};

/// What a record needs besides the case: who, what a human decided, when, released by whom.
#[derive(Clone, Debug)]
pub struct Circumstances {
    /// Date of the documents.
    pub date: Date,
    /// Who releases; none for drafts.
    pub approved_by: Option<String>,
    /// What a human decided.
    pub decision: Option<Decision>,
    /// How humans handle the case besides.
    pub handling: Handling,
    /// Who gets the letter.
    pub recipient: Option<Person>,
    /// How the letter is printed.
    pub format: Format,
    /// Where in the person's documents details were read.
    pub evidence: Evidence,
    /// Which letter; the one of [`Handling::letter`], an annex where a Bescheid is recorded, or the procedure's where nothing else is asked for.
    pub letter: Option<LetterKind>,
}

impl Circumstances {
    /// A draft of that date, of whose case nothing else is known.
    pub fn new(date: Date) -> Self {
        Circumstances {
            date,
            approved_by: None,
            decision: None,
            handling: Handling::default(),
            recipient: None,
            format: Format::default(),
            evidence: Evidence::default(),
            letter: None,
        }
    }
}

impl Basis<'_> {
    /// What computes.
    pub fn tool(&self) -> Tool {
        Tool { name: "klartext".to_owned(), version: env!("CARGO_PKG_VERSION").to_owned() }
    }

    /// Which procedure this is.
    pub fn procedure_identity(&self) -> ProcedureIdentity {
        let procedure = self.procedure;
        ProcedureIdentity {
            id: procedure.id.clone(),
            version: procedure.version.clone(),
            sha256: procedure.sha256.clone(),
            role: procedure.role,
            discretion: procedure.discretion,
        }
    }

    /// Which model this is.
    pub fn model_identity(&self) -> ModelIdentity {
        let card = self.model.model.card();
        let name = self.procedure.model_file.file_name();
        ModelIdentity {
            file: name.map(|name| name.to_string_lossy().into_owned()).unwrap_or_default(),
            sha256: self.model.sha256.clone(),
            approved_sha256: self.procedure.model_sha256.clone(),
            format: card.format.clone(),
            written_by: card.written_by.clone(),
            objective: card.objective.clone(),
            trees: card.trees,
            scale: match self.model.model.link() {
                Link::Logistic { .. } => RawScale::LogOdds,
                _ => RawScale::Score,
            },
        }
    }

    /// Explains a case.
    ///
    /// # Errors
    /// A score that is no number, or a search that the model refuses.
    pub fn explain(&self, case: &Case, with: Circumstances) -> Checked<Record> {
        let procedure = self.procedure;
        let model = &*self.model.model;
        let row = self.row(&case.values);
        let (mut raw, mut exact, mut value) = ([0.0], [0.0], [0.0]);
        model.raw(&row, &mut raw);
        model.exact(&row, &mut exact);
        model.value(&raw, &mut value);
        let ([raw], [exact], [value]) = (raw, exact, value);
        if ![raw, exact, value].iter().all(|x| x.is_finite()) {
            return Err(Fault::new(
                "R01",
                Place::file(&self.model.file).field(&case.id),
                format!("score {raw}, prediction {value}"),
                "finite numbers",
                "Look at the values of the case: the model has no result for them.",
            )
            .into());
        }
        let positive = value >= procedure.threshold;
        let attributed = self.attributions.explain(&row);
        let seeds = attributed.by_feature(&self.columns);
        let method = self.attributions.method(model, seeds.is_empty());
        let attribution = attributed.attribution;
        let values = grouped(&attribution.values, &self.columns);
        let total: f64 = values.iter().map(|value| value.abs()).sum();
        let ids: Vec<&str> = procedure.features.iter().map(|feature| feature.id.as_str()).collect();
        let pairs: Vec<(&str, f64)> = ids.iter().copied().zip(values.iter().copied()).collect();
        let distance = (exact - attribution.base_value).abs();
        let card = model.card();
        // A deviating human's case is no Bescheid by itself: a recorded notice makes the letter an annex.
        let has_notice =
            with.decision.as_ref().is_some_and(|decision| decision.notice_date.is_some());
        let usual_letter = match (procedure.letter, has_notice) {
            (LetterKind::Info, true) => LetterKind::Annex,
            (kind, _) => kind,
        };
        let letter = with.letter.or(with.handling.letter).unwrap_or(usual_letter);

        let near = (value - procedure.threshold).abs() < procedure.near;
        let reliability = self.case_reliability(Explained {
            values: &case.values,
            row: &row,
            attributions: &values,
            positive,
        });
        let replaced = self.replacements.each(&row);
        let licences: Vec<Licence> = values
            .iter()
            .enumerate()
            .map(|(i, value)| Licence::of(i, *value, &reliability, &replaced))
            .collect();
        let reasons = Reasons::choose(&pairs, &licences, positive, distance, self.range);
        let statements = self.statements(&row, &values, &replaced, &reasons);

        let mut record = Record {
            schema: SCHEMA.to_owned(),
            tool: self.tool(),
            procedure: self.procedure_identity(),
            model: self.model_identity(),
            background: self.background_identity.clone(),
            holdout: self.holdout_identity.clone(),
            case: CaseIdentity {
                id: case.id.clone(),
                data_as_of: case.data_as_of,
                inputs_sha256: inputs_sha256(&procedure.features, &case.values),
                statement: case.statement,
            },
            letter,
            date: with.date,
            approved_by: with.approved_by,
            inputs: self.inputs(&case.values, &row),
            prediction: Prediction {
                raw,
                exact,
                value,
                threshold: procedure.threshold,
                threshold_raw: self.threshold_raw,
                positive,
                near,
                situation: situation(positive, near, &reasons),
            },
            attribution: AttributionView {
                method: method.to_owned(),
                base_value: attribution.base_value,
                features: pairs
                    .iter()
                    .enumerate()
                    .map(|(i, &(feature, value))| FeatureAttribution {
                        feature: feature.to_owned(),
                        value: value + 0.0,
                        share: if total > 0.0 { value.abs() / total } else { 0.0 },
                        standard_error: standard_error(&seeds, i),
                    })
                    .collect(),
                columns: card
                    .features
                    .iter()
                    .zip(&attribution.values)
                    .map(|(column, &value)| ColumnAttribution {
                        column: column.clone(),
                        value: value + 0.0,
                    })
                    .collect(),
                residual: (exact - attribution.base_value - attribution.values.iter().sum::<f64>())
                    .abs(),
                seeds: seeds.into_iter().map(|(seed, values)| SeedRun { seed, values }).collect(),
            },
            reasons,
            reliability: Some(reliability),
            surrogate: self.surrogate_view(&row, positive),
            counterfactual: self.counterfactual(&case.values, &row, positive)?,
            details: Some(self.details(&case.values, &row, positive, case.data_as_of)?),
            statements: Some(statements),
            frequency: self.frequencies[usize::from(positive)].clone(),
            unusual: self.unusual(&case.values),
            decision: with.decision,
            handling: with.handling,
            control: self.is_control(case),
            recipient: with.recipient,
            format: with.format,
            evidence: with.evidence,
            gates: vec![],
        };
        record.gates = gate::judge(&record, procedure, card.trees);
        Ok(record)
    }

    fn inputs(&self, values: &[CaseValue], row: &[f64]) -> Vec<Input> {
        let names = &self.model.model.card().features;
        let features =
            self.procedure.features.iter().zip(&self.columns).zip(values).zip(&self.typical);
        features
            .map(|(((feature, columns), &value), &typical)| Input {
                feature: feature.id.clone(),
                value: input_value(feature, value),
                columns: columns
                    .iter()
                    .map(|&column| ColumnValue {
                        column: names[column].clone(),
                        value: Some(row[column]).filter(|x| !x.is_nan()),
                    })
                    .collect(),
                filled: value == CaseValue::Missing && self.model.model.fills().is_some(),
                filled_with: self.filled_with(feature, columns, value),
                numeric: !matches!(feature.kind, Kind::Category | Kind::YesNo),
                typical,
            })
            .collect()
    }

    /// Whether a case gets no sheet B: the hash of its id decides, so that the share is the same on every machine and
    /// nobody can choose.
    fn is_control(&self, case: &Case) -> bool {
        let share = self.procedure.sheets.control_share;
        let digest = Sha256::digest(format!("{}/{}", self.procedure.id, case.id));
        let drawn = digest.iter().take(4).fold(0u64, |sum, &byte| sum * 256 + u64::from(byte));
        (drawn as f64) < share * 4_294_967_296.0
    }

    /// Inputs unlike those of earlier cases (gate G16).
    pub(super) fn unusual(&self, values: &[CaseValue]) -> Vec<Unusual> {
        let features = self.procedure.features.iter().zip(values).zip(&self.usual).zip(&self.known);
        features
            .filter_map(|(((feature, value), usual), known)| {
                let (kind, low, high) = match (value, known) {
                    (CaseValue::Number(x), Known::Range(low, high)) if x < low || x > high => {
                        (UnusualKind::OutsideRange, *low, *high)
                    }
                    (CaseValue::Choice(i), Known::Choices(seen)) if !seen.contains(i) => {
                        (UnusualKind::UnseenCategory, 0.0, 0.0)
                    }
                    (CaseValue::Number(x), _) => match usual {
                        &Some((low, high)) if *x < low || *x > high => {
                            (UnusualKind::OutsideUsual, low, high)
                        }
                        _ => return None,
                    },
                    _ => return None,
                };
                Some(Unusual { feature: feature.id.clone(), kind, low, high })
            })
            .collect()
    }

    fn surrogate_view(&self, row: &[f64], positive: bool) -> SurrogateView {
        let fidelity = self.surrogate_fidelity();
        let leaf = self.surrogate.leaf(row);
        let (mut leaf_rows, mut leaf_agreeing) = (0, 0);
        for &i in &self.measured {
            let other = self.holdout.rows.row(i).to_vec();
            if self.surrogate.leaf(&other) == leaf {
                leaf_rows += 1;
                leaf_agreeing +=
                    usize::from(self.surrogate.decide(&other) == self.holdout.decisions[i]);
            }
        }
        let says = self.surrogate.decide(row);
        SurrogateView {
            leaves: self.surrogate.leaves(),
            depth: self.surrogate.depth(),
            rows: fidelity.0,
            agreeing: fidelity.1,
            path: self.path_view(row),
            positive: says,
            agrees: says == positive,
            leaf_rows,
            leaf_agreeing,
            leaf: self.decided(leaf),
        }
    }

    /// Fitting rows of a node of the tree.
    fn decided(&self, node: usize) -> Decided {
        let node = self.surrogate.nodes().get(node);
        node.map_or_else(Decided::default, |node| Decided {
            negative: node.negative,
            positive: node.positive,
        })
    }

    fn path_view(&self, row: &[f64]) -> Vec<PathStepView> {
        let names = &self.model.model.card().features;
        let nodes = self.surrogate.nodes();
        let mut at = 0;
        let mut path = vec![];
        for step in self.surrogate.path(row) {
            let Some(question) = nodes.get(at).and_then(|node| node.question) else { break };
            let (taken, other) = if step.goes_low {
                (question.low, question.high)
            } else {
                (question.high, question.low)
            };
            let off = self.decided(other);
            path.push(PathStepView {
                column: names[step.feature].clone(),
                threshold: step.threshold,
                low: step.goes_low,
                missing: step.missing,
                other_rows: off.rows(),
                other_positive: off.positive > off.negative,
                other: off,
                rows: self.decided(at).rows(),
                spread: self.spreads.get(at).cloned().flatten(),
            });
            at = taken;
        }
        path
    }

    /// What stands in the place of a missing number; none for choices, whose columns are filled one by one.
    fn filled_with(&self, feature: &Feature, columns: &[usize], value: CaseValue) -> Option<f64> {
        let fills = self.model.model.fills().filter(|_| value == CaseValue::Missing)?;
        let (Encoding::Number(_), [column]) = (&feature.encoding, columns) else { return None };
        fills.get(*column).copied()
    }

    /// Rows on which the surrogate was measured, and rows on which it agrees with the program.
    pub fn surrogate_fidelity(&self) -> (usize, usize) {
        let agreeing = self.measured.iter().filter(|&&i| {
            self.surrogate.decide(&self.holdout.rows.row(i).to_vec()) == self.holdout.decisions[i]
        });
        (self.measured.len(), agreeing.count())
    }

    /// What a case must reach for the other result.
    pub(super) fn target(&self, positive: bool) -> Target {
        // The margin keeps float32 rounding of the library from undoing what double precision promises.
        let margin = 1e-5 * self.threshold_raw.abs().max(1.0);
        Target { threshold_raw: self.threshold_raw, above: !positive, margin }
    }

    pub(super) fn counterfactual(
        &self,
        values: &[CaseValue],
        row: &[f64],
        positive: bool,
    ) -> Checked<CounterfactualView> {
        let target = self.target(positive);
        let view = |change: &Change| {
            let i = self.adjustable[change.feature];
            let feature = &self.procedure.features[i];
            ChangeView {
                feature: feature.id.clone(),
                from: input_value(feature, values[i]),
                to: decoded(feature, &change.to),
            }
        };
        let alternatives = self.search.alternatives(row, target)?;
        let mut out = CounterfactualView {
            status: CounterfactualStatus::NotFound,
            changes: vec![],
            raw: None,
            value: None,
            proven_smallest: false,
            // What is printed like the own value would tell the caseworker nothing.
            alternatives: alternatives
                .iter()
                .flatten()
                .map(view)
                .filter(|change| !gate::prints_alike(change, self.procedure))
                .collect(),
        };
        match self.search.find(row, target)? {
            Found::Changes { changes, proof, row: changed, .. } => {
                let (mut raw, mut value) = ([0.0], [0.0]);
                self.model.model.raw(&changed, &mut raw);
                self.model.model.value(&raw, &mut value);
                // Re-predicted by the library's arithmetic: only then it is said.
                if (value[0] >= self.procedure.threshold) != positive {
                    out.status = CounterfactualStatus::Found;
                    out.changes = changes.iter().map(view).collect();
                    out.raw = Some(raw[0]);
                    out.value = Some(value[0]);
                    out.proven_smallest = proof == Proof::Smallest;
                }
            }
            Found::Impossible => out.status = CounterfactualStatus::Impossible,
            Found::AlreadyThere | Found::NotFound { .. } => {}
        }
        Ok(out)
    }
}

/// Where the case stands, for the words that say so.
fn situation(positive: bool, near: bool, reasons: &Reasons) -> Situation {
    let opposed = reasons.named.iter().any(|reason| !reason.speaks_for);
    match (near, positive) {
        (true, _) if opposed => Situation::NearOpposed,
        (true, _) => Situation::NearUnopposed,
        (false, true) => Situation::ClearlyAbove,
        (false, false) => Situation::ClearlyBelow,
    }
}

/// A value as the record keeps it.
pub(super) fn input_value(feature: &Feature, value: CaseValue) -> InputValue {
    match value {
        CaseValue::Number(number) => InputValue::Number(number),
        CaseValue::Choice(i) => feature
            .choices
            .get(i)
            .map_or(InputValue::Missing, |choice| InputValue::Word(choice.id.clone())),
        CaseValue::Missing => InputValue::Missing,
    }
}

/// Back from model columns to a value of the feature.
pub(super) fn decoded(feature: &Feature, columns: &[f64]) -> InputValue {
    match &feature.encoding {
        Encoding::Number(_) => {
            columns.first().map_or(InputValue::Missing, |&x| InputValue::Number(x + 0.0))
        }
        _ => {
            let chosen = (0..feature.choices.len())
                .find(|&i| feature.encode(CaseValue::Choice(i)) == columns);
            chosen.map_or(InputValue::Missing, |i| input_value(feature, CaseValue::Choice(i)))
        }
    }
}

/// SHA-256 over `id=value` lines of all features.
pub(crate) fn inputs_sha256(features: &[Feature], values: &[CaseValue]) -> String {
    let mut digest = Sha256::new();
    for (feature, &value) in features.iter().zip(values) {
        let text = serde_json::to_string(&input_value(feature, value)).unwrap_or_default();
        digest.update(format!("{}={text}\n", feature.id));
    }
    crate::procedure::hex(&digest.finalize())
}
