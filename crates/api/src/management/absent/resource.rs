//! One resource that is not there: how it answers, and how the documents describe it.

use actix_web::dev::{AppService, HttpServiceFactory};
use actix_web::http::{Method, header};
use actix_web::{HttpResponse, Resource, Route, web};
use guildhall_domain::page::Page;
use guildhall_domain::policy::Need;
use serde::Deserialize;
use serde_json::{Map, Value, json};
use utoipa::openapi::path::{HttpMethod, Operation, PathItem, Paths};
use utoipa::openapi::{RefOr, Schema};
use utoipa::{IntoParams, PartialSchema, ToSchema};
use utoipa_actix_web::OpenApiFactory;
use validator::Validate;

use super::TAG;
use crate::body::Body;
use crate::call::Call;
use crate::failure::{ErrorBody, Failure};
use crate::listing;
use crate::query::{Paging, Query};

/// A thing of a kind that Guildhall does not have: lists of them are empty.
#[derive(ToSchema)]
pub struct AbsentThing {}

/// What is read.
#[derive(Clone)]
enum Content {
    /// An empty list under this plural noun.
    List(&'static str),
    /// An empty array.
    Array,
    /// Settings that cannot be others.
    Settings(Value),
    /// 404.
    Nothing,
}

/// A method, who may use it, and what answers.
struct Access {
    method: Method,
    scopes: &'static [&'static str],
    route: Route,
}

/// A resource that is not there.
pub(super) struct Absent {
    path: &'static str,
    content: Content,
    accesses: Vec<Access>,
}

impl Absent {
    /// A list that is empty, under a plural noun.
    pub(super) fn list<R: Need + 'static>(path: &'static str, noun: &'static str) -> Self {
        Self::read::<R>(path, Content::List(noun))
    }

    /// A list that is empty and never paged.
    pub(super) fn array<R: Need + 'static>(path: &'static str) -> Self {
        Self::read::<R>(path, Content::Array)
    }

    /// Settings that are always these.
    pub(super) fn settings<R: Need + 'static>(path: &'static str, settings: Value) -> Self {
        Self::read::<R>(path, Content::Settings(settings))
    }

    /// A thing that nobody has.
    pub(super) fn nothing<R: Need + 'static>(path: &'static str) -> Self {
        Self::read::<R>(path, Content::Nothing)
    }

    fn read<R: Need + 'static>(path: &'static str, content: Content) -> Self {
        let read = content.clone();
        let route = web::get().to(move |_: Call<R>, query: Query| {
            let answer = read.answer(&query);
            async move { answer }
        });
        let access = Access { method: Method::GET, scopes: R::ANY_OF[0], route };
        Self { path, content, accesses: vec![access] }
    }

    /// Accepts a write that leaves things as they are, for tools that write back what they read.
    pub(super) fn kept_by<W: Need + 'static>(mut self, method: Method) -> Self {
        let content = self.content.clone();
        let route = web::method(method.clone()).to(move |_: Call<W>, body: Body| {
            let answer = content.keep(&body);
            async move { answer }
        });
        self.accesses.push(Access { method, scopes: W::ANY_OF[0], route });
        self
    }
}

/// Settings as they were given.
#[derive(Deserialize, Validate)]
struct Given {
    #[serde(flatten)]
    fields: Map<String, Value>,
}

impl Content {
    fn answer(&self, query: &Query) -> Result<HttpResponse, Failure> {
        match self {
            Self::List(noun) => {
                let request = query.read::<Paging>()?.request()?;
                let page = Page::<Value> { total: request.totals().then_some(0), ..Page::default() };
                Ok(listing::listing(noun, &request, &page))
            }
            Self::Array => Ok(HttpResponse::Ok().json(json!([]))),
            Self::Settings(settings) => Ok(HttpResponse::Ok().json(settings)),
            Self::Nothing => Ok(HttpResponse::NotFound().json(ErrorBody {
                status_code: 404,
                error: "Not Found".to_owned(),
                message: "Guildhall has nothing of this kind.".to_owned(),
                error_code: None,
            })),
        }
    }

    fn keep(&self, body: &Body) -> Result<HttpResponse, Failure> {
        let Self::Settings(settings) = self else {
            body.read_list::<Given>(0, 0)?;
            return Ok(HttpResponse::Ok().json(json!([])));
        };
        let given: Given = body.read()?;
        match given.fields.iter().find(|(name, value)| settings.get(name) != Some(value)) {
            None => Ok(HttpResponse::Ok().json(settings)),
            Some((name, _)) => Err(Failure::body(format!(
                "Payload validation error: 'Guildhall has nothing of this kind, so it cannot be set' on property {name}."
            ))),
        }
    }

    /// The schema of what is read, and of what may be written back.
    fn schema(&self) -> Value {
        match self {
            Self::List(noun) => {
                json!(listing::shapes("", noun, &AbsentThing::name()).1)
            }
            Self::Array => json!({"type": "array", "maxItems": 0, "items": {}}),
            Self::Settings(settings) => {
                let fixed = settings.as_object().into_iter().flatten();
                let fixed = fixed.map(|(name, value)| {
                    let kind = if value.is_boolean() { "boolean" } else { "integer" };
                    (name.clone(), json!({"type": kind, "enum": [value]}))
                });
                json!({"type": "object", "properties": Map::from_iter(fixed), "additionalProperties": false})
            }
            Self::Nothing => Value::Null,
        }
    }
}

impl HttpServiceFactory for Absent {
    fn register(self, config: &mut AppService) {
        let allowed: Vec<_> = self.accesses.iter().map(|access| access.method.to_string()).collect();
        let allowed = allowed.join(", ");
        let mut resource = Resource::new(self.path);
        for access in self.accesses {
            resource = resource.route(access.route);
        }
        let refuse = web::to(move || {
            let mut answer = HttpResponse::MethodNotAllowed();
            answer.insert_header((header::ALLOW, allowed.clone()));
            let body = ErrorBody {
                status_code: 405,
                error: "Method Not Allowed".to_owned(),
                message: "Guildhall has nothing of this kind, so it cannot be made or changed.".to_owned(),
                error_code: Some("operation_not_supported".to_owned()),
            };
            async move { answer.json(body) }
        });
        resource.default_service(refuse).register(config);
    }
}

impl OpenApiFactory for Absent {
    fn paths(&self) -> Paths {
        let paths = self.accesses.iter().fold(Paths::builder(), |paths, access| {
            let method = match access.method {
                Method::PATCH => HttpMethod::Patch,
                Method::PUT => HttpMethod::Put,
                _ => HttpMethod::Get,
            };
            paths.path(self.path, PathItem::new(method, self.operation(access)))
        });
        paths.build()
    }

    fn schemas(&self, schemas: &mut Vec<(String, RefOr<Schema>)>) {
        schemas.push((AbsentThing::name().into_owned(), AbsentThing::schema()));
        schemas.push((ErrorBody::name().into_owned(), ErrorBody::schema()));
    }
}

impl Absent {
    fn operation(&self, access: &Access) -> Operation {
        let reads = access.method == Method::GET;
        let content = |schema: &Value| json!({"application/json": {"schema": schema}});
        let error = json!({"$ref": format!("#/components/schemas/{}", ErrorBody::name())});
        let refusal = |why: &str| json!({"description": why, "content": content(&error)});
        let mut responses = Map::new();
        responses.insert("401".to_owned(), refusal("No valid token."));
        responses.insert("403".to_owned(), refusal("The token lacks the scope."));
        responses.insert("400".to_owned(), refusal("The request cannot be, or asks for what is not there."));
        match self.content {
            Content::Nothing => responses.insert("404".to_owned(), refusal("Always.")),
            _ => {
                let answer =
                    json!({"description": "Always the same.", "content": content(&self.content.schema())});
                responses.insert("200".to_owned(), answer)
            }
        };
        let mut operation = json!({
            "tags": [TAG],
            "summary": "Not part of Guildhall: answers so that tools that walk a whole tenant go on.",
            "operationId": access.method.as_str().to_lowercase() + &self.path.replace(['{', '}'], "").replace(['/', '-'], "_"),
            "parameters": self.parameters(reads),
            "responses": responses,
            "security": [{"bearer": access.scopes}],
        });
        if !reads {
            operation["description"] = "Accepts what is there already, and nothing else.".into();
            operation["requestBody"] = json!({"required": true, "content": content(&self.content.schema())});
        }
        serde_json::from_value(operation)
            .unwrap_or_else(|error| unreachable!("an operation of ours: {error}"))
    }

    fn parameters(&self, reads: bool) -> Vec<Value> {
        let names = self.path.split('/').filter_map(|part| part.strip_prefix('{')?.strip_suffix('}'));
        let mut parameters: Vec<Value> = names
            .map(|name| json!({"name": name, "in": "path", "required": true, "schema": {"type": "string"}}))
            .collect();
        if reads && matches!(self.content, Content::List(_)) {
            parameters.extend(Paging::into_params(|| None).into_iter().map(|parameter| json!(parameter)));
        }
        parameters
    }
}
