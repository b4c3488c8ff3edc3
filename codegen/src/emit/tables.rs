//! The root of the generated API: what is in it, as a table for readers and as one for programs.

use std::fmt::Write as _;

use super::operations;
use crate::names::{pascal, snake};
use crate::plan::Plan;

/// The text of `api/mod.rs`.
pub(super) fn api(plan: &Plan<'_>) -> String {
    // What clusters mean by their statuses, observed over the releases that they are listed for.
    const STATUSES: &str = "//!\n\
        //! Statuses of errors, whatever the operation: 400 the request is not acceptable, or the tenant or a state forbids it; 401 no\n\
        //! valid credentials; 403 not permitted, or no search on this cluster; 404 there is no such thing, or it is already over;\n\
        //! 409 it exists already, or its state forbids it; 500 a fault of the cluster; 503 not now: overloaded or without a leader;\n\
        //! 504 nobody knows in time what became of it. Any status may come for any operation, whatever its list says.\n";
    let release = &plan.model.release;
    let count = plan.model.operations.len();
    let mut text = format!(
        "//! The operations and types of the API, generated from facts of release {release}. How they travel is not decided here.\n//!\n\
         //! The {count} operations; R: may be repeated after an unknown outcome, L: reads lag behind writes.\n//!\n\
         //! | operation | request | since | |\n//! |---|---|---|---|\n"
    );
    for operation in &plan.model.operations {
        let marks = [(plan.repeatable(operation).is_some(), "R"), (operation.eventual, "L")];
        let marks: Vec<&str> = marks.iter().filter(|(when, _)| *when).map(|(_, mark)| *mark).collect();
        let _ = writeln!(
            text,
            "//! | [`{name}`]({rust}) | `{} {}` | {} | {} |",
            operation.method,
            operation.path,
            operation.since,
            marks.join(" "),
            name = snake(&operation.id),
            rust = pascal(&operation.id),
        );
    }
    text.push_str(STATUSES);
    text.push_str(
        "\nmod keys;\nmod models;\nmod operations;\n#[cfg(feature = \"roundtrip\")]\npub mod roundtrip;\n\npub use keys::*;\npub use models::*;\npub use operations::*;\n\n",
    );
    text.push_str(
        "pub use crate::activation::*;\npub use crate::model::condition::{eq, exists, gt, gte, is_in, like, lt, lte, neq, not_in};\n\
         pub use crate::model::{Change, Given, InvalidId, Json, JsonError, Page, PageInfo, Paged, Scalar, Sort, SortOrder, Timestamp};\n\
         pub use crate::upload::*;\n\n",
    );
    for operation in plan.model.operations.iter().filter(|operation| plan.review.by_hand.contains_key(&operation.id)) {
        let _ = writeln!(
            text,
            "pub(crate) const {}: crate::OperationInfo = {};",
            snake(&operation.id).to_uppercase(),
            operations::info(plan, operation)
                .replace("OperationInfo::", "crate::OperationInfo::")
                .replace("Verb::", "crate::Verb::")
        );
    }
    text
}

/// The table by which tests and fuzz targets reach every operation.
///
/// # Errors
///
/// An answer's type is not known.
pub(super) fn roundtrip(plan: &Plan<'_>) -> Result<String, String> {
    let mut text = String::from(
        "//! Every operation by its name, for tests and fuzz targets: text in, request or answer out. Not part of the API.\n\n\
         use super::*;\nuse crate::model::roundtrip::{Entry, by_hand, bytes, entry};\n\n/// All operations.\npub const ENTRIES: &[Entry] = &[\n",
    );
    for operation in &plan.model.operations {
        let kind = if plan.review.by_hand.contains_key(&operation.id) {
            "by_hand"
        } else if operations::output(plan, operation)?.0 == "Bytes" {
            "bytes"
        } else {
            "entry"
        };
        let _ = writeln!(text, "{kind}::<{}>(),", pascal(&operation.id));
    }
    text.push_str("];\n");
    Ok(text)
}
