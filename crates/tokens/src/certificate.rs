//! X.509 certificates: the self-signed one of a signing key, and those that clients upload.

use std::time::Duration;

use aws_lc_rs::digest;
use base64::Engine;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use chrono::{DateTime, Utc};
use pem::Pem;
use rcgen::{CertificateParams, DistinguishedName, DnType, KeyPair, date_time_ymd};
use x509_parser::prelude::{FromDer, X509Certificate};

use crate::Error;
use crate::key::PrivateKey;

/// How long the certificate of a signing key is valid. Keys are rotated long before; nobody checks it but by eye.
const LIFETIME: Duration = Duration::from_secs(3650 * 86_400);

/// A certificate, well-formed; nothing is said about who signed it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Certificate {
    der: Vec<u8>,
    not_after: DateTime<Utc>,
}

impl Certificate {
    /// Issues a certificate for a signing key, signed by that key, valid for ten years from now. RSA keys sign it
    /// with PKCS #1 v1.5, also those used with PS256.
    ///
    /// # Errors
    /// [`Error::Certificate`] when the key or the name cannot be used, [`Error::InvalidKey`] when the key cannot be
    /// encoded.
    pub fn self_signed(key: &PrivateKey, common_name: &str, now: DateTime<Utc>) -> Result<Self, Error> {
        let pair = KeyPair::try_from(key.to_pkcs8_der()?.as_slice())?;
        let mut params = CertificateParams::default();
        params.distinguished_name = DistinguishedName::new();
        params.distinguished_name.push(DnType::CommonName, common_name);
        let since_1970 = Duration::from_secs(now.timestamp().max(0).unsigned_abs());
        params.not_before = date_time_ymd(1970, 1, 1) + since_1970;
        params.not_after = params.not_before + LIFETIME;
        Self::from_der(params.self_signed(&pair)?.der())
    }

    /// Reads a certificate from DER.
    ///
    /// # Errors
    /// [`Error::InvalidCertificate`] when the bytes are anything else, or more than that.
    pub fn from_der(der: &[u8]) -> Result<Self, Error> {
        let (rest, parsed) = X509Certificate::from_der(der).map_err(|_| Error::InvalidCertificate)?;
        let not_after = DateTime::from_timestamp(parsed.validity().not_after.timestamp(), 0);
        match not_after {
            Some(not_after) if rest.is_empty() => Ok(Self { der: der.to_vec(), not_after }),
            _ => Err(Error::InvalidCertificate),
        }
    }

    /// Reads a certificate from PEM (RFC 7468).
    ///
    /// # Errors
    /// [`Error::InvalidCertificate`] when the first block of the text is no certificate.
    pub fn from_pem(pem: &str) -> Result<Self, Error> {
        match pem::parse(pem) {
            Ok(block) if block.tag() == "CERTIFICATE" => Self::from_der(block.contents()),
            _ => Err(Error::InvalidCertificate),
        }
    }

    /// The certificate as DER.
    pub fn der(&self) -> &[u8] {
        &self.der
    }

    /// The certificate as PEM, with CR LF at the ends of lines.
    pub fn pem(&self) -> String {
        pem::encode(&Pem::new("CERTIFICATE", self.der.as_slice()))
    }

    /// The certificate in a PKCS #7 envelope without signers (RFC 2315 section 9.1), as PEM.
    pub fn pkcs7(&self) -> String {
        const OID_SIGNED_DATA: &[u8] = &[0x2a, 0x86, 0x48, 0x86, 0xf7, 0x0d, 0x01, 0x07, 0x02];
        const OID_DATA: &[u8] = &[0x2a, 0x86, 0x48, 0x86, 0xf7, 0x0d, 0x01, 0x07, 0x01];
        let signed_data = [
            tlv(INTEGER, &[1]),
            tlv(SET, &[]),
            tlv(SEQUENCE, &tlv(OBJECT_IDENTIFIER, OID_DATA)),
            tlv(CONTEXT_0, &self.der),
            tlv(SET, &[]),
        ]
        .concat();
        let content = tlv(CONTEXT_0, &tlv(SEQUENCE, &signed_data));
        let envelope = tlv(SEQUENCE, &[tlv(OBJECT_IDENTIFIER, OID_SIGNED_DATA), content].concat());
        pem::encode(&Pem::new("PKCS7", envelope))
    }

    /// When the certificate expires.
    pub fn not_after(&self) -> DateTime<Utc> {
        self.not_after
    }

    /// SHA-1 of the DER as upper-case hex with colons, 59 characters.
    pub fn fingerprint(&self) -> String {
        self.sha1().iter().map(|byte| format!("{byte:02X}")).collect::<Vec<_>>().join(":")
    }

    /// SHA-1 of the DER as upper-case hex, 40 characters.
    pub fn thumbprint(&self) -> String {
        self.sha1().iter().map(|byte| format!("{byte:02X}")).collect()
    }

    /// SHA-1 of the DER as base64url, 27 characters (RFC 7515 section 4.1.7).
    pub fn x5t(&self) -> String {
        URL_SAFE_NO_PAD.encode(self.sha1())
    }

    /// SHA-256 of the DER as base64url, 43 characters (`x5t#S256`: RFC 7515 section 4.1.8, RFC 8705 section 3.1).
    pub fn thumbprint_sha256(&self) -> String {
        URL_SAFE_NO_PAD.encode(digest::digest(&digest::SHA256, &self.der))
    }

    /// The public key as SubjectPublicKeyInfo DER (RFC 5280 section 4.1).
    ///
    /// # Errors
    /// [`Error::InvalidCertificate`]; not for a value of this type, which was parsed before.
    pub fn public_key_der(&self) -> Result<Vec<u8>, Error> {
        let (_, parsed) = X509Certificate::from_der(&self.der).map_err(|_| Error::InvalidCertificate)?;
        Ok(parsed.public_key().raw.to_vec())
    }

    fn sha1(&self) -> [u8; 20] {
        let mut sha1 = [0; 20];
        sha1.copy_from_slice(digest::digest(&digest::SHA1_FOR_LEGACY_USE_ONLY, &self.der).as_ref());
        sha1
    }
}

const INTEGER: u8 = 0x02;
const OBJECT_IDENTIFIER: u8 = 0x06;
const SEQUENCE: u8 = 0x30;
const SET: u8 = 0x31;
const CONTEXT_0: u8 = 0xa0;

/// One DER value: tag, length (X.690 section 8.1.3), content.
fn tlv(tag: u8, content: &[u8]) -> Vec<u8> {
    let length = content.len().to_be_bytes();
    let digits = &length[length.iter().take_while(|byte| **byte == 0).count()..];
    let mut encoded = vec![tag];
    match content.len() {
        short @ 0..=127 => encoded.push(short as u8),
        _ => {
            encoded.push(0x80 | digits.len() as u8);
            encoded.extend_from_slice(digits);
        }
    }
    encoded.extend_from_slice(content);
    encoded
}

#[cfg(test)]
mod tests {
    use rstest::rstest;

    use super::*;
    use crate::Algorithm;

    fn certificate(algorithm: Algorithm) -> Certificate {
        let now = DateTime::from_timestamp(1_800_000_000, 0).unwrap();
        Certificate::self_signed(&PrivateKey::generate(algorithm).unwrap(), "acme.example", now).unwrap()
    }

    #[rstest]
    #[case(Algorithm::RS256)]
    #[case(Algorithm::PS256)]
    #[case(Algorithm::ES256)]
    #[case(Algorithm::EdDSA)]
    fn every_kind_of_key_gets_one_that_survives_pem(#[case] algorithm: Algorithm) {
        let certificate = certificate(algorithm);
        assert_eq!(Certificate::from_pem(&certificate.pem()).unwrap(), certificate);
        let (_, parsed) = X509Certificate::from_der(certificate.der()).unwrap();
        assert_eq!(parsed.subject().to_string(), "CN=acme.example");
        assert_eq!(parsed.validity().not_before.timestamp(), 1_800_000_000);
        assert_eq!(certificate.not_after().timestamp(), 1_800_000_000 + 3650 * 86_400);
    }

    #[test]
    fn the_names_of_a_certificate_agree() {
        let certificate = certificate(Algorithm::EdDSA);
        assert_eq!(certificate.fingerprint().len(), 59);
        assert_eq!(certificate.fingerprint().replace(':', ""), certificate.thumbprint());
        assert_eq!((certificate.x5t().len(), certificate.thumbprint_sha256().len()), (27, 43));
    }

    #[test]
    fn pkcs7_holds_the_certificate() {
        let certificate = certificate(Algorithm::ES256);
        let block = pem::parse(certificate.pkcs7()).unwrap();
        assert_eq!(block.tag(), "PKCS7");
        assert!(block.contents().windows(certificate.der().len()).any(|part| part == certificate.der()));
        let length = block.contents().len();
        assert_eq!(block.contents()[..4], [0x30, 0x82, ((length - 4) >> 8) as u8, (length - 4) as u8]);
    }

    #[test]
    fn anything_else_is_refused() {
        let certificate = certificate(Algorithm::EdDSA);
        let longer = [certificate.der(), &[0]].concat();
        assert!(Certificate::from_der(&longer).is_err());
        assert!(Certificate::from_pem("").is_err());
        assert!(Certificate::from_pem(&certificate.pkcs7()).is_err());
    }
}
