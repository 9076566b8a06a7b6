//! The `klartext` command: everything is in the library, see [`klartext::cli`].

fn main() -> std::process::ExitCode {
    klartext::cli::main()
}
