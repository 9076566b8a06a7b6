//! Promise: `attribute` and `predict` stream tables of any form and length; results do not depend on the form, on the
//! parts a table is cut into, nor on the number of threads; a bad row costs the row, a broken table is refused.

mod broken;
mod forms;
mod made;
mod parts;
#[path = "../reference/mod.rs"]
mod reference;
mod rows;

use std::io::Write;
use std::path::Path;
use std::process::{Command, Stdio};

/// What a command left behind.
#[derive(Debug)]
pub struct Ran {
    pub code: i32,
    pub out: Vec<u8>,
    pub err: String,
}

impl Ran {
    /// Standard output of a command that was to succeed.
    pub fn done(self) -> Vec<u8> {
        assert_eq!(self.code, 0, "{}", self.err);
        self.out
    }

    /// The codes of the faults of a command that was to be refused.
    pub fn refused(&self) -> Vec<&str> {
        assert_eq!(self.code, 2, "{self:?}");
        let codes = self.err.lines().filter_map(|line| line.split(' ').next());
        codes.filter(|word| word.len() == 3 && word.starts_with(char::is_uppercase)).collect()
    }
}

/// Runs the program in a folder, with bytes on standard input.
pub fn klartext(folder: &Path, args: &[&str], input: &[u8]) -> Ran {
    let mut child = Command::new(env!("CARGO_BIN_EXE_klartext"))
        .args(args)
        .current_dir(folder)
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .spawn()
        .unwrap();
    let mut stdin = child.stdin.take().unwrap();
    let input = input.to_vec();
    let feeding = std::thread::spawn(move || {
        // The program may have refused its input before it was written.
        let _ = stdin.write_all(&input);
    });
    let output = child.wait_with_output().unwrap();
    feeding.join().unwrap();
    Ran {
        code: output.status.code().unwrap(),
        out: output.stdout,
        err: String::from_utf8(output.stderr).unwrap(),
    }
}

/// The path of a reference model, for a command line.
pub fn model(name: &str) -> String {
    reference::path("models").join(name).display().to_string()
}
