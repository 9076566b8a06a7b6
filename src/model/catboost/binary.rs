//! CatBoost's own binary form (`save_model(…)` without a format, `.cbm`): the mark `CBM1`, a FlatBuffer with features and
//! trees, then the tables of statistics, each a FlatBuffer of its own (catboost/libs/model/flatbuffers).

use super::ctr::{Base, Combination, Counts, Ctr, EMPTY, Kind, Table as CtrTable};
use super::features::{Category, FloatFeature, Treatment, called};
use super::flatbuffer::{Buffer, Read, Table};
use super::json::all;
use super::loss::Objective;
use super::splits::MOST;
use super::trees::{Outline, Place, symmetric};
use super::{Described, Frame, assembled};
use crate::fault::{Checked, Faults};
use crate::model::fault::{add, malformed, unsupported};
use crate::model::{Node, TreeEnsemble};

/// The mark that a file begins with.
pub(in crate::model) const MARK: &[u8] = b"CBM1";

/// What a file has before its tables.
struct Core {
    info: Vec<(String, String)>,
    described: Described,
    /// Text and embedding features, which are refused: kind and name.
    others: Vec<(&'static str, String)>,
    parts: Vec<String>,
    forest: Forest,
}

/// The trees as the file has them.
struct Forest {
    outputs: usize,
    splits: Vec<i32>,
    sizes: Vec<i32>,
    starts: Vec<i32>,
    values: Vec<f64>,
    weights: Vec<f64>,
    /// Steps to the left and right child, of trees that are not symmetric.
    steps: Vec<[u16; 2]>,
    /// By node: where its leaf's values begin.
    leaves: Vec<u32>,
    scale: f64,
    bias: Vec<f64>,
}

/// Reads the binary form.
pub(in crate::model) fn cbm(file: &str, bytes: &[u8]) -> Checked<TreeEnsemble> {
    let wrong = |what: String| malformed(file, "a CatBoost model (CBM1)", what);
    let rest = bytes.strip_prefix(MARK).unwrap_or_default();
    let (buffer, mut rest) = sized(rest).map_err(wrong)?;
    let mut core = core(buffer).map_err(wrong)?;
    let mut faults = Faults::default();
    for (kind, name) in &core.others {
        add(&mut faults, unsupported(file, format!("the {kind} feature {name} of CatBoost")));
    }
    for part in core.parts.iter().filter(|part| *part != "static_provider_v1") {
        add(&mut faults, unsupported(file, format!("the part `{part}` of a CatBoost model")));
    }
    if !faults.0.is_empty() {
        return Err(faults);
    }
    for _ in &core.parts {
        rest = tables(rest, &mut core.described.tables).map_err(wrong)?;
    }
    if !rest.is_empty() {
        return Err(wrong(format!("{} bytes behind the model", rest.len())));
    }
    let info = |name: &str| core.info.iter().find(|(key, _)| key == name).map(|(_, text)| text);
    let parameters = info("params").map(|text| serde_json::from_str(text)).transpose();
    let classes = info("class_params").or_else(|| info("multiclass_params"));
    let classes = classes.map(|text| serde_json::from_str(text)).transpose();
    let parameters = parameters.map_err(|e| wrong(e.to_string()))?;
    let classes = classes.map_err(|e| wrong(e.to_string()))?;
    let alone = info("loss_function").map(String::as_str);
    let objective = Objective::of(parameters, classes, alone).map_err(|e| wrong(e.to_string()))?;
    let frame = Frame {
        format: "catboost-cbm",
        version: info("catboost_version_info").cloned().unwrap_or_default(),
        objective,
        bias: core.forest.bias.clone(),
    };
    let forest = core.forest;
    if forest.outputs != frame.bias.len() {
        let found = format!("{} biases for {} outputs", frame.bias.len(), forest.outputs);
        return Err(wrong(found));
    }
    assembled(file, core.described, frame, |tests| {
        let (scale, outputs) = (forest.scale, forest.outputs);
        let place = |t| Place { file, t, tests, scale, outputs };
        if !forest.is_consistent() {
            return Err(wrong("trees that begin elsewhere than the one before ends".to_owned()));
        }
        let mut first = 0;
        let starts = forest.starts.iter().zip(&forest.sizes);
        all(
            file,
            starts.enumerate().map(|(t, (start, size))| {
                let (start, size, place) = (*start as usize, *size as usize, place(t));
                let outline = match forest.steps.is_empty() {
                    true => forest.symmetric(&place, start, size, &mut first),
                    false => forest.branching(&place, start, size),
                };
                outline.and_then(|outline| outline.trees(&place))
            }),
        )
    })
}

/// A part that is preceded by its size, and what follows it.
fn sized(bytes: &[u8]) -> Read<(&[u8], &[u8])> {
    let (size, rest) = bytes.split_first_chunk().ok_or("an end before a size")?;
    let size = u32::from_le_bytes(*size) as usize;
    let found = rest.split_at_checked(size);
    found.ok_or_else(|| format!("{} bytes where {size} are announced", rest.len()))
}

fn core(bytes: &[u8]) -> Read<Core> {
    let buffer = Buffer::new(bytes);
    let core = buffer.root()?;
    let version = core.text(0)?;
    if version != "FlabuffersModel_v1" {
        return Err(format!("the format `{version}`"));
    }
    let trees = core.table(1)?.ok_or("no trees")?;
    let mut info = Vec::new();
    for entry in core.tables(2)? {
        info.push((entry.text(0)?, entry.text(1)?));
    }
    let mut others = Vec::new();
    for (kind, id, name) in [("text", 12, 2), ("embedding", 18, 2)] {
        for feature in trees.tables(id)? {
            others.push((kind, called(&feature.text(name)?, place(feature.integer(1, -1)?)?)));
        }
    }
    if others.is_empty() && !trees.tables(13)?.is_empty() {
        others.push(("text", "without a name".to_owned()));
    }
    let floats = trees.tables(5)?.into_iter().map(float).collect::<Read<Vec<_>>>()?;
    let mut categories = Vec::new();
    for feature in trees.tables(4)? {
        let (index, flat) = (place(feature.integer(0, -1)?)?, place(feature.integer(1, -1)?)?);
        let (values, texts) = (Vec::new(), Vec::new());
        categories.push(Category { name: feature.text(2)?, index, flat, values, texts });
    }
    let mut last = None;
    for feature in trees.tables(6)? {
        let index = place(feature.integer(0, -1)?)?;
        let own = categories.iter_mut().find(|category| category.index == index);
        let own = own.filter(|_| last < Some(index));
        let own = own.ok_or_else(|| format!("one-hot values of feature {index} out of order"))?;
        (own.values, own.texts) = (feature.integers(1)?, feature.texts(2)?);
        last = Some(index);
    }
    let ctrs = trees.tables(7)?.into_iter().map(ctr).collect::<Read<Vec<_>>>()?;
    let described = Described {
        floats,
        categories,
        ctrs,
        tables: Vec::new(),
        texts: std::collections::BTreeMap::new(),
    };
    Ok(Core { info, described, others, parts: core.texts(3)?, forest: Forest::of(&trees)? })
}

/// An index, which must be there.
fn place(index: i32) -> Read<usize> {
    usize::try_from(index).map_err(|_| format!("the index {index}"))
}

fn float(feature: Table) -> Read<FloatFeature> {
    let treatment = match feature.byte(5, 0)? {
        0 => Treatment::Compared,
        1 => Treatment::Below,
        2 => Treatment::Above,
        other => return Err(format!("the treatment {other} of missing values")),
    };
    Ok(FloatFeature {
        name: feature.text(4)?,
        index: place(feature.integer(1, -1)?)?,
        flat: place(feature.integer(2, -1)?)?,
        borders: feature.singles(3)?,
        has_nans: feature.byte(0, 0)? != 0,
        treatment,
    })
}

fn base(given: Option<Table>) -> Read<Base> {
    let given = given.ok_or("a statistic without features")?;
    let features = given.table(0)?.ok_or("a statistic without features")?;
    let kind = given.byte(1, 0)?;
    let kind = Kind::numbered(kind).ok_or_else(|| format!("the statistic {kind}"))?;
    let categories = features.integers(0)?.into_iter().map(place).collect::<Read<_>>()?;
    let halves =
        |[a, b, c, d, e, f, g, h]: [u8; 8]| (i32::from_le_bytes([a, b, c, d]), [e, f, g, h]);
    let mut combination = Combination { categories, ..Combination::default() };
    for (index, border) in features.numbers(1, halves)? {
        combination.above.push((place(index)?, f32::from_le_bytes(border)));
    }
    for (index, hash) in features.numbers(2, halves)? {
        combination.is.push((place(index)?, i32::from_le_bytes(hash)));
    }
    Ok(Base { combination, kind, classifier: given.integer(2, 0)? })
}

fn ctr(feature: Table) -> Read<Ctr> {
    let given = feature.table(0)?.ok_or("borders without a statistic")?;
    Ok(Ctr {
        base: base(given.table(0)?)?,
        target_border: place(given.integer(1, 0)?)?,
        prior: given.single(2, 0.0)?,
        prior_weight: given.single(3, 1.0)?,
        shift: given.single(4, 0.0)?,
        scale: given.single(5, 1.0)?,
        borders: feature.singles(1)?,
    })
}

/// The tables of statistics, and what follows them.
fn tables<'a>(bytes: &'a [u8], into: &mut Vec<(Base, CtrTable)>) -> Read<&'a [u8]> {
    let (count, mut rest) = bytes.split_first_chunk().ok_or("an end before the statistics")?;
    for _ in 0..u32::from_le_bytes(*count) {
        if into.len() >= MOST {
            return Err(format!("more than {MOST} tables of statistics"));
        }
        let (own, behind) = sized(rest)?;
        let buffer = Buffer::new(own);
        let given = buffer.root()?;
        let base = base(given.table(0)?)?;
        let table = table(base.kind, &given).map_err(|what| format!("statistics with {what}"))?;
        if into.iter().any(|(known, _)| *known == base) {
            return Err("a table of statistics twice".to_owned());
        }
        into.push((base, table));
        rest = behind;
    }
    Ok(rest)
}

fn table(kind: Kind, given: &Table) -> Read<CtrTable> {
    const BUCKET: usize = 12;
    let buckets = given.vector(1, 1)?.as_chunks::<BUCKET>().0.iter();
    let buckets = buckets.map(|[a, b, c, d, e, f, g, h, i, j, k, l]| {
        let hash = u64::from_le_bytes([*a, *b, *c, *d, *e, *f, *g, *h]);
        (hash, u32::from_le_bytes([*i, *j, *k, *l]))
    });
    let buckets: Vec<(u64, u32)> = buckets.collect();
    // CatBoost looks from the hash's own place on, to the first empty one: what it would not find is no entry.
    if !buckets.len().is_power_of_two() {
        return Err(format!("{} places for hashes, no power of 2", buckets.len()));
    }
    let mask = buckets.len() - 1;
    let empty = |at: usize| buckets.get(at & mask).is_none_or(|(hash, _)| *hash == EMPTY);
    // From the first empty place on round: where the run of filled places began that a place belongs to.
    let first = (0..buckets.len()).find(|at| empty(*at)).ok_or("no empty place for a hash")?;
    let (mut start, mut places) = (first + 1, Vec::new());
    for at in first..first + buckets.len() {
        if empty(at) {
            start = at + 1;
            continue;
        }
        let Some((hash, place)) = buckets.get(at & mask).copied() else { continue };
        let own = (at + buckets.len() - (hash as usize & mask)) & mask;
        if own > at - start {
            return Err(format!("the hash {hash} out of its place"));
        }
        places.push((hash, place));
    }
    let blob = given.vector(2, 1)?.as_chunks().0;
    let integers = || blob.iter().map(|chunk| i32::from_le_bytes(*chunk));
    let counts = match kind {
        Kind::BinarizedTargetMeanValue | Kind::FloatTargetMeanValue => {
            let halves = blob.as_chunks().0.iter();
            let mean = |[sum, count]: &[[u8; 4]; 2]| {
                (f32::from_le_bytes(*sum), i32::from_le_bytes(*count))
            };
            Counts::Means(halves.map(mean).collect())
        }
        Kind::Counter | Kind::FeatureFreq => Counts::Totals(integers().collect()),
        Kind::Borders | Kind::Buckets => {
            Counts::Classes(place(given.integer(4, 0)?)?, integers().collect())
        }
    };
    CtrTable::new(kind, places, counts, given.integer(3, 0)?)
}

impl Forest {
    fn of(trees: &Table) -> Read<Self> {
        let outputs = place(trees.integer(0, 0)?)?;
        let mut bias = trees.doubles(16)?;
        let (values, one) = (trees.doubles(8)?, trees.double(15, 0.0)?);
        if bias.is_empty() {
            if outputs > values.len().max(1) || (outputs > 1 && one != 0.0) {
                return Err(format!("one bias for {outputs} outputs"));
            }
            bias = vec![one; outputs];
        }
        Ok(Forest {
            outputs,
            splits: trees.integers(1)?,
            sizes: trees.integers(2)?,
            starts: trees.integers(3)?,
            values,
            weights: trees.doubles(9)?,
            steps: trees.numbers(10, |[a, b, c, d]: [u8; 4]| {
                [u16::from_le_bytes([a, b]), u16::from_le_bytes([c, d])]
            })?,
            leaves: trees.numbers(11, u32::from_le_bytes)?,
            scale: trees.double(14, 1.0)?,
            bias,
        })
    }

    /// Whether every tree begins where the one before ends, and the last one ends with the splits.
    fn is_consistent(&self) -> bool {
        let mut next = 0i64;
        let follow = self.starts.iter().zip(&self.sizes).all(|(start, size)| {
            let follows = i64::from(*start) == next && *size >= 0;
            next += i64::from(*size);
            follows
        });
        let counted = self.steps.is_empty()
            || (self.steps.len() == self.splits.len() && self.leaves.len() == self.splits.len());
        follow
            && self.starts.len() == self.sizes.len()
            && next == self.splits.len() as i64
            && counted
    }

    fn numbers(&self, place: &Place, start: usize, size: usize) -> Checked<Vec<usize>> {
        let own = self.splits.get(start..start + size).unwrap_or_default();
        let number = |split: &i32| {
            usize::try_from(*split).map_err(|_| place.refuse(&format!("test {split}")))
        };
        own.iter().map(number).collect()
    }

    /// A symmetric tree; its leaves are the next ones, from `first` on.
    fn symmetric(
        &self,
        place: &Place,
        start: usize,
        size: usize,
        first: &mut usize,
    ) -> Checked<Outline<'_>> {
        let count = 1usize.checked_shl(size as u32).unwrap_or(usize::MAX);
        let end = first.saturating_add(count);
        let values = end
            .checked_mul(place.outputs)
            .and_then(|end| self.values.get(*first * place.outputs..end));
        let weights =
            if self.weights.is_empty() { Some(&[][..]) } else { self.weights.get(*first..end) };
        *first = end;
        symmetric(
            place,
            &self.numbers(place, start, size)?,
            values.unwrap_or_default(),
            weights.unwrap_or_default(),
        )
    }

    /// A tree that is not symmetric. A step of 0 ends at the values of the node itself.
    fn branching(&self, place: &Place, start: usize, size: usize) -> Checked<Outline<'_>> {
        let numbers = self.numbers(place, start, size)?;
        let end = start + size;
        let steps = self.steps.get(start..end).unwrap_or_default();
        let leaves = self.leaves.get(start..end).unwrap_or_default();
        let mut outline = Outline::default();
        // The nodes of the file in their order, then the leaves that a step of 0 makes.
        outline.nodes.resize(size, Node::Leaf { value: 0.0, cover: 0.0 });
        for (at, ((number, [below, above]), leaf)) in
            numbers.iter().zip(steps).zip(leaves).enumerate().rev()
        {
            let mut side = |step: u16| match step {
                0 => self.leaf(place, *leaf, &mut outline),
                step => {
                    let to = at + usize::from(step);
                    let cover = outline.nodes.get(to).filter(|_| to < size).map(Node::cover);
                    let cover =
                        cover.ok_or_else(|| place.refuse(&format!("a step to node {to}")))?;
                    Ok((to as u32, cover))
                }
            };
            let node = if (*below, *above) == (0, 0) {
                let (_, cover) = side(0)?;
                if let Some((node, _)) = outline.leaves.last_mut() {
                    *node = at;
                }
                outline.nodes.pop();
                Node::Leaf { value: 0.0, cover }
            } else {
                let ((left, less), (right, more)) = (side(*below)?, side(*above)?);
                let (feature, split, _) = place.test(*number)?;
                Node::Inner { feature, split: split.clone(), left, right, cover: less + more }
            };
            if let Some(here) = outline.nodes.get_mut(at) {
                *here = node;
            }
        }
        if size == 0 {
            return Err(place.refuse(&"no nodes"));
        }
        Ok(outline)
    }

    /// A leaf with the values that begin somewhere, behind all nodes: its node and cover.
    fn leaf<'a>(
        &'a self,
        place: &Place,
        first: u32,
        outline: &mut Outline<'a>,
    ) -> Checked<(u32, f64)> {
        let (first, outputs) = (first as usize, place.outputs);
        let values = self.values.get(first..).and_then(|rest| rest.get(..outputs));
        let Some(values) = values.filter(|_| outputs > 0 && first % outputs == 0) else {
            return Err(place.refuse(&format!("leaf values from {first} on")));
        };
        let weight = self.weights.get(first / outputs).copied();
        let Some(cover) = weight.or(self.weights.is_empty().then_some(0.0)) else {
            return Err(place.refuse(&format!("a leaf {} without weight", first / outputs)));
        };
        let node = outline.nodes.len();
        outline.nodes.push(Node::Leaf { value: 0.0, cover });
        outline.leaves.push((node, values));
        Ok((node as u32, cover))
    }
}
