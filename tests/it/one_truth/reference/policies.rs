//! What access policies refuse.

use crate::one_truth::model::{Client, Model, Place, Policy, Rule, Subject};

impl Model {
    /// Whether a policy keeps the subject from a token that is asked for here and now.
    pub fn is_denied(&self, subject: Subject, place: Place) -> bool {
        let client = Some(subject.client());
        let is_broken = |rule: &Rule| {
            self.is_never_kept(rule, subject, place, client)
                || matches!(rule, Rule::AllowedNetwork(false) | Rule::DeniedNetwork(true))
        };
        self.applying(place, client).any(|(_, policy)| policy.rules.iter().any(is_broken))
    }

    /// The policies that refuse the subject tokens whenever and from wherever it asks, each with the first rule that is not
    /// kept.
    pub fn refusing(
        &self,
        subject: Subject,
        place: Place,
        client: Option<Client>,
    ) -> Vec<(usize, &'static str)> {
        let mut found = Vec::new();
        for (number, policy) in self.applying(place, client) {
            let broken = policy.rules.iter().find(|rule| self.is_never_kept(rule, subject, place, client));
            found.extend(broken.map(|rule| (number, rule.name())));
        }
        found
    }

    /// The client through which the subject asks, where that is known.
    pub fn known_client(subject: Subject) -> Option<Client> {
        match subject {
            Subject::User(_) => None,
            Subject::Machine(machine) => Some(Client::Machine(machine)),
        }
    }

    fn applying(&self, place: Place, client: Option<Client>) -> impl Iterator<Item = (usize, &Policy)> {
        self.policies.iter().map(|(number, policy)| (*number, policy)).filter(move |(_, policy)| {
            policy.client.is_none_or(|named| client == Some(named))
                && policy.organization.is_none_or(|named| place.organization == Some(named))
                && policy.api.is_none_or(|named| place.api == named)
        })
    }

    /// Whether a rule is not kept, whenever and from wherever tokens are asked for.
    fn is_never_kept(&self, rule: &Rule, subject: Subject, place: Place, client: Option<Client>) -> bool {
        match rule {
            Rule::Clients(listed) => client.is_some_and(|client| !listed.contains(&client)),
            Rule::Apis(listed) => !listed.contains(&place.api),
            Rule::AnyOrganization => place.organization.is_none(),
            Rule::Organizations(listed) => match place.organization {
                None => true,
                Some(organization) => !listed.contains(&organization),
            },
            Rule::Connection(is_theirs) => matches!(subject, Subject::User(_)) && !is_theirs,
            Rule::VerifiedEmail => matches!(subject, Subject::User(user) if !self.users[user].is_verified),
            Rule::DeniedNetwork(_) | Rule::AllowedNetwork(_) | Rule::SessionAge => false,
        }
    }
}
