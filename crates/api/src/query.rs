//! Query strings. Parameters that an operation does not document are refused.

use std::future::{Ready, ready};

use actix_web::dev::Payload;
use actix_web::{FromRequest, HttpRequest};
use base64::Engine;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use guildhall_domain::page::{MAX_OFFSET_RECORDS, PageRequest};
use serde::Deserialize;
use serde::de::DeserializeOwned;
use utoipa::IntoParams;

use crate::failure::Failure;

/// A query string that was not read.
pub struct Query(String);

impl FromRequest for Query {
    type Error = Failure;
    type Future = Ready<Result<Self, Failure>>;

    fn from_request(request: &HttpRequest, _: &mut Payload) -> Self::Future {
        ready(Ok(Self(request.query_string().to_owned())))
    }
}

/// Documented parameters: one struct, or several side by side.
pub trait Parameters: Sized {
    /// The documented names.
    fn names() -> Vec<String>;
    /// Reads the parameters, passing over those of others.
    ///
    /// # Errors
    /// [`Failure::InvalidQuery`].
    fn parse(query: &str) -> Result<Self, Failure>;
}

impl<T: DeserializeOwned + IntoParams> Parameters for T {
    fn names() -> Vec<String> {
        T::into_params(|| None).into_iter().map(|parameter| parameter.name).collect()
    }

    fn parse(query: &str) -> Result<Self, Failure> {
        serde_html_form::from_str(query)
            .map_err(|error| Failure::query(format!("Query validation error: '{error}'.")))
    }
}

impl Query {
    /// The parameters of one struct.
    ///
    /// # Errors
    /// [`Failure::InvalidQuery`].
    pub fn read<A: Parameters>(&self) -> Result<A, Failure> {
        self.only(A::names())?;
        A::parse(&self.0)
    }

    /// The parameters of two structs.
    ///
    /// # Errors
    /// [`Failure::InvalidQuery`].
    pub fn read2<A: Parameters, B: Parameters>(&self) -> Result<(A, B), Failure> {
        self.only([A::names(), B::names()].concat())?;
        Ok((A::parse(&self.0)?, B::parse(&self.0)?))
    }

    /// The parameters of three structs.
    ///
    /// # Errors
    /// [`Failure::InvalidQuery`].
    pub fn read3<A: Parameters, B: Parameters, C: Parameters>(&self) -> Result<(A, B, C), Failure> {
        self.only([A::names(), B::names(), C::names()].concat())?;
        Ok((A::parse(&self.0)?, B::parse(&self.0)?, C::parse(&self.0)?))
    }

    fn only(&self, known: Vec<String>) -> Result<(), Failure> {
        let pairs: Vec<(String, String)> = serde_html_form::from_str(&self.0)
            .map_err(|error| Failure::query(format!("Query validation error: '{error}'.")))?;
        if let Some((name, _)) = pairs.iter().find(|(name, _)| !known.contains(name)) {
            return Err(Failure::query(format!(
                "Query validation error: 'Additional properties not allowed: {name}'."
            )));
        }
        if pairs.iter().any(|(_, value)| value.contains('\0')) {
            return Err(Failure::query("Query validation error: 'Text must not contain NUL'."));
        }
        Ok(())
    }
}

/// Offset and checkpoint pagination (contract section 2.3).
#[derive(Clone, Debug, Default, Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
pub struct Paging {
    /// Zero-based number of the page.
    #[param(minimum = 0, maximum = 1000)]
    page: Option<u64>,
    /// Items on a page, 50 unless given.
    #[param(minimum = 1, maximum = 100)]
    per_page: Option<u64>,
    /// Whether the answer is an object that states the total.
    include_totals: Option<bool>,
    /// Where to go on: `next` of the page before.
    #[param(min_length = 1, max_length = 2048)]
    from: Option<String>,
    /// The most items to return, with `from`; 50 unless given.
    #[param(minimum = 1, maximum = 100)]
    take: Option<u64>,
}

impl Paging {
    /// The page asked for.
    ///
    /// # Errors
    /// [`Failure::InvalidQuery`] for a number out of range or a `from` that no answer held;
    /// [`Failure::PageTooFar`] beyond the first 1,000 records by offset.
    pub fn request(&self) -> Result<PageRequest, Failure> {
        self.within(1, 50, 100)
    }

    /// The same with other bounds: the least `per_page`, its default, and the most that `take` allows.
    ///
    /// # Errors
    /// As [`Paging::request`].
    pub fn within(&self, least: u64, default: u64, most_taken: u64) -> Result<PageRequest, Failure> {
        let page = bounded("page", self.page, 0, 0, 1000)?;
        let per_page = bounded("per_page", self.per_page, default, least, 100)?;
        let take = bounded("take", self.take, default, 1, most_taken)?;
        if self.take.is_some() || self.from.is_some() {
            let after = self.from.as_deref().map(read_cursor).transpose()?;
            return Ok(PageRequest::Checkpoint { after, take });
        }
        offset(page, per_page, self.include_totals.unwrap_or_default())
    }
}

/// A page by offset.
///
/// # Errors
/// [`Failure::PageTooFar`] beyond the first 1,000 records.
pub fn offset(page: u64, per_page: u64, totals: bool) -> Result<PageRequest, Failure> {
    if page > 0 && page * per_page >= MAX_OFFSET_RECORDS {
        return Err(Failure::PageTooFar);
    }
    Ok(PageRequest::Offset { page, per_page, totals })
}

/// Checkpoint pagination alone, with longer pages: lists that are an addition to the contract.
#[derive(Clone, Debug, Default, Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
pub struct Checkpoint {
    /// Where to go on: `next` of the page before.
    #[param(min_length = 1, max_length = 2048)]
    from: Option<String>,
    /// How much to return at the most; 100 unless given.
    #[param(minimum = 1, maximum = 1000)]
    take: Option<u64>,
}

impl Checkpoint {
    /// The page asked for.
    ///
    /// # Errors
    /// [`Failure::InvalidQuery`] for a number out of range or a `from` that no answer held.
    pub fn request(&self) -> Result<PageRequest, Failure> {
        let take = bounded("take", self.take, 100, 1, 1000)?;
        let after = self.from.as_deref().map(read_cursor).transpose()?;
        Ok(PageRequest::Checkpoint { after, take })
    }
}

/// What SDKs send along with checkpoints, which have no totals.
#[derive(Clone, Copy, Debug, Default, Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
pub struct Totals {
    /// Passed over: an answer with `next` states no total.
    #[allow(dead_code, reason = "documented, and passed over")]
    include_totals: Option<bool>,
}

/// The number of a parameter, or its default.
///
/// # Errors
/// [`Failure::InvalidQuery`] when it is out of range.
pub fn bounded(name: &str, value: Option<u64>, default: u64, least: u64, most: u64) -> Result<u64, Failure> {
    match value.unwrap_or(default) {
        value if (least..=most).contains(&value) => Ok(value),
        value => Err(Failure::query(format!(
            "Query validation error: 'Value {value} is not between {least} and {most}' on property {name}."
        ))),
    }
}

/// The cursor of a key.
pub fn write_cursor(key: &str) -> String {
    URL_SAFE_NO_PAD.encode(key)
}

/// The key of a cursor.
///
/// # Errors
/// [`Failure::InvalidQuery`] when no answer held it.
pub fn read_cursor(text: &str) -> Result<String, Failure> {
    let bytes = URL_SAFE_NO_PAD.decode(text).ok();
    let key = bytes.and_then(|bytes| String::from_utf8(bytes).ok()).filter(|key| !key.contains('\0'));
    key.ok_or_else(|| {
        Failure::query(
            "Query validation error: 'from is not the next of an earlier answer' on property from.",
        )
    })
}

/// Which fields of each item to return (contract section 2.4).
#[derive(Clone, Debug, Default, Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
pub struct Fields {
    /// Names of fields, separated by commas.
    #[param(max_length = 1000)]
    pub fields: Option<String>,
    /// Whether the named fields are returned (true unless given) or left out.
    pub include_fields: Option<bool>,
}

impl Fields {
    /// The names that are given.
    pub fn names(&self) -> Vec<&str> {
        self.fields
            .iter()
            .flat_map(|text| text.split(','))
            .map(str::trim)
            .filter(|name| !name.is_empty())
            .collect()
    }

    /// The item with the fields that were asked for.
    pub fn of(&self, item: &impl serde::Serialize) -> serde_json::Value {
        let mut value = serde_json::to_value(item).unwrap_or_default();
        let names = self.names();
        if let (false, Some(object)) = (names.is_empty(), value.as_object_mut()) {
            let include = self.include_fields.unwrap_or(true);
            object.retain(|name, _| names.contains(&name.as_str()) == include);
        }
        value
    }
}
