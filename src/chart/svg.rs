//! A drawing as an SVG file.

use std::fmt::Write;

use super::drawing::{Anchor, Color, Drawing, Mark};

/// The drawing as SVG 1.1, in points, with real text in Noto Sans (a viewer without that face takes another sans-serif,
/// whose widths may differ). The same drawing always gives the same bytes.
pub fn svg(drawing: &Drawing) -> String {
    written(drawing, "", "")
}

/// What a picture says, for those who do not see it.
#[derive(Clone, Copy, Debug)]
pub struct AlternativeText<'a> {
    /// Its name.
    pub title: &'a str,
    /// What it says.
    pub text: &'a str,
    /// Language of both, as BCP 47.
    pub language: &'a str,
}

/// As [`svg`], with its alternative text: an image for a screen reader, named by `title` and told by `desc`.
pub fn told_svg(drawing: &Drawing, alternative: AlternativeText) -> String {
    let AlternativeText { title, text, language } = alternative;
    let attributes =
        format!(" xml:lang=\"{}\" role=\"img\" aria-labelledby=\"title text\"", escape(language));
    let elements = format!(
        "<title id=\"title\">{}</title>\n<desc id=\"text\">{}</desc>\n",
        escape(title),
        escape(text)
    );
    written(drawing, &attributes, &elements)
}

fn written(drawing: &Drawing, attributes: &str, elements: &str) -> String {
    let (width, height) = (number(drawing.width), number(drawing.height));
    let mut out = format!(
        "<svg xmlns=\"http://www.w3.org/2000/svg\" width=\"{width}pt\" height=\"{height}pt\" \
         viewBox=\"0 0 {width} {height}\" font-family=\"'Noto Sans', sans-serif\"{attributes}>\n{elements}"
    );
    for mark in &drawing.marks {
        // Writing into a String cannot fail.
        let _ = match mark {
            Mark::Line { points, width, color } => writeln!(
                out,
                "<path d=\"{}\" fill=\"none\" stroke=\"{}\" stroke-width=\"{}\"/>",
                path(points, points.len() > 2 && points.first() == points.last()),
                hex(*color),
                number(*width)
            ),
            Mark::Fill { points, color } => {
                writeln!(out, "<path d=\"{}\" fill=\"{}\"/>", path(points, true), hex(*color))
            }
            Mark::Text { x, y, anchor, size, bold, color, text } => {
                let anchor = match anchor {
                    Anchor::Start => "",
                    Anchor::Middle => " text-anchor=\"middle\"",
                    Anchor::End => " text-anchor=\"end\"",
                };
                let weight = if *bold { " font-weight=\"bold\"" } else { "" };
                let (x, y, size, color) = (number(*x), number(*y), number(*size), hex(*color));
                let text = escape(text);
                writeln!(
                    out,
                    "<text x=\"{x}\" y=\"{y}\" font-size=\"{size}\"{anchor}{weight} fill=\"{color}\">{text}</text>"
                )
            }
        };
    }
    out.push_str("</svg>\n");
    out
}

/// Two decimals at most: a hundredth of a point.
fn number(value: f32) -> String {
    let text = format!("{value:.2}");
    let text = text.trim_end_matches('0').trim_end_matches('.');
    if text == "-0" { "0".to_owned() } else { text.to_owned() }
}

fn hex([r, g, b]: Color) -> String {
    format!("#{r:02x}{g:02x}{b:02x}")
}

fn path(points: &[(f32, f32)], closed: bool) -> String {
    let points = if closed && points.first() == points.last() {
        points.split_last().map_or(points, |p| p.1)
    } else {
        points
    };
    let mut out = String::new();
    for (i, (x, y)) in points.iter().enumerate() {
        out.push_str(if i == 0 { "M" } else { " L" });
        let _ = write!(out, "{} {}", number(*x), number(*y));
    }
    if closed {
        out.push('Z');
    }
    out
}

fn escape(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    for c in text.chars() {
        match c {
            '&' => out.push_str("&amp;"),
            '<' => out.push_str("&lt;"),
            '>' => out.push_str("&gt;"),
            // Not characters of XML 1.0 (section 2.2, production Char).
            '\u{fffe}' | '\u{ffff}' => out.push('\u{fffd}'),
            c if c.is_control() && !matches!(c, '\t' | '\n' | '\r') => out.push('\u{fffd}'),
            c => out.push(c),
        }
    }
    out
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn text_is_escaped_and_paths_are_closed_once() {
        let text = Mark::Text {
            x: 1.0,
            y: 2.005,
            anchor: Anchor::End,
            size: 9.5,
            bold: true,
            color: [20, 69, 107],
            text: "a < b & \u{1}c".into(),
        };
        let square = vec![(0.0, 0.0), (4.0, 0.0), (4.0, 4.0), (0.0, 0.0)];
        let line = Mark::Line { points: square, width: 0.5, color: [0, 0, 0] };
        let out =
            svg(&Drawing { width: 10.0, height: 5.0, marks: vec![text, line], mirrors: false });
        assert!(out.contains(
            "text-anchor=\"end\" font-weight=\"bold\" fill=\"#14456b\">a &lt; b &amp; \u{fffd}c<"
        ));
        assert!(out.contains("d=\"M0 0 L4 0 L4 4Z\" fill=\"none\""));
    }
}
