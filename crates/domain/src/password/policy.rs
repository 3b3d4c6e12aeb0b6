//! What a connection demands of new passwords.

use serde_json::Value;

use crate::connection::{DatabaseOptions, PasswordPolicy};
use crate::user::User;

/// The most common passwords, in lower case and in order, from the frequency lists of zxcvbn (MIT licence).
const COMMON: &str = include_str!("common.txt");

/// Why a new password is refused.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Weakness {
    /// It is too short, or of too few kinds of characters.
    Strength,
    /// Too many people use it.
    Common,
    /// It holds what is known of the user.
    Personal,
    /// The user had it before.
    Reused,
}

impl DatabaseOptions {
    /// Refuses a password that is too weak for this user. Whether it was used before only its hashes can tell.
    ///
    /// # Errors
    /// The first [`Weakness`].
    pub fn check_password(&self, password: &str, user: &User) -> Result<(), Weakness> {
        let length = u32::try_from(password.chars().count()).unwrap_or(u32::MAX);
        if length < self.least_length() || !is_varied(self.password_policy, password) {
            return Err(Weakness::Strength);
        }
        let folded = password.to_lowercase();
        let words = &self.password_dictionary;
        let is_listed = || words.dictionary.iter().any(|word| word.to_lowercase() == folded);
        if words.enable && (is_common(&folded) || is_listed()) {
            return Err(Weakness::Common);
        }
        if self.password_no_personal_info.enable && personal(user).iter().any(|word| folded.contains(word)) {
            return Err(Weakness::Personal);
        }
        Ok(())
    }

    /// The demands in words, as the contract's answers have them.
    pub fn passwords_described(&self) -> String {
        let mut lines = vec![format!("* At least {} characters in length", self.least_length())];
        let kinds = "\n * lower case letters (a-z)\n * upper case letters (A-Z)\n * numbers (i.e. 0-9)";
        let others = "\n * special characters (e.g. !@#$%^&*)";
        match self.password_policy {
            PasswordPolicy::None | PasswordPolicy::Low => {}
            PasswordPolicy::Fair => lines.push(format!("* Should contain:{kinds}")),
            PasswordPolicy::Good | PasswordPolicy::Excellent => {
                let text = "* Contain at least 3 of the following 4 types of characters:";
                lines.push(format!("{text}{kinds}{others}"));
            }
        }
        if self.password_policy == PasswordPolicy::Excellent {
            lines.push(
                "* No more than 2 identical characters in a row (e.g., \"aaa\" not allowed)".to_owned(),
            );
        }
        lines.join("\n")
    }
}

/// Whether the characters are of as many kinds as the policy demands.
fn is_varied(policy: PasswordPolicy, password: &str) -> bool {
    let has = |kind: fn(char) -> bool| password.chars().any(kind);
    let (lower, upper) = (has(char::is_lowercase), has(char::is_uppercase));
    let (digit, other) = (has(char::is_numeric), has(|c| !c.is_alphanumeric()));
    let kinds = [lower, upper, digit, other].into_iter().filter(|kind| *kind).count();
    match policy {
        PasswordPolicy::None | PasswordPolicy::Low => true,
        PasswordPolicy::Fair => lower && upper && digit,
        PasswordPolicy::Good => kinds >= 3,
        PasswordPolicy::Excellent => {
            let characters: Vec<char> = password.chars().collect();
            kinds >= 3 && !characters.windows(3).any(|three| three[0] == three[1] && three[1] == three[2])
        }
    }
}

fn is_common(folded: &str) -> bool {
    // The lines are in order: a search by halves needs no copy of the list.
    let (mut low, mut high) = (0, COMMON.len());
    while low < high {
        let middle = low + (high - low) / 2;
        let start = COMMON[..middle].rfind('\n').map_or(0, |end| end + 1);
        let end = COMMON[start..].find('\n').map_or(COMMON.len(), |length| start + length);
        match COMMON[start..end].cmp(folded) {
            std::cmp::Ordering::Equal => return true,
            std::cmp::Ordering::Less => low = end + 1,
            std::cmp::Ordering::Greater => high = start,
        }
    }
    false
}

/// What is known of a user, in lower case: words that are too short to matter left out.
fn personal(user: &User) -> Vec<String> {
    let local = user.email.as_deref().and_then(|email| email.split('@').next());
    let of_metadata =
        |name: &str| user.user_metadata.as_ref().and_then(|data| data.get(name)).and_then(Value::as_str);
    let known = [
        user.name.as_deref(),
        user.username.as_deref(),
        user.nickname.as_deref(),
        user.given_name.as_deref(),
        user.family_name.as_deref(),
        local,
        of_metadata("name"),
        of_metadata("first"),
        of_metadata("last"),
    ];
    let words = known.into_iter().flatten().flat_map(|text| {
        let whole = std::iter::once(text);
        whole.chain(text.split(|c: char| !c.is_alphanumeric()))
    });
    words.map(str::to_lowercase).filter(|word| word.chars().count() >= 3).collect()
}

#[cfg(test)]
mod tests {
    use chrono::DateTime;
    use serde_json::json;

    use super::*;
    use crate::user::NewUser;

    fn ada() -> User {
        let new: NewUser = serde_json::from_value(json!({
            "connection": "c", "email": "ada.lovelace@example.com", "given_name": "Augusta",
        }))
        .expect("a user");
        new.create("auth0|1".into(), None, DateTime::UNIX_EPOCH)
    }

    fn refused(given: Value, password: &str) -> Option<Weakness> {
        let options: DatabaseOptions = serde_json::from_value(given).expect("options");
        options.check_password(password, &ada()).err()
    }

    #[test]
    fn each_policy_demands_what_it_says() {
        for (policy, weak, strong) in [
            ("none", "", "a"),
            ("low", "abcde", "abcdef"),
            ("fair", "abcdefgh", "abcdefG1"),
            ("good", "abcdefG-"[..7].as_ref(), "abcdefG1"),
            ("good", "abcdefg1", "abcdef-1"),
            ("excellent", "abcdeFG-1", "abcdefGH-1"),
            ("excellent", "abcdefGGG-1", "abcdefGG-1"),
        ] {
            let given = json!({ "passwordPolicy": policy });
            assert_eq!(refused(given.clone(), weak), Some(Weakness::Strength), "{policy} {weak}");
            assert_eq!(refused(given, strong), None, "{policy} {strong}");
        }
    }

    #[test]
    fn a_length_that_is_set_counts_in_place_of_the_policys() {
        let given = json!({"passwordPolicy": "low", "password_complexity_options": {"min_length": 12}});
        assert_eq!(refused(given.clone(), "abcdefghijk"), Some(Weakness::Strength));
        assert_eq!(refused(given, "abcdefghijkl"), None);
    }

    #[test]
    fn common_passwords_are_refused_where_a_connection_says_so() {
        let on = json!({"passwordPolicy": "low", "password_dictionary": {"enable": true, "dictionary": ["Our-Product"]}});
        for common in ["123456", "password", "PassWord", "zxcvbn", "our-product"] {
            assert_eq!(refused(on.clone(), common), Some(Weakness::Common), "{common}");
        }
        assert_eq!(refused(on, "a fine day in may"), None);
        assert_eq!(refused(json!({"passwordPolicy": "low"}), "password"), None);
    }

    #[test]
    fn every_common_password_is_found() {
        assert!(COMMON.lines().all(is_common));
        assert!(COMMON.lines().is_sorted());
        assert!(!is_common("") && !is_common("~") && !is_common("no such password here"));
    }

    #[test]
    fn what_is_known_of_the_user_is_refused_where_a_connection_says_so() {
        let on = json!({"passwordPolicy": "low", "password_no_personal_info": {"enable": true}});
        for personal in ["LoveLace1815", "xxaugusta", "ada.lovelace"] {
            assert_eq!(refused(on.clone(), personal), Some(Weakness::Personal), "{personal}");
        }
        assert_eq!(refused(on, "difference engine"), None);
        assert_eq!(refused(json!({"passwordPolicy": "low"}), "lovelace"), None);
    }
}
