//! Files of a run: they appear whole or not at all, in folders that are made for them.

use std::path::Path;

use crate::fault::{Checked, Fault, Place};
use crate::table;

/// Writes a file and the folders above it. An existing file is kept unless `force` is set.
///
/// # Errors
/// `F02` it exists, `F03` it cannot be written.
pub fn write_file(path: &Path, bytes: &[u8], force: bool) -> Checked<()> {
    if let Some(folder) = path.parent() {
        std::fs::create_dir_all(folder).map_err(|error| {
            Fault::new(
                "F03",
                Place::file(path.display().to_string()),
                error.to_string(),
                "a folder that can be written",
                "Check the folder's permissions and the free space, or choose another one with -o.",
            )
        })?;
    }
    table::write_file(path, bytes, force)
}
