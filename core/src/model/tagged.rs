//! Choices of shapes told apart by a member of theirs. Read by hand, in two passes over the text: serde's own way buffers
//! the members, which breaks raw JSON and loses digits.

use std::fmt;

use serde::de::{Deserializer, IgnoredAny, MapAccess, Visitor};

/// Finds the member that tells the shapes apart.
pub(crate) struct Tag(pub(crate) &'static str);

impl Tag {
    /// Its text in an object; empty if there is none.
    pub(crate) fn find(self, json: &str) -> Result<String, serde_json::Error> {
        serde_json::Deserializer::from_str(json).deserialize_any(self)
    }
}

impl<'de> Visitor<'de> for Tag {
    type Value = String;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("an object")
    }

    fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<String, A::Error> {
        let mut tag = None;
        while let Some(name) = map.next_key::<std::borrow::Cow<'de, str>>()? {
            if name == self.0 {
                tag = map.next_value::<Option<String>>()?;
            } else {
                map.next_value::<IgnoredAny>()?;
            }
        }
        Ok(tag.unwrap_or_default())
    }
}

/// Reads a choice whose shapes are told apart by a member; what is not known stays `Other`.
macro_rules! tagged {
    ($name:ident by $tag:literal { $($text:literal => $variant:ident,)* }) => {
        impl<'de> serde::Deserialize<'de> for $name {
            fn deserialize<D: serde::Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
                let json = $crate::model::Json::deserialize(deserializer)?;
                let tag = $crate::model::Tag($tag).find(json.as_str()).map_err(serde::de::Error::custom)?;
                match tag.as_str() {
                    $($text => json.read().map(Self::$variant).map_err(serde::de::Error::custom),)*
                    _ => Ok(Self::Other(json)),
                }
            }
        }
    };
}
pub(crate) use tagged;
