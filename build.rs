//! Finds the folders of the wording catalogue, so that adding a language is adding files: writes one Rust file with
//! every folder's tag, description and texts.

use std::error::Error;
use std::fmt::Write;
use std::path::{Path, PathBuf};

const CATALOGUE: &str = "src/language/catalogue";

fn main() -> Result<(), Box<dyn Error>> {
    println!("cargo::rerun-if-changed={CATALOGUE}");
    println!("cargo::rerun-if-changed=build.rs");
    let root = PathBuf::from(std::env::var("CARGO_MANIFEST_DIR")?).join(CATALOGUE);
    let mut code = String::from(
        "/// Every built-in language, by tag.\n\
         static FOLDERS: &[Folder] = &[\n",
    );
    for folder in sorted(&root)?.into_iter().filter(|path| path.is_dir()) {
        let tag = name(&folder)?;
        let about = folder.join("language.toml");
        writeln!(code, "    ({tag:?}, include_str!({about:?}), &[")?;
        for file in
            sorted(&folder)?.iter().filter(|path| path.extension().is_some_and(|e| e == "ftl"))
        {
            let shown = format!("{tag}/{}", name(file)?);
            writeln!(code, "        ({shown:?}, include_str!({file:?})),")?;
        }
        writeln!(code, "    ]),")?;
    }
    code.push_str("];\n");
    let out = PathBuf::from(std::env::var("OUT_DIR")?).join("catalogues.rs");
    Ok(std::fs::write(out, code)?)
}

/// What is in a folder, by name: the order of a file system is nobody's choice.
fn sorted(folder: &Path) -> Result<Vec<PathBuf>, Box<dyn Error>> {
    let mut paths = vec![];
    for entry in std::fs::read_dir(folder)? {
        paths.push(entry?.path());
    }
    paths.sort();
    Ok(paths)
}

fn name(path: &Path) -> Result<&str, Box<dyn Error>> {
    let name = path.file_name().and_then(|name| name.to_str());
    name.ok_or_else(|| format!("{}: a name in ASCII is needed", path.display()).into())
}
