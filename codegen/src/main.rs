//! The command line of the generator: `condense DESCRIPTION…` writes the model of facts, `generate [--check]` the Rust, and
//! `close DESCRIPTION` prints a copy for validators that forbids what it does not describe.

use std::path::{Path, PathBuf};
use std::process::ExitCode;

use camunda_codegen::{close, condense, emit, facts::Model, pretty, review::Review};

fn main() -> ExitCode {
    let arguments: Vec<String> = std::env::args().skip(1).collect();
    let arguments: Vec<&str> = arguments.iter().map(String::as_str).collect();
    let done = match arguments[..] {
        ["condense", ref descriptions @ ..] if !descriptions.is_empty() => condense_all(descriptions),
        ["close", description] => {
            read(Path::new(description)).map(|description| println!("{}", close::close(&description)))
        }
        ["generate"] => generate(false),
        ["generate", "--check"] => generate(true),
        _ => Err("usage: codegen condense DESCRIPTION… | generate [--check] | close DESCRIPTION".to_owned()),
    };
    match done {
        Ok(()) => ExitCode::SUCCESS,
        Err(reason) => {
            eprintln!("{reason}");
            ExitCode::FAILURE
        }
    }
}

fn home() -> PathBuf {
    PathBuf::from(env!("CARGO_MANIFEST_DIR"))
}

fn condense_all(descriptions: &[&str]) -> Result<(), String> {
    for path in descriptions {
        let description = read(Path::new(path))?;
        let model = condense::condense(&description).map_err(|reason| format!("{path}: {reason}"))?;
        let file = home().join("api").join(format!("{}.json", model.release));
        let value = serde_json::to_value(&model).map_err(|error| error.to_string())?;
        std::fs::create_dir_all(home().join("api")).map_err(|error| error.to_string())?;
        std::fs::write(&file, pretty::pretty(&value)).map_err(|error| format!("{}: {error}", file.display()))?;
        println!("{}: {} operations, {} types", file.display(), model.operations.len(), model.types.len());
    }
    Ok(())
}

fn generate(check: bool) -> Result<(), String> {
    let mut model: Model = serde_json::from_value(read(&newest()?)?).map_err(|error| error.to_string())?;
    let review = Review::read(&home())?;
    review.correct(&mut model)?;
    let root = home().join("..");
    let files = emit::emit(&model, &review)?;
    let written = emit::files::settle(&root, &files, check)?;
    println!("{written}");
    Ok(())
}

/// The model of the newest release that was condensed.
fn newest() -> Result<PathBuf, String> {
    let models = std::fs::read_dir(home().join("api")).map_err(|error| format!("codegen/api: {error}"))?;
    let models = models.filter_map(|entry| Some(entry.ok()?.path()));
    let release = |path: &PathBuf| condense::release(&path.file_stem().unwrap_or_default().to_string_lossy());
    models.max_by_key(release).ok_or_else(|| "codegen/api holds no model".to_owned())
}

fn read(path: &Path) -> Result<serde_json::Value, String> {
    let text = std::fs::read_to_string(path).map_err(|error| format!("{}: {error}", path.display()))?;
    serde_json::from_str(&text).map_err(|error| format!("{}: {error}", path.display()))
}
