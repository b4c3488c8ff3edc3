//! The table of field reports: each has its row, and each test that a row names is there.

use std::fs;
use std::path::{Path, PathBuf};

fn root() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("..").canonicalize().unwrap()
}

/// What stands in backticks and names a test: the file and the function.
fn named(row: &str) -> Vec<(&str, &str)> {
    row.split('`')
        .skip(1)
        .step_by(2)
        .filter_map(|text| text.split_once("::"))
        .filter(|(file, _)| file.ends_with(".rs"))
        .collect()
}

/// Whether a source has that function as a test: by its attribute, or as a story that a macro makes tests of.
fn has_test(source: &str, name: &str) -> bool {
    let declared = |line: &str| {
        let line = line.trim_start();
        let rest =
            line.strip_prefix("async ").unwrap_or(line).strip_prefix("fn ").and_then(|rest| rest.strip_prefix(name));
        rest.is_some_and(|rest| rest.starts_with(['(', '<']))
    };
    let lines: Vec<&str> = source.lines().collect();
    // One on a line, or all on the line of the macro.
    let story = format!("{name},");
    let listed = |line: &&str| {
        line.trim_start() == story || (line.contains("!(") && line.split([' ', '(']).any(|word| word == story))
    };
    lines.iter().enumerate().any(|(number, line)| {
        let above = lines[..number].iter().rev().take_while(|line| line.trim_start().starts_with(['#', '/']));
        declared(line) && (lines.iter().any(listed) || above.into_iter().any(|line| line.trim() == "#[test]"))
    })
}

#[test]
fn each_report_has_a_row_and_each_test_of_it_is_there() {
    let table = fs::read_to_string(root().join("docs/field-reports.md")).unwrap();
    let rows: Vec<&str> = table.lines().filter(|line| line.starts_with("| F")).collect();
    let numbers: Vec<String> = rows.iter().map(|row| row[2..5].to_owned()).collect();
    assert_eq!(numbers, (1..=45).map(|number| format!("F{number:02}")).collect::<Vec<_>>());
    for row in rows {
        let tests = named(row);
        assert!(!tests.is_empty(), "no test: {row}");
        for (file, name) in tests {
            let source = fs::read_to_string(root().join(file)).unwrap_or_else(|error| panic!("{file}: {error}"));
            assert!(has_test(&source, name), "{}: {file} has no test {name}", &row[2..5]);
        }
    }
}

#[test]
fn a_function_that_is_no_test_is_told_apart() {
    let source = "#[test]\n/// Says why.\nfn a() {}\nfn b() {}\nstories!(\n    c,\n);\nfn c<S>() {}\nfn cc() {}\nstories!(e, f,);\nfn e<S>() {}\n";
    let found: Vec<&str> =
        ["a", "b", "c", "cc", "d", "e", "f"].into_iter().filter(|name| has_test(source, name)).collect();
    assert_eq!(found, ["a", "c", "e"]);
}

/// What a forked child would share with its parent's other threads; a thread's own is none of that.
#[test]
fn nothing_of_ours_is_global_to_the_process() {
    let mut found = Vec::new();
    let mut folders = vec![root().join("core/src"), root().join("adapters")];
    while let Some(folder) = folders.pop() {
        for path in fs::read_dir(folder).unwrap().map(|entry| entry.unwrap().path()) {
            if path.is_dir() {
                folders.push(path);
            } else if path.extension().is_some_and(|extension| extension == "rs") {
                let source = fs::read_to_string(&path).unwrap();
                found.extend(statics(&source).into_iter().map(|line| format!("{}: {line}", path.display())));
            }
        }
    }
    assert!(found.is_empty(), "shared by all clients of a process: {found:#?}");
}

/// The lines that declare what is global to the process.
fn statics(source: &str) -> Vec<&str> {
    let product = source.split("#[cfg(test)]\nmod tests {").next().unwrap_or_default();
    let mut of_a_thread = false;
    let mut found = Vec::new();
    for line in product.lines() {
        of_a_thread = (of_a_thread && line != "}") || line == "thread_local! {";
        let line = line.trim_start();
        let line = line.strip_prefix("pub(crate) ").or_else(|| line.strip_prefix("pub ")).unwrap_or(line);
        if !of_a_thread && line.starts_with("static ") {
            found.push(line);
        }
    }
    found
}

#[test]
fn what_is_global_is_told_from_what_is_a_threads_own() {
    let source =
        "thread_local! {\n    static A: u8 = 1;\n}\npub(crate) static B: u8 = 1;\nfn f() {\n    static C: u8 = 1;\n}\n";
    assert_eq!(statics(source), ["static B: u8 = 1;", "static C: u8 = 1;"]);
}
