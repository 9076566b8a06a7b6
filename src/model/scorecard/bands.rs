//! Bands: names for ranges of points, which change no number.

use super::bin::{Cut, Mark, Piece, pieces};
use super::ranges::told;
use super::{Band, Finder};

/// More bands than any agency tells apart.
const MOST_BANDS: usize = 100;

/// A sentence that names the bands, for `inspect`; nothing where there are none, or they are at fault, which is told.
pub fn sentence(finder: &mut Finder<'_>, bands: &[Band]) -> Option<String> {
    if let Some(band) = bands.get(MOST_BANDS) {
        finder.say(band.line, format!("{} bands", bands.len()), &format!("at most {MOST_BANDS}"));
        return None;
    }
    let mut ranges: Vec<(Cut, Cut, &Band)> = Vec::new();
    for band in bands {
        let range = match pieces(&band.text, Mark::Point).as_deref() {
            Ok([Piece::Interval(low, high) | Piece::Range(low, high)]) => Some((*low, *high)),
            _ => None,
        };
        if band.name.is_empty() {
            finder.say(band.line, "a band without a name", "a name");
        } else if bands.iter().filter(|other| other.name == band.name).count() > 1 {
            finder.say(band.line, format!("the band `{}` twice", band.name), "each name once");
        }
        match range {
            Some((low, high)) => ranges.push((low, high, band)),
            None => {
                let found = format!("the points `{}` of the band `{}`", band.text, band.name);
                finder.say(band.line, found, "one range, such as `300..400` or `>=400`");
            }
        }
    }
    ranges.sort_by(|(a, ..), (b, ..)| a.partial_cmp(b).unwrap_or(std::cmp::Ordering::Equal));
    for pair in ranges.windows(2) {
        let [(_, end, before), (start, _, band)] = pair else { continue };
        if start < end {
            let found =
                format!("the bands `{}` and `{}` with points in common", before.name, band.name);
            finder.say(band.line, found, "one band for each number of points");
        } else if start > end {
            let found = format!("no band for points {}", told(*end, *start));
            finder.say(band.line, found, "bands that follow each other");
        }
    }
    let named =
        ranges.iter().map(|(low, high, band)| format!("{} {}", band.name, told(*low, *high)));
    let named: Vec<String> = named.collect();
    (!named.is_empty())
        .then(|| format!("Bands of points, which change no number: {}.", named.join("; ")))
}
