//! The public keys of an identity provider, and checking signatures with them.
//! It knows RS256 and ES256 and nothing of claims.

use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use ring::signature::{ECDSA_P256_SHA256_FIXED, RSA_PKCS1_2048_8192_SHA256, RsaPublicKeyComponents, UnparsedPublicKey};
use serde_json::Value;

/// A set of keys as the provider publishes it.
#[derive(Debug, Default)]
pub(crate) struct KeySet(Vec<PublicKey>);

#[derive(Debug)]
struct PublicKey {
    id: Option<String>,
    material: Material,
}

#[derive(Debug)]
enum Material {
    Rsa {
        n: Vec<u8>,
        e: Vec<u8>,
    },
    /// An uncompressed point on P-256.
    P256(Vec<u8>),
}

impl KeySet {
    /// Reads a key set; keys of other kinds are passed over.
    pub(crate) fn read(document: &Value) -> Self {
        let keys = document.get("keys").and_then(Value::as_array).into_iter().flatten();
        Self(keys.filter_map(PublicKey::read).collect())
    }

    /// Whether there is a key of this id; a token without id may use any key.
    pub(crate) fn knows(&self, id: Option<&str>) -> bool {
        self.candidates(id).next().is_some()
    }

    /// Whether one of the keys that the token may use made the signature.
    pub(crate) fn verifies(&self, algorithm: &str, id: Option<&str>, message: &[u8], signature: &[u8]) -> bool {
        self.candidates(id).any(|key| match (&key.material, algorithm) {
            (Material::Rsa { n, e }, "RS256") => {
                RsaPublicKeyComponents { n, e }.verify(&RSA_PKCS1_2048_8192_SHA256, message, signature).is_ok()
            }
            (Material::P256(point), "ES256") => {
                UnparsedPublicKey::new(&ECDSA_P256_SHA256_FIXED, point).verify(message, signature).is_ok()
            }
            _ => false,
        })
    }

    fn candidates(&self, id: Option<&str>) -> impl Iterator<Item = &PublicKey> {
        self.0.iter().filter(move |key| id.is_none() || key.id.as_deref() == id)
    }
}

impl PublicKey {
    fn read(key: &Value) -> Option<Self> {
        let bytes = |name: &str| URL_SAFE_NO_PAD.decode(key.get(name)?.as_str()?).ok();
        let material = match key.get("kty")?.as_str()? {
            "RSA" => Material::Rsa { n: bytes("n")?, e: bytes("e")? },
            "EC" if key.get("crv")?.as_str()? == "P-256" => {
                Material::P256([vec![4], bytes("x")?, bytes("y")?].concat())
            }
            _ => return None,
        };
        let id = key.get("kid").and_then(Value::as_str).map(str::to_owned);
        Some(Self { id, material })
    }
}
