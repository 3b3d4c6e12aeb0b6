//! OpenID AuthZEN Authorization API 1.0: what a Policy Enforcement Point (PEP) asks, and what a Policy Decision Point
//! (PDP) answers. Sections are those of the final specification of January 2026.
//!
//! - [`json::object`] makes an object of a body; the `read` of each request takes it from there.
//! - [`evaluation::Evaluation`] is one question, [`evaluations::EvaluationsRequest`] one or many; both are answered with
//!   [`decision::Decision`].
//! - [`search`] has the three searches, [`page`] their pages, [`metadata`] the document that says where all this is.
//!
//! What a request may be is bounded here, except its size, which is the caller's to bound before it is read: texts by
//! [`MAX_TEXT`] and [`MAX_TOKEN`], nesting by [`MAX_DEPTH`], the number of evaluations by the caller.
//!
//! Members that the specification does not know are ignored (section 10.1.1). A member that is `null` counts as absent:
//! PEPs are asked to leave such members out (section 11.5), and it cannot mean anything else.

pub mod decision;
pub mod entity;
pub mod evaluation;
pub mod evaluations;
pub mod json;
pub mod malformed;
mod member;
pub mod metadata;
pub mod page;
pub mod search;

/// A JSON object, such as `properties` and `context`.
pub type Object = serde_json::Map<String, serde_json::Value>;

/// The longest `type`, `id` and `name`, in bytes. The shortest is one.
pub const MAX_TEXT: usize = 1024;

/// The longest `token` of a page, in bytes.
pub const MAX_TOKEN: usize = 4096;

/// How many objects and arrays may be inside each other, the body among them (section 11.7).
pub const MAX_DEPTH: usize = 32;
