//! Entities that are kept as the JSON that answers show, as rows.
//! Texts that look like dates are dates, so that they can be compared.

use std::borrow::Cow;

use serde_json::Value;

use crate::rest::row::{Field, Row, parse_date};

/// The key that orders it, and the document.
pub(crate) struct JsonRow<'a>(pub(crate) i64, pub(crate) &'a Value);

impl Row for JsonRow<'_> {
    fn key(&self) -> i64 {
        self.0
    }

    fn field(&self, name: &str) -> Field<'_> {
        match self.1.get(name) {
            None | Some(Value::Null) => Field::Null,
            Some(Value::Bool(b)) => Field::Boolean(*b),
            Some(Value::Number(n)) => n.as_i64().map_or(Field::Null, Field::Number),
            Some(Value::String(text)) if name.ends_with("Key") => {
                text.parse().map_or_else(|_| Field::Text(Cow::Borrowed(text)), Field::Key)
            }
            Some(Value::String(text)) if name.ends_with("Date") || name.ends_with("Time") => {
                parse_date(text).map_or_else(|| Field::Text(Cow::Borrowed(text)), Field::Date)
            }
            Some(Value::String(text)) => Field::Text(Cow::Borrowed(text)),
            Some(other) => Field::Json(other.clone()),
        }
    }

    fn members(&self) -> &'static [&'static str] {
        &[]
    }

    fn json(&self) -> Value {
        self.1.clone()
    }
}
