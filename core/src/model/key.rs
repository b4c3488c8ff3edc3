//! Keys: short texts of digits that are copied, never shared. Ordered by length and then by text, which is their numeric
//! order; they are never numbers, since not every reader of JSON has 64 bits.

use std::cmp::Ordering;

/// The longest text that a key has room for. The API's own limit is 30.
const ROOM: usize = 31;

/// The storage of a key: text in place.
#[derive(Clone, Copy, PartialEq, Eq, Hash)]
pub(crate) struct Inline {
    len: u8,
    bytes: [u8; ROOM],
}

impl Inline {
    /// `None` if the text has more than 31 bytes.
    pub(crate) fn new(text: &str) -> Option<Self> {
        let mut bytes = [0; ROOM];
        bytes.get_mut(..text.len())?.copy_from_slice(text.as_bytes());
        Some(Self { len: u8::try_from(text.len()).ok()?, bytes })
    }

    pub(crate) fn as_str(&self) -> &str {
        // It was text when it came in, and is whole.
        self.bytes.get(..usize::from(self.len)).and_then(|bytes| std::str::from_utf8(bytes).ok()).unwrap_or_default()
    }
}

impl Ord for Inline {
    fn cmp(&self, other: &Self) -> Ordering {
        (self.len, self.bytes).cmp(&(other.len, other.bytes))
    }
}

impl PartialOrd for Inline {
    fn partial_cmp(&self, other: &Self) -> Option<Ordering> {
        Some(self.cmp(other))
    }
}

/// Defines keys by their documentation, their name and the check of their text; after `from`, the keys that each also is.
macro_rules! keys {
    ($($(#[$meta:meta])* $name:ident: $check:ident $(from $($variant:ident)|+)?;)*) => {$(
        $(#[$meta])*
        #[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
        pub struct $name($crate::model::key::Inline);
        $crate::model::id::id_traits!($name, $check, |text| $crate::model::key::Inline::new(text).map(Self));
        $($(
            impl From<$variant> for $name {
                #[inline]
                fn from(key: $variant) -> Self {
                    Self(key.0)
                }
            }

            impl From<$variant> for $crate::model::Given<$name> {
                #[inline]
                fn from(key: $variant) -> Self {
                    $name::from(key).into()
                }
            }
        )+)?
    )*};
}
pub(crate) use keys;

#[cfg(test)]
mod tests {
    use crate::api::{JobKey, ProcessInstanceKey, ScopeKey};

    #[test]
    fn order_is_numeric() {
        let key = |text: &str| JobKey::new(text).unwrap();
        assert!(key("9") < key("10") && key("10") < key("11"));
        assert_eq!(key("9007199254740993").to_string(), "9007199254740993");
        assert_eq!(format!("{:?}", key("7")), "JobKey(7)");
    }

    #[test]
    fn a_number_is_taken_exactly() {
        assert_eq!(serde_json::from_str::<JobKey>("9223372036854775807").unwrap().as_str(), "9223372036854775807");
        assert_eq!(serde_json::from_str::<JobKey>("-1").unwrap().as_str(), "-1");
        assert!(serde_json::from_str::<JobKey>("1e3").is_err());
    }

    #[test]
    fn too_long_a_text_is_an_error_not_a_part_of_it() {
        assert!(serde_json::from_str::<JobKey>(&format!("\"{}\"", "1".repeat(31))).is_ok());
        let error = serde_json::from_str::<JobKey>(&format!("\"{}\"", "1".repeat(32))).unwrap_err();
        assert!(error.to_string().contains("too long for a JobKey"), "{error}");
        assert!(JobKey::new("1".repeat(26)).is_err() && JobKey::new("").is_err() && JobKey::new("1a").is_err());
    }

    #[test]
    fn a_scope_is_an_instance_of_a_process_or_an_element() {
        let key = ProcessInstanceKey::new("12").unwrap();
        assert_eq!(ScopeKey::from(key).as_str(), "12");
    }
}
