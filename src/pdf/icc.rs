//! An sRGB profile made from the published numbers, so that no profile of unclear licence is shipped.
//!
//! ICC.1:2004-10 (version 4.2, the one PDF 1.7 names): matrix/TRC display profile. Primaries and white point of
//! IEC 61966-2-1, adapted to D50 with the Bradford transform; its transfer curve as a parametric curve of type 3.

use std::sync::LazyLock;

type Matrix = [[f64; 3]; 3];
type Vector = [f64; 3];

/// Chromaticities of red, green, blue (IEC 61966-2-1, table 1).
const PRIMARIES: [(f64, f64); 3] = [(0.64, 0.33), (0.30, 0.60), (0.15, 0.06)];
/// D65, the white point of sRGB.
const D65: (f64, f64) = (0.3127, 0.3290);
/// D50 as the profile connection space has it (ICC.1, 6.3.4.3).
const D50: Vector = [0.9642, 1.0, 0.8249];
/// Cone responses of the Bradford transform (ICC.1, annex E).
const BRADFORD: Matrix =
    [[0.8951, 0.2664, -0.1614], [-0.7502, 1.7135, 0.0367], [0.0389, -0.0685, 1.0296]];

/// The profile.
pub(crate) static SRGB: LazyLock<Vec<u8>> = LazyLock::new(profile);

fn apply(m: Matrix, v: Vector) -> Vector {
    m.map(|row| row[0] * v[0] + row[1] * v[1] + row[2] * v[2])
}

fn product(a: Matrix, b: Matrix) -> Matrix {
    let column = |j: usize| apply(a, [b[0][j], b[1][j], b[2][j]]);
    let [x, y, z] = [column(0), column(1), column(2)];
    [[x[0], y[0], z[0]], [x[1], y[1], z[1]], [x[2], y[2], z[2]]]
}

/// Inverse by cofactors; the three matrices here are far from singular.
fn inverse(m: Matrix) -> Matrix {
    let minor = |r: usize, c: usize| {
        let (r1, r2, c1, c2) = ((r + 1) % 3, (r + 2) % 3, (c + 1) % 3, (c + 2) % 3);
        m[r1][c1] * m[r2][c2] - m[r1][c2] * m[r2][c1]
    };
    let determinant = m[0][0] * minor(0, 0) + m[0][1] * minor(0, 1) + m[0][2] * minor(0, 2);
    let row = |c: usize| {
        [minor(0, c) / determinant, minor(1, c) / determinant, minor(2, c) / determinant]
    };
    [row(0), row(1), row(2)]
}

fn xyz((x, y): (f64, f64)) -> Vector {
    [x / y, 1.0, (1.0 - x - y) / y]
}

/// Adaptation from D65 to D50.
fn adaptation() -> Matrix {
    let from = apply(BRADFORD, xyz(D65));
    let to = apply(BRADFORD, D50);
    let scale =
        [[to[0] / from[0], 0.0, 0.0], [0.0, to[1] / from[1], 0.0], [0.0, 0.0, to[2] / from[2]]];
    product(inverse(BRADFORD), product(scale, BRADFORD))
}

/// XYZ (D50) of full red, green and blue.
fn colorants() -> [Vector; 3] {
    let [r, g, b] = PRIMARIES.map(xyz);
    let columns = [[r[0], g[0], b[0]], [r[1], g[1], b[1]], [r[2], g[2], b[2]]];
    let amounts = apply(inverse(columns), xyz(D65));
    let adapted = adaptation();
    let scaled = |v: Vector, amount: f64| apply(adapted, v.map(|part| part * amount));
    [scaled(r, amounts[0]), scaled(g, amounts[1]), scaled(b, amounts[2])]
}

fn fixed(value: f64) -> [u8; 4] {
    ((value * 65536.0).round() as i32).to_be_bytes()
}

fn tag(kind: &[u8; 4], body: impl IntoIterator<Item = u8>) -> Vec<u8> {
    kind.iter().copied().chain([0; 4]).chain(body).collect()
}

fn text(value: &str) -> Vec<u8> {
    let units: Vec<u8> = value.encode_utf16().flat_map(u16::to_be_bytes).collect();
    let head = [1u32, 12].into_iter().flat_map(u32::to_be_bytes);
    let record = [units.len() as u32, 28].into_iter().flat_map(u32::to_be_bytes);
    tag(b"mluc", head.chain(*b"enUS").chain(record).chain(units))
}

fn profile() -> Vec<u8> {
    let xyz_tag = |v: Vector| tag(b"XYZ ", v.into_iter().flat_map(fixed));
    let [red, green, blue] = colorants();
    let curve = [2.4, 1.0 / 1.055, 0.055 / 1.055, 1.0 / 12.92, 0.04045];
    let curve = tag(b"para", [0, 3, 0, 0].into_iter().chain(curve.into_iter().flat_map(fixed)));
    let adapted = tag(b"sf32", adaptation().into_iter().flatten().flat_map(fixed));
    let tags: [(&[u8; 4], Vec<u8>); 10] = [
        (b"desc", text("sRGB IEC61966-2-1")),
        (b"cprt", text("No copyright")),
        (b"wtpt", xyz_tag(D50)),
        (b"chad", adapted),
        (b"rXYZ", xyz_tag(red)),
        (b"gXYZ", xyz_tag(green)),
        (b"bXYZ", xyz_tag(blue)),
        (b"rTRC", curve.clone()),
        (b"gTRC", curve.clone()),
        (b"bTRC", curve),
    ];
    let mut table = (tags.len() as u32).to_be_bytes().to_vec();
    let mut data = Vec::new();
    let data_start = 128 + 4 + 12 * tags.len();
    for (name, body) in &tags {
        table.extend_from_slice(*name);
        table.extend(((data_start + data.len()) as u32).to_be_bytes());
        table.extend((body.len() as u32).to_be_bytes());
        data.extend_from_slice(body);
        data.resize(data.len().next_multiple_of(4), 0);
    }
    let mut profile = Vec::with_capacity(data_start + data.len());
    profile.extend(((data_start + data.len()) as u32).to_be_bytes());
    profile.extend([0; 4]); // no preferred engine
    profile.extend([4, 0x20, 0, 0]); // version 4.2
    profile.extend(*b"mntrRGB XYZ ");
    for part in [2026u16, 1, 1, 0, 0, 0] {
        profile.extend(part.to_be_bytes()); // the profile is one and the same for every file
    }
    profile.extend(*b"acsp");
    profile.resize(68, 0); // no platform, flags, maker, attributes; perceptual intent
    profile.extend(D50.into_iter().flat_map(fixed));
    profile.resize(128, 0);
    profile.extend(table);
    profile.extend(data);
    profile
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn colorants_are_the_published_ones() {
        // sRGB adapted to D50 with Bradford (Lindbloom, RGB/XYZ matrices); his D50 has z 0.8252, that of ICC 0.8249.
        let published = [
            [0.4360747, 0.2225045, 0.0139322],
            [0.3850649, 0.7168786, 0.0971045],
            [0.1430804, 0.0606169, 0.7141733],
        ];
        for (ours, theirs) in colorants().into_iter().flatten().zip(published.into_iter().flatten())
        {
            assert!((ours - theirs).abs() < 4e-4, "{ours} {theirs}");
        }
    }

    #[test]
    fn size_field_tells_the_size() {
        assert_eq!(SRGB[..4], (SRGB.len() as u32).to_be_bytes());
        assert_eq!(&SRGB[36..40], b"acsp");
    }
}
