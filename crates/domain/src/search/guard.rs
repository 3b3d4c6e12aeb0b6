//! What happens to a search before the grammar reads it.

use super::{Refused, refused};

/// The longest search, in characters.
const MAX_LENGTH: usize = 2000;
/// The most groups within groups: the grammar's time doubles with each.
const MAX_DEPTH: usize = 8;
/// The most `NOT`s, each of which the grammar descends into.
const MAX_NEGATIONS: usize = 20;
/// Stands in for the name of a field that is not named.
pub(super) const UNNAMED: &str = "_unnamed_";

/// Refuses what the grammar would take too long over, descend too deep into, or not survive.
pub(super) fn check(text: &str) -> Result<(), Refused> {
    if text.chars().count() > MAX_LENGTH {
        return Err(refused(format!("a search has at most {MAX_LENGTH} characters")));
    }
    let bare = without_phrases(text);
    let mut depth = 0_usize;
    for c in bare.chars() {
        match c {
            '(' => depth += 1,
            ')' => depth = depth.saturating_sub(1),
            _ => {}
        }
        if depth > MAX_DEPTH {
            return Err(refused(format!("groups nest at most {MAX_DEPTH} deep")));
        }
    }
    if bare.split(|c: char| c.is_whitespace() || "()+-".contains(c)).filter(|word| *word == "NOT").count()
        > MAX_NEGATIONS
    {
        return Err(refused(format!("a search has at most {MAX_NEGATIONS} negations")));
    }
    let mut starts_term = true;
    let mut characters = bare.chars().peekable();
    while let Some(c) = characters.next() {
        let dangling = characters.peek().is_none_or(|next| next.is_whitespace() || *next == '*');
        if starts_term && (c == '+' || c == '-') && dangling {
            return Err(refused(format!("{c} stands directly before a term")));
        }
        starts_term = c.is_whitespace() || c == '(';
    }
    Ok(())
}

/// The text with everything in double quotes, and every escaped character, left out.
fn without_phrases(text: &str) -> String {
    let mut bare = String::with_capacity(text.len());
    let mut within = false;
    let mut characters = text.chars();
    while let Some(c) = characters.next() {
        match c {
            '\\' => {
                characters.next();
            }
            '"' => {
                within = !within;
                bare.push('_');
            }
            _ if within => {}
            _ => bare.push(c),
        }
    }
    bare
}

/// The text with a name before each unnamed term that starts with a wildcard, which the grammar would otherwise take
/// for everything.
pub(super) fn with_unnamed(text: &str) -> String {
    let mut named = String::with_capacity(text.len());
    let mut within = false;
    let mut starts_term = true;
    let mut after_colon = false;
    let mut characters = text.chars().peekable();
    while let Some(c) = characters.next() {
        let says_more = |next: &char| !next.is_whitespace() && !")]}\"^".contains(*next);
        if c == '*' && !within && starts_term && !after_colon && characters.peek().is_some_and(says_more) {
            named.push_str(UNNAMED);
            named.push(':');
        }
        named.push(c);
        match c {
            '\\' => named.extend(characters.next()),
            '"' => within = !within,
            _ => {}
        }
        starts_term = c.is_whitespace() || "(+-".contains(c);
        after_colon = c == ':' || (after_colon && c.is_whitespace());
    }
    named
}
