//! What a letter looks like before its first word: the form it has, the agency's sign.

use std::path::Path;

use super::raw::{RawAgency, RawLetter};
use crate::fault::{Checked, Fault, Faults, Place};
use crate::logo::{self, Logo};

/// Forms of DIN 5008.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum LetterForm {
    /// Short letterhead: the address field begins 27 mm from the upper edge.
    A,
    /// Tall letterhead: 45 mm.
    #[default]
    B,
}

/// How a procedure's letters look.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Letterhead {
    /// The form.
    pub form: LetterForm,
    /// The agency's sign and its alternative text, which is empty for mere decoration.
    pub logo: Option<(Logo, String)>,
}

/// Reads the letterhead of a folder; `more` gets the bytes of the logo, on which the letters depend.
///
/// # Errors
/// `P09` no form of DIN 5008; `P03` a logo without `logo_alt`; `P37` a logo that is no file of the folder; the faults of
/// [`logo::read`].
pub(super) fn read(
    folder: &Path,
    letter: Option<&RawLetter>,
    agency: &RawAgency,
    place: &dyn Fn(&str) -> Place,
    more: &mut dyn FnMut(&[u8]),
) -> Checked<Letterhead> {
    let mut faults = Faults::default();
    let form = match letter.and_then(|letter| letter.form.as_deref()) {
        None | Some("B") => LetterForm::B,
        Some("A") => LetterForm::A,
        Some(other) => {
            faults.push(Fault::new(
                "P09",
                place("letter.form"),
                format!("“{other}”"),
                "A, B",
                "Use one of the words.",
            ));
            LetterForm::B
        }
    };
    let mut logo = None;
    if let Some(name) = &agency.logo {
        if agency.logo_alt.is_none() {
            faults.push(Fault::new(
                "P03",
                place("agency.logo_alt"),
                "nothing",
                "what the logo says to those who do not see it; empty for mere decoration",
                "Write logo_alt, or logo_alt = \"\".",
            ));
        }
        let alt = agency.logo_alt.clone().unwrap_or_default();
        if let Some(read) = faults.take(read_logo(folder, name, place, more)) {
            logo = Some((read, alt));
        }
    }
    faults.or(Letterhead { form, logo })
}

fn read_logo(
    folder: &Path,
    name: &str,
    place: &dyn Fn(&str) -> Place,
    more: &mut dyn FnMut(&[u8]),
) -> Checked<Logo> {
    let refused = |found: String| {
        Fault::new(
            "P37",
            place("agency.logo"),
            found,
            "the name of an SVG or PNG file in the procedure's folder",
            "Put the file there and name it without a path.",
        )
    };
    let plain = Path::new(name).file_name().is_some_and(|file| file == name);
    if !plain || name.contains(['/', '\\', ':']) {
        return Err(refused(format!("“{name}”")).into());
    }
    let path = folder.join(name);
    let bytes = std::fs::read(&path).map_err(|error| refused(format!("“{name}”: {error}")))?;
    more(&bytes);
    logo::read(&path.display().to_string(), &bytes)
}
