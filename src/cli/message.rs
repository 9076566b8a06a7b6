//! Messages for people, on stderr.

use std::io::{IsTerminal, Write};
use std::sync::OnceLock;

use anstyle::{AnsiColor, Style};
use clap::ValueEnum;

use crate::fault::{Fault, Faults};

/// When messages are coloured.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub(super) enum Color {
    /// On a terminal.
    Auto,
    /// Always.
    Always,
    /// Never.
    Never,
}

/// How much is said: 0 faults only, 1 results, 2 everything.
static LEVEL: OnceLock<u8> = OnceLock::new();

pub(super) fn set_up(quiet: bool, verbose: bool, color: Color) {
    let _ = LEVEL.set(if quiet { 0 } else { 1 + u8::from(verbose) });
    let choice = match color {
        Color::Auto => anstream::ColorChoice::Auto,
        Color::Always => anstream::ColorChoice::Always,
        Color::Never => anstream::ColorChoice::Never,
    };
    choice.write_global();
}

fn level() -> u8 {
    *LEVEL.get().unwrap_or(&1)
}

/// A line about what was done.
pub(super) fn say(text: &str) {
    if level() >= 1 {
        let _ = writeln!(anstream::stderr(), "{text}");
    }
}

/// A line for those who want to know more.
pub(super) fn detail(text: &str) {
    if level() >= 2 {
        let _ = writeln!(anstream::stderr(), "{text}");
    }
}

/// Prints every fault: what, where, how to mend it.
pub(super) fn faults(faults: &Faults) {
    let mut out = anstream::stderr();
    for fault in &faults.0 {
        let _ = write_fault(&mut out, fault);
    }
    if faults.0.len() > 1 {
        let _ = writeln!(out, "{} faults.", faults.0.len());
    }
}

fn write_fault(out: &mut impl Write, fault: &Fault) -> std::io::Result<()> {
    let code = Style::new().bold().fg_color(Some(AnsiColor::Red.into()));
    let place = Style::new().bold();
    writeln!(out, "{code}{}{code:#} {place}{}{place:#}", fault.code, fault.place)?;
    writeln!(out, "    found     {}", fault.found)?;
    writeln!(out, "    expected  {}", fault.expected)?;
    writeln!(out, "    to do     {}", fault.mend)
}

/// After a panic: the message is on stderr already.
pub(super) fn internal_error() {
    let _ = writeln!(
        anstream::stderr(),
        "klartext met an internal error. This is a bug: please report it with the command and the message above. \
         Files that were finished before are complete."
    );
}

/// Whether somebody sees progress: on a terminal, and unless asked to be quiet.
pub(super) fn is_watched() -> bool {
    level() > 0 && std::io::stderr().is_terminal()
}

/// A progress bar over `total` cases on a terminal; none elsewhere.
pub(super) fn progress(total_known: bool) -> indicatif::ProgressBar {
    if !is_watched() || !total_known {
        return indicatif::ProgressBar::hidden();
    }
    let bar = indicatif::ProgressBar::new(0);
    let style = indicatif::ProgressStyle::with_template(
        "{bar:30} {pos} of {len} cases, {per_sec}, {eta} left",
    );
    if let Ok(style) = style {
        bar.set_style(style);
    }
    bar
}
