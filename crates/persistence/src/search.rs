//! From what a search asks for to conditions of a query. Every condition is true or false, never NULL, so that it can
//! be negated.

use guildhall_domain::search::{Bound, Expression, Pattern, Test};
use sea_orm::sea_query::{Expr, ExprTrait, Func};
use sea_orm::{Condition, DatabaseBackend};

use crate::dialect::{self, JsonValue};

/// How a column of text is compared.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Case {
    /// As it is.
    Exact,
    /// It holds lower case only, so that the value asked for is turned into lower case.
    Lower,
    /// Both are turned into lower case.
    Folded,
}

/// The condition of a search, where `field` says what is asked of one field.
pub(crate) fn condition<F>(expression: &Expression<F>, field: &impl Fn(&F, &Test) -> Expr) -> Condition {
    match expression {
        Expression::All => Condition::all().add(Expr::val(1).eq(1)),
        Expression::And(all) => {
            all.iter().fold(Condition::all(), |whole, part| whole.add(condition(part, field)))
        }
        Expression::Or(any) => {
            any.iter().fold(Condition::any(), |whole, part| whole.add(condition(part, field)))
        }
        Expression::Not(inner) => condition(inner, field).not(),
        Expression::Field(name, test) => Condition::all().add(field(name, test)),
    }
}

/// What is asked of a column that holds text.
pub(crate) fn text(backend: DatabaseBackend, column: Expr, case: Case, test: &Test) -> Expr {
    let there = column.clone().is_not_null();
    let value = match case {
        Case::Folded => Expr::from(Func::lower(column)),
        _ => column,
    };
    there.and(compare(backend, value, case, test))
}

fn compare(backend: DatabaseBackend, value: Expr, case: Case, test: &Test) -> Expr {
    match test {
        Test::Exists => yes(),
        Test::Equals(text) => value.is_in(needles(text, case)),
        Test::Like(Pattern(parts)) => {
            let likes = folds(case).iter().map(|fold| {
                let parts = parts.iter().map(|part| fold(part)).collect();
                dialect::like(backend, value.clone(), &Pattern(parts))
            });
            likes.reduce(ExprTrait::or).unwrap_or_else(no)
        }
        Test::Texts(lower, upper) => {
            let fold = |text: &String| {
                if case == Case::Exact { text.clone() } else { text.to_lowercase() }
            };
            between(dialect::ordered(backend, value), lower, upper, fold)
        }
        Test::Numbers(..) | Test::Is(_) | Test::Times(..) => no(),
    }
}

fn needles(text: &str, case: Case) -> Vec<String> {
    let mut needles: Vec<String> = folds(case).iter().map(|fold| fold(text)).collect();
    needles.dedup();
    needles
}

/// How the value asked for is turned: where the database folds it may know ASCII only, so both ways are tried.
fn folds(case: Case) -> &'static [fn(&str) -> String] {
    match case {
        Case::Exact => &[str::to_owned],
        Case::Lower => &[str::to_lowercase],
        Case::Folded => &[str::to_lowercase, str::to_ascii_lowercase],
    }
}

fn between<T, V: Into<Expr>>(
    value: Expr,
    lower: &Bound<T>,
    upper: &Bound<T>,
    turn: impl Fn(&T) -> V,
) -> Expr {
    let lower = match lower {
        Bound::Open => yes(),
        Bound::Included(bound) => value.clone().gte(turn(bound)),
        Bound::Excluded(bound) => value.clone().gt(turn(bound)),
    };
    let upper = match upper {
        Bound::Open => yes(),
        Bound::Included(bound) => value.lte(turn(bound)),
        Bound::Excluded(bound) => value.lt(turn(bound)),
    };
    lower.and(upper)
}

/// What is asked of a column that holds a time and is never NULL.
pub(crate) fn time(column: Expr, test: &Test) -> Expr {
    match test {
        Test::Exists => yes(),
        Test::Times(from, before) => {
            let from = from.map_or_else(yes, |from| column.clone().gte(from));
            from.and(before.map_or_else(yes, |before| column.lt(before)))
        }
        _ => no(),
    }
}

/// What is asked of a value inside a column of JSON.
pub(crate) fn json(backend: DatabaseBackend, column: Expr, path: &str, case: Case, test: &Test) -> Expr {
    if *test == Test::Exists {
        return dialect::json_exists(backend, column, path);
    }
    dialect::json_any(backend, column, path, |JsonValue { text, number }| match test {
        Test::Is(flag) => text.eq(flag.to_string()),
        Test::Numbers(lower, upper) => between(number, lower, upper, |bound| *bound),
        test => compare(backend, text, case, test),
    })
}

fn yes() -> Expr {
    Expr::val(1).eq(1)
}

fn no() -> Expr {
    Expr::val(1).eq(0)
}
