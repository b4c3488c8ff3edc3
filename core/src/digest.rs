//! Digests as functions that a driver hands in: the core depends on no cryptographic library, and adapters have one for TLS
//! already. What is digested is not decided here.

use std::num::NonZeroU32;

/// The two functions that the names and contents of token files are made with.
#[derive(Clone, Copy, Debug)]
pub struct Digests {
    /// SHA-256 (FIPS 180-4).
    pub sha256: fn(&[u8]) -> [u8; 32],
    /// PBKDF2 with HMAC-SHA-256 (RFC 8018 §5.2): password, salt, rounds.
    pub pbkdf2: fn(&[u8], &[u8], NonZeroU32) -> [u8; 32],
}

/// In lower-case hexadecimal digits.
pub(crate) fn hex(bytes: &[u8]) -> String {
    const DIGITS: [char; 16] = ['0', '1', '2', '3', '4', '5', '6', '7', '8', '9', 'a', 'b', 'c', 'd', 'e', 'f'];
    let digit = |nibble: u8| DIGITS.get(usize::from(nibble & 15)).copied().unwrap_or_default();
    bytes.iter().flat_map(|byte| [digit(byte >> 4), digit(*byte)]).collect()
}
