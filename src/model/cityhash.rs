//! CityHash, version 1.0 (Pike and Alakuijala, 2011), of 64 bits: CatBoost knows categories by it.
//!
//! Later versions of CityHash give other numbers. Written from the published algorithm; the test's numbers are
//! CatBoost's own.

const K0: u64 = 0xc3a5_c85c_97cb_3127;
const K1: u64 = 0xb492_b66f_be98_f273;
const K2: u64 = 0x9ae1_6a3b_2f90_404f;
const K3: u64 = 0xc949_d7c7_509e_6557;

/// The hash of some bytes.
pub(super) fn city_hash_64(bytes: &[u8]) -> u64 {
    match bytes.len() {
        0..=16 => to_16(bytes),
        17..=32 => to_32(bytes),
        33..=64 => to_64(bytes),
        _ => longer(bytes),
    }
}

/// Eight bytes from a place on, little-endian; 0 beyond the end, where the algorithm never looks.
fn eight(bytes: &[u8], at: usize) -> u64 {
    bytes.get(at..).and_then(|rest| rest.first_chunk()).map_or(0, |b| u64::from_le_bytes(*b))
}

fn four(bytes: &[u8], at: usize) -> u64 {
    let four = bytes.get(at..).and_then(|rest| rest.first_chunk());
    four.map_or(0, |b| u64::from(u32::from_le_bytes(*b)))
}

fn mixed(x: u64) -> u64 {
    x ^ (x >> 47)
}

/// Two numbers into one.
fn pair(low: u64, high: u64) -> u64 {
    const BY: u64 = 0x9ddf_ea08_eb38_2d69;
    let a = mixed((low ^ high).wrapping_mul(BY));
    mixed((high ^ a).wrapping_mul(BY)).wrapping_mul(BY)
}

fn to_16(s: &[u8]) -> u64 {
    let length = s.len();
    if length > 8 {
        let (a, b) = (eight(s, 0), eight(s, length - 8));
        return pair(a, b.wrapping_add(length as u64).rotate_right(length as u32)) ^ b;
    }
    if length >= 4 {
        return pair(length as u64 + (four(s, 0) << 3), four(s, length - 4));
    }
    let (Some(first), Some(middle), Some(last)) = (s.first(), s.get(length / 2), s.last()) else {
        return K2;
    };
    let y = u64::from(*first) + (u64::from(*middle) << 8);
    let z = length as u64 + (u64::from(*last) << 2);
    mixed(y.wrapping_mul(K2) ^ z.wrapping_mul(K3)).wrapping_mul(K2)
}

fn to_32(s: &[u8]) -> u64 {
    let length = s.len();
    let (a, b) = (eight(s, 0).wrapping_mul(K1), eight(s, 8));
    let (c, d) = (eight(s, length - 8).wrapping_mul(K2), eight(s, length - 16).wrapping_mul(K0));
    let low = a.wrapping_sub(b).rotate_right(43).wrapping_add(c.rotate_right(30)).wrapping_add(d);
    let high = a.wrapping_add((b ^ K3).rotate_right(20)).wrapping_sub(c);
    pair(low, high.wrapping_add(length as u64))
}

/// One half of [`to_64`]: 32 bytes into two numbers.
fn half(first: u64, second: u64, third: u64, last: u64) -> (u64, u64) {
    let b = first.wrapping_add(last).rotate_right(52);
    let c = first.rotate_right(37);
    let a = first.wrapping_add(second);
    let c = c.wrapping_add(a.rotate_right(7));
    let a = a.wrapping_add(third);
    (a.wrapping_add(last), b.wrapping_add(a.rotate_right(31)).wrapping_add(c))
}

fn to_64(s: &[u8]) -> u64 {
    let length = s.len();
    let spread = (length as u64).wrapping_add(eight(s, length - 16)).wrapping_mul(K0);
    let (vf, vs) = half(eight(s, 0).wrapping_add(spread), eight(s, 8), eight(s, 16), eight(s, 24));
    let (wf, ws) = half(
        eight(s, 16).wrapping_add(eight(s, length - 32)),
        eight(s, length - 24),
        eight(s, length - 16),
        eight(s, length - 8),
    );
    let r = vf.wrapping_add(ws).wrapping_mul(K2);
    let r = mixed(r.wrapping_add(wf.wrapping_add(vs).wrapping_mul(K0)));
    mixed(r.wrapping_mul(K0).wrapping_add(vs)).wrapping_mul(K2)
}

/// 32 bytes from a place on, and two seeds, into two numbers.
fn seeded(s: &[u8], at: usize, a: u64, b: u64) -> (u64, u64) {
    let z = eight(s, at + 24);
    let a = a.wrapping_add(eight(s, at));
    let b = b.wrapping_add(a).wrapping_add(z).rotate_right(21);
    let c = a;
    let a = a.wrapping_add(eight(s, at + 8)).wrapping_add(eight(s, at + 16));
    (a.wrapping_add(z), b.wrapping_add(a.rotate_right(44)).wrapping_add(c))
}

fn longer(s: &[u8]) -> u64 {
    let length = s.len();
    let mut x = eight(s, 0);
    let mut y = eight(s, length - 16) ^ K1;
    let mut z = eight(s, length - 56) ^ K0;
    let mut v = seeded(s, length - 64, length as u64, y);
    let mut w = seeded(s, length - 32, (length as u64).wrapping_mul(K1), K0);
    z = z.wrapping_add(mixed(v.1).wrapping_mul(K1));
    x = z.wrapping_add(x).rotate_right(39).wrapping_mul(K1);
    y = y.rotate_right(33).wrapping_mul(K1);
    for at in (0..(length - 1) & !63).step_by(64) {
        x = x.wrapping_add(y).wrapping_add(v.0).wrapping_add(eight(s, at + 16));
        x = x.rotate_right(37).wrapping_mul(K1);
        y = y.wrapping_add(v.1).wrapping_add(eight(s, at + 48)).rotate_right(42).wrapping_mul(K1);
        x ^= w.1;
        y ^= v.0;
        z = (z ^ w.0).rotate_right(33);
        v = seeded(s, at, v.1.wrapping_mul(K1), x.wrapping_add(w.0));
        w = seeded(s, at + 32, z.wrapping_add(w.1), y);
        std::mem::swap(&mut z, &mut x);
    }
    pair(
        pair(v.0, w.0).wrapping_add(mixed(y).wrapping_mul(K1)).wrapping_add(z),
        pair(v.1, w.1).wrapping_add(x),
    )
}

#[cfg(test)]
mod tests {
    use super::city_hash_64;

    /// Low halves as CatBoost 1.2.10 writes them (`cat_features_hash`).
    #[test]
    fn hashes_are_those_of_catboost() {
        for (text, hash) in [
            ("", 797_982_799),
            ("m", 601_633_200),
            ("3", 593_172_586),
            ("Ulm", 2_820_616_710),
            ("Köln", 3_291_368_495u32),
            ("Berlin", 1_503_209_845),
        ] {
            assert_eq!(city_hash_64(text.as_bytes()) as u32, hash, "{text}");
        }
        // Every branch: texts whose letter i of n is a letter i · 7 + n, from a on, of the alphabet.
        for (n, hash) in [
            (10, 1_295_489_153),
            (17, 2_981_278_326),
            (20, 707_367_207),
            (31, 2_319_672_562),
            (32, 716_110_397),
            (33, 447_214_206),
            (63, 1_834_447_673),
            (64, 2_044_042_429),
            (65, 2_321_049_513),
            (128, 3_252_595_265),
            (129, 826_990_738),
            (300, 2_398_524_557u32),
        ] {
            let text: Vec<u8> = (0..n).map(|i| b'a' + ((i * 7 + n) % 26) as u8).collect();
            assert_eq!(city_hash_64(&text) as u32, hash, "{n} letters");
        }
    }
}
