//! Lets `jsonwebtoken` sign with keys that are parsed already.
//!
//! `jsonwebtoken` keeps a private key as bytes and parses them at each signature, which for RSA costs more than the
//! signature. It does not look at the bytes itself, though; it gives them to the signer factory of the installed
//! provider. So [`sign`](crate::jws::sign) passes a marker instead of a key and leaves the parsed key in a slot of
//! its thread, from where our factory takes it a moment later, in the same call. There is no table of keys to look
//! up, to lock or to clean.

use std::cell::Cell;
use std::sync::{Arc, LazyLock, Once};

use aws_lc_rs::rand::SystemRandom;
use aws_lc_rs::signature::{RSA_PKCS1_SHA256, RSA_PKCS1_SHA512, RSA_PSS_SHA256, RsaEncoding, RsaKeyPair};
use jsonwebtoken::crypto::aws_lc::DEFAULT_PROVIDER;
use jsonwebtoken::crypto::{CryptoProvider, JwtSigner};
use jsonwebtoken::errors::{ErrorKind, Result};
use jsonwebtoken::{Algorithm, AlgorithmFamily, EncodingKey, Header};
use serde::Serialize;

use crate::key::KeyPair;

/// Stands in an [`EncodingKey`] where the DER would be.
pub(crate) const PARSED: &[u8] = b"guildhall: the parsed key is handed over";

thread_local! {
    static HANDED_OVER: Cell<Option<Arc<KeyPair>>> = const { Cell::new(None) };
}

/// Makes `jsonwebtoken` sign through this module, once per process. All other keys and all verification stay with
/// its aws-lc provider.
///
/// Call it at start, before anything else uses `jsonwebtoken`: the first use fixes the provider, and signing with a
/// [`SigningKey`](crate::key::SigningKey) then fails with an error. Keys of this crate call it too, and further
/// calls do nothing.
pub fn install() {
    static INSTALL: Once = Once::new();
    static PROVIDER: LazyLock<CryptoProvider> =
        LazyLock::new(|| CryptoProvider { signer_factory: signer, ..DEFAULT_PROVIDER.clone() });
    INSTALL.call_once(|| {
        // Whoever came first stays; `sign` reports it, as the marker is no key for any other provider.
        let _ = PROVIDER.install_default();
    });
}

/// `jsonwebtoken::encode`, with a parsed key.
pub(crate) fn encode<C: Serialize>(
    header: &Header,
    claims: &C,
    marker: &EncodingKey,
    pair: &Arc<KeyPair>,
) -> Result<String> {
    HANDED_OVER.set(Some(pair.clone()));
    jsonwebtoken::encode(header, claims, marker)
}

fn signer(algorithm: &Algorithm, key: &EncodingKey) -> Result<Box<dyn JwtSigner>> {
    if key.family() == AlgorithmFamily::Hmac || key.as_bytes() != PARSED {
        return (DEFAULT_PROVIDER.signer_factory)(algorithm, key);
    }
    let pair = HANDED_OVER.take().ok_or(ErrorKind::InvalidKeyFormat)?;
    Ok(Box::new(ParsedSigner { algorithm: *algorithm, pair }))
}

struct ParsedSigner {
    algorithm: Algorithm,
    pair: Arc<KeyPair>,
}

impl signature::Signer<Vec<u8>> for ParsedSigner {
    fn try_sign(&self, message: &[u8]) -> std::result::Result<Vec<u8>, signature::Error> {
        match (self.algorithm, &*self.pair) {
            (Algorithm::RS256, KeyPair::Rsa(pair)) => sign_rsa(pair, &RSA_PKCS1_SHA256, message),
            (Algorithm::RS512, KeyPair::Rsa(pair)) => sign_rsa(pair, &RSA_PKCS1_SHA512, message),
            (Algorithm::PS256, KeyPair::Rsa(pair)) => sign_rsa(pair, &RSA_PSS_SHA256, message),
            (Algorithm::ES256, KeyPair::Ec(pair)) => pair
                .sign(&SystemRandom::new(), message)
                .map(|signature| signature.as_ref().to_vec())
                .map_err(signature::Error::from_source),
            (Algorithm::EdDSA, KeyPair::Ed(pair)) => pair
                .try_sign(message)
                .map(|signature| signature.as_ref().to_vec())
                .map_err(signature::Error::from_source),
            _ => Err(signature::Error::new()),
        }
    }
}

impl JwtSigner for ParsedSigner {
    fn algorithm(&self) -> Algorithm {
        self.algorithm
    }
}

fn sign_rsa(
    pair: &RsaKeyPair,
    encoding: &'static dyn RsaEncoding,
    message: &[u8],
) -> std::result::Result<Vec<u8>, signature::Error> {
    let mut signature = vec![0; pair.public_modulus_len()];
    pair.sign(encoding, &SystemRandom::new(), message, &mut signature)
        .map_err(signature::Error::from_source)?;
    Ok(signature)
}
