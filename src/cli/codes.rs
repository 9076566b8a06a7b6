//! What the stable codes mean, for `check --explain`.

/// Code and meaning.
const CODES: &[(&str, &str)] = &[
    ("F01", "A file cannot be read."),
    ("F02", "A file exists and --force was not given; nothing was overwritten."),
    ("F03", "A file or folder cannot be written."),
];

/// The meaning of a code, in any case of letters.
pub(super) fn meaning(code: &str) -> Option<&'static str> {
    let code = code.to_uppercase();
    CODES.iter().find(|(known, _)| *known == code).map(|(_, text)| *text)
}
