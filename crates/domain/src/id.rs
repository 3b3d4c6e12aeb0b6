//! Identifiers: a different type for each kind of thing, opaque text that keeps whatever form it was imported in.

use std::fmt;

use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use crate::clock::Clock;

/// The longest identifier that is looked up, in bytes.
pub const MAX_ID: usize = 1024;

macro_rules! ids {
    ($($(#[$doc:meta])* $name:ident = $generate:expr;)*) => {$(
        $(#[$doc])*
        #[derive(Clone, Debug, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize, ToSchema)]
        #[serde(transparent)]
        #[schema(value_type = String)]
        pub struct $name(String);

        impl $name {
            /// An identifier as it is: generated here or brought from elsewhere.
            pub fn new(text: impl Into<String>) -> Self {
                Self(text.into())
            }

            /// A new identifier, later in order than those made before it.
            pub fn generate(clock: &Clock) -> Self {
                let make: fn(&Clock) -> String = $generate;
                Self(make(clock))
            }

            /// The text.
            pub fn as_str(&self) -> &str {
                &self.0
            }

            /// The text, taken.
            pub fn into_string(self) -> String {
                self.0
            }
        }

        impl fmt::Display for $name {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str(&self.0)
            }
        }

        impl AsRef<str> for $name {
            fn as_ref(&self) -> &str {
                &self.0
            }
        }

        impl From<&str> for $name {
            fn from(text: &str) -> Self {
                Self(text.to_owned())
            }
        }
    )*};
}

ids! {
    /// A tenant.
    TenantId = |clock| format!("ten_{}", short(clock));
    /// An organization: `org_` and 16 letters or digits.
    OrganizationId = |clock| format!("org_{}", short(clock));
    /// A role: `rol_` and 16 letters or digits.
    RoleId = |clock| format!("rol_{}", short(clock));
    /// A client: 32 letters or digits.
    ClientId = |clock| format!("{}{}", short(clock), random16(clock));
    /// A credential of a client: `cred_` and 22 letters or digits.
    CredentialId = |clock| format!("cred_{}{}", short(clock), &random16(clock)[..6]);
    /// A client grant: `cgr_` and 16 letters or digits.
    ClientGrantId = |clock| format!("cgr_{}", short(clock));
    /// A request to let a client into an organization: `cgq_` and 16 letters or digits.
    ClientGrantRequestId = |clock| format!("cgq_{}", short(clock));
    /// An API (resource server): 24 hexadecimal digits.
    ResourceServerId = hex24;
    /// A connection: `con_` and 16 letters or digits.
    ConnectionId = |clock| format!("con_{}", short(clock));
    /// An invitation: `uinv_` and 16 letters or digits.
    InvitationId = |clock| format!("uinv_{}", short(clock));
    /// A discovery domain: `ord_` and 22 letters or digits.
    DiscoveryDomainId = |clock| format!("ord_{}{}", short(clock), &random16(clock)[..6]);
    /// An access policy: `pol_` and 16 letters or digits.
    AccessPolicyId = |clock| format!("pol_{}", short(clock));
    /// A claim mapping: `clm_` and 16 letters or digits.
    ClaimMappingId = |clock| format!("clm_{}", short(clock));
    /// A user: provider, `|`, and the provider's own id.
    UserId = |clock| format!("auth0|{}", hex24(clock));
    /// A session of a user: 32 letters or digits; the `sid` of ID tokens.
    SessionId = |clock| format!("{}{}", short(clock), random16(clock));
    /// A refresh token with all the values that it has had: 32 letters or digits.
    RefreshTokenId = |clock| format!("{}{}", short(clock), random16(clock));
    /// A consent of a user: 24 hexadecimal digits.
    ConsentId = hex24;
    /// A signing key, the `kid` of its tokens: 16 letters or digits.
    KeyId = short;
    /// A job: `job_` and 16 letters or digits.
    JobId = |clock| format!("job_{}", short(clock));
    /// A letter that waits to be sent, in the order of time.
    MailId = |clock| clock.uuid().simple().to_string();
    /// An entry of the log: digits, in the order of time.
    LogId = |clock| format!("900{:039}", clock.uuid().as_u128());
    /// A notice of a sign-out: 16 letters or digits.
    LogoutNoticeId = short;
    /// An action: a UUID.
    ActionId = |clock| clock.uuid().to_string();
    /// A version of an action: a UUID.
    ActionVersionId = |clock| clock.uuid().to_string();
    /// A binding of an action to a trigger: a UUID.
    ActionBindingId = |clock| clock.uuid().to_string();
    /// A run of a trigger's actions: a UUID, in the order of time.
    ActionExecutionId = |clock| clock.uuid().to_string();
    /// A request, as it stands in the logs and in `x-request-id`.
    RequestId = |clock| clock.uuid().simple().to_string();
}

const ALPHABET: &[u8; 62] = b"0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz";

fn base62(mut value: u128) -> String {
    let mut digits = [b'0'; 16];
    for digit in digits.iter_mut().rev() {
        *digit = ALPHABET[(value % 62) as usize];
        value /= 62;
    }
    digits.iter().map(|&digit| char::from(digit)).collect()
}

/// 16 letters or digits: 94 bits, the first 48 of them time.
fn short(clock: &Clock) -> String {
    let (time, rest) = parts(clock);
    base62((time << 46) | (rest >> 28))
}

fn random16(clock: &Clock) -> String {
    base62(clock.uuid().as_u128() & ((1 << 62) - 1) | (clock.uuid().as_u128() & 0xffff_ffff) << 62)
}

/// 24 hexadecimal digits: 96 bits, the first 48 of them time.
fn hex24(clock: &Clock) -> String {
    let (time, rest) = parts(clock);
    format!("{time:012x}{:012x}", rest >> 26)
}

/// The 48 bits of time of a UUID and its other 74 without the marks of its kind: first 42 that count from a random
/// start within a millisecond (they keep the order, so an id holds all of them), then 32 random ones.
fn parts(clock: &Clock) -> (u128, u128) {
    let uuid = clock.uuid().as_u128();
    (uuid >> 80, (((uuid >> 64) & 0xfff) << 62) | (uuid & ((1 << 62) - 1)))
}

#[cfg(test)]
mod tests {
    use super::{Clock, RoleId, UserId};

    #[test]
    fn ids_of_one_millisecond_are_in_the_order_they_were_made() {
        let clock = Clock::fixed(Clock::system().now());
        let (mut role, mut user) = (RoleId::generate(&clock), UserId::generate(&clock));
        for _ in 0..100_000 {
            let (next_role, next_user) = (RoleId::generate(&clock), UserId::generate(&clock));
            assert!(role < next_role && user < next_user, "{role} {next_role} {user} {next_user}");
            (role, user) = (next_role, next_user);
        }
    }
}
