//! Weakest-link pruning: Breiman, Friedman, Olshen and Stone 1984, section 3.3.

use super::{Question, SurrogateNode};

/// The tree with at most `max_leaves` leaves and without questions that change no decision, in preorder.
///
/// The weakest link is the inner node where pruning adds the fewest wrongly copied decisions per leaf saved,
/// `(R(t) - R(T_t)) / (|T_t| - 1)`; of equally weak ones the deepest, then the first in preorder.
pub(super) fn prune(grown: &[SurrogateNode], max_leaves: usize) -> Vec<SurrogateNode> {
    let mut nodes = grown.to_vec();
    loop {
        // leaves and wrong decisions of each subtree; children stand behind their parent
        let mut below: Vec<(usize, usize)> = vec![(0, 0); nodes.len()];
        for n in (0..nodes.len()).rev() {
            below[n] = match nodes[n].question {
                None => (1, nodes[n].negative.min(nodes[n].positive)),
                Some(q) => (below[q.low].0 + below[q.high].0, below[q.low].1 + below[q.high].1),
            };
        }
        let mut weakest: Option<(usize, usize, usize)> = None; // node, wrong decisions added, leaves saved
        let mut alive = vec![0];
        while let Some(n) = alive.pop() {
            let Some(Question { low, high, .. }) = nodes[n].question else { continue };
            alive.extend([high, low]);
            let (leaves, wrong) = below[n];
            let added = nodes[n].negative.min(nodes[n].positive) - wrong;
            // added / saved < other added / other saved, without dividing
            let weaker = weakest.is_none_or(|(other, other_added, other_saved)| {
                let (here, there) = (added * other_saved, other_added * (leaves - 1));
                here < there || (here == there && nodes[n].depth > nodes[other].depth)
            });
            if weaker {
                weakest = Some((n, added, leaves - 1));
            }
        }
        match weakest {
            Some((n, added, _)) if added == 0 || below[0].0 > max_leaves => {
                nodes[n].question = None
            }
            _ => return compact(&nodes),
        }
    }
}

/// Only what the root still reaches, in preorder.
fn compact(nodes: &[SurrogateNode]) -> Vec<SurrogateNode> {
    let mut kept: Vec<SurrogateNode> = Vec::new();
    let mut open = vec![(0, None::<(usize, bool)>)];
    while let Some((n, parent)) = open.pop() {
        let at = kept.len();
        if let Some((parent, low)) = parent
            && let Some(question) = &mut kept[parent].question
        {
            *(if low { &mut question.low } else { &mut question.high }) = at;
        }
        kept.push(SurrogateNode { parent: parent.map(|(parent, _)| parent), ..nodes[n] });
        if let Some(question) = nodes[n].question {
            open.push((question.high, Some((at, false))));
            open.push((question.low, Some((at, true))));
        }
    }
    kept
}
