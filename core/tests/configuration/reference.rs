//! The reference in the documentation is what the declarations say.

#![allow(clippy::disallowed_methods, reason = "the reference is a file")]

use camunda_core::config::reference;

const BEGIN: &str =
    "<!-- From the declarations in core/src/config/catalogue.rs; UPDATE=1 cargo test -p camunda-core writes it. -->\n";

#[test]
fn the_reference_is_up_to_date() {
    let path = concat!(env!("CARGO_MANIFEST_DIR"), "/../docs/configuration.md");
    let text = std::fs::read_to_string(path).unwrap();
    let (by_hand, generated) = text.split_once(BEGIN).unwrap();
    let expected = format!("\n{}", reference::markdown());
    if std::env::var_os("UPDATE").is_some_and(|update| update == "1") {
        std::fs::write(path, format!("{by_hand}{BEGIN}{expected}")).unwrap();
    } else {
        assert!(generated == expected, "docs/configuration.md is old: UPDATE=1 cargo test -p camunda-core");
    }
}
