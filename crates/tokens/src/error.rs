/// Why a key, a certificate or a signature could not be made.
#[derive(Debug, thiserror::Error)]
pub enum Error {
    /// HS256 has no key pair; its keys are secrets.
    #[error("{0} has no private key")]
    NoKeyPair(crate::Algorithm),
    /// The cryptographic library refused to generate a key.
    #[error("a key could not be generated")]
    Generation,
    /// The bytes are not a key for the algorithm.
    #[error("not a valid {0} key")]
    InvalidKey(crate::Algorithm),
    /// A JWK without a member that its algorithm needs, or with one that cannot be read.
    #[error("not a valid JSON web key")]
    InvalidJwk,
    /// The text or bytes are not an X.509 certificate.
    #[error("not a valid X.509 certificate")]
    InvalidCertificate,
    /// A certificate could not be issued, e.g. because its name has characters that X.509 does not allow.
    #[error("a certificate could not be issued: {0}")]
    Certificate(#[from] rcgen::Error),
    /// The claims could not be written as JSON, or the key could not sign.
    #[error("a token could not be signed: {0}")]
    Signing(#[from] jsonwebtoken::errors::Error),
}
