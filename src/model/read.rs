//! Finding the format of a model file from its content, and reading it.

use std::path::Path;

use sha2::{Digest, Sha256};

use super::fault::{malformed, unsupported};
use super::json::Json;
use super::pull::{Error, Kind, Pull};
use super::{
    LoadedModel, Model, catboost, lightgbm, linfa_file, onnx, pmml, scorecard, skops, xgboost,
};
use crate::fault::{Checked, Fault, Faults, Place};

/// Reads a model file; the format is found from its content, not from its name.
///
/// # Errors
/// Every fault of the file: unreadable (M01), unknown format (M02), truncated (M03), unsupported (M04, named), parts
/// that contradict each other (M05).
pub fn read(path: &Path) -> Checked<LoadedModel> {
    let file = path.display().to_string();
    let bytes = bytes(path, &file)?;
    let (model, identity) = rayon::join(|| from_bytes(&file, &bytes), || FileIdentity::of(&bytes));
    let FileIdentity { sha256, size } = identity;
    Ok(LoadedModel { sha256, size, model: model?, file })
}

/// What tells a file from all others.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct FileIdentity {
    /// SHA-256 of its bytes, lower-case hex.
    pub sha256: String,
    /// Number of its bytes.
    pub size: u64,
}

impl FileIdentity {
    /// Of a file that need be no model.
    ///
    /// # Errors
    /// M01 if it cannot be read.
    pub fn read(path: &Path) -> Checked<Self> {
        Ok(FileIdentity::of(&bytes(path, &path.display().to_string())?))
    }

    fn of(bytes: &[u8]) -> Self {
        let sha256 = Sha256::digest(bytes).iter().map(|b| format!("{b:02x}")).collect();
        FileIdentity { sha256, size: bytes.len() as u64 }
    }
}

fn bytes(path: &Path, file: &str) -> Checked<Vec<u8>> {
    std::fs::read(path).map_err(|e| {
        let mend = "Check the name and the permissions.";
        Fault::new("M01", Place::file(file), e.to_string(), "a readable file", mend).into()
    })
}

/// Reads a model from the bytes of its file; `file` is its name in messages.
///
/// # Errors
/// As [`read`].
pub fn from_bytes(file: &str, bytes: &[u8]) -> Checked<Box<dyn Model>> {
    let text = bytes.strip_prefix(b"\xef\xbb\xbf").unwrap_or(bytes).trim_ascii_start();
    let starts = |magic: &[u8]| bytes.starts_with(magic);
    if text.is_empty() {
        return Err(malformed(file, "a model", "an empty file"));
    }
    // After its brace UBJSON has the type of a length, `$` or `#`; JSON has a quotation mark, a brace or blanks.
    match text {
        [b'{', b'L' | b'i' | b'U' | b'I' | b'l' | b'#' | b'$', ..] => {
            return xgboost::ubjson(file, bytes);
        }
        [b'{', ..] => return json(file, text),
        _ => {}
    }
    // ONNX: protobuf that begins with the version of the format, a varint in field 1.
    if starts(b"\x08") {
        return onnx::read(file, bytes);
    }
    if starts(b"CBM1") {
        return boxed(catboost::cbm(file, bytes));
    }
    if skops::is_skops(bytes) {
        return skops::read(file, bytes);
    }
    if text.starts_with(b"<") {
        return pmml::read(file, text);
    }
    let first = text.split(|b| *b == b'\n').next().unwrap_or_default().trim_ascii_end();
    if first == b"tree" || first == b"tree_sizes" {
        return boxed(lightgbm::text(file, text));
    }
    if scorecard::is_csv(first) {
        return scorecard::csv(file, bytes);
    }
    if scorecard::is_toml(text) {
        return scorecard::toml(file, bytes);
    }
    let named: &[(bool, &str)] = &[
        (
            starts(b"binf") || starts(b"bs64"),
            "XGBoost's old binary format (load it there and use save_model with .json or .ubj)",
        ),
        (
            starts(b"booster[0]:") || (text.starts_with(b"[") && has_nodes(text)),
            "a dump of XGBoost's trees, which has no base score (use save_model instead of dump_model)",
        ),
        (
            starts(b"\x80\x02")
                || starts(b"\x80\x03")
                || starts(b"\x80\x04")
                || starts(b"\x80\x05"),
            "a Python pickle, which is a program (use skops.io.dump, or export to ONNX)",
        ),
        (starts(b"PK\x03\x04"), "a ZIP archive"),
        (starts(b"\x1f\x8b"), "a gzip archive"),
    ];
    if let Some((_, what)) = named.iter().find(|(is, _)| *is) {
        return Err(unsupported(file, *what));
    }
    Err(unknown(file))
}

/// Whether a text begins as XGBoost's dump of trees does in JSON.
fn has_nodes(text: &[u8]) -> bool {
    let start = text.get(..200).unwrap_or(text);
    start.windows(8).any(|name| name == b"\"nodeid\"")
}

/// Which JSON file it is, by the names that only one format has.
#[derive(Default)]
struct Probe {
    learner: Option<()>,
    tree_info: Option<()>,
    schema: Option<serde_json::Value>,
    oblivious_trees: Option<()>,
    features_info: Option<()>,
}

impl Probe {
    /// Looks at the outermost names, up to the first one that tells: the rest is for the reader of the format.
    fn of(text: &[u8]) -> Result<Probe, Error> {
        let mut probe = Probe::default();
        let mut told = false;
        let read = Json::new(text).object(|reader, key| {
            match key {
                "learner" => probe.learner = Some(()),
                "tree_info" => probe.tree_info = Some(()),
                "schema" if reader.kind()? == Kind::Text => {
                    probe.schema = Some(reader.text()?.into());
                }
                "schema" => probe.schema = Some(serde_json::Value::Null),
                "oblivious_trees" => probe.oblivious_trees = Some(()),
                "features_info" => probe.features_info = Some(()),
                _ => return reader.skip(),
            }
            told = true;
            Err(reader.fault("told"))
        });
        if told { Ok(probe) } else { read.map(|()| probe) }
    }
}

fn json(file: &str, text: &[u8]) -> Checked<Box<dyn Model>> {
    let probe = Probe::of(text).map_err(|e| malformed(file, "a JSON model", e.to_string()))?;
    match probe {
        Probe { learner: Some(_), .. } => xgboost::json(file, text),
        Probe { tree_info: Some(_), .. } => boxed(lightgbm::dump(file, text)),
        Probe { schema: Some(schema), .. } => match schema.as_str() {
            Some(linfa_file::SCHEMA) => linfa_file::read(file, text),
            other => {
                Err(unsupported(file, format!("the schema `{}`", other.unwrap_or("(no text)"))))
            }
        },
        Probe { oblivious_trees: Some(_), .. } | Probe { features_info: Some(_), .. } => {
            boxed(catboost::json(file, text))
        }
        _ => Err(unknown(file)),
    }
}

fn boxed(model: Checked<super::TreeEnsemble>) -> Checked<Box<dyn Model>> {
    Ok(Box::new(model?))
}

fn unknown(file: &str) -> Faults {
    Fault::new(
        "M02",
        Place::file(file),
        "a file of no known format",
        "XGBoost JSON or UBJSON, LightGBM text or JSON dump, CatBoost JSON or CBM, ONNX, PMML, a points table, or a file of `klartext train`",
        "Save the model with the library's save_model.",
    )
    .into()
}
