//! Any text as a dotenv file: its pairs, or a problem for every line that is none, which names the line and does not repeat
//! what it says. The same function is fuzzed, and replayed over the corpus by the ordinary tests.

use camunda_core::{Config, Error};

/// A tenant that no text of the fuzzer's names.
const TENANT: &str = "tenant-of-the-last-line";

/// Runs one input.
pub fn run(data: &[u8]) {
    let lines = data.iter().filter(|byte| **byte == b'\n').count() + 1;
    match Config::builder().dotenv(data).build() {
        Ok(config) => {
            assert!(config.provided().len() <= lines, "more settings than lines");
            written_again(&config);
        }
        Err(error) => {
            let Error::Config(problems) = &error else { panic!("{error}") };
            assert!(!problems.problems().is_empty());
        }
    }
    appended(data);
    // Taken apart line by line, a bad line stays bad: a text may not hide another's problem.
    let odd = [data, b"\nhunter2 is no line"].concat();
    let error = Config::builder().dotenv(odd).build().unwrap_err();
    assert!(!format!("{error} {error:?}").contains("hunter2"), "{error}");
}

/// The last of two lines for a setting counts, after any text that reads well.
fn appended(data: &[u8]) {
    let text = [data, format!("\nCAMUNDA_DEFAULT_TENANT_ID={TENANT}\n").as_bytes()].concat();
    if let Ok(config) = Config::builder().dotenv(text).build() {
        let tenant = config.provided().iter().find(|entry| entry.name() == "CAMUNDA_DEFAULT_TENANT_ID").unwrap();
        assert_eq!(tenant.expose(), TENANT);
    }
}

/// What was read, written in quotes and read again, is the same.
fn written_again(config: &Config) {
    let pairs = |config: &Config| -> Vec<(String, String)> {
        config.provided().iter().map(|entry| (entry.name().to_owned(), entry.expose().to_owned())).collect()
    };
    let quotable = |pair: &&(String, String)| !pair.1.contains(['\'', '\n', '\r']);
    let kept: Vec<_> = pairs(config).iter().filter(quotable).cloned().collect();
    let text: String = kept.iter().map(|(name, value)| format!("{name}='{value}'\n")).collect();
    match Config::builder().dotenv(text).build() {
        Ok(again) => assert_eq!(pairs(&again), kept),
        // Some settings need others, which were left out.
        Err(error) => assert!(kept.len() < pairs(config).len(), "{error}"),
    }
}
