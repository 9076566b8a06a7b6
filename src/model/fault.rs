//! The faults of model files.

use crate::fault::{Fault, Faults, Place};

/// What was found, short enough to be read: a file can put anything of any length in the place of a name.
fn short(found: String) -> String {
    const MOST: usize = 1000;
    match found.char_indices().nth(MOST) {
        None => found,
        Some((end, _)) => found.get(..end).unwrap_or_default().to_owned() + " …",
    }
}

/// M03: not what its format says, or cut off.
pub(super) fn malformed(file: &str, expected: &str, found: impl Into<String>) -> Faults {
    Fault::new(
        "M03",
        Place::file(file),
        short(found.into()),
        expected,
        "Save the model again from the library that trained it.",
    )
    .into()
}

/// M04: something that this program does not do, by name.
pub(super) fn unsupported(file: &str, what: impl Into<String>) -> Faults {
    Fault::new(
        "M04",
        Place::file(file),
        short(what.into()),
        "a model that can be explained exactly",
        "Save the model in another form, or train it without this; docs/formats.md lists what is read.",
    )
    .into()
}

/// M05: parts that contradict each other.
pub(super) fn structure(
    file: &str,
    found: impl Into<String>,
    expected: impl Into<String>,
) -> Faults {
    Fault::new(
        "M05",
        Place::file(file),
        short(found.into()),
        expected,
        "Save the model again from the library that trained it.",
    )
    .into()
}

/// Adds faults to those found so far; what one tree after the other has in common is said once.
pub(super) fn add(faults: &mut Faults, more: Faults) {
    for fault in more.0 {
        if faults.0.last() != Some(&fault) {
            faults.push(fault);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::unsupported;

    #[test]
    fn a_name_of_any_length_is_told_shortly() {
        let found = |name: String| unsupported("m", name).0[0].found.clone();
        assert_eq!(found("ä".repeat(1000)), "ä".repeat(1000));
        assert_eq!(found("ä".repeat(1001)), "ä".repeat(1000) + " …");
    }
}
