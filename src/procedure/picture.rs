//! A scanned page, reduced to what a sheet prints: few columns, four shades, as text.
//!
//! The record must hold the page, because documents are functions of the record; a scan of some megabytes would be in every
//! file then. Reduced to 420 columns and four shades a page has some 10 to 30 KB and its lines can still be read.

use std::io::Cursor;

use png::{ColorType, Decoder, Limits, Transformations};
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

/// Columns of a reduced page.
const MOST_COLUMNS: u32 = 420;
/// Rows of a reduced page: pages up to three times as high as wide.
const MOST_ROWS: u32 = 1260;
/// Pixels of a page as it comes: A3 at 300 dots an inch has 17 million.
const MOST_PIXELS: u64 = 20_000_000;
/// Letters of the shades from light to dark; paper is `.`.
const SHADES: [char; 3] = ['a', 'b', 'c'];

/// A page in four shades.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Picture {
    /// Pixels in a row.
    pub columns: u32,
    /// One text a row: runs of a shade and their length, `.` paper, `a` light, `b` middle, `c` dark: `.12c3.40a2`. Paper
    /// at the end of a row is left out.
    pub rows: Vec<String>,
}

/// A rectangle of one shade.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Area {
    /// Left edge, upper edge, width, height in pixels.
    pub bounds: [u32; 4],
    /// 1 light, 2 middle, 3 dark.
    pub shade: u8,
}

/// A page as it came, and reduced.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Scan {
    /// Pixels in a row of the file.
    pub width: u32,
    /// Rows of the file.
    pub height: u32,
    /// The page.
    pub picture: Picture,
}

/// Reads a PNG file; what was wrong with it as text.
pub(super) fn read(bytes: &[u8]) -> Result<Scan, String> {
    // The decoder meets a file from outside: a panic in it must not end a run.
    let read = std::panic::catch_unwind(|| decoded(bytes));
    let (width, height, grey) = read.unwrap_or(Err("a file that breaks its reader".to_owned()))?;
    Ok(Scan { width, height, picture: reduced(width, height, &grey) })
}

/// Width, height and one grey (0 black) a pixel.
fn decoded(bytes: &[u8]) -> Result<(u32, u32, Vec<u8>), String> {
    let failed = |error: png::DecodingError| format!("no PNG file that can be read: {error}");
    let limits = Limits { bytes: 128 << 20 };
    let mut decoder = Decoder::new_with_limits(Cursor::new(bytes), limits);
    // Palettes and small depths become 8 bits a channel; so do 16 bits.
    decoder.set_transformations(Transformations::normalize_to_color8());
    let mut reader = decoder.read_info().map_err(failed)?;
    let (width, height) = (reader.info().width, reader.info().height);
    let pixels = u64::from(width) * u64::from(height);
    let tall =
        u64::from(height) * u64::from(MOST_COLUMNS) > u64::from(width) * u64::from(MOST_ROWS);
    if pixels == 0 || pixels > MOST_PIXELS || tall {
        return Err(format!("a picture of {width} × {height} pixels"));
    }
    let size = reader.output_buffer_size().ok_or("a picture without a size")?;
    let mut buffer = vec![0; size];
    let frame = reader.next_frame(&mut buffer).map_err(failed)?;
    let samples = buffer.get(..frame.buffer_size()).unwrap_or_default();
    let mut grey = Vec::with_capacity(samples.len());
    for pixel in samples.chunks_exact(frame.color_type.samples().max(1)) {
        grey.push(match (frame.color_type, pixel) {
            (ColorType::Grayscale, &[value]) => value,
            (ColorType::GrayscaleAlpha, &[value, alpha]) => on_paper(value, alpha),
            (ColorType::Rgb, &[r, g, b]) => luma(r, g, b),
            (ColorType::Rgba, &[r, g, b, alpha]) => on_paper(luma(r, g, b), alpha),
            _ => return Err("a PNG file of unknown colours".to_owned()),
        });
    }
    if grey.len() as u64 != pixels {
        return Err("a PNG file with too few pixels".to_owned());
    }
    Ok((width, height, grey))
}

/// What shines through is white.
fn on_paper(value: u8, alpha: u8) -> u8 {
    let (value, alpha) = (u32::from(value), u32::from(alpha));
    ((value * alpha + 255 * (255 - alpha) + 127) / 255) as u8
}

/// Brightness as television has it (ITU-R BT.601), in whole numbers.
fn luma(r: u8, g: u8, b: u8) -> u8 {
    ((299 * u32::from(r) + 587 * u32::from(g) + 114 * u32::from(b) + 500) / 1000) as u8
}

/// The mean grey of the pixels under each pixel of the reduced page, in four shades below the paper. Paper is the grey
/// that most pixels have, so that grey scans do not print as grey pages.
fn reduced(width: u32, height: u32, grey: &[u8]) -> Picture {
    let columns = width.min(MOST_COLUMNS);
    let rows = if columns == width {
        height
    } else {
        ((u64::from(height) * u64::from(columns)).div_ceil(u64::from(width)) as u32).max(1)
    };
    let mut counts = [0u32; 256];
    grey.iter().for_each(|&value| counts[usize::from(value)] += 1);
    let paper = (0..=255u8).rev().max_by_key(|&value| counts[usize::from(value)]).unwrap_or(255);
    // A dark page is not turned round: its paper is white all the same.
    let paper = if paper < 128 { 255 } else { paper };
    let edge = |i: u32, of: u32, all: u32| (u64::from(i) * u64::from(all) / u64::from(of)) as u32;
    let mut texts = Vec::with_capacity(rows as usize);
    for y in 0..rows {
        let (top, bottom) = (edge(y, rows, height), edge(y + 1, rows, height).max(1));
        let mut runs: Vec<(u8, u32)> = vec![];
        for x in 0..columns {
            let (left, right) = (edge(x, columns, width), edge(x + 1, columns, width).max(1));
            let (mut sum, mut n) = (0u64, 0u64);
            for row in top..bottom.max(top + 1) {
                let at =
                    |column: u32| (u64::from(row) * u64::from(width) + u64::from(column)) as usize;
                let pixels = grey.get(at(left)..at(right.max(left + 1))).unwrap_or_default();
                sum += pixels.iter().map(|&value| u64::from(value)).sum::<u64>();
                n += pixels.len() as u64;
            }
            let mean = sum.checked_div(n).unwrap_or(255);
            let shade = shade(mean as u8, paper);
            match runs.last_mut() {
                Some((last, length)) if *last == shade => *length += 1,
                _ => runs.push((shade, 1)),
            }
        }
        if runs.last().is_some_and(|(shade, _)| *shade == 0) {
            runs.pop();
        }
        texts.push(
            runs.iter().map(|(shade, length)| format!("{}{length}", letter(*shade))).collect(),
        );
    }
    Picture { columns, rows: texts }
}

/// 0 paper to 3 dark.
fn shade(value: u8, paper: u8) -> u8 {
    let darker = 100 * u32::from(paper.saturating_sub(value)) / u32::from(paper.max(1));
    match darker {
        0..16 => 0,
        16..40 => 1,
        40..65 => 2,
        _ => 3,
    }
}

fn letter(shade: u8) -> char {
    usize::from(shade).checked_sub(1).and_then(|i| SHADES.get(i)).copied().unwrap_or('.')
}

impl Picture {
    /// Everything that is not paper, as rectangles: runs that stand above one another are one. None where a row is no
    /// text of runs, or longer than the page is wide.
    pub fn areas(&self) -> Option<Vec<Area>> {
        if self.columns == 0 || self.columns > MOST_COLUMNS || self.rows.len() > MOST_ROWS as usize
        {
            return None;
        }
        let mut areas: Vec<Area> = vec![];
        // Places of the areas that end in the row above.
        let mut above: Vec<usize> = vec![];
        for (y, text) in self.rows.iter().enumerate() {
            let mut here = vec![];
            for (x, width, shade) in self.runs(text)? {
                let same = |&&i: &&usize| {
                    areas.get(i).is_some_and(|area: &Area| {
                        (area.bounds[0], area.bounds[2], area.shade) == (x, width, shade)
                    })
                };
                match above.iter().find(same).copied() {
                    Some(i) => {
                        if let Some(area) = areas.get_mut(i) {
                            area.bounds[3] += 1;
                        }
                        here.push(i);
                    }
                    None => {
                        here.push(areas.len());
                        areas.push(Area { bounds: [x, y as u32, width, 1], shade });
                    }
                }
            }
            above = here;
        }
        Some(areas)
    }

    /// Left edge, width and shade of the runs of a row that are not paper.
    fn runs(&self, text: &str) -> Option<Vec<(u32, u32, u8)>> {
        let mut runs = vec![];
        let (mut x, mut rest) = (0u32, text);
        while let Some(letter) = rest.chars().next() {
            let shade = match SHADES.iter().position(|&known| known == letter) {
                Some(i) => i as u8 + 1,
                None if letter == '.' => 0,
                None => return None,
            };
            let digits = rest.get(1..)?;
            let end = digits.find(|c: char| !c.is_ascii_digit()).unwrap_or(digits.len());
            let width: u32 = digits.get(..end)?.parse().ok().filter(|&width| width > 0)?;
            if shade > 0 {
                runs.push((x, width, shade));
            }
            x = x.checked_add(width).filter(|&x| x <= self.columns)?;
            rest = digits.get(end..)?;
        }
        Some(runs)
    }
}

#[cfg(test)]
pub(super) mod tests {
    use super::*;

    /// A grey PNG file.
    pub fn png_of(width: u32, height: u32, grey: &[u8]) -> Vec<u8> {
        let mut bytes = vec![];
        let mut encoder = png::Encoder::new(&mut bytes, width, height);
        encoder.set_color(ColorType::Grayscale);
        encoder.write_header().unwrap().write_image_data(grey).unwrap();
        bytes
    }

    /// Every pixel of a small page, from the rectangles: the oracle of the run-length text and of the merging.
    fn painted(picture: &Picture) -> Vec<Vec<u8>> {
        let mut page = vec![vec![0; picture.columns as usize]; picture.rows.len()];
        for area in picture.areas().unwrap() {
            let [x, y, width, height] = area.bounds.map(|edge| edge as usize);
            for row in &mut page[y..y + height] {
                for pixel in &mut row[x..x + width] {
                    assert_eq!(*pixel, 0, "no pixel is painted twice");
                    *pixel = area.shade;
                }
            }
        }
        page
    }

    #[test]
    fn a_small_page_keeps_every_pixel() {
        let grey = [200, 200, 0, 0, 200, 200, 0, 0, 200, 90, 200, 200];
        let scan = read(&png_of(4, 3, &grey)).unwrap();
        assert_eq!((scan.width, scan.height), (4, 3));
        assert_eq!(scan.picture.rows, [".2c2", ".2c2", ".1b1"]);
        assert_eq!(painted(&scan.picture), [[0, 0, 3, 3], [0, 0, 3, 3], [0, 2, 0, 0]]);
        assert_eq!(scan.picture.areas().unwrap().len(), 2, "equal runs are one area");
    }

    #[test]
    fn a_large_page_is_reduced() {
        let (width, height) = (1000u32, 1500u32);
        let grey: Vec<u8> = (0..height)
            .flat_map(|y| (0..width).map(move |x| if x < 500 && y < 750 { 0 } else { 255 }))
            .collect();
        let picture = read(&png_of(width, height, &grey)).unwrap().picture;
        assert_eq!((picture.columns, picture.rows.len()), (420, 630));
        assert_eq!(picture.areas().unwrap(), [Area { bounds: [0, 0, 210, 315], shade: 3 }]);
    }

    /// Broken, empty and huge files have a reason and no panic.
    #[test]
    fn what_is_no_page_is_refused() {
        let good = png_of(4, 3, &[255; 12]);
        for cut in 0..good.len() - 12 {
            assert!(read(&good[..cut]).is_err(), "cut at {cut}");
        }
        let mut huge = good.clone();
        huge[16..20].copy_from_slice(&60_000u32.to_be_bytes());
        assert!(read(&huge).is_err());
        assert!(read(&png_of(1, 100, &[255; 100])).is_err(), "taller than any page");
        assert!(read(b"GIF89a").is_err());
    }

    /// A record comes from outside: a row that is no text of runs gives no areas.
    #[test]
    fn rows_that_are_no_runs_are_refused() {
        for row in ["c", "c0", "x3", "c5", "c4294967295c9", ".3c", "c-1", "ü2", "c1 c1"] {
            let picture = Picture { columns: 4, rows: vec![row.to_owned()] };
            assert_eq!(picture.areas(), None, "{row}");
        }
        assert_eq!(Picture { columns: 4, rows: vec![String::new()] }.areas(), Some(vec![]));
    }
}
