//! Lists of the My Organization API: `from` and `take`, and `next` where more follow (contract section 16).

use actix_web::HttpResponse;
use guildhall_domain::page::{Page, PageRequest};
use serde::{Deserialize, Serialize};
use serde_json::{Map, json};
use utoipa::IntoParams;

use crate::failure::Failure;
use crate::query::{bounded, read_cursor, write_cursor};

/// Which part of a list is asked for.
#[derive(Clone, Debug, Default, Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
pub struct Taking {
    /// Where to go on: `next` of the page before.
    #[param(min_length = 1, max_length = 1000)]
    from: Option<String>,
    /// The most items to return; 50 unless given.
    #[param(minimum = 1, maximum = 100)]
    take: Option<u64>,
    /// Passed over, as some SDKs always send it: an answer with `next` states no total.
    #[allow(dead_code, reason = "documented, and passed over")]
    include_totals: Option<bool>,
}

impl Taking {
    /// The page asked for.
    ///
    /// # Errors
    /// [`Failure::InvalidQuery`] for a number out of range or a `from` that no answer held.
    pub fn request(&self) -> Result<PageRequest, Failure> {
        let (after, take) = self.checkpoint()?;
        Ok(PageRequest::Checkpoint { after, take })
    }

    /// The last item already seen, and the most items to return.
    ///
    /// # Errors
    /// As [`Taking::request`].
    pub fn checkpoint(&self) -> Result<(Option<String>, u64), Failure> {
        let take = bounded("take", self.take, 50, 1, 100)?;
        Ok((self.from.as_deref().map(read_cursor).transpose()?, take))
    }
}

/// The longest text that is searched by, in bytes.
const LONGEST: usize = 300;

/// A text to search by.
///
/// # Errors
/// [`Failure::InvalidQuery`] for one that is too long.
pub fn short(name: &str, text: Option<String>) -> Result<Option<String>, Failure> {
    match text {
        Some(text) if text.len() > LONGEST => Err(Failure::query(format!(
            "Query validation error: 'At most {LONGEST} characters' on property {name}."
        ))),
        text => Ok(text),
    }
}

/// The answer to a list under the plural noun `key`.
pub fn page<T: Serialize>(key: &str, page: Page<T>) -> HttpResponse {
    let mut object = Map::from_iter([(key.to_owned(), json!(page.items))]);
    if let Some(next) = &page.next {
        object.insert("next".to_owned(), write_cursor(next).into());
    }
    HttpResponse::Ok().json(object)
}

/// Documents a page of a list: `page_of!(OrganizationMemberPage, members: OrganizationMember)`.
#[macro_export]
macro_rules! page_of {
    ($name:ident, $key:ident: $item:ty) => {
        #[doc = concat!("A page of `", stringify!($key), "`.")]
        #[derive(utoipa::ToSchema)]
        #[allow(dead_code, reason = "a shape for the documents")]
        pub struct $name {
            /// The items.
            $key: Vec<$item>,
            /// Where to go on; absent when this is the last page.
            next: Option<String>,
        }
    };
}
