//! Small models, rows and games, drawn from a seed, and values by definition.

use klartext::attribution::{Groups, Scale};
use klartext::model::{
    Comparison, FloatWidth, LinearModel, Link, MissingRule, Model, ModelCard, Node, Split, Tree,
    TreeEnsemble,
};
use ndarray::Array2;

/// Numbers from a seed (Knuth's linear congruential generator).
pub struct Draw(pub u64);

impl Draw {
    pub fn below(&mut self, n: u64) -> u64 {
        self.0 = self.0.wrapping_mul(6364136223846793005).wrapping_add(1442695040888963407);
        (self.0 >> 33) % n
    }

    pub fn number(&mut self) -> f64 {
        self.below(2001) as f64 / 1000.0 - 1.0
    }
}

pub fn card(features: usize) -> ModelCard {
    ModelCard {
        format: "test".into(),
        features: (0..features).map(|f| format!("x{f}")).collect(),
        ..ModelCard::default()
    }
}

/// Trees with thresholds and categories, some features more than once on a path.
pub fn forest(draw: &mut Draw, features: usize, outputs: usize, link: Link) -> TreeEnsemble {
    fn grow(draw: &mut Draw, features: usize, depth: usize, nodes: &mut Vec<Node>) -> f64 {
        let at = nodes.len();
        let cover = draw.below(5) as f64;
        nodes.push(Node::Leaf { value: draw.number(), cover });
        if depth == 0 || draw.below(8) == 0 {
            return cover;
        }
        let split = match draw.below(4) {
            0 => Split::Categories {
                set: vec![0, 2],
                member_left: draw.below(2) == 0,
                missing_left: draw.below(2) == 0,
                invalid_left: true,
            },
            _ => Split::Threshold {
                at: draw.below(4) as f64,
                less: Comparison::Less,
                missing: [MissingRule::NanLeft, MissingRule::NanRight][draw.below(2) as usize],
            },
        };
        let feature = draw.below(features as u64) as u32;
        let left = grow(draw, features, depth - 1, nodes);
        let right = nodes.len() as u32;
        let cover = left + grow(draw, features, depth - 1, nodes);
        nodes[at] = Node::Inner { feature, split, left: at as u32 + 1, right, cover };
        cover
    }
    let tree = |output: usize, draw: &mut Draw| {
        let mut nodes = vec![];
        grow(draw, features, 5, &mut nodes);
        Tree { output, nodes }
    };
    let trees = (0..3 * outputs).map(|t| tree(t % outputs, draw)).collect();
    let mut card = card(features);
    card.covers = true;
    TreeEnsemble {
        card,
        trees,
        base: (0..outputs).map(|k| 0.3 - k as f64 / 4.0).collect(),
        width: FloatWidth::Double,
        divisor: 1.5,
        link,
        ..TreeEnsemble::default()
    }
}

pub fn linear(draw: &mut Draw, features: usize, link: Link) -> LinearModel {
    LinearModel {
        card: card(features),
        weights: vec![(0..features).map(|_| draw.number()).collect()],
        intercepts: vec![0.25],
        fill: vec![0.5; features],
        link,
        ..LinearModel::default()
    }
}

/// Small whole numbers, some missing.
pub fn row(draw: &mut Draw, features: usize) -> Vec<f64> {
    (0..features)
        .map(|_| draw.below(6) as f64 - 1.0)
        .map(|x| if x < 0.0 { f64::NAN } else { x })
        .collect()
}

pub fn rows(draw: &mut Draw, count: usize, features: usize) -> Array2<f64> {
    let cells = (0..count).flat_map(|_| row(draw, features)).collect();
    Array2::from_shape_vec((count, features), cells).unwrap()
}

/// A value of the game with a background, from its definition.
pub fn worth(
    model: &dyn Model,
    scale: Scale,
    row: &[f64],
    background: &Array2<f64>,
    joined: impl Fn(usize) -> bool,
    output: usize,
) -> f64 {
    let mut sum = 0.0;
    for other in background.rows() {
        let mixed: Vec<f64> =
            other.iter().enumerate().map(|(f, z)| if joined(f) { row[f] } else { *z }).collect();
        let (mut raw, mut value) = (vec![0.0; model.outputs()], vec![0.0; model.outputs()]);
        model.exact(&mixed, &mut raw);
        match scale {
            Scale::Raw => value.copy_from_slice(&raw),
            Scale::Probability => model.link().double(&raw, &mut value),
        }
        sum += value[output];
    }
    sum / background.nrows() as f64
}

/// Pairs of features as groups, every third feature alone.
pub fn pairs(features: usize) -> Groups {
    let names: Vec<String> = (0..features).map(|f| format!("x{f}")).collect();
    let groups: Vec<_> = (0..features / 3)
        .map(|g| (format!("g{g}"), vec![names[3 * g].clone(), names[3 * g + 2].clone()]))
        .collect();
    Groups::new(&names, &groups).unwrap()
}

pub fn close(found: &[f64], wanted: &[f64], tolerance: f64, what: &str) {
    let worst = found.iter().zip(wanted).map(|(a, b)| (a - b).abs()).fold(0.0, f64::max);
    assert!(found.len() == wanted.len() && worst <= tolerance, "{what}: {found:?}\n{wanted:?}");
}
