//! Digests by ring, which TLS brings: what tokens on disk are named by.

use std::num::NonZeroU32;

use camunda_core::Digests;
use ring::{digest, pbkdf2};

/// Ring's functions in the core's words.
pub fn digests() -> Digests {
    Digests { sha256, pbkdf2 }
}

fn sha256(text: &[u8]) -> [u8; 32] {
    let mut bytes = [0; 32];
    bytes.copy_from_slice(digest::digest(&digest::SHA256, text).as_ref());
    bytes
}

fn pbkdf2(password: &[u8], salt: &[u8], rounds: NonZeroU32) -> [u8; 32] {
    let mut bytes = [0; 32];
    pbkdf2::derive(pbkdf2::PBKDF2_HMAC_SHA256, rounds, salt, password, &mut bytes);
    bytes
}

#[cfg(test)]
mod tests {
    use super::*;

    fn hex(bytes: [u8; 32]) -> String {
        bytes.iter().map(|byte| format!("{byte:02x}")).collect()
    }

    /// FIPS 180-4's example, and RFC 7914 §11.
    #[test]
    fn they_are_what_they_are_called() {
        let Digests { sha256, pbkdf2 } = digests();
        assert_eq!(hex(sha256(b"abc")), "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad");
        let one = NonZeroU32::MIN;
        assert_eq!(
            hex(pbkdf2(b"passwd", b"salt", one)),
            "55ac046e56e3089fec1691c22544b605f94185216dde0465e68b9d57c20dacbc"
        );
    }

    /// As the Python client derives the same part of the name of the same file.
    #[test]
    fn marks_have_the_names_that_the_python_client_gives_them() {
        let rounds = NonZeroU32::new(100_000).unwrap();
        let digest = hex(pbkdf2(b"hunter2", b"camunda-oauth-tarpit-filename-salt-v1", rounds));
        assert!(digest.starts_with("35926071f5712444"), "{digest}");
    }
}
