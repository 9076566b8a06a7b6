//! The owner's swarm: how each feature's attributions are spread over the cases, and how they go with its value.

use plotters::element::Circle;
use plotters::prelude::ChartBuilder;

use super::axis::{Axis, Tick};
use super::backend::units;
use super::canvas::{Canvas, Checks, Format, Painted, fill, misfit, paint, stack, stroke};
use super::drawing::{Anchor, Drawing};
use super::element::{Bar, Look};
use super::palette::{GRID, INK, INK_SOFT, RULE, WHITE, level, mix};
use super::text::{Lines, Type, natural};
use crate::fault::Checked;

/// One case in one row.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct SwarmPoint {
    /// Attribution of the feature in this case.
    pub attribution: f64,
    /// Rank or scaled value of the feature, 0 lowest to 1 highest; None where it is missing or has no order.
    pub level: Option<f64>,
}

/// One feature.
#[derive(Clone, Debug, PartialEq)]
pub struct SwarmRow {
    /// Its name, in words.
    pub label: String,
    /// Its cases, in any order.
    pub points: Vec<SwarmPoint>,
}

/// The owner's swarm.
pub struct Beeswarm<'a> {
    /// Rows in reading order.
    pub rows: Vec<SwarmRow>,
    /// What the axis counts, in words, with its unit.
    pub axis: String,
    /// Words for a number on the axis.
    pub tick: Tick<'a>,
    /// `niedriger Wert`, left of the scale of colours.
    pub low: String,
    /// `hoher Wert`, right of it.
    pub high: String,
    /// `keine Angabe`, at the hollow dot; drawn only where a point has no level.
    pub missing: String,
    /// Most dots a row. Of more cases evenly spaced ones in the order of their attributions are drawn, the smallest
    /// and the largest among them.
    pub most: usize,
}

const GAP: f32 = 10.0;
/// Radius of a dot.
const DOT: f32 = 1.7;
/// Half the height a row's swarm may take.
const REACH: f32 = 10.5;

/// Draws one swarm a row. Positions along the axis are exact; dots that would lie on each other are moved up and down,
/// always in the same way.
///
/// # Errors
/// C01 an attribution that is not a finite number or a level outside 0 to 1, C02 no rows or `most` below 2, C03 a
/// format out of range or tick labels without room.
pub fn beeswarm(data: &Beeswarm, format: Format) -> Checked<Drawing> {
    let mut checks = Checks::new("beeswarm", format);
    checks.some("rows", &data.rows);
    if data.most < 2 {
        checks.refuse(
            "C02",
            "most",
            data.most.to_string(),
            "at least 2 dots a row",
            "Give a larger number.",
        );
    }
    for (i, row) in data.rows.iter().enumerate() {
        for (j, point) in row.points.iter().enumerate() {
            checks.number(|| format!("rows[{i}].points[{j}].attribution"), point.attribution);
            if let Some(level) = point.level {
                checks.within(|| format!("rows[{i}].points[{j}].level"), level, 0.0..=1.0);
            }
        }
    }
    checks.done()?;

    let Format { width, text_size } = format;
    let face = Type::new(text_size, INK);
    let small = Type::new(text_size - 1.0, INK_SOFT);
    let widest = data.rows.iter().map(|row| natural(&row.label, face)).fold(0.0, f32::max);
    let rows: Vec<Vec<SwarmPoint>> =
        data.rows.iter().map(|row| sample(&row.points, data.most)).collect();
    let attributions = rows.iter().flatten().map(|point| point.attribution);
    let (low, high) =
        attributions.fold((0.0_f64, 0.0_f64), |(low, high), v| (low.min(v), high.max(v)));
    // The outermost dots stand inside the plane, and the outermost tick labels on the sheet.
    let margin = 0.02 * (high - low);
    let (low, high) = (low - margin, high + margin);
    let overhang = Axis::overhang(low, high, width, small, data.tick);
    let left = (widest.min(0.36 * width) + GAP).max(overhang);
    let right = width - overhang.max(2.0 * GAP);
    let Some(axis) = Axis::new(low, high, left..right, width, small, data.tick) else {
        return Err(misfit("beeswarm", "tick labels without room"));
    };
    let labels: Vec<Lines> =
        data.rows.iter().map(|row| Lines::set(&row.label, face, left - GAP)).collect();

    let hollow = rows.iter().flatten().any(|point| point.level.is_none());
    let legend = Legend::new(data, hollow, small, width);
    let heights = labels.iter().map(|label| label.height().max(2.0 * REACH));
    let bands = stack(heights, legend.height + 10.0, 7.0);
    let bottom = bands.last().map_or(0.0, |band| band.bottom) + 4.0;
    let centre = (left + right) / 2.0;
    let title = Lines::set(&data.axis, small, 2.0 * centre.min(width - centre));
    let floor = bottom + Axis::height(small);

    paint("beeswarm", width, floor + title.height() + 5.0, |canvas| {
        let down = f64::from(bottom)..f64::from(legend.height + 4.0);
        let mut plane = ChartBuilder::on(&canvas.part(left..right, legend.height + 4.0..floor))
            .x_label_area_size(units(floor - bottom))
            .build_cartesian_2d(axis.range.clone(), down)?;
        axis.grid(&mut plane)?;
        let zero = left + (right - left) * share(&axis, 0.0);
        canvas.line(&[(zero, legend.height + 4.0), (zero, bottom)], stroke(RULE, 0.9))?;
        legend.draw(canvas)?;
        for (label, band) in labels.iter().zip(&bands) {
            canvas.line(&[(left, band.middle()), (right, band.middle())], stroke(GRID, 0.6))?;
            canvas.text_at(label, 0.0, band.middle(), Anchor::Start)?;
        }
        for (points, band) in rows.iter().zip(&bands) {
            let places: Vec<f32> =
                points.iter().map(|p| (right - left) * share(&axis, p.attribution)).collect();
            let dots = points.iter().zip(offsets(&places)).map(|(point, offset)| {
                ((axis.at(point.attribution), f64::from(band.middle() + offset)), point.level)
            });
            let dots: Vec<_> = dots.collect();
            plane.draw_series(dots.iter().flat_map(|&(at, level)| dot(at, level)))?;
        }
        axis.draw(&mut plane, small, data.tick)?;
        canvas.text(&title, centre, floor + 2.0, Anchor::Middle)
    })
}

fn share(axis: &Axis, value: f64) -> f32 {
    ((axis.at(value) - axis.range.start) / (axis.range.end - axis.range.start)) as f32
}

/// A dot with a rim a little darker than itself, so that light ones stand out on white; hollow without a level.
fn dot<P: Copy>(at: P, point_level: Option<f64>) -> [Circle<P, i32>; 2] {
    let (ground, rim) = match point_level {
        Some(share) => (level(share), mix(level(share), INK, 0.35)),
        None => (WHITE, INK_SOFT),
    };
    [Circle::new(at, units(DOT), fill(ground)), Circle::new(at, units(DOT), stroke(rim, 0.35))]
}

/// At most `most` points in ascending order, evenly spaced in it, the first and the last among them.
fn sample(points: &[SwarmPoint], most: usize) -> Vec<SwarmPoint> {
    let mut sorted = points.to_vec();
    sorted.sort_by(|a, b| {
        let level = |p: &SwarmPoint| p.level.unwrap_or(-1.0);
        a.attribution.total_cmp(&b.attribution).then(level(a).total_cmp(&level(b)))
    });
    if sorted.len() <= most || most < 2 {
        return sorted;
    }
    let last = sorted.len() - 1;
    (0..most).filter_map(|i| sorted.get(i * last / (most - 1)).copied()).collect()
}

/// Offsets from the middle of the row for ascending places: dots of one column of a dot's width are stacked from the
/// middle outwards, all columns with one step, so that the outline shows how many there are.
fn offsets(places: &[f32]) -> Vec<f32> {
    let column = |place: f32| (place / (2.0 * DOT)).round() as i64;
    let mut ranks = Vec::with_capacity(places.len());
    let mut last = None;
    let mut rank = 0_usize;
    for &place in places {
        rank = if last == Some(column(place)) { rank + 1 } else { 0 };
        last = Some(column(place));
        ranks.push(rank);
    }
    let layers = ranks.iter().map(|rank| rank.div_ceil(2)).max().unwrap_or(0).max(1);
    let step = (2.0 * DOT).min((REACH - DOT) / layers as f32);
    let side = |rank: &usize| if rank % 2 == 1 { -1.0 } else { 1.0 };
    ranks.iter().map(|rank| side(rank) * step * rank.div_ceil(2) as f32).collect()
}

/// The scale of colours between its two words, and the hollow dot.
struct Legend {
    low: Lines,
    high: Lines,
    missing: Option<Lines>,
    width: f32,
    height: f32,
    wraps: bool,
}

/// Width of the scale of colours on a drawing of some width.
fn scale_width(width: f32) -> f32 {
    (0.3 * width).min(72.0)
}

impl Legend {
    fn new(data: &Beeswarm, hollow: bool, face: Type, width: f32) -> Self {
        let side = (width - scale_width(width)) / 2.0 - 8.0;
        let (low, high) = (Lines::set(&data.low, face, side), Lines::set(&data.high, face, side));
        let missing = hollow.then(|| Lines::set(&data.missing, face, width - 12.0));
        let first = low.height().max(high.height()).max(8.0);
        let room = width - low.width - high.width - scale_width(width) - 12.0;
        let wraps = missing.as_ref().is_some_and(|lines| lines.width + 36.0 > room);
        let second = missing.as_ref().map_or(0.0, Lines::height);
        let height = if wraps { first + second + 3.0 } else { first.max(second) };
        Legend { low, high, missing, width, height, wraps }
    }

    fn draw(&self, canvas: &Canvas) -> Painted {
        let first = self.low.height().max(self.high.height()).max(8.0);
        let middle = first / 2.0;
        let scale = self.low.width + 6.0;
        canvas.text_at(&self.low, 0.0, middle, Anchor::Start)?;
        // The scale is a chart of its own: 0 to 1 along x.
        let end = scale + scale_width(self.width);
        let mut plane = canvas.plane(scale..end, middle - 3.5..middle + 3.5, 0.0..1.0)?;
        const STEPS: u32 = 36;
        let (top, bottom) = (f64::from(middle - 3.5), f64::from(middle + 3.5));
        // Each step reaches to the end and is covered by the next: no seams.
        plane.draw_series((0..STEPS).map(|i| {
            let (from, middle) =
                (f64::from(i) / f64::from(STEPS), (f64::from(i) + 0.5) / f64::from(STEPS));
            Bar::between([(from, top), (1.0, bottom)], Look::Plain(level(middle)))
        }))?;
        let end = end + 6.0;
        canvas.text_at(&self.high, end, middle, Anchor::Start)?;
        if let Some(missing) = &self.missing {
            let (x, y) = match self.wraps {
                true => (DOT + 1.0, first + 3.0 + missing.height() / 2.0),
                false => (end + self.high.width + 24.0, middle.max(missing.height() / 2.0)),
            };
            for part in dot((units(x), units(y)), None) {
                canvas.draw(&part)?;
            }
            canvas.text_at(missing, (x + 6.0).min(self.width), y, Anchor::Start)?;
        }
        Ok(())
    }
}
