//! CatBoost's JSON form (`save_model(…, format="json")`).

use super::ctr::{Base, Combination, Counts, Ctr, EMPTY, Kind, Table};
use super::features::{Category, FloatFeature, called};
use super::loss::Objective;
use super::splits::{Asks, MOST};
use super::trees::{Outline, Place, symmetric};
use super::wire::{
    Branch, CtrData, Element, Entry, Features, Identifier, OtherFeature, RawSplit, Symmetric, Top,
};
use super::{Described, Frame, assembled};
use crate::fault::{Checked, Faults};
use crate::model::fault::{add, malformed, structure, unsupported};
use crate::model::{Node, Tree, TreeEnsemble};

/// Reads the JSON form.
pub(in crate::model) fn json(file: &str, bytes: &[u8]) -> Checked<TreeEnsemble> {
    let top: Top = serde_json::from_slice(bytes)
        .map_err(|e| malformed(file, "a CatBoost JSON model", e.to_string()))?;
    let Top { features_info, model_info, scale_and_bias, oblivious_trees, trees, ctr_data } = top;
    let (scale, bias) = match &scale_and_bias {
        Some((scale, bias)) => (*scale, bias.all().to_vec()),
        None => (1.0, vec![0.0; outputs(oblivious_trees.as_deref(), trees.as_deref())]),
    };
    let mut faults = Faults::default();
    let described = faults.take(described(file, features_info, ctr_data));
    let settings = model_info.params.as_ref().and_then(|all| all.cat_feature_params.as_ref());
    if let (Some(described), Some(settings)) = (&described, settings) {
        settings.check(file, described, &mut faults);
    }
    if oblivious_trees.is_some() == trees.is_some() {
        let expected = "trees, either `oblivious_trees` or `trees`";
        add(&mut faults, structure(file, "no trees, or two lists of trees", expected));
    }
    let (Some(described), true) = (described, faults.0.is_empty()) else {
        return Err(faults);
    };
    let classes = model_info.class_params.or(model_info.multiclass_params);
    let alone = model_info.loss_function.as_deref();
    let objective = Objective::of(model_info.params, classes, alone)
        .map_err(|e| malformed(file, "a CatBoost JSON model", e.to_string()))?;
    let frame = Frame {
        format: "catboost-json",
        version: model_info.catboost_version_info,
        objective,
        bias,
    };
    let outputs = frame.bias.len();
    assembled(file, described, frame, |tests| {
        let place = |t| Place { file, t, tests, scale, outputs };
        let symmetric = oblivious_trees.iter().flatten().enumerate().map(|(t, tree)| {
            let place = place(t);
            tree.outline(&place).and_then(|outline| outline.trees(&place))
        });
        let branching = trees.iter().flatten().enumerate().map(|(t, tree)| {
            let place = place(t);
            let mut outline = Outline::default();
            grow(&place, tree, &mut outline).and_then(|_| outline.trees(&place))
        });
        all(file, symmetric.chain(branching))
    })
}

/// The trees of all rounds, or the faults of all of them.
pub(super) fn all(
    file: &str,
    rounds: impl Iterator<Item = Checked<Vec<Tree>>>,
) -> Checked<Vec<Tree>> {
    let (mut trees, mut faults) = (Vec::new(), Faults::default());
    for round in rounds {
        match round {
            Ok(more) => trees.extend(more),
            Err(more) => add(&mut faults, more),
        }
    }
    if trees.is_empty() && faults.0.is_empty() {
        add(&mut faults, structure(file, "no trees", "at least one"));
    }
    faults.or(trees)
}

/// How many outputs the first tree's leaves have.
fn outputs(symmetric: Option<&[Symmetric]>, branching: Option<&[Branch]>) -> usize {
    if let Some(tree) = symmetric.and_then(<[_]>::first) {
        let depth = tree.splits.as_ref().map_or(0, Vec::len).min(63);
        return tree.leaf_values.len() >> depth;
    }
    let mut node = branching.and_then(<[_]>::first);
    while let Some(branch) = node {
        if let Some(values) = &branch.value {
            return values.all().len();
        }
        node = branch.left.as_deref();
    }
    0
}

fn described(file: &str, features: Features, tables: Vec<(String, CtrData)>) -> Checked<Described> {
    let mut faults = Faults::default();
    for (kind, features) in
        [("text", &features.text_features), ("embedding", &features.embedding_features)]
    {
        for OtherFeature { feature_id, flat_feature_index } in features {
            let name = called(feature_id, *flat_feature_index);
            add(&mut faults, unsupported(file, format!("the {kind} feature {name} of CatBoost")));
        }
    }
    let floats = features.float_features.into_iter().map(|given| FloatFeature {
        name: given.feature_id,
        index: given.feature_index,
        flat: given.flat_feature_index,
        borders: given.borders.unwrap_or_default(),
        has_nans: given.has_nans,
        treatment: given.nan_value_treatment,
    });
    let categories = features.categorical_features.into_iter().map(|given| Category {
        name: given.feature_id,
        index: given.feature_index,
        flat: given.flat_feature_index,
        values: given.values.unwrap_or_default(),
        texts: given.string_values.unwrap_or_default(),
    });
    let base = |elements: &[Element], kind: &str| base(file, elements, kind);
    let mut ctrs = Vec::new();
    for given in features.ctrs {
        let Some(base) = faults.take(base(&given.elements, &given.ctr_type)) else { continue };
        ctrs.push(Ctr {
            base,
            target_border: given.target_border_idx,
            prior: given.prior_numerator,
            prior_weight: given.prior_denomerator,
            shift: given.shift,
            scale: given.scale,
            borders: given.borders.unwrap_or_default(),
        });
    }
    let mut read: Vec<(Base, Table)> = Vec::new();
    if tables.len() > MOST {
        let found = format!("{} tables of statistics", tables.len());
        return Err(structure(file, found, format!("at most {MOST}")));
    }
    for (name, given) in tables {
        let of = serde_json::from_str(&name)
            .map_err(|e| malformed(file, "the name of a table in `ctr_data`", e.to_string()))
            .and_then(|Identifier { identifier, kind }| base(&identifier, &kind));
        let Some(of) = faults.take(of) else { continue };
        match table(of.kind, given) {
            Ok(_) if read.iter().any(|(known, _)| *known == of) => {
                add(&mut faults, structure(file, format!("the table {name} twice"), "each once"));
            }
            Ok(table) => read.push((of, table)),
            Err(found) => {
                let found = format!("the table {name} with {found}");
                add(&mut faults, structure(file, found, "counts by hash"));
            }
        }
    }
    let texts = features.cat_features_hash.into_iter().map(|text| (text.hash, text.value));
    faults.or(Described {
        floats: floats.collect(),
        categories: categories.collect(),
        ctrs,
        tables: read,
        texts: texts.collect(),
    })
}

fn base(file: &str, elements: &[Element], kind: &str) -> Checked<Base> {
    let Some(kind) = Kind::named(kind) else {
        return Err(unsupported(file, format!("the statistic `{kind}` of CatBoost")));
    };
    let mut combination = Combination::default();
    for element in elements {
        let Element { combination_element, cat_feature_index, float_feature_index, .. } = element;
        match (combination_element.as_ref(), cat_feature_index, float_feature_index) {
            ("cat_feature_value", Some(index), None) => combination.categories.push(*index),
            ("float_feature", None, Some(index)) if element.border.is_some() => {
                combination.above.push((*index, element.border.unwrap_or_default()));
            }
            ("cat_feature_exact_value", Some(index), None) if element.value.is_some() => {
                combination.is.push((*index, element.value.unwrap_or_default()));
            }
            (other, ..) => {
                let found = format!("a part `{other}` of a combination");
                return Err(structure(file, found, "a category, or a number with its border"));
            }
        }
    }
    Ok(Base { combination, kind, classifier: 0 })
}

/// The table of a statistic: hash after hash, each followed by its counts.
fn table(kind: Kind, given: CtrData) -> Result<Table, String> {
    let entries = given.hash_map.unwrap_or_default();
    let stride = given.hash_stride;
    if stride < 2 || !entries.len().is_multiple_of(stride) {
        return Err(format!("{} entries in steps of {stride}", entries.len()));
    }
    let whole = |count: f64| {
        let fits = count.fract() == 0.0 && count.abs() <= f64::from(i32::MAX);
        fits.then_some(count as i32).ok_or_else(|| format!("the count {count}"))
    };
    let (mut places, mut counts) = (Vec::new(), Vec::new());
    for (place, entry) in (0u32..).zip(entries.chunks_exact(stride)) {
        match entry.split_first() {
            Some((Entry::Hash(hash), rest)) => {
                places.push((*hash, place));
                for count in rest {
                    let Entry::Count(count) = count else {
                        return Err("a hash in place of a count".to_owned());
                    };
                    counts.push(*count);
                }
            }
            _ => return Err("a count in place of a hash".to_owned()),
        }
    }
    let counts = match kind {
        Kind::BinarizedTargetMeanValue | Kind::FloatTargetMeanValue if stride == 3 => {
            let mut all = Vec::new();
            for pair in counts.chunks_exact(2) {
                if let [sum, count] = pair {
                    all.push((*sum as f32, whole(*count)?));
                }
            }
            Counts::Means(all)
        }
        Kind::Counter | Kind::FeatureFreq if stride == 2 => {
            Counts::Totals(counts.into_iter().map(whole).collect::<Result<_, _>>()?)
        }
        Kind::Borders | Kind::Buckets => {
            let all = counts.into_iter().map(whole).collect::<Result<_, _>>()?;
            Counts::Classes(stride - 1, all)
        }
        _ => return Err(format!("entries in steps of {stride}")),
    };
    // The mark of an empty place may stand for several of them.
    let empty = places.iter().filter(|(hash, _)| *hash == EMPTY).count();
    if empty > 1 {
        return Err("the mark of an empty place twice".to_owned());
    }
    Table::new(kind, places, counts, given.counter_denominator)
}

impl RawSplit<'_> {
    /// The test's number, if it asks what the split says.
    fn number(&self, place: &Place) -> Checked<usize> {
        let (_, _, asks) = place.test(self.split_index)?;
        let said = match self.split_type.as_ref() {
            "FloatFeature" => (self.float_feature_index)
                .zip(self.border)
                .map(|(index, border)| Asks::Above { index, border }),
            "OneHotFeature" => (self.cat_feature_index)
                .zip(self.value)
                .map(|(index, hash)| Asks::Is { index, hash }),
            "OnlineCtr" => (self.ctr_target_border_idx)
                .zip(self.border)
                .map(|(target_border, border)| Asks::Statistic { target_border, border }),
            other => {
                let what = format!("a split of the type `{other}` of CatBoost");
                return Err(unsupported(place.file, what));
            }
        };
        match said {
            None => Err(place.refuse(&"a split without feature or border")),
            Some(said) if said == asks => Ok(self.split_index),
            Some(said) => {
                let found = format!("a split {said:?} where test {} is {asks:?}", self.split_index);
                Err(place.refuse(&found))
            }
        }
    }
}

impl Symmetric<'_> {
    fn outline(&self, place: &Place) -> Checked<Outline<'_>> {
        let splits = self.splits.iter().flatten().map(|split| split.number(place));
        let splits = splits.collect::<Checked<Vec<usize>>>()?;
        symmetric(place, &splits, &self.leaf_values, self.leaf_weights.as_deref().unwrap_or(&[]))
    }
}

/// Adds a node of a tree that is not symmetric with all that is below it, the left side first; gives its cover. The
/// reader of JSON bounds the depth of nesting, and so of the recursion.
fn grow<'a>(place: &Place, branch: &'a Branch, outline: &mut Outline<'a>) -> Checked<f64> {
    let here = outline.nodes.len();
    match branch {
        Branch { split: None, left: None, right: None, value: Some(values), weight } => {
            let values = values.all();
            if values.len() != place.outputs {
                let found =
                    format!("{} values in a leaf for {} outputs", values.len(), place.outputs);
                return Err(place.refuse(&found));
            }
            let cover = weight.unwrap_or(0.0);
            outline.leaves.push((here, values));
            outline.nodes.push(Node::Leaf { value: 0.0, cover });
            Ok(cover)
        }
        Branch {
            split: Some(split),
            left: Some(below),
            right: Some(above),
            value: None,
            weight: None,
        } => {
            let (feature, split, _) = place.test(split.number(place)?)?;
            // Its place is taken before the nodes below are known.
            outline.nodes.push(Node::Leaf { value: 0.0, cover: 0.0 });
            let left = outline.nodes.len() as u32;
            let mut cover = grow(place, below, outline)?;
            let right = outline.nodes.len() as u32;
            cover += grow(place, above, outline)?;
            if let Some(node) = outline.nodes.get_mut(here) {
                *node = Node::Inner { feature, split: split.clone(), left, right, cover };
            }
            Ok(cover)
        }
        _ => Err(place.refuse(&"a node that is neither a split with two sides nor a leaf")),
    }
}
