//! What a search asks for: the documented subset of Lucene's syntax, read into a typed expression (contract section
//! 2.5).

mod fields;
mod guard;
mod moment;
mod syntax;
#[cfg(test)]
mod tests;

pub use fields::{LogField, OrganizationField, OrganizationLogField, UserField};
pub use syntax::parse;

/// A search that cannot be, and why.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("{0}")]
pub struct Refused(pub String);

fn refused(reason: impl Into<String>) -> Refused {
    Refused(reason.into())
}

/// What a search asks for, of things with the fields `F`.
#[derive(Clone, Debug, PartialEq)]
pub enum Expression<F> {
    /// Everything.
    All,
    /// What all of these ask for.
    And(Vec<Expression<F>>),
    /// What any of these asks for.
    Or(Vec<Expression<F>>),
    /// What this does not ask for.
    Not(Box<Expression<F>>),
    /// Whose field passes the test.
    Field(F, Test),
}

/// What is asked of a field.
#[derive(Clone, Debug, PartialEq)]
pub enum Test {
    /// It has a value.
    Exists,
    /// It is this text.
    Equals(String),
    /// It looks like this.
    Like(Pattern),
    /// It lies between these texts.
    Texts(Bound<String>, Bound<String>),
    /// It is a number between these.
    Numbers(Bound<f64>, Bound<f64>),
    /// It is true, or false.
    Is(bool),
    /// It is a time from the first moment on and before the second, in milliseconds since 1970.
    Times(Option<i64>, Option<i64>),
}

/// One end of a range.
#[derive(Clone, Debug, PartialEq)]
pub enum Bound<T> {
    /// The range has no end here.
    Open,
    /// The value itself belongs to the range.
    Included(T),
    /// The value itself does not.
    Excluded(T),
}

impl<T> Bound<T> {
    fn map<U>(self, turn: impl FnOnce(T) -> Option<U>) -> Option<Bound<U>> {
        match self {
            Self::Open => Some(Bound::Open),
            Self::Included(value) => turn(value).map(Bound::Included),
            Self::Excluded(value) => turn(value).map(Bound::Excluded),
        }
    }
}

/// Text with wildcards: what stands between the `*`; the first and last parts are where the text starts and ends.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Pattern(pub Vec<String>);

/// What a field holds, which decides what may be asked of it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Holds {
    /// An identifier: exact values only.
    Id,
    /// Text.
    Text,
    /// True or false.
    Flag,
    /// A moment.
    Time,
    /// The vendor's own data: text, numbers, true or false, or lists of these.
    Data {
        /// Whether it can be asked for by wildcard and range.
        ranges: bool,
    },
}

/// The fields of a noun that can be searched for.
pub trait Searchable: Clone + Sized + 'static {
    /// The most terms of a search.
    const MOST_TERMS: usize;
    /// How terms without `AND` or `OR` between them combine.
    const ALL_OF: bool;

    /// The field with this name, where it can be searched for.
    fn named(name: &str) -> Option<Self>;

    /// Where a term that names no field is looked for.
    fn unnamed() -> Vec<Self> {
        Vec::new()
    }

    /// What it holds.
    fn holds(&self) -> Holds;
}
