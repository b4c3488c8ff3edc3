//! Ids that are numbers on the wire: of backups, partitions, checkpoints. Not keys, which are text.

/// Defines ids that are numbers.
macro_rules! numbers {
    ($($(#[$meta:meta])* $name:ident($number:ident);)*) => {$(
        $(#[$meta])*
        #[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash, serde::Serialize, serde::Deserialize)]
        #[serde(transparent)]
        pub struct $name($number);

        impl $name {
            /// The id with this number.
            #[inline]
            pub const fn new(number: $number) -> Self {
                Self(number)
            }

            /// The number.
            #[inline]
            pub const fn get(self) -> $number {
                self.0
            }
        }

        impl From<$number> for $name {
            #[inline]
            fn from(number: $number) -> Self {
                Self(number)
            }
        }

        impl std::fmt::Display for $name {
            #[inline]
            fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
                std::fmt::Display::fmt(&self.0, f)
            }
        }
    )*};
}
pub(crate) use numbers;
