//! Groups of features that play as one: columns of one category, details that people see as one thing.
//!
//! A group joins a coalition as a whole. What it gets is its Shapley value in the game whose players are the groups and
//! the features that are in none, which is not the sum of what its features get one by one, unless the game is a sum
//! (weighted sums of features). For trees a group is played by columns that are all credited to its first feature: so
//! every method of trees plays the group game without knowing of it.

use std::sync::Arc;

use ndarray::{Array2, Array3, ArrayView2, Axis};

use super::{Block, Explainer, Interactions};
use crate::fault::{Checked, Fault, Faults, Place};
use crate::model::{EncodedColumn, Model, Node, Rule, Shape, TreeEnsemble};

/// Who plays: every feature is in one player.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Groups {
    names: Vec<String>,
    /// Features of each player, ascending; the players in the order of their first features.
    members: Vec<Vec<usize>>,
    /// The player of each feature.
    of: Vec<usize>,
}

impl Groups {
    /// Every feature for itself.
    pub fn single(features: &[String]) -> Self {
        Groups {
            names: features.to_vec(),
            members: (0..features.len()).map(|f| vec![f]).collect(),
            of: (0..features.len()).collect(),
        }
    }

    /// Named groups, and every feature that is in none for itself.
    ///
    /// # Errors
    /// M31, all in one go: a group without features, a feature that the model does not have, a feature in two groups, a
    /// group with the name of a feature outside it or of another group.
    pub fn new(features: &[String], groups: &[(String, Vec<String>)]) -> Checked<Self> {
        let mut faults = Faults::default();
        let mut fault = |group: &str, found: String, expected: &str, mend: &str| {
            faults.push(Fault::new("M31", Place::default().field(group), found, expected, mend));
        };
        let mut owner: Vec<Option<usize>> = vec![None; features.len()];
        for (g, (name, members)) in groups.iter().enumerate() {
            if members.is_empty() {
                let mend = "Name its features, or leave the group out.";
                fault(name, "a group without features".into(), "one feature at least", mend);
            }
            if groups.iter().take(g).any(|(other, _)| other == name) {
                fault(name, "the group twice".into(), "each group once", "Join the two.");
            }
            for member in members {
                let Some(f) = features.iter().position(|feature| feature == member) else {
                    let mend = "`klartext inspect` lists the model's features.";
                    fault(name, format!("`{member}`"), "a feature of the model", mend);
                    continue;
                };
                if let Some(owner) = owner.get_mut(f) {
                    if owner.is_some() {
                        let found = format!("`{member}`, which is in a group already");
                        fault(name, found, "each feature in one group", "Take it out of one.");
                    }
                    *owner = Some(g);
                }
            }
        }
        for (g, (name, _)) in groups.iter().enumerate() {
            let named = features.iter().position(|feature| feature == name);
            if named.is_some_and(|f| owner.get(f) != Some(&Some(g))) {
                let found = "the name of a feature that is not in the group".to_owned();
                fault(name, found, "a name of its own", "Rename the group.");
            }
        }
        faults.or(())?;
        let mut found = Groups { names: vec![], members: vec![], of: vec![0; features.len()] };
        let mut place: Vec<Option<usize>> = vec![None; groups.len()];
        for (f, (feature, owner)) in features.iter().zip(&owner).enumerate() {
            let group = owner.and_then(|g| Some((g, groups.get(g)?)));
            let known = owner.and_then(|g| place.get(g).copied().flatten());
            let player = known.unwrap_or(found.members.len());
            if known.is_none() {
                found.members.push(vec![]);
                found.names.push(group.map_or(feature, |(_, (name, _))| name).clone());
                if let Some(place) = group.and_then(|(g, _)| place.get_mut(g)) {
                    *place = Some(player);
                }
            }
            if let (Some(members), Some(of)) = (found.members.get_mut(player), found.of.get_mut(f))
            {
                members.push(f);
                *of = player;
            }
        }
        Ok(found)
    }

    /// Number of players.
    pub fn count(&self) -> usize {
        self.members.len()
    }

    /// Names of the players.
    pub fn names(&self) -> &[String] {
        &self.names
    }

    /// Features of each player.
    pub fn members(&self) -> &[Vec<usize>] {
        &self.members
    }

    /// The player of a feature.
    pub fn player(&self, feature: usize) -> usize {
        self.of.get(feature).copied().unwrap_or(0)
    }

    /// Whether every feature plays for itself.
    pub fn is_single(&self) -> bool {
        self.members.iter().all(|members| members.len() == 1)
    }

    /// The same trees with every feature of a group credited to the group's first one. Predictions are the same; values
    /// of any method stand at the first features, and the others have 0.
    pub fn played_by(&self, ensemble: &TreeEnsemble) -> TreeEnsemble {
        let features = ensemble.card.features.len();
        let first = |f: usize| self.members.get(self.player(f)).and_then(|m| m.first()).copied();
        let mut derived: Vec<EncodedColumn> = Vec::with_capacity(ensemble.derived.len());
        for column in &ensemble.derived {
            let mut credited: Vec<u32> = column
                .credited()
                .iter()
                .map(|f| first(*f as usize).map_or(*f, |f| f as u32))
                .collect();
            credited.sort_unstable();
            credited.dedup();
            let rule = Arc::new(Credited { column: column.clone(), to: credited });
            derived.push(EncodedColumn {
                sources: column.sources.clone(),
                shape: column.shape,
                rule: Some(rule),
            });
        }
        let columns: Vec<u32> = (0..features)
            .map(|f| match first(f) {
                Some(first) if first != f => {
                    let column = EncodedColumn::plain(f as u32);
                    let rule = Arc::new(Credited { column, to: vec![first as u32] });
                    let rule: Option<Arc<dyn Rule>> = Some(rule);
                    derived.push(EncodedColumn {
                        sources: vec![f as u32],
                        shape: Shape::Rising,
                        rule,
                    });
                    (features + derived.len() - 1) as u32
                }
                _ => f as u32,
            })
            .collect();
        let moved = |column: &mut u32| {
            *column = columns.get(*column as usize).copied().unwrap_or(*column);
        };
        let mut played = ensemble.clone();
        for node in played.trees.iter_mut().flat_map(|tree| &mut tree.nodes) {
            match node {
                Node::Inner { feature, .. } => moved(feature),
                Node::Leaf { .. } => {}
                Node::Sloped(slope) => slope.terms.iter_mut().for_each(|(column, _)| moved(column)),
            }
        }
        played.derived = derived;
        played
    }
}

/// A column whose share is credited to other features than those it is computed from.
#[derive(Debug)]
struct Credited {
    column: EncodedColumn,
    to: Vec<u32>,
}

impl Rule for Credited {
    fn value(&self, sources: &[f64]) -> f64 {
        match &self.column.rule {
            Some(rule) => rule.value(sources),
            None => sources.first().copied().unwrap_or(f64::NAN),
        }
    }

    fn credited(&self) -> Option<&[u32]> {
        Some(&self.to)
    }
}

/// A method whose values of features are added up to those of players: the group game where it is a sum, or where the
/// method plays it ([`Groups::played_by`]); elsewhere the plain sums of what features get one by one.
pub struct Summed<'m> {
    /// The method.
    pub of: Box<dyn Explainer + 'm>,
    /// Who plays.
    pub groups: Groups,
}

impl Explainer for Summed<'_> {
    fn explain(&self, rows: ArrayView2<f64>, outputs: &[usize]) -> Checked<Block> {
        let block = self.of.explain(rows, outputs)?;
        let mut values = Array3::zeros((rows.nrows(), outputs.len(), self.groups.count()));
        for (f, player) in self.groups.of.iter().enumerate() {
            if f < block.values.len_of(Axis(2)) && *player < self.groups.count() {
                let mut sum = values.index_axis_mut(Axis(2), *player);
                sum += &block.values.index_axis(Axis(2), f);
            }
        }
        Ok(Block { base_values: block.base_values, values, standard_errors: None })
    }

    fn explained(
        &self,
        model: &dyn Model,
        rows: ArrayView2<f64>,
        outputs: &[usize],
    ) -> Array2<f64> {
        self.of.explained(model, rows, outputs)
    }

    fn interactions(
        &self,
        rows: ArrayView2<f64>,
        outputs: &[usize],
    ) -> Checked<Option<Vec<Vec<Interactions>>>> {
        let player = |feature: u32| self.groups.player(feature as usize) as u32;
        let summed = |cells: Interactions| {
            let mut cells: Interactions =
                cells.into_iter().map(|(a, b, x)| (player(a), player(b), x)).collect();
            cells.sort_by_key(|(a, b, _)| (*a, *b));
            let same = cells.chunk_by(|x, y| (x.0, x.1) == (y.0, y.1));
            let sum = |cells: &[(u32, u32, f64)]| {
                let (a, b, _) = *cells.first()?;
                Some((a, b, cells.iter().map(|cell| cell.2).sum::<f64>()))
            };
            same.filter_map(sum).collect::<Interactions>()
        };
        let found = self.of.interactions(rows, outputs)?;
        Ok(found.map(|rows| {
            rows.into_iter().map(|row| row.into_iter().map(summed).collect()).collect()
        }))
    }

    fn tolerance(&self) -> f64 {
        self.of.tolerance()
    }
}

#[cfg(test)]
mod tests {
    use super::Groups;

    fn names(names: &[&str]) -> Vec<String> {
        names.iter().map(|name| (*name).to_owned()).collect()
    }

    #[test]
    fn players_stand_where_their_first_features_do() {
        let features = names(&["a", "b", "c", "d"]);
        let groups = Groups::new(&features, &[("g".into(), names(&["d", "b"]))]).unwrap();
        assert_eq!(groups.names(), names(&["a", "g", "c"]));
        assert_eq!(groups.members(), [vec![0], vec![1, 3], vec![2]]);
        assert_eq!((groups.count(), groups.player(3), groups.is_single()), (3, 1, false));
        assert!(Groups::single(&features).is_single());
    }

    #[test]
    fn faulty_groups_are_refused_in_one_go() {
        let features = names(&["a", "b", "c"]);
        let groups = [
            ("g".to_owned(), names(&["a", "x"])),
            ("g".to_owned(), names(&["a"])),
            ("c".to_owned(), names(&["b"])),
            ("e".to_owned(), vec![]),
        ];
        let faults = Groups::new(&features, &groups).unwrap_err().0;
        let found: Vec<_> = faults.iter().map(|fault| fault.found.as_str()).collect();
        assert_eq!(faults.len(), 5, "{found:?}");
        assert!(faults.iter().all(|fault| fault.code == "M31"));
    }
}
