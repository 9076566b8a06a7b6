//! Every seed, cut off and damaged everywhere.

use crate::{alone, corpus, harmless, text};

/// How many places of a file are tried; the stride over it is prime, so that no column is always missed.
const PLACES: usize = 700;

fn places(bytes: &[u8]) -> impl Iterator<Item = usize> + use<> {
    let strides = [1, 3, 7, 17, 37, 71, 149, 307, 617];
    let stride = strides.into_iter().find(|s| bytes.len() / s <= PLACES).unwrap_or(1009);
    (0..bytes.len()).step_by(stride)
}

/// A file that was cut off is refused, unless what it lost says nothing about numbers: line ends, parameters.
#[test]
fn files_cut_off_anywhere_are_refused() {
    let _alone = alone();
    for target in TARGETS {
        for (name, bytes) in corpus(target, true) {
            if !harmless(&name, &bytes) {
                continue;
            }
            for end in places(&bytes) {
                let read = harmless(&format!("{name} cut at {end}"), &bytes[..end]);
                let needed = end < bytes.len() - dispensable(target, &bytes);
                assert!(
                    !(read && needed),
                    "{name} of {} bytes is read when cut at {end}",
                    bytes.len()
                );
            }
        }
    }
}

/// Every target whose seeds are models.
const TARGETS: &[&str] = &[
    "xgboost_json",
    "xgboost_ubjson",
    "lightgbm_text",
    "lightgbm_json",
    "catboost_json",
    "catboost_cbm",
    "onnx",
    "linfa",
    "pmml",
    "scorecard",
    "skops",
];

/// How many of a file's last bytes may be lost unseen.
fn dispensable(target: &str, bytes: &[u8]) -> usize {
    match target {
        "lightgbm_text" => {
            let end = b"end of trees";
            bytes.len() - bytes.windows(end.len()).position(|w| w == end).unwrap() - end.len()
        }
        // Versions of operators that the graph may not have, given twice by the exporter.
        "onnx" => {
            let version = b"\x42\x04\x0a\x00\x10\x11";
            6 * bytes.rchunks_exact(6).take_while(|chunk| chunk == version).count()
        }
        // A table has no end mark: what is left of one is a table still.
        "scorecard" => bytes.len(),
        // A line end.
        _ => usize::from(bytes.ends_with(b"\n")),
    }
}

/// Any byte changed, lost or doubled.
#[test]
fn damaged_files_do_no_harm() {
    let _alone = alone();
    for target in TARGETS {
        for (name, bytes) in corpus(target, true) {
            for (i, at) in places(&bytes).enumerate() {
                let mut damaged = bytes.clone();
                match i % 4 {
                    0 => damaged[at] ^= 1 << (i / 4 % 8),
                    1 => damaged[at] = [0xff, 0x00, b'9', b'-', b'[', b'{', b'"', b'e'][i / 4 % 8],
                    2 => drop(damaged.remove(at)),
                    _ => damaged.insert(at, bytes[at]),
                }
                harmless(&format!("{name} damaged at {at}, way {}", i % 4), &damaged);
            }
        }
    }
}

/// Any value in the place of any other, the worst there are: no structure of a file is safe from them.
#[test]
fn no_value_is_trusted() {
    let _alone = alone();
    for target in TARGETS {
        for (name, bytes) in corpus(target, true) {
            let Ok(whole) = std::str::from_utf8(&bytes) else {
                for (what, bad) in crate::binary::overwritten(&bytes) {
                    harmless(&format!("{name} with {what}"), &bad);
                }
                continue;
            };
            let replaced = match *target {
                "lightgbm_text" => text::lines(whole),
                "pmml" => text::attributes(whole),
                "scorecard" => text::cells(whole),
                _ => text::members(whole),
            };
            assert!(replaced.len() > 5, "{name}: only {} values", replaced.len());
            for range in replaced {
                for bad in text::VALUES.iter().copied().chain([text::deep()]) {
                    let file = [&whole[..range.start], bad, &whole[range.end..]].concat();
                    let short: String = bad.chars().take(30).collect();
                    harmless(&format!("{name} with {short} at {}", range.start), file.as_bytes());
                }
            }
        }
    }
}
