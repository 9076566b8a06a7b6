//! The house's own rules, read from the tree: codes, layers, sizes, panics, names, licences, the README's commands.
//!
//! Promises: every code is explained (`check --explain`); a module uses only modules above it in `src/lib.rs`; a file is
//! one idea; no input makes the program panic; nothing in the tree depends on the machine it was written on; every
//! dependency's licence was looked at (`deny.toml`); what the README says can be run is run by `.ci/run`.

use std::collections::BTreeSet;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};

fn root() -> PathBuf {
    PathBuf::from(env!("CARGO_MANIFEST_DIR"))
}

/// Every file that belongs to the project, as path from the root with `/`, sorted.
fn tree() -> Vec<String> {
    fn walk(folder: &Path, found: &mut Vec<PathBuf>) {
        for entry in std::fs::read_dir(folder).unwrap().map(Result::unwrap) {
            let name = entry.file_name();
            if name == "target" || name == ".git" {
                continue;
            }
            let path = entry.path();
            if path.is_dir() { walk(&path, found) } else { found.push(path) }
        }
    }
    let mut found = vec![];
    walk(&root(), &mut found);
    let mut names: Vec<String> = found
        .iter()
        .map(|path| path.strip_prefix(root()).unwrap().to_str().unwrap().replace('\\', "/"))
        // what a run wrote is not the project's
        .filter(|name| {
            !name.starts_with("output/")
                || name == "output/README.md"
                || name.starts_with("output/samples/")
        })
        .collect();
    names.sort();
    names
}

fn read(name: &str) -> String {
    std::fs::read_to_string(root().join(name)).unwrap_or_else(|e| panic!("{name}: {e}"))
}

/// The lines of a source file that run outside tests: (number, text), without comments and `#[cfg(test)]` items.
fn code(name: &str) -> Vec<(usize, String)> {
    let text = read(name);
    // A module of tests in a file of its own, declared so by its parent.
    if let Some(folder) = name.strip_suffix("/tests.rs")
        && read(&format!("{folder}/mod.rs")).contains("#[cfg(test)]\nmod tests;")
    {
        return vec![];
    }
    let mut lines = text.lines().enumerate();
    let mut code = vec![];
    while let Some((i, line)) = lines.next() {
        let indent = line.len() - line.trim_start().len();
        if line.trim() == "#[cfg(test)]" {
            // the item ends with the first line as far out as it that closes it
            for (_, line) in lines.by_ref() {
                let outside = line.len() - line.trim_start().len() == indent;
                if outside && (line.trim_start().starts_with('}') || line.ends_with(';')) {
                    break;
                }
            }
        } else if !line.trim_start().starts_with("//") {
            code.push((i + 1, line.to_owned()));
        }
    }
    code
}

fn sources() -> Vec<String> {
    tree().into_iter().filter(|name| name.starts_with("src/") && name.ends_with(".rs")).collect()
}

/// Every stable code in a line: a string literal of a letter and two digits, or a gate.
fn codes_in(line: &str) -> Vec<String> {
    let is_code = |text: &str| {
        text.len() == 3
            && text.starts_with(|c: char| c.is_ascii_uppercase())
            && text[1..].bytes().all(|b| b.is_ascii_digit())
    };
    let literals = line.split('"').skip(1).step_by(2).filter(|text| is_code(text));
    let gates = line.split("GateCode::").skip(1).filter_map(|rest| rest.get(..3));
    literals.chain(gates.filter(|text| is_code(text))).map(str::to_owned).collect()
}

#[test]
fn every_code_is_explained_and_every_explained_code_is_used() {
    const TABLE: &str = "src/cli/codes.rs";
    let codes_of = |files: Vec<String>| -> BTreeSet<String> {
        files.iter().flat_map(|f| code(f)).flat_map(|(_, line)| codes_in(&line)).collect()
    };
    let used = codes_of(sources().into_iter().filter(|name| name != TABLE).collect());
    assert!(used.len() > 100, "only {} codes found: the search is broken", used.len());
    let explained = codes_of(vec![TABLE.to_owned()]);
    let unused: Vec<_> = explained.difference(&used).collect();
    assert!(unused.is_empty(), "explained in {TABLE} but used nowhere: {unused:?}");
    for code in &used {
        let output = klartext(&["check", "--explain", code]);
        let text = String::from_utf8(output.stdout).unwrap();
        assert!(output.status.success(), "{code} is used in src, but {TABLE} does not explain it");
        let meaning = text.strip_prefix(&format!("{code}: ")).unwrap_or_default().trim_end();
        assert!(meaning.len() > 10 && meaning.ends_with('.'), "{code}: “{text}” is no sentence");
    }
}

#[test]
fn explained_codes_are_sorted_and_unique() {
    let text = read("src/cli/codes.rs");
    let table = text.split("const CODES").nth(1).unwrap().split("];").next().unwrap();
    let codes: Vec<String> = table.lines().flat_map(codes_in).collect();
    assert!(codes.len() > 100);
    assert!(codes.windows(2).all(|pair| pair[0] < pair[1]), "{codes:?}");
}

#[test]
fn a_module_uses_only_modules_above_it() {
    let map = read("src/lib.rs");
    let order: Vec<&str> =
        map.lines().filter_map(|line| line.strip_prefix("//! | [`")?.split('`').next()).collect();
    let declared: Vec<&str> =
        map.lines().filter_map(|line| line.strip_prefix("pub mod ")?.strip_suffix(';')).collect();
    let mut sorted = order.clone();
    sorted.sort_unstable();
    assert_eq!(sorted, declared, "the table of src/lib.rs does not list its modules");
    let rank = |module: &str| order.iter().position(|m| *m == module);
    let mut wrong = vec![];
    let mut seen = 0;
    for file in sources() {
        let folder = file.split('/').nth(1).unwrap().trim_end_matches(".rs").to_owned();
        let Some(own) = rank(&folder) else { continue };
        for (line, text) in code(&file) {
            assert!(!text.contains("crate::{"), "{file}:{line}: one `use crate::…` a module");
            for rest in text.split("crate::").skip(1) {
                let module: String =
                    rest.chars().take_while(|c| c.is_ascii_lowercase() || *c == '_').collect();
                seen += 1;
                if rank(&module).is_none_or(|used| used > own) {
                    wrong.push(format!("{file}:{line}: {folder} uses {module}"));
                }
            }
        }
    }
    assert!(seen > 100, "only {seen} imports found: the search is broken");
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

#[test]
fn a_file_is_one_idea() {
    let long: Vec<String> = sources()
        .into_iter()
        .map(|file| (read(&file).lines().count(), file))
        .filter(|(lines, _)| *lines > 600)
        .map(|(lines, file)| format!("{file}: {lines} lines"))
        .collect();
    assert!(long.is_empty(), "more than 600 lines: {}", long.join(", "));
}

#[test]
fn nothing_panics_outside_tests() {
    // File and what is allowed there, with the reason.
    const ALLOWED: &[(&str, &str, &str)] = &[(
        "src/typeface/mod.rs",
        ".expect(\"bundled face",
        "the faces are part of the program; a test reads them",
    )];
    const PANICS: &[&str] =
        &["todo!", "unimplemented!", "dbg!", "panic!", "unreachable!", ".unwrap()", ".expect("];
    let mut wrong = vec![];
    let mut used = BTreeSet::new();
    for file in sources() {
        for (line, text) in code(&file) {
            if !PANICS.iter().any(|word| text.contains(word)) {
                continue;
            }
            match ALLOWED.iter().position(|(f, what, _)| *f == file && text.contains(what)) {
                Some(reason) => drop(used.insert(reason)),
                None => wrong.push(format!("{file}:{line}: {}", text.trim())),
            }
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
    assert_eq!(used.len(), ALLOWED.len(), "an exception that nothing needs any more");
}

#[test]
fn nothing_depends_on_the_machine_it_was_written_on() {
    // Put together here, so that this file does not name them itself.
    let folders = ["home", "root", "work", "Users", "mnt"].map(|name| format!("/{name}/"));
    let options = ["index-url", "trusted-host", "registry="].map(|name| format!("--{name}"));
    let mut wrong = vec![];
    for file in tree() {
        let bytes = std::fs::read(root().join(&file)).unwrap();
        for word in folders.iter().chain(&options) {
            if bytes.windows(word.len()).any(|window| window == word.as_bytes()) {
                wrong.push(format!("{file}: {word}"));
            }
        }
        assert!(
            !file.starts_with(".cargo/"),
            "{file}: where crates come from is the user's choice"
        );
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

#[test]
fn every_host_is_a_public_one() {
    // Standards, schemas, licences, papers, sources: nothing the program calls, it has no network.
    const HOSTS: &[&str] = &[
        "arrow.apache.org",
        "arxiv.org",
        "creativecommons.org",
        "doi.org",
        "example.org",
        "github.com",
        "jpmml.org",
        "json-schema.org",
        "keepachangelog.com",
        "ns.adobe.com",
        "openfontlicense.org",
        "projectfluent.org",
        "purl.org",
        "rustup.rs",
        "scripts.sil.org",
        "semver.org",
        "verapdf.org",
        "www.aiim.org",
        "www.apache.org",
        "www.dmg.org",
        "www.w3.org",
    ];
    let scheme = ["http", "https"].map(|scheme| format!("{scheme}://"));
    let mut wrong = vec![];
    for file in tree() {
        let bytes = std::fs::read(root().join(&file)).unwrap();
        let text = String::from_utf8_lossy(&bytes);
        for scheme in &scheme {
            for rest in text.split(scheme.as_str()).skip(1) {
                let host: String = rest
                    .chars()
                    .take_while(|c| c.is_ascii_alphanumeric() || ".-".contains(*c))
                    .collect();
                if !host.is_empty() && !HOSTS.contains(&host.trim_end_matches('.')) {
                    wrong.push(format!("{file}: {host}"));
                }
            }
        }
    }
    assert!(wrong.is_empty(), "hosts that are not in the list here:\n{}", wrong.join("\n"));
}

#[test]
fn every_text_that_is_named_is_in_the_tree() {
    let files = tree();
    let mut wrong = vec![];
    for file in
        files.iter().filter(|f| [".rs", ".md", ".toml", ".py"].iter().any(|e| f.ends_with(e)))
    {
        let text = read(file);
        let words = text.split(|c: char| !(c.is_alphanumeric() || "._-/*<>".contains(c)));
        for word in words.map(|word| word.trim_end_matches('.')).filter(|w| w.ends_with(".md")) {
            let name = word.rsplit('/').next().unwrap();
            let pattern = name.len() == 3 || word.contains(['*', '<']);
            if !pattern && !files.iter().any(|f| f.rsplit('/').next() == Some(name)) {
                wrong.push(format!("{file}: {word}"));
            }
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

/// Whether a licence expression (SPDX, or the older `A/B` for `A OR B`) can be met with the allowed licences.
fn is_met(expression: &str, allowed: &BTreeSet<String>) -> bool {
    fn any(words: &mut Vec<&str>, allowed: &BTreeSet<String>) -> bool {
        let mut met = all(words, allowed);
        while words.last() == Some(&"OR") {
            words.pop();
            met |= all(words, allowed);
        }
        met
    }
    fn all(words: &mut Vec<&str>, allowed: &BTreeSet<String>) -> bool {
        let mut met = one(words, allowed);
        while words.last() == Some(&"AND") {
            words.pop();
            met &= one(words, allowed);
        }
        met
    }
    fn one(words: &mut Vec<&str>, allowed: &BTreeSet<String>) -> bool {
        match words.pop() {
            Some("(") => {
                let met = any(words, allowed);
                words.pop() == Some(")") && met
            }
            Some(name) => {
                let mut name = name.to_owned();
                if words.last() == Some(&"WITH") {
                    words.pop();
                    name = format!("{name} WITH {}", words.pop().unwrap_or_default());
                }
                allowed.contains(&name)
            }
            None => false,
        }
    }
    let spaced = expression.replace('(', " ( ").replace(')', " ) ").replace('/', " OR ");
    let mut words: Vec<&str> = spaced.split_whitespace().rev().collect();
    any(&mut words, allowed) && words.is_empty()
}

#[test]
fn a_licence_expression_is_read_rightly() {
    let allowed = BTreeSet::from(["MIT".to_owned(), "BSD-3-Clause".to_owned()]);
    for met in ["MIT", "GPL-3.0 OR MIT", "MIT/Apache-2.0", "(Apache-2.0 OR MIT) AND BSD-3-Clause"] {
        assert!(is_met(met, &allowed), "{met}");
    }
    for not in
        ["", "Apache-2.0", "MIT AND GPL-3.0", "(MIT OR X) AND Y", "MIT WITH exception", "(MIT"]
    {
        assert!(!is_met(not, &allowed), "{not}");
    }
}

#[test]
fn every_licence_was_looked_at() {
    let deny: toml::Table = read("deny.toml").parse().unwrap();
    let allowed: BTreeSet<String> = deny["licenses"]["allow"]
        .as_array()
        .unwrap()
        .iter()
        .map(|name| name.as_str().unwrap().to_owned())
        .collect();
    let mut command = Command::new(env!("CARGO"));
    command.args(["metadata", "--format-version", "1", "--locked", "--offline"]);
    command.current_dir(root()).stderr(Stdio::inherit());
    if std::env::var_os("KLARTEXT_ALL_PLATFORMS").is_none() {
        // Crates of other platforms are on a machine only after `cargo fetch`, as in `.ci/run`.
        let rustc = Command::new("rustc").arg("-vV").output().unwrap().stdout;
        let rustc = String::from_utf8(rustc).unwrap();
        let host = rustc.lines().find_map(|line| line.strip_prefix("host: ")).unwrap();
        command.args(["--filter-platform", host]);
    }
    let output = command.output().unwrap();
    assert!(output.status.success());
    let metadata: serde_json::Value = serde_json::from_slice(&output.stdout).unwrap();
    let packages = metadata["packages"].as_array().unwrap();
    assert!(packages.len() > 200, "only {} packages", packages.len());
    let text = |package: &serde_json::Value, field: &str| {
        package[field].as_str().unwrap_or_default().to_owned()
    };
    let mut wrong = vec![];
    for package in packages {
        let licence = text(package, "license");
        let name = format!("{} {}", text(package, "name"), text(package, "version"));
        if !is_met(&licence, &allowed) {
            wrong.push(format!("{name}: “{licence}”"));
        }
        let source = text(package, "source");
        if text(package, "name") != "klartext" && !source.starts_with("registry+") {
            wrong.push(format!("{name}: from “{source}”"));
        }
    }
    assert!(wrong.is_empty(), "not allowed by deny.toml:\n{}", wrong.join("\n"));
    for file in ["LICENSE-MIT", "LICENSE-APACHE", "src/typeface/fonts/OFL.txt", "THIRD-PARTY.md"] {
        assert!(read(file).len() > 500, "{file}");
    }
}

fn klartext(args: &[&str]) -> std::process::Output {
    Command::new(env!("CARGO_BIN_EXE_klartext"))
        .args(args)
        .current_dir(root())
        .stdin(Stdio::null())
        .output()
        .unwrap()
}

/// Blocks of the README that `.ci/run` runs: what the marker names (empty for `<!-- ci -->`), and their lines.
fn marked_blocks(readme: &str) -> Vec<(String, Vec<&str>)> {
    let mut blocks = vec![];
    let mut lines = readme.lines().map(str::trim_end).filter(|line| !line.is_empty());
    while let Some(line) = lines.next() {
        let Some(marker) = line.strip_prefix("<!-- ci").and_then(|m| m.strip_suffix("-->")) else {
            continue;
        };
        let kind = marker.split(',').next().unwrap_or_default().trim_matches([':', ' ']);
        assert_eq!(lines.next(), Some("```sh"), "{line} stands before no ```sh block");
        blocks.push((kind.to_owned(), lines.by_ref().take_while(|l| *l != "```").collect()));
    }
    blocks
}

#[test]
fn the_readme_marks_what_ci_runs() {
    let readme = read("README.md");
    let blocks = marked_blocks(&readme);
    for (kind, lines) in &blocks {
        assert!(["", "main", "tests"].contains(&kind.as_str()), "marker “{kind}”");
        assert!(!lines.is_empty(), "a marked block without commands");
    }
    let lines_of = |wanted: &str| -> Vec<&str> {
        blocks.iter().filter(|(kind, _)| kind == wanted).flat_map(|(_, l)| l.clone()).collect()
    };
    assert!(lines_of("main").iter().any(|l| l.contains("explain")), "no main job");
    assert!(lines_of("tests").iter().any(|l| l.contains("cargo test")), "no tests");
}

#[test]
fn the_readme_names_commands_that_exist() {
    let readme = read("README.md");
    let mut fenced = false;
    let mut seen = 0;
    for line in readme.lines() {
        if line.starts_with("```") {
            fenced = !fenced && line == "```sh";
            continue;
        }
        let mut words =
            line.split_whitespace().skip_while(|w| *w != "--" && !w.ends_with("klartext"));
        let verb = words.nth(1).filter(|_| fenced);
        if let Some(verb) = verb.filter(|verb| verb.bytes().all(|b| b.is_ascii_lowercase())) {
            assert!(klartext(&[verb, "--help"]).status.success(), "{line}: no command {verb}");
            seen += 1;
        }
    }
    assert!(seen > 0, "the README names no command in a ```sh block");
}
