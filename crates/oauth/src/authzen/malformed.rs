//! Refusals of a request that is not what the specification says.

use super::MAX_DEPTH;

/// The most characters of a name that are repeated in a refusal.
const MAX_NAME: usize = 40;

/// What is wrong with a request, and with which member. Answered with the status 400, and this as the message (section
/// 10.1.2), or with a denial where it is only one of many evaluations (section 7.2.1).
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("{} {reason}", if path.is_empty() { "The body" } else { path })]
pub struct Malformed {
    /// The member as a JSON pointer (RFC 6901), such as `/subject/id`; empty for the body.
    pub path: String,
    /// The reason.
    pub reason: Reason,
}

/// Why a member is refused.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum Reason {
    /// The body is no JSON.
    #[error("is not valid JSON")]
    NotJson,
    /// Two readers could each see another value (section 11.5).
    #[error("is included more than once")]
    Repeated,
    /// The request is nested too deeply.
    #[error("is nested more than {MAX_DEPTH} levels deep")]
    TooDeep,
    /// A required member is absent.
    #[error("is missing")]
    Missing,
    /// Another type than an object.
    #[error("must be an object")]
    NotAnObject,
    /// Another type than an array.
    #[error("must be an array")]
    NotAnArray,
    /// Another type than a string.
    #[error("must be a string")]
    NotAString,
    /// Another type than an integer, or a negative one.
    #[error("must be a non-negative integer")]
    NotANonNegativeInteger,
    /// A text that identifies nothing.
    #[error("must not be empty")]
    Empty,
    /// A text that is too long.
    #[error("is longer than {0} bytes")]
    TooLong(usize),
    /// A text that not every database can hold.
    #[error("must not contain NUL")]
    Nul,
    /// More evaluations than the server takes in one request.
    #[error("has more than {0} elements")]
    TooMany(usize),
    /// A semantic that the specification does not know.
    #[error("must be execute_all, deny_on_first_deny or permit_on_first_permit")]
    UnknownSemantic,
}

impl Malformed {
    /// The body itself is refused.
    pub(crate) fn body(reason: Reason) -> Self {
        Self { path: String::new(), reason }
    }

    /// A member is refused.
    pub(crate) fn member(name: &str, reason: Reason) -> Self {
        Self::body(reason).inside(name)
    }

    /// The same, seen from the object or array that has this member or element.
    pub(crate) fn inside(self, name: &str) -> Self {
        // A name may be the caller's own where it is refused for how it is written.
        let name: String = name.chars().filter(|c| c.is_ascii_graphic()).take(MAX_NAME).collect();
        Self { path: format!("/{}{}", name.replace('~', "~0").replace('/', "~1"), self.path), ..self }
    }
}

#[cfg(test)]
mod tests {
    use rstest::rstest;

    use super::*;

    #[rstest]
    #[case::the_body(Malformed::body(Reason::NotJson), "The body is not valid JSON")]
    #[case::a_member(Malformed::member("subject", Reason::Missing), "/subject is missing")]
    #[case::an_inner_one(Malformed::member("id", Reason::Empty).inside("subject"), "/subject/id must not be empty")]
    #[case::rfc_6901(Malformed::member("a/b~c", Reason::Repeated), "/a~1b~0c is included more than once")]
    #[case::unprintable(
        Malformed::member("a\nb\u{202e}", Reason::Repeated),
        "/ab is included more than once"
    )]
    fn a_refusal_names_the_member_and_the_reason(#[case] refused: Malformed, #[case] expected: &str) {
        assert_eq!(refused.to_string(), expected);
    }
}
