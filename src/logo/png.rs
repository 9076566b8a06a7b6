//! PNG pictures, on white paper.

use std::io::Cursor;

use png::{ColorType, Decoder, Limits, Transformations};

use super::{Content, Logo, Pixels, Refusal, broken};

/// 2,000 × 2,000: 45 mm at 1,100 dots an inch.
const MOST_PIXELS: u64 = 4_000_000;

/// Reads a picture.
pub(super) fn read(bytes: &[u8]) -> Result<Logo, Refusal> {
    let failed = |error: png::DecodingError| broken(format!("a broken PNG file: {error}"));
    let limits = Limits { bytes: 64 << 20 };
    let mut decoder = Decoder::new_with_limits(Cursor::new(bytes), limits);
    // Palettes and small depths become 8 bits a channel; so do 16 bits.
    decoder.set_transformations(Transformations::normalize_to_color8());
    let mut reader = decoder.read_info().map_err(failed)?;
    let (columns, rows) = (reader.info().width, reader.info().height);
    let pixels = u64::from(columns) * u64::from(rows);
    if pixels == 0 || pixels > MOST_PIXELS {
        let found = format!("a picture of {columns} × {rows} pixels");
        return Err(("F33", found, "Use a picture of at most 4 million pixels."));
    }
    let size = reader.output_buffer_size().ok_or_else(|| broken("a picture without a size"))?;
    let mut buffer = vec![0; size];
    let frame = reader.next_frame(&mut buffer).map_err(failed)?;
    let samples = buffer.get(..frame.buffer_size()).unwrap_or_default();
    // A picture on paper: what shines through is white.
    let on_paper = |value: u8, alpha: u8| {
        let (value, alpha) = (u32::from(value), u32::from(alpha));
        ((value * alpha + 255 * (255 - alpha) + 127) / 255) as u8
    };
    let mut rgb = Vec::with_capacity(3 * pixels as usize);
    for pixel in samples.chunks_exact(frame.color_type.samples().max(1)) {
        match (frame.color_type, pixel) {
            (ColorType::Grayscale, &[grey]) => rgb.extend([grey; 3]),
            (ColorType::GrayscaleAlpha, &[grey, alpha]) => rgb.extend([on_paper(grey, alpha); 3]),
            (ColorType::Rgb, rgb_pixel) => rgb.extend(rgb_pixel),
            (ColorType::Rgba, &[r, g, b, alpha]) => {
                rgb.extend([r, g, b].map(|value| on_paper(value, alpha)));
            }
            _ => return Err(broken("a PNG file of unknown colours")),
        }
    }
    if rgb.len() as u64 != 3 * pixels {
        return Err(broken("a PNG file with too few pixels"));
    }
    let content = Content::Pixels(Pixels { columns, rows, rgb });
    Ok(Logo { width: columns as f32, height: rows as f32, content })
}
