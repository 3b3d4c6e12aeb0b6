//! What tokens and `/userinfo` tell of a person (OpenID Connect Core section 5.4, contract section 14.2).

use serde_json::Value;

use super::User;
use crate::field::Object;

/// A claim, and the scopes by which it is asked for.
const CLAIMS: &[(&str, &[&str])] = &[
    ("nickname", &["profile", "nickname"]),
    ("name", &["profile", "name"]),
    ("given_name", &["profile", "given_name"]),
    ("family_name", &["profile", "family_name"]),
    ("picture", &["profile", "picture"]),
    ("updated_at", &["profile"]),
    ("created_at", &["created_at"]),
    ("email", &["email"]),
    ("email_verified", &["email", "email_verified"]),
    ("phone_number", &["phone"]),
    ("phone_number_verified", &["phone"]),
];

impl User {
    /// The claims about the user that these scopes ask for; what is not known is left out.
    pub fn claims(&self, scope: &[String]) -> Object {
        let asked = |scopes: &[&str]| scope.iter().any(|scope| scopes.contains(&scope.as_str()));
        let wanted = CLAIMS.iter().filter(|(_, scopes)| asked(scopes));
        wanted.filter_map(|(name, _)| Some(((*name).to_owned(), self.claim(name)?))).collect()
    }

    fn claim(&self, name: &str) -> Option<Value> {
        let text = |text: &Option<String>| text.clone().map(Value::from);
        match name {
            "nickname" => text(&self.nickname),
            "name" => text(&self.name),
            "given_name" => text(&self.given_name),
            "family_name" => text(&self.family_name),
            "picture" => text(&self.picture),
            "updated_at" => serde_json::to_value(self.updated_at).ok(),
            "created_at" => serde_json::to_value(self.created_at).ok(),
            "email" => text(&self.email),
            "email_verified" => self.email.as_ref().map(|_| self.email_verified.into()),
            "phone_number" => text(&self.phone_number),
            "phone_number_verified" => {
                self.phone_number.as_ref().map(|_| self.phone_verified.unwrap_or_default().into())
            }
            _ => None,
        }
    }
}

#[cfg(test)]
mod tests {
    use chrono::DateTime;
    use serde_json::json;

    use super::super::NewUser;
    use super::*;
    use crate::id::UserId;

    #[test]
    fn scopes_ask_for_claims() {
        let body = json!({"connection": "c", "email": "Ada@example.com", "given_name": "Ada"});
        let new: NewUser = serde_json::from_value(body).unwrap();
        let user = new.create(UserId::new("auth0|1"), None, DateTime::UNIX_EPOCH);
        let claims = |scope: &str| {
            let scope: Vec<String> = scope.split(' ').map(str::to_owned).collect();
            Value::from(user.claims(&scope))
        };
        assert_eq!(claims("openid"), json!({}));
        assert_eq!(claims("openid email"), json!({"email": "ada@example.com", "email_verified": false}));
        assert_eq!(claims("email_verified"), json!({"email_verified": false}));
        assert_eq!(claims("phone"), json!({}));
        let profile = json!({"nickname": "ada", "name": "ada@example.com", "given_name": "Ada",
            "updated_at": "1970-01-01T00:00:00Z"});
        assert_eq!(claims("profile"), profile);
    }
}
