//! The small chart in a question's box: how the asked detail is spread over the cases, where the question divides them,
//! and where this case lies.

use super::backend::units;
use super::canvas::{Canvas, Checks, Painted, fill, stroke};
use super::drawing::Anchor;
use super::palette::{GRID, INK, INK_SOFT, RULE};
use super::tally::{self, PIN, Tally, WEDGE, pile, pin, place, range, strip, threshold};
use super::text::{Lines, Type, longest_word, natural};
use super::tree_box::Style;

/// How the asked detail is spread over a node's cases.
#[derive(Clone, Debug, PartialEq)]
pub struct Spread {
    /// The cases by their value.
    pub asked: Asked,
    /// Cases that lack the value.
    pub missing: Option<Tally>,
    /// The value of the case whose path is drawn.
    pub own: Option<Own>,
}

/// Cases by value.
#[derive(Clone, Debug, PartialEq)]
pub enum Asked {
    /// A number, in bins.
    Numbers {
        /// Ends of the bins, ascending; one more than bins. One of them should be the threshold, so that no bin lies on
        /// both sides.
        edges: Vec<f64>,
        /// The axis; the edges lie within.
        axis: [f64; 2],
        /// Cases of each bin.
        bins: Vec<Tally>,
        /// What the question compares with; between the first edge and the last.
        threshold: f64,
        /// Words at the ends of the axis; may be empty.
        ends: [String; 2],
    },
    /// A category.
    Categories(Vec<Category>),
}

/// Cases of one category.
#[derive(Clone, Debug, PartialEq)]
pub struct Category {
    /// Its name.
    pub name: String,
    /// Whether the answer for it is yes. Those of yes stand first.
    pub yes: bool,
    /// The cases.
    pub tally: Tally,
}

/// A case's own value.
#[derive(Clone, Copy, Debug, PartialEq)]
pub enum Own {
    /// A number. Beyond the axis it is marked with an arrow that points there.
    Number(f64),
    /// The category at this place of the list.
    Category(usize),
    /// The case lacks it.
    Missing,
}

/// Height of the columns where boxes have room, and where they stand close.
const COLUMNS: (f32, f32) = (19.0, 14.0);
/// Least width of a chart of numbers.
const LEAST: f32 = 40.0;
/// Room of the pin's head above the columns.
const HEAD: f32 = 2.0 * PIN + 1.0;
/// Least length of a category's bar, and the share of the room that its name may take.
const BAR: (f32, f32) = (22.0, 0.62);
/// Room left of a category's name for the mark of the own one.
const MARK: f32 = 2.0 * PIN + 2.5;
/// Smallest size of the words in it.
const SMALLEST: f32 = 6.5;

impl Spread {
    /// Adds what cannot be drawn truthfully.
    pub(super) fn check(&self, field: &str, checks: &mut Checks) {
        match &self.asked {
            Asked::Numbers { edges, axis, bins, threshold, .. } => {
                checks.some(&format!("{field}.bins"), bins);
                for (i, edge) in edges.iter().enumerate() {
                    checks.number(|| format!("{field}.edges[{i}]"), *edge);
                }
                let ascending = edges.windows(2).all(|pair| pair[0] < pair[1]);
                if edges.len() != bins.len() + 1 || !ascending {
                    let found = format!("{} edges of {} bins", edges.len(), bins.len());
                    let mend = "Give the ends of the bins in ascending order.";
                    checks.refuse(
                        "C01",
                        &format!("{field}.edges"),
                        found,
                        "ascending edges, one more than bins",
                        mend,
                    );
                } else if let (Some(&first), Some(&last)) = (edges.first(), edges.last()) {
                    checks.within(|| format!("{field}.threshold"), *threshold, first..=last);
                    let [low, high] = *axis;
                    checks.number(|| format!("{field}.axis"), low);
                    checks.number(|| format!("{field}.axis"), high);
                    if !(low <= first && last <= high) {
                        let found = format!("an axis from {low} to {high}");
                        let mend = "Give an axis that holds all bins.";
                        let field = format!("{field}.axis");
                        checks.refuse("C01", &field, found, format!("{first} to {last}"), mend);
                    }
                }
                for (i, bin) in bins.iter().enumerate() {
                    bin.check(&format!("{field}.bins[{i}]"), checks);
                }
                if let Some(Own::Number(own)) = self.own {
                    checks.number(|| format!("{field}.own"), own);
                }
            }
            Asked::Categories(categories) => {
                checks.some(&format!("{field}.categories"), categories);
                for (i, category) in categories.iter().enumerate() {
                    category.tally.check(&format!("{field}.categories[{i}]"), checks);
                }
            }
        }
        if let Some(missing) = &self.missing {
            missing.check(&format!("{field}.missing"), checks);
        }
    }

    /// The own value is marked in the chart.
    pub(super) fn marks_own(&self) -> bool {
        match (&self.asked, self.own) {
            (_, None) => false,
            (Asked::Numbers { .. }, Some(own)) => match own {
                Own::Number(_) => true,
                Own::Missing => self.shows_missing(),
                Own::Category(_) => false,
            },
            (Asked::Categories(categories), Some(own)) => match own {
                Own::Category(at) => at < categories.len(),
                Own::Missing => self.shows_missing(),
                Own::Number(_) => false,
            },
        }
    }

    /// Cases without the value have a column of their own.
    pub(super) fn shows_missing(&self) -> bool {
        self.missing.as_ref().is_some_and(|missing| missing.rows() > 0)
    }

    /// Its cases, place by place, with those that lack the value.
    pub(super) fn tallies(&self) -> Vec<&Tally> {
        let placed: Vec<&Tally> = match &self.asked {
            Asked::Numbers { bins, .. } => bins.iter().collect(),
            Asked::Categories(categories) => {
                categories.iter().map(|category| &category.tally).collect()
            }
        };
        placed.into_iter().chain(&self.missing).collect()
    }

    /// Most cases in one place.
    fn most(&self) -> usize {
        self.tallies().into_iter().map(Tally::rows).max().unwrap_or(0)
    }
}

/// A spread set for a width.
pub(super) struct Plot<'a> {
    spread: &'a Spread,
    /// Scale of the scores of the whole picture.
    scale: (f64, f64),
    small: Type,
    /// Height of the columns.
    columns: f32,
    width: f32,
    body: Body,
    /// Height of all.
    pub height: f32,
}

enum Body {
    Numbers { ends: [Lines; 2], stacked: bool, missing: Lines },
    Categories { names: Vec<Lines>, missing: Lines, names_width: f32 },
}

impl<'a> Plot<'a> {
    /// Sets the words of a chart as wide as `width`.
    pub(super) fn set(
        spread: &'a Spread,
        Style { size, scale, missing: missing_word, outlined, close, .. }: Style<'a>,
        width: f32,
    ) -> Self {
        let small = Type::new((size - 1.5).max(SMALLEST), INK_SOFT);
        let columns = if outlined || close { COLUMNS.1 } else { COLUMNS.0 };
        let missing_word = if spread.shows_missing() { missing_word } else { "" };
        let (body, height) = match &spread.asked {
            Asked::Numbers { ends, .. } => {
                let missing = Lines::set(missing_word, small, MISSING * width);
                let room = axis_width(spread, &missing, width);
                let ends = [&ends[0], &ends[1]].map(|text| Lines::set(text, small, room.max(1.0)));
                let [low, high] = &ends;
                let stacked = low.width + high.width + 0.6 * small.size > room;
                let words = match stacked {
                    true => low.height() + high.height(),
                    false => low.height().max(high.height()),
                };
                let head = if spread.marks_own() { HEAD } else { 0.0 };
                let height = head + columns + WEDGE + words.max(missing.height());
                (Body::Numbers { ends, stacked, missing }, height)
            }
            Asked::Categories(categories) => {
                let room = (BAR.1 * (width - MARK)).min(width - MARK - BAR.0).max(1.0);
                let set = |text: &str| Lines::even(text, Type { color: INK, ..small }, room);
                let names: Vec<Lines> =
                    categories.iter().map(|category| set(&category.name)).collect();
                let missing = set(missing_word);
                let wide = names.iter().chain([&missing]).map(|name| name.width);
                let names_width = wide.fold(0.0, f32::max);
                let rows: f32 = names.iter().map(row_height).sum();
                let divider = if divided(categories) { DIVIDER } else { 0.0 };
                let height = rows + row_height(&missing) + divider;
                (Body::Categories { names, missing, names_width }, height)
            }
        };
        Plot { spread, scale, small, columns, width, body, height }
    }

    /// Width below which words would be broken, and that at which none stands on a second line.
    pub(super) fn wants(spread: &Spread, missing_word: &str, size: f32) -> (f32, f32) {
        let least = Plot::narrowest(spread, missing_word, size, longest_word);
        (least, Plot::narrowest(spread, missing_word, size, natural).max(least))
    }

    /// Width in which every word has the room that `needs` says.
    fn narrowest(
        spread: &Spread,
        missing_word: &str,
        size: f32,
        needs: fn(&str, Type) -> f32,
    ) -> f32 {
        let small = Type::new((size - 1.5).max(SMALLEST), INK_SOFT);
        match &spread.asked {
            Asked::Numbers { ends, .. } => {
                let words = ends.iter().map(|text| needs(text, small)).fold(0.0, f32::max);
                let missing = match spread.shows_missing() {
                    true => natural(missing_word, small).max(COLUMN) + APART,
                    false => 0.0,
                };
                (words.max(LEAST) + missing).max(missing / MISSING)
            }
            Asked::Categories(categories) => {
                let names = categories.iter().map(|category| category.name.as_str());
                let missing = spread.shows_missing().then_some(missing_word);
                let longest = names.chain(missing).map(|name| needs(name, small));
                let longest = longest.fold(0.0, f32::max);
                MARK + (longest + BAR.0).max(longest / BAR.1)
            }
        }
    }

    /// Draws the chart with its upper left corner at a point.
    pub(super) fn draw(&self, canvas: &Canvas, left: f32, top: f32) -> Painted {
        match (&self.body, &self.spread.asked) {
            (
                Body::Numbers { ends, stacked, missing },
                Asked::Numbers { edges, axis, bins, threshold, .. },
            ) => {
                let words = (ends, *stacked, missing);
                self.numbers(canvas, (left, top), words, (edges, *axis, bins, *threshold))
            }
            (Body::Categories { names, missing, names_width }, Asked::Categories(categories)) => {
                self.categories(canvas, (left, top), (names, missing, *names_width), categories)
            }
            _ => Ok(()),
        }
    }

    fn numbers(
        &self,
        canvas: &Canvas,
        (left, top): (f32, f32),
        (ends, stacked, word): (&[Lines; 2], bool, &Lines),
        (edges, [from, to], bins, limit): (&[f64], [f64; 2], &[Tally], f64),
    ) -> Painted {
        let spread = self.spread;
        let head = if spread.marks_own() { HEAD } else { 0.0 };
        let (columns, axis) = (top + head, top + head + self.columns);
        // Room for half a pin or wedge at the ends.
        let width = axis_width(spread, word, self.width);
        let (start, end) = (left + 2.5, left + width - 2.5);
        let x = |value: f64| start + (end - start) * place(value, (from, to));
        let most = spread.most();
        for (bin, (&low, &high)) in bins.iter().zip(edges.iter().zip(edges.iter().skip(1))) {
            let (left, right) = (x(low), x(high));
            let gap = if right - left > 3.0 { 0.3 } else { 0.0 };
            self.column(canvas, bin, most, [left + gap, columns, right - gap, axis])?;
        }
        canvas.line(&[(start, axis), (end, axis)], stroke(RULE, 0.6))?;
        if let Some(missing) = spread.missing.as_ref().filter(|_| spread.shows_missing()) {
            let right = left + self.width;
            let middle = right - word.width.max(COLUMN) / 2.0;
            let (left, right) = (middle - COLUMN / 2.0, middle + COLUMN / 2.0);
            self.column(canvas, missing, most, [left, columns, right, axis])?;
            canvas.line(&[(left - 1.0, axis), (right + 1.0, axis)], stroke(RULE, 0.6))?;
            canvas.text(word, middle, axis + WEDGE, Anchor::Middle)?;
            if spread.own == Some(Own::Missing) {
                pin(canvas, middle, top, axis)?;
            }
        }
        threshold(canvas, x(limit), columns - 1.5_f32.min(head), axis)?;
        if let Some(Own::Number(own)) = spread.own {
            if own < from || own > to {
                let (tip, back) = if own < from { (start - 2.5, 4.5) } else { (end + 2.5, -4.5) };
                let y = top + PIN;
                let arrow = [(tip, y), (tip + back, y - PIN), (tip + back, y + PIN)];
                let arrow = arrow.map(|(x, y)| (units(x), units(y)));
                canvas.draw(&plotters::element::Polygon::new(arrow, fill(INK)))?;
            } else {
                pin(canvas, x(own), top, axis)?;
            }
        }
        let [low, high] = ends;
        let words = axis + WEDGE;
        canvas.text(low, left, words, Anchor::Start)?;
        let below = if stacked { low.height() } else { 0.0 };
        canvas.text(high, left + width, words + below, Anchor::End)
    }

    /// Cases of a bin: a pile of counts, or the usual range of their scores.
    fn column(
        &self,
        canvas: &Canvas,
        tally: &Tally,
        most: usize,
        [left, top, right, bottom]: [f32; 4],
    ) -> Painted {
        match tally {
            Tally::Outcomes(counts) => pile(canvas, counts, most, [left, top, right, bottom]),
            Tally::Scores { rows: 0, .. } => Ok(()),
            Tally::Scores { low, middle, high, .. } => {
                let y = |score: f64| bottom - (bottom - top) * place(score, self.scale);
                // A guide over the whole height, so that empty bins differ from low scores.
                canvas.line(&[(left, bottom), (left, top)], stroke(GRID, 0.4))?;
                range(canvas, [left, y(*high), right, y(*low)])?;
                let y = y(*middle).clamp(top + 0.6, bottom - 0.6);
                canvas.line(&[(left, y), (right, y)], stroke(INK, 1.2))
            }
        }
    }

    fn categories(
        &self,
        canvas: &Canvas,
        (left, top): (f32, f32),
        (names, missing, names_width): (&[Lines], &Lines, f32),
        categories: &[Category],
    ) -> Painted {
        let spread = self.spread;
        let most = spread.most();
        let start = left + MARK + names_width + 4.0;
        let end = left + self.width;
        let mut y = top;
        let row = |name: &Lines, tally: &Tally, own: bool, y: f32| {
            let (middle, half) = (y + name.height() / 2.0, 0.36 * self.small.leading());
            if own {
                tally::dot(canvas, (left + PIN, middle), PIN, INK)?;
            }
            canvas.text(name, left + MARK, y, Anchor::Start)?;
            let length = match tally {
                Tally::Outcomes(_) => tally.rows() as f64 / most.max(1) as f64,
                Tally::Scores { .. } => 1.0,
            };
            let right = start + (end - start) * length as f32;
            if tally.rows() > 0 {
                let right = right.max(start + 0.6);
                strip(canvas, tally, self.scale, [start, middle - half, right, middle + half])?;
            }
            Ok(())
        };
        for wanted in [true, false] {
            for (at, (category, name)) in categories.iter().zip(names).enumerate() {
                if category.yes == wanted {
                    row(name, &category.tally, spread.own == Some(Own::Category(at)), y)?;
                    y += row_height(name);
                }
            }
            if wanted && divided(categories) {
                let line = y + DIVIDER / 2.0;
                let ends = [(units(left), units(line)), (units(end), units(line))];
                let style = stroke(INK, 0.8);
                canvas.draw(&plotters::element::DashedPathElement::new(
                    ends,
                    units(2.2),
                    units(1.4),
                    style,
                ))?;
                y += DIVIDER;
            }
        }
        if let Some(tally) = spread.missing.as_ref().filter(|_| spread.shows_missing()) {
            row(missing, tally, spread.own == Some(Own::Missing), y)?;
        }
        Ok(())
    }
}

/// Space between the categories of yes and those of no, with the line that divides them.
const DIVIDER: f32 = 4.0;
/// Width of the column of cases that lack the value.
const COLUMN: f32 = 5.0;

/// Height of a category's row: names of several lines keep apart.
fn row_height(name: &Lines) -> f32 {
    name.height() + if name.lines.len() > 1 { 2.0 } else { 0.0 }
}

fn divided(categories: &[Category]) -> bool {
    categories.iter().any(|category| category.yes)
        && categories.iter().any(|category| !category.yes)
}

/// Space between the axis and the column of cases that lack the value.
const APART: f32 = 5.0;
/// Largest share of the width for that column's word.
const MISSING: f32 = 0.4;

/// Width of the axis, without the column of cases that lack the value.
fn axis_width(spread: &Spread, missing: &Lines, width: f32) -> f32 {
    if spread.shows_missing() { width - missing.width.max(COLUMN) - APART } else { width }
}
