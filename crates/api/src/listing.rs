//! Lists on the wire: an array, an object with totals, or an object with a cursor (contract section 2.3).

use actix_web::HttpResponse;
use guildhall_domain::page::{Page, PageRequest};
use serde::Serialize;
use serde_json::{Map, Value, json};

use crate::query::write_cursor;

/// The answer to a list under the plural noun `key`.
pub fn listing<T: Serialize>(key: &str, request: &PageRequest, page: &Page<T>) -> HttpResponse {
    HttpResponse::Ok().json(shape(key, request, page))
}

/// The same where the object with totals also says how many items it holds.
pub fn with_length<T: Serialize>(key: &str, request: &PageRequest, page: &Page<T>) -> HttpResponse {
    let mut answer = shape(key, request, page);
    if request.totals() {
        answer["length"] = page.items.len().into();
    }
    HttpResponse::Ok().json(answer)
}

/// The body of [`listing`].
pub fn shape<T: Serialize>(key: &str, request: &PageRequest, page: &Page<T>) -> Value {
    let items = json!(page.items);
    match (request, page.total) {
        (PageRequest::Checkpoint { .. }, _) => {
            let mut object = Map::from_iter([(key.to_owned(), items)]);
            if let Some(next) = &page.next {
                object.insert("next".to_owned(), write_cursor(next).into());
            }
            object.into()
        }
        (PageRequest::Offset { per_page, .. }, Some(total)) => {
            let mut object = Map::new();
            object.insert("start".to_owned(), request.offset().into());
            object.insert("limit".to_owned(), (*per_page).into());
            object.insert("total".to_owned(), total.into());
            object.insert(key.to_owned(), items);
            object.into()
        }
        (PageRequest::Offset { .. }, None) => items,
    }
}

/// Documents a list in its three shapes: `listing!(OrganizationList, organizations: Organization)`.
#[macro_export]
macro_rules! listing {
    ($name:ident, $key:ident: $item:ty) => {
        #[doc = concat!("The `", stringify!($key), "` of a list, in one of its three shapes.")]
        #[derive(utoipa::ToSchema)]
        #[schema(as = $name)]
        #[allow(dead_code, reason = "a shape for the documents")]
        pub struct $name(Vec<$item>);

        impl $name {
            /// The schema of the three shapes, as a component of this name.
            pub fn shapes() -> (String, utoipa::openapi::RefOr<utoipa::openapi::Schema>) {
                let item = <$item as utoipa::ToSchema>::name();
                $crate::listing::shapes(stringify!($name), stringify!($key), &item)
            }
        }
    };
}

/// The schema of a list's three shapes.
pub fn shapes(
    name: &str,
    key: &str,
    item: &str,
) -> (String, utoipa::openapi::RefOr<utoipa::openapi::Schema>) {
    let items = json!({"type": "array", "items": {"$ref": format!("#/components/schemas/{item}")}});
    let count = json!({"type": "integer", "minimum": 0});
    let schema = json!({
        "description": format!("An array; with `include_totals` an object with totals; with `take` or `from` an object with `next` when more follow."),
        "oneOf": [
            items,
            {
                "type": "object",
                "required": ["start", "limit", "total", key],
                "properties": {"start": count, "limit": count, "total": count, "length": count, key: items},
                "additionalProperties": false,
            },
            {
                "type": "object",
                "required": [key],
                "properties": {key: items, "next": {"type": "string"}},
                "additionalProperties": false,
            },
        ],
    });
    let schema =
        serde_json::from_value(schema).unwrap_or_else(|error| unreachable!("a schema of ours: {error}"));
    (name.to_owned(), utoipa::openapi::RefOr::T(schema))
}
