//! The agency's sign: an SVG drawing or a PNG picture, read into what is printed and nothing else.
//!
//! A logo comes from outside, and a letter must not depend on what it might hold: every reference that leads out of the
//! file, every element that is no plain area or line, and everything too large is refused with its name (F33, F34).

mod png;
mod svg;

use crate::fault::{Checked, Fault, Faults, Place};

/// No logo needs more.
const LARGEST_FILE: usize = 1 << 20;

/// A logo, as it is printed.
#[derive(Clone, Debug, PartialEq)]
pub struct Logo {
    /// Width in its own units; only the ratio to the height matters.
    pub width: f32,
    /// Height in its own units.
    pub height: f32,
    /// What it shows.
    pub content: Content,
}

/// What a logo shows.
#[derive(Clone, Debug, PartialEq)]
pub enum Content {
    /// Filled areas, from the one at the back to the one in front.
    Areas(Vec<Area>),
    /// Pixels.
    Pixels(Pixels),
}

/// A filled area.
#[derive(Clone, Debug, PartialEq)]
pub struct Area {
    /// Closed rings of points in the logo's units, y pointing down.
    pub rings: Vec<Vec<(f32, f32)>>,
    /// Filled by the even-odd rule, else by the non-zero one.
    pub even_odd: bool,
    /// sRGB.
    pub color: [u8; 3],
}

/// A picture.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Pixels {
    /// Pixels in a row.
    pub columns: u32,
    /// Rows.
    pub rows: u32,
    /// Red, green, blue of each pixel, row by row; what is transparent is white, as the paper.
    pub rgb: Vec<u8>,
}

/// Why a logo is refused: code, what was found, what to do.
type Refusal = (&'static str, String, &'static str);

/// Reads a logo. The content decides what it is, not the name.
///
/// # Errors
/// F33 neither SVG nor PNG, broken, larger than 1 MiB or than 4 million pixels; F34 an element or a reference that is
/// not printed.
pub fn read(file: &str, bytes: &[u8]) -> Checked<Logo> {
    let refused = |(code, found, mend): Refusal| {
        let expected = "an SVG file of plain areas and lines, or a PNG file";
        Faults::from(Fault::new(code, Place::file(file), found, expected, mend))
    };
    if bytes.len() > LARGEST_FILE {
        let found = format!("{} bytes", bytes.len());
        return Err(refused(("F33", found, "Use a file of at most 1 MiB.")));
    }
    // Both readers are dependencies that meet a file from outside here: a panic in one must not end a run.
    let read = std::panic::catch_unwind(|| {
        if bytes.starts_with(b"\x89PNG\r\n\x1a\n") { png::read(bytes) } else { svg::read(bytes) }
    });
    read.unwrap_or(Err(broken("a file that breaks its reader"))).map_err(refused)
}

fn broken(found: impl Into<String>) -> Refusal {
    ("F33", found.into(), "Export the logo again from the program it was drawn with.")
}

#[cfg(test)]
mod tests {
    use super::*;

    fn code(bytes: &[u8]) -> &'static str {
        read("logo", bytes).expect_err("refused").0[0].code
    }

    fn svg(inner: &str) -> Vec<u8> {
        format!(r#"<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 20 10">{inner}</svg>"#)
            .into()
    }

    #[test]
    fn areas_and_lines_are_read_with_their_colours() {
        let logo = read(
            "logo",
            &svg(
                r##"<style>.a{fill:#0a0}</style><g transform="translate(2 0)"><rect class="a" width="4" height="3"/></g>
                <path d="M0 5h10" stroke="#00f" stroke-width="2" fill="none"/><circle cx="5" cy="5" r="2"/>"##,
            ),
        )
        .expect("a logo");
        assert_eq!((logo.width, logo.height), (20.0, 10.0));
        let Content::Areas(areas) = logo.content else { panic!("areas") };
        let colors: Vec<_> = areas.iter().map(|area| area.color).collect();
        assert_eq!(colors, [[0, 0xaa, 0], [0, 0, 0xff], [0, 0, 0]]);
        assert_eq!(areas[0].rings[0][..2], [(2.0, 0.0), (6.0, 0.0)]);
        let lowest = areas[1].rings[0].iter().map(|point| point.1).fold(0.0, f32::max);
        assert!((lowest - 6.0).abs() < 1e-3, "a line is as thick as it was drawn");
        assert!(areas[2].rings[0].len() > 60, "a circle is round");
    }

    // Promise: a logo cannot fetch, run or hide anything; it is refused with the reason.
    #[test]
    fn hostile_and_unprintable_drawings_are_refused() {
        for inner in [
            r#"<image href="http://example.org/x.png" width="1" height="1"/>"#,
            r#"<image href="data:image/png;base64,AAAA" width="1" height="1"/>"#,
            r#"<text>Amt</text>"#,
            r#"<script>1</script>"#,
            r#"<style>@import "http://example.org/x.css";</style><rect width="1" height="1"/>"#,
            r#"<rect width="1" height="1" fill="url(http://example.org/x.svg#a)"/>"#,
            r##"<g id="a"/><use href="#a"/>"##,
            r#"<linearGradient id="g"/><rect width="1" height="1" fill="url(#g)"/>"#,
            r#"<rect width="1" height="1" opacity="0.5"/>"#,
            r#"<rect width="1" height="1" fill-opacity="0.5"/>"#,
            r#"<rect width="1" height="1" onload="x()"/>"#,
            r#"<path d="M0 0h9" stroke="red" stroke-dasharray="0.001"/>"#,
            r#"<a href="http://example.org/"><rect width="1" height="1"/></a>"#,
            r#"<foreignObject/>"#,
        ] {
            assert_eq!(code(&svg(inner)), "F34", "{inner}");
        }
        let laughs = r#"<!DOCTYPE svg [<!ENTITY a "aaaa"><!ENTITY b "&a;&a;">]><svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 1 1"><desc>&b;</desc></svg>"#;
        assert_eq!(code(laughs.as_bytes()), "F34");
        let deep = svg(&format!("{}{}", "<g>".repeat(20_000), "</g>".repeat(20_000)));
        assert_eq!(code(&deep), "F33");
        let many = svg(&r#"<rect width="1" height="1"/>"#.repeat(20_000));
        assert_eq!(code(&many), "F33");
        for broken in
            [&b""[..], b"GIF89a", b"<svg", b"\xff\xfe", &svg(""), &vec![b' '; LARGEST_FILE + 1]]
        {
            assert_eq!(code(broken), "F33");
        }
    }

    #[test]
    fn a_broken_or_huge_picture_is_refused() {
        let mut good = Vec::new();
        let mut encoder = ::png::Encoder::new(&mut good, 2, 1);
        encoder.set_color(::png::ColorType::Rgba);
        let mut writer = encoder.write_header().expect("header");
        writer.write_image_data(&[255, 0, 0, 255, 0, 0, 0, 0]).expect("pixels");
        drop(writer);
        let logo = read("logo", &good).expect("a picture");
        let pixels = Pixels { columns: 2, rows: 1, rgb: vec![255, 0, 0, 255, 255, 255] };
        assert_eq!(logo.content, Content::Pixels(pixels), "transparent is paper");
        for cut in 8..good.len() - 12 {
            assert_eq!(code(&good[..cut]), "F33", "cut at {cut}");
        }
        let mut huge = good.clone();
        huge[16..20].copy_from_slice(&60_000u32.to_be_bytes());
        assert_eq!(code(&huge), "F33");
    }
}
