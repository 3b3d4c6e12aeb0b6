//! Searches and orders, in the words of the caller.

use guildhall_domain::search::{Expression, Searchable, parse};

use crate::problem::Problem;

/// What a parameter of the query searches for; everything when it is absent.
pub(crate) fn read<F: Searchable>(parameter: &str, text: Option<&str>) -> Result<Expression<F>, Problem> {
    match text {
        Some(text) => parse(text).map_err(|reason| refused(parameter, &reason.0)),
        None => Ok(Expression::All),
    }
}

/// The field of `field:1` or `field:-1`, and whether the last comes first.
pub(crate) fn sort(text: &str) -> Result<(&str, bool), Problem> {
    match text.rsplit_once(':') {
        Some((field, "1")) => Ok((field, false)),
        Some((field, "-1")) => Ok((field, true)),
        _ => Err(refused("sort", "A field, then :1 or :-1")),
    }
}

/// A parameter of the query that cannot be.
pub(crate) fn refused(parameter: &str, reason: &str) -> Problem {
    Problem::InvalidQuery(format!("Query validation error: '{reason}' on property {parameter}."))
}
