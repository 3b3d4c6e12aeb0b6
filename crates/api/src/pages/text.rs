//! What a page can say to a person about what they did: typed, so that it exists in every language.

use fluent_templates::fluent_bundle::FluentValue;

use super::{Language, catalogue};

macro_rules! texts {
    ($($(#[$doc:meta])* $variant:ident $({ $($(#[$field_doc:meta])* $argument:ident: $type:ty),* })? $(at $field:literal)? = $key:literal;)*) => {
        /// Something that a page says. What it is called in the catalogue, and which field of the form it is about, is
        /// known here.
        #[derive(Clone, Debug, PartialEq, Eq)]
        pub enum Text {
            $($(#[$doc])* $variant $({ $($(#[$field_doc])* $argument: $type),* })?,)*
            /// What an action or a policy of the vendor says in its own words.
            Said(String),
        }

        impl Text {
            /// The text in a language.
            pub fn to(&self, language: Language) -> String {
                match self {
                    $(Self::$variant $({ $($argument),* })? => {
                        let arguments: &[(&'static str, FluentValue<'_>)] =
                            &[$($((stringify!($argument), FluentValue::from($argument))),*)?];
                        catalogue::say(language, $key, arguments)
                    })*
                    Self::Said(text) => text.clone(),
                }
            }

            /// The field that it is about.
            pub fn field(&self) -> Option<&'static str> {
                match self {
                    $(Self::$variant { .. } => None$(.or(Some($field)))?,)*
                    Self::Said(_) => None,
                }
            }

            #[cfg(test)]
            /// What they are called in the catalogue.
            pub const KEYS: &'static [&'static str] = &[$($key),*];
        }
    };
}

texts! {
    // Signing in.
    /// Wrong identifier or wrong password: which of them is not said.
    WrongCredentials at "password" = "error-wrong-credentials";
    /// The account is blocked.
    Blocked = "error-blocked";
    /// Too many failures.
    TooManyAttempts {
        /// How long to wait, at least 1.
        minutes: i64
    } = "error-too-many-attempts";
    /// No identifier.
    IdentifierMissing at "username" = "error-identifier-missing";
    /// No password.
    PasswordMissing at "password" = "error-password-missing";
    /// No way to sign in is enabled.
    NoConnections = "error-no-connections";

    // Signing up.
    /// No e-mail address.
    EmailMissing at "email" = "error-email-missing";
    /// Not an e-mail address.
    EmailInvalid at "email" = "error-email-invalid";
    /// The account cannot be made: that it exists already is not said.
    SignUpRefused = "error-sign-up-refused";
    /// Nobody signs up here.
    SignUpClosed = "error-sign-up-closed";

    // New passwords; the rules are shown before, the errors after.
    /// The rule of the shortest password.
    RuleLength {
        /// How many characters it has at least.
        least: i64
    } = "rule-length";
    /// The rule of lower case, upper case and digits.
    RuleKinds = "rule-kinds";
    /// The rule of three kinds of characters: lower case, upper case, digits, others.
    RuleThreeKinds = "rule-three-kinds";
    /// The rule that no character comes three times in a row.
    RuleRepeats = "rule-repeats";
    /// Against the rules that are shown.
    PasswordWeak at "password" = "error-password-weak";
    /// Too long.
    PasswordTooLong {
        /// How many characters it has at most.
        most: i64
    } at "password" = "error-password-too-long";
    /// One of those that are guessed first.
    PasswordCommon at "password" = "error-password-common";
    /// Holds the name or the address of the person.
    PasswordLikeProfile at "password" = "error-password-like-profile";
    /// Was used before.
    PasswordUsedBefore at "password" = "error-password-used-before";

    // Organizations.
    /// No name.
    OrganizationMissing at "organization" = "error-organization-missing";
    /// None by that name, or one that the person may not know of.
    OrganizationUnknown at "organization" = "error-organization-unknown";
    /// The person belongs to none.
    NoOrganizations = "error-no-organizations";
    /// The person does not belong to it.
    NotAMember {
        /// Its display name.
        organization: String
    } = "error-not-a-member";

    // Invitations.
    /// Accepted before.
    InvitationSpent = "error-invitation-spent";
    /// Too old.
    InvitationExpired = "error-invitation-expired";
    /// Unknown or revoked.
    InvitationUnknown = "error-invitation-unknown";
    /// For another address than that of the account.
    InvitationForAnother = "error-invitation-for-another";

    // Devices.
    /// No code.
    UserCodeMissing at "user_code" = "error-user-code-missing";
    /// Unknown, used or too old.
    UserCodeUnknown at "user_code" = "error-user-code-unknown";

    // What can happen to any page.
    /// The page is older than its sign-in, or came from elsewhere.
    PageExpired = "error-page-expired";
    /// The link of a message was used before or is too old.
    TicketSpent = "error-ticket-spent";
    /// The address that the client asks to return to is not registered.
    AddressNotRegistered = "error-address-not-registered";
    /// The client is unknown.
    ClientUnknown = "error-client-unknown";
    /// The unforeseen.
    Unforeseen = "error-unforeseen";

    // The portal.
    /// Of a visit that is over.
    PortalEnded = "title-portal-ended";
    /// To whoever sent a form of a visit that is over.
    PortalHasEnded = "message-portal-ended";
    /// The same in a frame, where nobody signs in.
    PortalFrameHasEnded = "message-portal-frame-ended";
    /// After signing out in a frame.
    PortalSignedOut = "message-portal-signed-out";
    /// After leaving an organization.
    PortalLeft = "title-portal-left";
    /// After leaving an organization.
    PortalIsLeft = "message-portal-left";
    /// To whoever is not let in.
    PortalRefused = "title-portal-refused";
    /// Of a link that was used or has expired.
    PortalLinkSpent = "message-portal-link-spent";
    /// A link to the portal's sign-in.
    ToPortal = "link-to-portal";

    // Titles of messages.
    /// Of errors.
    SomethingWentWrong = "title-something-went-wrong";
    /// Of refusals.
    NotSignedIn = "title-not-signed-in";
    /// Of links that lead nowhere now.
    LinkSpent = "title-link-spent";
    /// Of pages that do not exist.
    NoSuchPage = "title-no-such-page";
    /// What is said of such pages.
    NothingHere = "message-nothing-here";
    /// After an e-mail address was verified.
    EmailVerified = "title-email-verified";
    /// After an e-mail address was verified.
    EmailIsVerified = "message-email-verified";
    /// After a password was changed.
    PasswordChanged = "title-password-changed";
    /// After a password was changed.
    PasswordIsChanged = "message-password-changed";
    /// After a device was connected.
    DeviceConnected = "title-device-connected";
    /// After a device was connected.
    DeviceIsConnected = "message-device-connected";
    /// After a device was refused.
    DeviceRefused = "title-device-refused";
    /// After a device was refused.
    DeviceIsRefused = "message-device-refused";
    /// To whoever does not sign out after all.
    StillSignedIn = "title-still-signed-in";
    /// To whoever does not sign out after all.
    IsStillSignedIn = "message-still-signed-in";
    /// A link to the sign-in.
    ToSignIn = "link-to-sign-in";
    /// A link back to the application.
    ToApplication {
        /// Its name.
        name: String
    } = "link-to-application";
}
