//! Where the two databases say the same thing differently: patterns, JSON and the order of text.

use guildhall_domain::search::Pattern;
use sea_orm::DatabaseBackend;
use sea_orm::sea_query::extension::sqlite::SqliteExpr;
use sea_orm::sea_query::{BinOper, Expr, ExprTrait, Func, IntoIden, LikeExpr, Query, SelectStatement};

/// What a value inside JSON is, as expressions.
pub(crate) struct JsonValue {
    /// Its text; `true` and `false` in words.
    pub text: Expr,
    /// Its number; NULL where it is none.
    pub number: Expr,
}

/// Whether the text looks like the pattern, with regard to case.
pub(crate) fn like(backend: DatabaseBackend, text: Expr, pattern: &Pattern) -> Expr {
    match backend {
        DatabaseBackend::Postgres => {
            let parts = pattern.0.iter().map(|part| escape(part, "!%_", |c| format!("!{c}")));
            text.like(LikeExpr::new(parts.collect::<Vec<_>>().join("%")).escape('!'))
        }
        // SQLite's LIKE has no regard to case.
        _ => {
            let parts = pattern.0.iter().map(|part| escape(part, "*?[", |c| format!("[{c}]")));
            text.glob(parts.collect::<Vec<_>>().join("*"))
        }
    }
}

fn escape(part: &str, special: &str, with: impl Fn(char) -> String) -> String {
    part.chars().map(|c| if special.contains(c) { with(c) } else { c.to_string() }).collect()
}

/// Whether the text has the part, in capitals or not. Both sides are lowered by the database, so that they are folded alike.
pub(crate) fn contains(text: Expr, part: &str) -> Expr {
    lowered_contains(Func::lower(text).into(), part)
}

/// The same of a text that the database has lowered before.
pub(crate) fn lowered_contains(text: Expr, part: &str) -> Expr {
    let literal = part.replace('!', "!!").replace('%', "!%").replace('_', "!_");
    let pattern = Expr::expr(Func::lower(Expr::val(format!("%{literal}%"))));
    let pattern = pattern.binary(BinOper::Escape, Expr::Constant('!'.into()));
    text.binary(BinOper::Like, pattern)
}

/// The text as it is ordered: byte by byte.
pub(crate) fn ordered(backend: DatabaseBackend, text: Expr) -> Expr {
    match backend {
        DatabaseBackend::Postgres => Expr::cust_with_expr("($1 COLLATE \"C\")", text),
        _ => text,
    }
}

/// Two texts, one behind the other.
pub(crate) fn joined(text: Expr, next: Expr) -> Expr {
    text.binary(BinOper::Custom("||"), next)
}

/// What follows the first `mark` in the text.
pub(crate) fn after(backend: DatabaseBackend, text: Expr, mark: &'static str) -> Expr {
    match backend {
        DatabaseBackend::Postgres => Func::cust("split_part").arg(text).arg(mark).arg(2).into(),
        _ => {
            let start = Expr::from(Func::cust("instr").arg(text.clone()).arg(mark)).add(1);
            Func::cust("substr").arg(text).arg(start).into()
        }
    }
}

/// The path that leads through these keys.
pub(crate) fn path(keys: &[&str]) -> String {
    // Keys with quotes and backslashes are refused where searches are read.
    keys.iter().fold("$".to_owned(), |path, key| format!("{path}.\"{key}\""))
}

/// The text at a path that leads to one value; NULL where there is none.
pub(crate) fn json_text(backend: DatabaseBackend, json: Expr, path: &str) -> Expr {
    match backend {
        DatabaseBackend::Postgres => text_of(first(json, path)),
        _ => Func::cust("json_extract").arg(json).arg(path).into(),
    }
}

/// Whether something other than `null` is at the path.
pub(crate) fn json_exists(backend: DatabaseBackend, json: Expr, path: &str) -> Expr {
    let kind: Expr = match backend {
        DatabaseBackend::Postgres => Func::cust("jsonb_typeof").arg(first(json, path)).into(),
        _ => Func::cust("json_type").arg(json).arg(path).into(),
    };
    Expr::from(Func::coalesce([kind, "null".into()])).ne("null")
}

/// Whether the value at the path, or one in the list there, passes the test.
pub(crate) fn json_any(
    backend: DatabaseBackend,
    json: Expr,
    path: &str,
    test: impl Fn(JsonValue) -> Expr,
) -> Expr {
    let mut query = Query::select();
    query.expr(1);
    let alias = "element";
    let column = |name: &'static str| Expr::col((alias, name));
    match backend {
        DatabaseBackend::Postgres => {
            let values = Func::cust("jsonb_path_query").arg(json).arg(json_path(&format!("{path}[*]")));
            let value = column(alias);
            let kind = Expr::from(Func::cust("jsonb_typeof").arg(value.clone()));
            let number = text_of(value.clone()).cast_as("numeric");
            let number = Expr::case(kind.eq("number"), number).finally(Expr::cust("NULL"));
            query.from_function(values, alias.into_iden());
            query.and_where(test(JsonValue { text: text_of(value), number: number.into() }));
        }
        _ => {
            let values = Func::cust("json_each").arg(json).arg(path);
            let kind = column("type");
            let number = Expr::case(kind.clone().is_in(["integer", "real"]), column("value"));
            let text = Expr::case(kind.clone().is_in(["true", "false"]), kind);
            let text = text.finally(column("value").cast_as("text"));
            query.from_function(values, alias.into_iden());
            // The members of an object have text as their key; they are not what the path leads to.
            query.and_where(Expr::from(Func::cust("typeof").arg(column("key"))).ne("text"));
            let number = number.finally(Expr::cust("NULL"));
            query.and_where(test(JsonValue { text: text.into(), number: number.into() }));
        }
    }
    Expr::exists(query)
}

fn json_path(path: &str) -> Expr {
    Expr::val(path).cast_as("jsonpath")
}

fn first(json: Expr, path: &str) -> Expr {
    Func::cust("jsonb_path_query_first").arg(json).arg(json_path(path)).into()
}

fn text_of(json: Expr) -> Expr {
    Expr::cust_with_expr("($1 #>> '{}')", json)
}

/// The texts as a query, in one parameter: there may be more than a statement can have of those.
pub(crate) fn texts<'a>(
    backend: DatabaseBackend,
    texts: impl IntoIterator<Item = &'a str>,
) -> SelectStatement {
    let json = serde_json::Value::from_iter(texts).to_string();
    let (mut query, alias) = (Query::select(), "listed");
    match backend {
        DatabaseBackend::Postgres => {
            let values = Func::cust("jsonb_array_elements_text").arg(Expr::val(json).cast_as("jsonb"));
            query.column(alias).from_function(values, alias.into_iden());
        }
        _ => {
            let values = Func::cust("json_each").arg(json);
            query.column((alias, "value")).from_function(values, alias.into_iden());
        }
    }
    query
}
