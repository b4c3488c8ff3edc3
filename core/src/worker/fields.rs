//! Which variables a handler's type has room for, asked of its `Deserialize`: a struct names its fields before it reads
//! any, renamed ones by their names in JSON. No value is made.

use std::fmt;

use serde::de::{Deserialize, Deserializer, Error, Visitor};

/// The names of the members that this type reads, with their aliases, if it is a struct and says so.
///
/// `None` for what reads any members: a map, a JSON value, a struct with a flattened member, an enum.
pub fn fields_of<'de, T: Deserialize<'de>>() -> Option<&'static [&'static str]> {
    T::deserialize(Probe).err().and_then(|told| told.0)
}

struct Probe;

/// What a type told instead of a value.
#[derive(Debug)]
struct Told(Option<&'static [&'static str]>);

impl fmt::Display for Told {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("only asked for its fields")
    }
}

impl std::error::Error for Told {}

impl Error for Told {
    fn custom<M: fmt::Display>(_: M) -> Self {
        Told(None)
    }
}

/// Everything but a struct, and what may stand around one, tells nothing.
impl<'de> Deserializer<'de> for Probe {
    type Error = Told;

    fn deserialize_struct<V: Visitor<'de>>(
        self,
        _: &'static str,
        fields: &'static [&'static str],
        _: V,
    ) -> Result<V::Value, Told> {
        Err(Told(Some(fields)))
    }

    fn deserialize_newtype_struct<V: Visitor<'de>>(self, _: &'static str, visitor: V) -> Result<V::Value, Told> {
        visitor.visit_newtype_struct(self)
    }

    fn deserialize_option<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, Told> {
        visitor.visit_some(self)
    }

    fn deserialize_any<V: Visitor<'de>>(self, _: V) -> Result<V::Value, Told> {
        Err(Told(None))
    }

    serde::forward_to_deserialize_any! {
        bool i8 i16 i32 i64 i128 u8 u16 u32 u64 u128 f32 f64 char str string bytes byte_buf unit unit_struct seq tuple
        tuple_struct map enum identifier ignored_any
    }
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeMap;

    use super::*;

    #[derive(serde::Deserialize)]
    #[serde(rename_all = "camelCase")]
    #[allow(dead_code, reason = "only its names are asked for")]
    struct Order {
        order_id: u64,
        #[serde(rename = "total", alias = "amount")]
        sum: u64,
        #[serde(skip)]
        seen: bool,
        #[serde(default)]
        note: Option<String>,
    }

    #[test]
    fn a_struct_names_its_members_as_json_does() {
        let mut fields = fields_of::<Order>().unwrap().to_vec();
        fields.sort_unstable();
        assert_eq!(fields, ["amount", "note", "orderId", "total"]);
    }

    #[test]
    fn what_stands_around_a_struct_is_looked_through() {
        #[derive(serde::Deserialize)]
        #[allow(dead_code, reason = "only its names are asked for")]
        struct Wrapped(Order);
        assert_eq!(fields_of::<Option<Box<Wrapped>>>(), fields_of::<Order>());
    }

    #[test]
    fn what_takes_any_members_names_none() {
        #[derive(serde::Deserialize)]
        #[allow(dead_code, reason = "only its names are asked for")]
        struct Flat {
            a: u8,
            #[serde(flatten)]
            rest: BTreeMap<String, serde_json::Value>,
        }
        #[derive(serde::Deserialize)]
        #[serde(untagged)]
        #[allow(dead_code, reason = "only its names are asked for")]
        enum Either {
            One { a: u8 },
            Other(String),
        }
        assert_eq!(fields_of::<Flat>(), None);
        assert_eq!(fields_of::<Either>(), None);
        assert_eq!(fields_of::<serde_json::Value>(), None);
        assert_eq!(fields_of::<BTreeMap<String, u8>>(), None);
        assert_eq!(fields_of::<()>(), None);
    }
}
