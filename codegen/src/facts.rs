//! The model of facts: what of an API description the generated code depends on, and nothing that was somebody's prose. It
//! is written by `condense`, committed, and read by `generate`.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

/// All that is known of one release of the API.
#[derive(Debug, Default, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Model {
    /// The release, such as `8.10`.
    pub release: String,
    /// The operations, in the order of the description.
    pub operations: Vec<Operation>,
    /// The named types, by name.
    pub types: BTreeMap<String, Shape>,
}

/// One operation.
#[derive(Debug, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Operation {
    /// The operationId.
    pub id: String,
    /// `GET`, `POST`…
    pub method: String,
    /// The template of the path.
    pub path: String,
    /// Whether the path is relative to the root of the cluster instead of the API's.
    #[serde(default, skip_serializing_if = "is_false")]
    pub cluster: bool,
    /// The tag.
    pub tag: String,
    /// The release that added it.
    pub since: String,
    /// Whether its reads lag behind writes.
    #[serde(default, skip_serializing_if = "is_false")]
    pub eventual: bool,
    /// Parameters of the path, in the order of the template.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub parameters: Vec<Member>,
    /// Parameters of the query.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub query: Vec<Member>,
    /// The body.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub body: Option<Body>,
    /// What a success answers.
    pub answers: Vec<Answer>,
    /// The error statuses that the description lists.
    pub errors: Vec<u16>,
}

/// The body of a request.
#[derive(Debug, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Body {
    /// The media type.
    pub media: String,
    /// The type, as in [`Member::kind`].
    #[serde(rename = "type")]
    pub kind: String,
    /// Whether it must be sent.
    #[serde(default, skip_serializing_if = "is_false")]
    pub required: bool,
}

/// One kind of successful answer.
#[derive(Debug, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Answer {
    /// The status.
    pub status: u16,
    /// The media type, if it has a body.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub media: Option<String>,
    /// The type of the body, as in [`Member::kind`].
    #[serde(rename = "type", default, skip_serializing_if = "Option::is_none")]
    pub kind: Option<String>,
}

/// A member of an object, or a parameter.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Member {
    /// The name on the wire.
    pub name: String,
    /// `text`, `date`, `int`, `long`, `number`, `bool`, `scalar` (text or number), `json` (anything), `object` (an object of
    /// any members), `file`, `[T]` for a list, `{T}` for a map, or the name of a type.
    #[serde(rename = "type")]
    pub kind: String,
    /// Whether it must be there.
    #[serde(default, skip_serializing_if = "is_false")]
    pub required: bool,
    /// Whether it may be null.
    #[serde(default, skip_serializing_if = "is_false")]
    pub nullable: bool,
    /// The release that added it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub since: Option<String>,
    /// What counts if it is absent.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub default: Option<serde_json::Value>,
    /// The least value.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub minimum: Option<i64>,
    /// The greatest value.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub maximum: Option<i64>,
    /// The least number of entries.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub min_items: Option<u64>,
    /// The greatest number of entries.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub max_items: Option<u64>,
    /// Whether it is deprecated.
    #[serde(default, skip_serializing_if = "is_false")]
    pub deprecated: bool,
}

/// The shape of a named type.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(tag = "is", rename_all = "lowercase", deny_unknown_fields)]
pub enum Shape {
    /// An id that is text.
    Id {
        /// The pattern that it must match.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        pattern: Option<String>,
        /// The least number of characters.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        min: Option<u64>,
        /// The greatest number of characters.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        max: Option<u64>,
        /// The ids that each also is one of these.
        #[serde(default, skip_serializing_if = "Vec::is_empty")]
        union: Vec<String>,
    },
    /// An id that is a number: `int` or `long`.
    Number {
        /// Its type.
        number: String,
    },
    /// One of several texts.
    Enum {
        /// The texts that the release knows.
        values: Vec<String>,
    },
    /// An object.
    Object {
        /// Its members, those of what it extends first.
        members: Vec<Member>,
        /// Whether it may have other members.
        #[serde(default, skip_serializing_if = "is_false")]
        open: bool,
    },
    /// One of several shapes.
    Choice {
        /// The member that tells them apart, if there is one.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        tag: Option<String>,
        /// The shapes.
        shapes: Vec<Alternative>,
    },
    /// A value or operators on values.
    Filter {
        /// The type of the values.
        of: String,
        /// The operators without their `$`.
        operators: Vec<String>,
    },
}

/// One shape of a choice.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Alternative {
    /// The text of the tag.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub tag: Option<String>,
    /// The type.
    #[serde(rename = "type")]
    pub kind: String,
}

fn is_false(flag: &bool) -> bool {
    !flag
}
