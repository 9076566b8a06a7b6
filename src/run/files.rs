//! Files that appear whole or not at all.

use std::io::Write;
use std::path::Path;

use crate::fault::{Fault, Place};

/// Writes a file by way of a temporary one in the same folder. An existing file is kept unless `force` is set.
///
/// # Errors
/// `F02` it exists, `F03` it cannot be written.
pub fn write_file(path: &Path, bytes: &[u8], force: bool) -> Result<(), Fault> {
    let name = path.display().to_string();
    if !force && path.exists() {
        return Err(Fault::new(
            "F02",
            Place::file(name),
            "a file of that name",
            "no such file",
            "Choose another name or folder with -o, or overwrite with --force.",
        ));
    }
    let folder = match path.parent() {
        Some(folder) if !folder.as_os_str().is_empty() => folder,
        _ => Path::new("."),
    };
    let write = || -> std::io::Result<()> {
        std::fs::create_dir_all(folder)?;
        let mut file = tempfile::Builder::new().prefix(".klartext-").tempfile_in(folder)?;
        file.write_all(bytes)?;
        // Documents are for people to open; the temporary file's mode is for its owner only.
        #[cfg(unix)]
        {
            use std::os::unix::fs::PermissionsExt;
            file.as_file().set_permissions(std::fs::Permissions::from_mode(0o644))?;
        }
        file.persist(path).map_err(|error| error.error)?;
        Ok(())
    };
    write().map_err(|error| {
        Fault::new(
            "F03",
            Place::file(name),
            error.to_string(),
            "a folder that can be written",
            "Check the folder's permissions and the free space, or choose another one with -o.",
        )
    })
}
