//! How members of answers are read that another release may leave out or send as null: as their default. Only for members
//! where that loses nothing; keys and dates are an `Option` instead.

use serde::{Deserialize, Deserializer};

/// Null is as if the member were absent.
pub(crate) fn plain<'de, D: Deserializer<'de>, T: Deserialize<'de> + Default>(deserializer: D) -> Result<T, D::Error> {
    Option::deserialize(deserializer).map(Option::unwrap_or_default)
}
