//! Every page with sample data, for the tests of all pages.

use askama::Template;

use super::*;

/// What pages are filled in with.
pub struct Filling {
    /// Stands wherever a name or an address of people is shown.
    pub text: String,
    /// The language.
    pub language: Language,
}

fn common(filling: &Filling) -> Common {
    let text = || filling.text.clone();
    let brand = Brand {
        name: text(),
        logo_url: Some(format!("https://{}", text())),
        primary_color: Some(text()),
        page_background_color: Some(text()),
        organization: Some(text()),
    };
    let returns_to = vec![text()];
    Common {
        brand,
        language: filling.language,
        action: text(),
        state: text(),
        csrf: text(),
        returns_to,
        framed_by: Vec::new(),
    }
}

/// Each page by name, every field of it filled in.
pub fn all(filling: &Filling) -> Vec<(&'static str, String, String)> {
    fn drawn<P: Page + Template>(name: &'static str, page: P) -> (&'static str, String, String) {
        (name, page.html(), page.policy().to_string())
    }
    let text = || filling.text.clone();
    let said = || Some(Text::Said(text()));
    let common = || common(filling);
    let invited = || Some(InvitedTo { organization: text(), inviter: text(), email: text() });
    let link = || Some(Link { href: format!("/{}", text()), text: Text::ToApplication { name: text() } });
    let rules = || vec![Text::RuleLength { least: 8 }, Text::Said(text())];
    let choice =
        |recent| Choice { id: text(), name: text(), display_name: Some(text()), logo_url: None, recent };
    let mut all = vec![
        drawn(
            "sign in",
            SignIn {
                common: common(),
                identifier: text(),
                error: said(),
                sign_up: Some(text()),
                forgot: Some(text()),
                invitation: invited(),
            },
        ),
        drawn(
            "sign up",
            SignUp {
                common: common(),
                email: text(),
                error: said(),
                rules: rules(),
                sign_in: Some(text()),
                invitation: invited(),
            },
        ),
        drawn(
            "picker",
            OrganizationPicker {
                common: common(),
                organizations: vec![choice(true), choice(false)],
                query: String::new(),
                or_none: true,
            },
        ),
        drawn(
            "search",
            OrganizationPicker {
                common: common(),
                organizations: vec![choice(true)],
                query: text(),
                or_none: false,
            },
        ),
        drawn("prompt", OrganizationPrompt { common: common(), organization: text(), error: said() }),
        drawn(
            "consent",
            Consent {
                common: common(),
                client_name: text(),
                scopes: vec![(text(), text()), (text(), String::new())],
                signed_in_as: Some(text()),
            },
        ),
        drawn(
            "invitation",
            Invitation {
                common: common(),
                organization: text(),
                inviter: text(),
                email: text(),
                signed_in_as: Some(text()),
            },
        ),
        drawn(
            "verify sent",
            VerifyEmail { common: common(), email: text(), verification: Verification::Sent, error: said() },
        ),
        drawn(
            "verify asked",
            VerifyEmail { common: common(), email: text(), verification: Verification::Asked, error: said() },
        ),
        drawn(
            "forgot password",
            ForgotPassword { common: common(), email: text(), error: said(), sign_in: Some(text()) },
        ),
        drawn("new password", NewPassword { common: common(), email: text(), error: said(), rules: rules() }),
        drawn(
            "message sent",
            MessageSent { common: common(), email: text(), sent: Sent::NewPassword, sign_in: Some(text()) },
        ),
        drawn("sign out", SignOut { common: common(), signed_in_as: Some(text()) }),
        drawn("signed out", SignedOut { common: common(), link: link() }),
        drawn("device code", DeviceCode { common: common(), user_code: text(), error: said() }),
        drawn("device confirm", DeviceConfirm { common: common(), client_name: text(), user_code: text() }),
        drawn(
            "message",
            Message {
                common: common(),
                title: Text::Said(text()),
                text: Text::NotAMember { organization: text() },
                link: link(),
            },
        ),
        drawn(
            "error",
            Error {
                common: common(),
                title: Text::Said(text()),
                text: Text::Said(text()),
                request_id: Some(text()),
                link: link(),
            },
        ),
        drawn(
            "form post",
            FormPost { language: filling.language, action: text(), fields: vec![(text(), text())] },
        ),
        drawn("web message", WebMessage { target_origin: text(), response_json: text() }),
    ];
    all.extend(portal(filling, common()));
    all
}

/// Those of the portal.
fn portal(filling: &Filling, common: Common) -> Vec<(&'static str, String, String)> {
    use portal::*;

    fn drawn<P: Page + Template>(name: &'static str, page: P) -> (&'static str, String, String) {
        (name, page.html(), page.policy().to_string())
    }
    let text = || filling.text.clone();
    let words = || Some(Words::new("portal-problem-not-held").with("permissions", text()));
    let shell = || Shell {
        common: common.clone(),
        base: "/portal".to_owned(),
        person: text(),
        sections: Section::ALL.to_vec(),
        here: Section::Members,
        done: words(),
        problem: words(),
    };
    let role =
        |not_held| RoleChoice { id: text(), name: text(), description: text(), is_own: true, not_held };
    let row = Row {
        id: text(),
        href: format!("/{}", text()),
        name: text(),
        email: Some(text()),
        roles: vec![text()],
        last_login: Some(text()),
        is_oneself: true,
    };
    let refusal = || Refusal { name: text(), reason: Words::new("portal-bulk-oneself") };
    let bulk = |stage| Bulk {
        shell: shell(),
        deed: Words::new("portal-bulk-give-title").with("role", text()),
        stage,
        fields: vec![("member", text())],
        done: 1,
        refused: 1,
        total: Some(3),
        refusals: vec![refusal()],
        back: format!("/{}", text()),
    };
    vec![
        drawn(
            "portal link",
            PortalLink { common: common.clone(), ticket: text(), person: text(), replaces: Some(text()) },
        ),
        drawn(
            "portal overview",
            Overview {
                shell: shell(),
                email: Some(text()),
                members: Some(2),
                permissions: vec!["read:my_org:members".to_owned()],
            },
        ),
        drawn(
            "portal members",
            Members {
                shell: shell(),
                query: text(),
                role: text(),
                roles: vec![role(Vec::new())],
                members: vec![row],
                shows_roles: true,
                first: Some(format!("/{}", text())),
                next: Some(format!("/{}", text())),
                may_give: true,
                may_take: true,
                may_remove: true,
            },
        ),
        drawn(
            "portal member",
            Member {
                shell: shell(),
                href: format!("/{}", text()),
                name: text(),
                facts: vec![(Words::new("portal-fact-email"), text())],
                roles: Some(vec![HeldRole { id: text(), name: text(), description: text() }]),
                offer: Some(vec![role(Vec::new()), role(vec![text()])]),
                offer_query: text(),
                offer_has_more: true,
                may_take: true,
                may_remove: true,
                is_oneself: false,
                why: Some(format!("/{}", text())),
                asks_to_remove: true,
            },
        ),
        drawn("portal bulk asked", bulk(BulkStage::Asked)),
        drawn("portal bulk under way", bulk(BulkStage::UnderWay)),
        drawn("portal bulk done", bulk(BulkStage::Done)),
        drawn("portal leave", Leave { shell: shell(), is_last_admin: false }),
        drawn("portal leave last", Leave { shell: shell(), is_last_admin: true }),
        drawn(
            "portal details",
            Details {
                shell: shell(),
                id: text(),
                name: text(),
                display_name: text(),
                logo_url: text(),
                primary: text(),
                page_background: text(),
                may_change: true,
                is_preview: true,
                wrong: Some("name".to_owned()),
            },
        ),
        drawn(
            "portal closed",
            Closed {
                shell: shell(),
                title: Words::new("portal-problem-title"),
                text: Words::new("portal-forged"),
                request_id: Some(text()),
            },
        ),
    ]
}
