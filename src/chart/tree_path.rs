//! The path of one case through a tree, step by step from top to bottom: the question with its chart at the left, a heavy
//! line with the numbers of the steps, and at its right the branches that the case does not take, folded into a box each.

use super::canvas::{Checks, Format, misfit, paint};
use super::drawing::{Anchor, Drawing};
use super::palette::{ACCENT, INK, INK_SOFT};
use super::spread::Plot;
use super::text::{Lines, Type};
use super::tree::{
    Pass, TreeNodeView, TreeWords, check, edge_face, edge_words, scale_of, thickness,
};
use super::tree_box::{NodeBox, Style, badge, numbered};
use super::tree_legend::Legend;
use crate::fault::Checked;

/// Share of the width left of the heavy line; of that, the share that the charts may take, and their usual width.
const LEFT: f32 = 0.59;
const CHART: (f32, f32) = (0.46, 124.0);
/// Space between a question and its chart, and between a chart and the heavy line.
const SPACE: f32 = 10.0;
/// Space between steps.
const GAP: f32 = 5.0;
/// Least width of a legend at the left of the leaf, and by how much it may be taller.
const BESIDE: f32 = 150.0;
const SLACK: f32 = 12.0;
/// Half a border, so that strokes stay inside the drawing.
const EDGE: f32 = 1.0;
/// Smallest size of the texts.
const SMALLEST: f32 = 7.0;

/// One question of the path.
struct Step<'a> {
    text: Lines,
    own: Lines,
    plot: Option<Plot<'a>>,
    /// What the case answers, below the number of the step.
    answer: &'a str,
    /// The other answer and where it leads.
    other: Option<(&'a str, NodeBox<'a>, usize)>,
    /// Cases that go on with this case.
    rows: usize,
    height: f32,
}

/// Draws the path that [`TreeNodeView::on_path`] marks from the root to its leaf. Nodes off the path are drawn as one
/// box each, whatever lies below them.
///
/// # Errors
/// As for [`super::tree_pages`]; C02 where the root is not on a path, or the path ends at a question.
pub fn tree_path(root: &TreeNodeView, words: &TreeWords, format: Format) -> Checked<Drawing> {
    let mut checks = Checks::new("tree_path", format);
    let (questions, leaf) = walk(root);
    let Some(leaf) = leaf else {
        let mend = "Mark the nodes from the root to a leaf, one on every level.";
        checks.refuse("C02", "on_path", "no path to a leaf", "the path of a case", mend);
        return Err(checks.done().err().unwrap_or_default());
    };
    let asked = questions.iter().map(|(view, _)| *view);
    let off = questions.iter().filter_map(|(_, off)| off.as_ref());
    let views: Vec<&TreeNodeView> = asked.chain(off).chain([leaf]).collect();
    for (i, view) in views.iter().enumerate() {
        check(view, &format!("nodes[{i}]"), &mut checks);
    }
    checks.done()?;

    let Format { width, text_size } = format;
    let size = text_size.clamp(SMALLEST, 9.0);
    let scale = scale_of(views.iter().copied());
    let style = Style {
        size,
        outlined: true,
        close: false,
        hyphenated: true,
        scale,
        missing: &words.missing,
    };
    let trunk = LEFT * width;
    let side = trunk + badge(size) + edge_words(words, size) + 12.0;
    let left = trunk - badge(size) - SPACE;
    let chart = CHART.1.min(CHART.0 * left);
    let question = left - chart - SPACE;
    let face = Type::new(size, INK);
    let mut steps = Vec::with_capacity(questions.len());
    for (view, off) in &questions {
        let plot = view.spread.as_ref().map(|spread| Plot::set(spread, style, chart));
        let room = if plot.is_some() { question } else { left - EDGE };
        let (text, own) =
            (Lines::set(&view.text, face, room), Lines::set(&view.own, face.bold(), room));
        let takes_yes = view.yes.as_ref().is_some_and(|yes| yes.on_path);
        let (answer, other_answer) = match takes_yes {
            true => (&*words.yes, &*words.no),
            false => (&*words.no, &*words.yes),
        };
        let next = if takes_yes { &view.yes } else { &view.no };
        let other = off.as_ref().map(|off| {
            (other_answer, NodeBox::set(off, true, None, style, width - EDGE - side), off.rows)
        });
        let heights = [
            text.height() + own.height(),
            plot.as_ref().map_or(0.0, |plot| plot.height),
            other.as_ref().map_or(0.0, |(_, boxed, _)| boxed.measure().height),
            // Room for the answer below a number, and for the word of the next branch.
            badge(size) + 4.5 + 2.0 * edge_face(size).leading() - GAP,
        ];
        let height = heights.into_iter().fold(0.0, f32::max);
        let rows = next.as_ref().map_or(0, |next| next.rows);
        steps.push(Step { text, own, plot, answer, other, rows, height });
    }
    // The leaf stands under the heavy line, as far right as it needs; the legend at its left where it has room there.
    let end = NodeBox::set(leaf, true, None, style, width - 2.0 * EDGE);
    let end_size = end.measure();
    let end_left = (trunk - 2.5 * badge(size)).min(width - EDGE - end_size.width).max(EDGE);
    let all = root.rows;
    let tops: Vec<f32> = steps
        .iter()
        .scan(EDGE, |next, step| {
            let top = *next;
            *next += step.height + GAP;
            Some(top)
        })
        .collect();
    let last = tops.last().zip(steps.last()).map(|(top, step)| top + step.height);
    let end_top = last.map_or(EDGE, |bottom| bottom + GAP);
    let end_bottom = end_top + end_size.height + EDGE;
    let beside = Legend::set(&views, words, size, (end_left - SPACE).max(1.0));
    let below = Legend::set(&views, words, size, width);
    let (legend, legend_top, height) = if end_left >= BESIDE
        && last.map_or(0.0, |last| last + beside.height()) <= end_bottom + SLACK
    {
        let top = (end_bottom - beside.height()).max(last.unwrap_or(EDGE) - 2.0);
        let height = end_bottom.max(top + beside.height());
        (beside, top, height)
    } else {
        let height = end_bottom + below.height();
        (below, end_bottom, height)
    };
    if !height.is_finite() {
        return Err(misfit("tree_path", "a path without height"));
    }
    let answer_face = Type { color: ACCENT, ..edge_face(size) };
    paint("tree_path", width, height, |canvas| {
        let middle = |nth: usize| {
            let (top, step) = (tops.get(nth)?, steps.get(nth)?);
            Some(top + step.height / 2.0)
        };
        for pass in Pass::ALL {
            for (nth, step) in steps.iter().enumerate() {
                let Some(from) = middle(nth) else { continue };
                if let Some((_, _, rows)) = &step.other
                    && let Some(style) = pass.stroke(thickness(*rows, all), false)
                {
                    canvas.line(&[(trunk, from), (side, from)], style)?;
                }
                let to = middle(nth + 1).unwrap_or(end_top);
                if let Some(style) = pass.stroke(thickness(step.rows, all), true) {
                    canvas.line(&[(trunk, from), (trunk, to)], style)?;
                }
            }
        }
        for (nth, (step, &top)) in steps.iter().zip(&tops).enumerate() {
            let from = top + step.height / 2.0;
            let words_top = from - (step.text.height() + step.own.height()) / 2.0;
            canvas.text(&step.text, EDGE, words_top, Anchor::Start)?;
            canvas.text(&step.own, EDGE, words_top + step.text.height(), Anchor::Start)?;
            if let Some(plot) = &step.plot {
                plot.draw(canvas, left - chart, from - plot.height / 2.0)?;
            }
            numbered(canvas, nth + 1, (trunk, from), size)?;
            let beside = trunk + badge(size) + 3.0;
            if let Some((answer, boxed, rows)) = &step.other {
                let word =
                    Lines::set(answer, Type::new(size - 0.5, INK_SOFT).bold(), f32::INFINITY);
                let lift = thickness(*rows, all).max(1.2) / 2.0 + 0.5;
                canvas.text(&word, beside, from - lift - word.height(), Anchor::Start)?;
                boxed.draw(canvas, side, from - boxed.measure().height / 2.0)?;
            }
            let answer = Lines::set(step.answer, answer_face, f32::INFINITY);
            canvas.text(&answer, beside, from + badge(size) + 0.5, Anchor::Start)?;
        }
        end.draw(canvas, end_left, end_top)?;
        legend.draw(canvas, legend_top)
    })
}

/// A question of the path, and the branch off it.
type Question<'a> = (&'a TreeNodeView, Option<TreeNodeView>);

/// The questions of the path, and the leaf that it ends in.
fn walk(root: &TreeNodeView) -> (Vec<Question<'_>>, Option<&TreeNodeView>) {
    let mut questions = Vec::new();
    let mut at = Some(root).filter(|root| root.on_path);
    while let Some(view) = at {
        let children = [view.yes.as_deref(), view.no.as_deref()];
        if children.iter().all(Option::is_none) {
            return (questions, Some(view));
        }
        let off = children.into_iter().flatten().find(|child| !child.on_path);
        questions.push((view, off.map(folded)));
        at = children.into_iter().flatten().find(|child| child.on_path);
    }
    (questions, None)
}

/// A branch as one box: what it says and how its cases divide, without what lies below.
fn folded(branch: &TreeNodeView) -> TreeNodeView {
    TreeNodeView {
        text: branch.text.clone(),
        note: branch.note.clone(),
        rows: branch.rows,
        tally: branch.tally.clone(),
        positive: branch.positive,
        ..TreeNodeView::default()
    }
}
