//! SVG drawings → filled areas. usvg resolves styles, shapes and transformations; lines become areas as thick as they
//! are, curves become fine polygons.

use quick_xml::Reader;
use quick_xml::events::{BytesStart, Event};
use usvg::tiny_skia_path::{self as geometry, PathSegment};
use usvg::{FillRule, Group, Node, Options, Paint, Tree};

use super::{Area, Content, Logo, Refusal, broken};

/// Nested deeper, no drawing program writes; and the reader recurses.
const DEEPEST: usize = 64;
/// More elements are a picture, not a sign.
const MOST_ELEMENTS: usize = 5_000;
/// Corners of all polygons.
const MOST_POINTS: usize = 200_000;
/// Pieces of a curve: 0.01 mm off at most on a logo of 45 mm.
const PIECES: usize = 24;

/// Elements that may stand in a logo. A list of what is known to be harmless, not of what is known to be harmful.
const ALLOWED: [&str; 15] = [
    "svg",
    "g",
    "defs",
    "title",
    "desc",
    "metadata",
    "style",
    "path",
    "rect",
    "circle",
    "ellipse",
    "line",
    "polyline",
    "polygon",
    "namedview",
];

const REDRAW: &str = "Turn text into paths, copies, gradients, masks and transparency into plain areas; embed nothing.";

/// Reads a drawing.
pub(super) fn read(bytes: &[u8]) -> Result<Logo, Refusal> {
    let text =
        std::str::from_utf8(bytes).map_err(|_| broken("a file that is no text and no PNG"))?;
    check(text)?;
    let mut options = Options::default();
    // There is no picture to resolve after the check above; and none would be fetched.
    options.image_href_resolver.resolve_data = Box::new(|_, _, _| None);
    options.image_href_resolver.resolve_string = Box::new(|_, _| None);
    let tree = Tree::from_str(text, &options)
        .map_err(|error| broken(format!("a broken SVG file: {error}")))?;
    let mut areas = Vec::new();
    let mut points = 0;
    group(tree.root(), &mut areas, &mut points)?;
    if areas.is_empty() {
        return Err(broken("a drawing without areas or lines"));
    }
    let size = tree.size();
    Ok(Logo { width: size.width(), height: size.height(), content: Content::Areas(areas) })
}

/// Refuses by name what is not printed, before anything is resolved.
fn check(text: &str) -> Result<(), Refusal> {
    let not_printed = |found: String| Err(("F34", found, REDRAW));
    let mut reader = Reader::from_str(text);
    let (mut depth, mut elements) = (0usize, 0usize);
    let mut in_metadata = 0usize;
    let mut in_style = false;
    loop {
        let event = reader.read_event().map_err(|error| broken(format!("broken XML: {error}")))?;
        match event {
            Event::Eof => break,
            Event::DocType(doctype) if doctype.contains('[') => {
                return not_printed("entities of a document type".to_owned());
            }
            Event::Start(element) => {
                depth += 1;
                if depth > DEEPEST {
                    return Err(broken(format!("elements nested deeper than {DEEPEST}")));
                }
                elements += 1;
                let is_metadata = element.local_name().as_ref() == "metadata";
                if in_metadata == 0 {
                    allowed(&element)?;
                }
                if in_metadata > 0 || is_metadata {
                    in_metadata += 1;
                }
                in_style = element.local_name().as_ref() == "style";
            }
            Event::Empty(element) => {
                elements += 1;
                if in_metadata == 0 {
                    allowed(&element)?;
                }
            }
            Event::End(_) => {
                depth = depth.saturating_sub(1);
                in_metadata = in_metadata.saturating_sub(1);
                in_style = false;
            }
            Event::Text(text) if in_style => style(&text)?,
            Event::CData(text) if in_style => style(&text)?,
            _ => {}
        }
        if elements > MOST_ELEMENTS {
            return Err(broken(format!("more than {MOST_ELEMENTS} elements")));
        }
    }
    if elements == 0 { Err(broken("a file that is neither SVG nor PNG")) } else { Ok(()) }
}

fn allowed(element: &BytesStart) -> Result<(), Refusal> {
    let name = element.local_name();
    if !ALLOWED.contains(&name.as_ref()) {
        let name = name.as_ref();
        return Err(("F34", format!("<{name}>"), REDRAW));
    }
    for attribute in element.attributes() {
        let attribute = attribute.map_err(|error| broken(format!("broken XML: {error}")))?;
        let key = attribute.key.local_name();
        let key = key.as_ref();
        let refers = key == "href" || key.starts_with("on") || key == "stroke-dasharray";
        let none = attribute.value.as_ref() == "none";
        if refers && !none {
            return Err(("F34", format!("the attribute {key}"), REDRAW));
        }
        // Names of namespaces are no references.
        if !attribute.key.as_ref().starts_with("xmlns") {
            style(&attribute.value)?;
        }
    }
    Ok(())
}

/// Nothing in a style or an attribute may lead anywhere.
fn style(text: &str) -> Result<(), Refusal> {
    let text = text.to_lowercase();
    for word in ["url(", "@import", "dasharray:", "expression(", "data:", "&#"] {
        if text.contains(word) && !text.contains("dasharray:none") {
            return Err(("F34", format!("“{word}” in a style or attribute"), REDRAW));
        }
    }
    Ok(())
}

fn group(group: &Group, areas: &mut Vec<Area>, points: &mut usize) -> Result<(), Refusal> {
    let transparent = || Err(("F34", "transparency or clipping".to_owned(), REDRAW));
    let plain = group.opacity().get() == 1.0
        && group.clip_path().is_none()
        && group.mask().is_none()
        && group.filters().is_empty();
    if !plain {
        return transparent();
    }
    for node in group.children() {
        match node {
            Node::Group(inner) => self::group(inner, areas, points)?,
            Node::Path(path) if !path.is_visible() => {}
            Node::Path(path) => {
                let color = |paint: &Paint| match paint {
                    Paint::Color(color) => Some([color.red, color.green, color.blue]),
                    _ => None,
                };
                let whole = |data: &geometry::Path| data.clone().transform(path.abs_transform());
                if let Some(fill) = path.fill() {
                    let Some(color) = color(fill.paint()).filter(|_| fill.opacity().get() == 1.0)
                    else {
                        return transparent();
                    };
                    let even_odd = fill.rule() == FillRule::EvenOdd;
                    if let Some(data) = whole(path.data()) {
                        areas.push(Area { rings: rings(&data, points)?, even_odd, color });
                    }
                }
                if let Some(stroke) = path.stroke() {
                    let Some(color) =
                        color(stroke.paint()).filter(|_| stroke.opacity().get() == 1.0)
                    else {
                        return transparent();
                    };
                    let line = geometry::Stroke {
                        width: stroke.width().get(),
                        miter_limit: stroke.miterlimit().get(),
                        line_cap: match stroke.linecap() {
                            usvg::LineCap::Butt => geometry::LineCap::Butt,
                            usvg::LineCap::Round => geometry::LineCap::Round,
                            usvg::LineCap::Square => geometry::LineCap::Square,
                        },
                        line_join: match stroke.linejoin() {
                            usvg::LineJoin::Round => geometry::LineJoin::Round,
                            usvg::LineJoin::Bevel => geometry::LineJoin::Bevel,
                            _ => geometry::LineJoin::Miter,
                        },
                        dash: None,
                    };
                    if let Some(data) = path.data().stroke(&line, 4.0).and_then(|d| whole(&d)) {
                        areas.push(Area { rings: rings(&data, points)?, even_odd: false, color });
                    }
                }
            }
            Node::Image(_) | Node::Text(_) => return transparent(),
        }
    }
    Ok(())
}

/// A path as closed polygons.
fn rings(path: &geometry::Path, points: &mut usize) -> Result<Vec<Vec<(f32, f32)>>, Refusal> {
    let mut rings: Vec<Vec<(f32, f32)>> = Vec::new();
    let mut at = (0.0, 0.0);
    for segment in path.segments() {
        let from = at;
        let mut more: Vec<(f32, f32)> = Vec::new();
        let steps = || (1..=PIECES).map(|nth| nth as f32 / PIECES as f32);
        match segment {
            PathSegment::MoveTo(to) => {
                rings.push(Vec::new());
                more.push((to.x, to.y));
            }
            PathSegment::LineTo(to) => more.push((to.x, to.y)),
            PathSegment::QuadTo(c, to) => more.extend(steps().map(|t| {
                let (a, b, d) = ((1.0 - t) * (1.0 - t), 2.0 * t * (1.0 - t), t * t);
                (a * from.0 + b * c.x + d * to.x, a * from.1 + b * c.y + d * to.y)
            })),
            PathSegment::CubicTo(c, e, to) => more.extend(steps().map(|t| {
                let u = 1.0 - t;
                let (a, b, d, f) = (u * u * u, 3.0 * u * u * t, 3.0 * u * t * t, t * t * t);
                let x = a * from.0 + b * c.x + d * e.x + f * to.x;
                (x, a * from.1 + b * c.y + d * e.y + f * to.y)
            })),
            PathSegment::Close => {
                if let Some(first) = rings.last().and_then(|ring| ring.first()) {
                    at = *first;
                }
                continue;
            }
        }
        at = more.last().copied().unwrap_or(at);
        *points += more.len();
        if *points > MOST_POINTS {
            return Err(broken(format!("more than {MOST_POINTS} corners")));
        }
        if more.iter().any(|(x, y)| !x.is_finite() || !y.is_finite()) {
            return Err(broken("a point that is no number"));
        }
        if rings.is_empty() {
            rings.push(vec![from]);
        }
        if let Some(ring) = rings.last_mut() {
            ring.append(&mut more);
        }
    }
    rings.retain(|ring| ring.len() > 2);
    Ok(rings)
}
