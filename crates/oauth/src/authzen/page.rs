//! Pages of search results (section 8.2).

use serde::Serialize;

use super::malformed::{Malformed, Reason};
use super::{MAX_TOKEN, Object, member};

/// The `page` of a request (section 8.2.1).
#[derive(Clone, Debug, Default, PartialEq)]
pub struct PageRequest {
    /// The `next_token` of the answer before; none asks for the first page.
    pub token: Option<String>,
    /// The most results to answer with.
    pub limit: Option<u64>,
    /// Attributes that are the implementation's own.
    pub properties: Object,
}

/// The `page` of an answer (section 8.2.2).
#[derive(Clone, Debug, Default, PartialEq, Serialize)]
pub struct PageResponse {
    /// What the request for the next page names; empty where this one is the last.
    pub next_token: String,
    /// How many results this answer has.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub count: Option<u64>,
    /// How many results there are on all pages, at this time.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub total: Option<u64>,
    /// Attributes that are the implementation's own.
    #[serde(skip_serializing_if = "Object::is_empty")]
    pub properties: Object,
}

impl PageRequest {
    /// Reads it from a search. An empty token is none: it is what the last page has, and what some PEPs send for the
    /// first.
    pub(crate) fn of(search: &Object) -> Result<Self, Malformed> {
        let Some(page) = member::object(search, "page")? else { return Ok(Self::default()) };
        Self::read(page).map_err(|refused| refused.inside("page"))
    }

    fn read(page: &Object) -> Result<Self, Malformed> {
        let token = member::string(page, "token")?.filter(|token| !token.is_empty());
        if token.is_some_and(|token| token.len() > MAX_TOKEN) {
            return Err(Malformed::member("token", Reason::TooLong(MAX_TOKEN)));
        }
        Ok(Self {
            token: token.map(str::to_owned),
            limit: member::integer(page, "limit")?,
            properties: member::object_or_empty(page, "properties")?,
        })
    }

    /// How many results to answer with: as many as asked for, but never more than `most`. It may be zero.
    pub fn results(&self, most: usize) -> usize {
        self.limit.map_or(most, |limit| usize::try_from(limit).unwrap_or(most).min(most))
    }
}
