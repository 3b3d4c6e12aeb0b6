//! From text to expression. The grammar is tantivy's; what it accepts beyond the documented subset is refused here.

use tantivy_query_grammar::{
    Delimiter, Occur, UserInputAst, UserInputBound, UserInputLeaf, UserInputLiteral, parse_query,
};

use super::{Bound, Expression, Holds, Pattern, Refused, Searchable, Test, guard, moment, refused};

/// The least that must be said beside a wildcard at the start.
const MIN_AFTER_WILDCARD: usize = 3;
/// The most wildcards in a value.
const MAX_WILDCARDS: usize = 4;

const SYNTAX: &str =
    "the search is not valid Lucene syntax; values with spaces, colons or brackets stand in double quotes";

/// Reads a search.
///
/// # Errors
/// [`Refused`], naming what cannot be.
pub fn parse<F: Searchable>(text: &str) -> Result<Expression<F>, Refused> {
    guard::check(text)?;
    let ast = parse_query(&guard::with_unnamed(text)).map_err(|_| refused(SYNTAX))?;
    let mut terms = 0;
    read(ast, &mut terms)
}

fn read<F: Searchable>(ast: UserInputAst, terms: &mut usize) -> Result<Expression<F>, Refused> {
    match ast {
        UserInputAst::Clause(clauses) => group(clauses, terms),
        UserInputAst::Boost(..) => Err(refused("boosts (^) are not supported")),
        UserInputAst::Leaf(leaf) => {
            *terms += 1;
            if *terms > F::MOST_TERMS {
                return Err(refused(format!("a search has at most {} terms", F::MOST_TERMS)));
            }
            term(*leaf)
        }
    }
}

fn group<F: Searchable>(
    clauses: Vec<(Option<Occur>, UserInputAst)>,
    terms: &mut usize,
) -> Result<Expression<F>, Refused> {
    let (mut all, mut any, mut unsaid, mut none) = (Vec::new(), Vec::new(), Vec::new(), Vec::new());
    for (occur, ast) in clauses {
        match (occur, ast) {
            // `a NOT b` means the same as `a -b`.
            (None, UserInputAst::Clause(mut inner)) if matches!(inner[..], [(Some(Occur::MustNot), _)]) => {
                if let Some((_, inner)) = inner.pop() {
                    none.push(Expression::Not(Box::new(read(inner, terms)?)));
                }
            }
            (Some(Occur::MustNot), ast) => none.push(Expression::Not(Box::new(read(ast, terms)?))),
            (Some(Occur::Must), ast) => all.push(read(ast, terms)?),
            (Some(Occur::Should), ast) => any.push(read(ast, terms)?),
            (None, ast) => unsaid.push(read(ast, terms)?),
        }
    }
    let kinds = [&all, &any, &unsaid].iter().filter(|kind| !kind.is_empty()).count();
    if kinds > 1 {
        return Err(refused("AND or OR must stand between all terms of a group, or between none"));
    }
    match F::ALL_OF {
        true => all.append(&mut unsaid),
        false => any.append(&mut unsaid),
    }
    if any.len() > 1 {
        all.push(Expression::Or(any));
    } else {
        all.append(&mut any);
    }
    all.append(&mut none);
    Ok(match all.len() {
        0 => Expression::All,
        1 => all.swap_remove(0),
        _ => Expression::And(all),
    })
}

fn term<F: Searchable>(leaf: UserInputLeaf) -> Result<Expression<F>, Refused> {
    match leaf {
        UserInputLeaf::All => Ok(Expression::All),
        UserInputLeaf::Exists { field } => Ok(Expression::Field(named(&field)?, Test::Exists)),
        UserInputLeaf::Set { .. } => Err(refused("sets (IN [..]) are not supported; use OR")),
        UserInputLeaf::Range { field, lower, upper } => {
            let name = field.ok_or_else(|| refused("a range must name its field"))?;
            let field: F = named(&name)?;
            let test = range(&name, field.holds(), bound(lower), bound(upper))?;
            Ok(Expression::Field(field, test))
        }
        UserInputLeaf::Literal(literal) => value(literal),
    }
}

fn named<F: Searchable>(name: &str) -> Result<F, Refused> {
    F::named(name).ok_or_else(|| refused(format!("the field {name} cannot be searched for")))
}

fn bound(bound: UserInputBound) -> Bound<String> {
    match bound {
        UserInputBound::Inclusive(text) => Bound::Included(text),
        UserInputBound::Exclusive(text) => Bound::Excluded(text),
        UserInputBound::Unbounded => Bound::Open,
    }
}

fn range(name: &str, holds: Holds, lower: Bound<String>, upper: Bound<String>) -> Result<Test, Refused> {
    match holds {
        Holds::Time => times(lower, upper)
            .ok_or_else(|| refused(format!("{name} is a time such as 2025-01-31 or 2025-01-31T12:00:00Z"))),
        Holds::Text => Ok(Test::Texts(lower, upper)),
        Holds::Data { ranges: true } => {
            let number = |text: String| text.parse::<f64>().ok().filter(|number| number.is_finite());
            match lower.clone().map(number).zip(upper.clone().map(number)) {
                Some((lower, upper)) => Ok(Test::Numbers(lower, upper)),
                None => Ok(Test::Texts(lower, upper)),
            }
        }
        Holds::Id | Holds::Flag | Holds::Data { ranges: false } => {
            Err(refused(format!("{name} cannot be searched for by range")))
        }
    }
}

fn times(lower: Bound<String>, upper: Bound<String>) -> Option<Test> {
    let from = match lower {
        Bound::Open => None,
        Bound::Included(text) => Some(moment::span(&text)?.0),
        Bound::Excluded(text) => Some(moment::span(&text)?.1),
    };
    let before = match upper {
        Bound::Open => None,
        Bound::Included(text) => Some(moment::span(&text)?.1),
        Bound::Excluded(text) => Some(moment::span(&text)?.0),
    };
    Some(Test::Times(from, before))
}

fn value<F: Searchable>(literal: UserInputLiteral) -> Result<Expression<F>, Refused> {
    let UserInputLiteral { field_name, phrase, delimiter, slop, prefix } = literal;
    if slop > 0 {
        return Err(refused("proximity (~) is not supported"));
    }
    if delimiter == Delimiter::SingleQuotes {
        return Err(refused("values stand in double quotes, not in single ones"));
    }
    if field_name.as_deref() == Some("_exists_") {
        return Ok(Expression::Field(named(&phrase)?, Test::Exists));
    }
    let mut parts = match delimiter {
        Delimiter::None => wild(&phrase)?,
        _ => vec![phrase.clone()],
    };
    if prefix {
        parts.push(String::new());
    }
    let Some(name) = field_name.filter(|name| name != guard::UNNAMED) else {
        let fields = F::unnamed();
        if fields.is_empty() {
            return Err(refused(format!("the term {phrase} names no field; write field:\"value\"")));
        }
        let each = fields.into_iter().map(|field| {
            let test = test(&phrase, field.holds(), parts.clone())?;
            Ok(Expression::Field(field, test))
        });
        return each.collect::<Result<_, Refused>>().map(Expression::Or);
    };
    let field: F = named(&name)?;
    let test = test(&name, field.holds(), parts)?;
    Ok(Expression::Field(field, test))
}

/// What stands between the wildcards of an unquoted value; one part where there is none.
fn wild(phrase: &str) -> Result<Vec<String>, Refused> {
    let mut parts = vec![String::new()];
    let mut characters = phrase.chars();
    while let Some(c) = characters.next() {
        let literal = match c {
            '*' => {
                parts.push(String::new());
                continue;
            }
            '?' => {
                return Err(refused(
                    "the wildcard ? is not supported; quote the value to look for a question mark",
                ));
            }
            '\\' => characters.next().unwrap_or('\\'),
            c => c,
        };
        if let Some(part) = parts.last_mut() {
            part.push(literal);
        }
    }
    Ok(parts)
}

fn test(name: &str, holds: Holds, mut parts: Vec<String>) -> Result<Test, Refused> {
    let whole = if parts.len() == 1 { parts.pop() } else { None };
    match (holds, whole) {
        (Holds::Id | Holds::Text | Holds::Data { .. }, Some(text)) => Ok(Test::Equals(text)),
        (Holds::Flag, Some(text)) => match text.as_str() {
            "true" => Ok(Test::Is(true)),
            "false" => Ok(Test::Is(false)),
            _ => Err(refused(format!("{name} is true or false"))),
        },
        (Holds::Time, Some(text)) => times(Bound::Included(text.clone()), Bound::Included(text))
            .ok_or_else(|| refused(format!("{name} is a time such as 2025-01-31 or 2025-01-31T12:00:00Z"))),
        (Holds::Text | Holds::Data { ranges: true }, None) => pattern(parts),
        (Holds::Id | Holds::Flag | Holds::Time | Holds::Data { ranges: false }, None) => {
            Err(refused(format!("{name} cannot be searched for by wildcard")))
        }
    }
}

fn pattern(parts: Vec<String>) -> Result<Test, Refused> {
    let said: usize = parts.iter().map(|part| part.chars().count()).sum();
    let starts_open = parts.first().is_some_and(String::is_empty);
    if starts_open && said < MIN_AFTER_WILDCARD {
        return Err(refused(format!(
            "at least {MIN_AFTER_WILDCARD} characters stand beside a * at the start of a value"
        )));
    }
    if parts.len() > MAX_WILDCARDS + 1 {
        return Err(refused(format!("a value has at most {MAX_WILDCARDS} wildcards")));
    }
    Ok(Test::Like(Pattern(parts)))
}
