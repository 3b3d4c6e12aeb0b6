//! What scripts asked for, gathered over all Actions of a trigger. Nothing of it is in effect yet.

use chrono::DateTime;
use guildhall_actions::Command;
use guildhall_actions::command::{DenyCode, Token};
use guildhall_domain::field::Object;
use guildhall_domain::token_changes::{RecordChanges, TokenChanges, set_claim};
use guildhall_oauth::error::{ErrorCode, OAuthError};
use serde_json::Value;

/// What scripts asked for.
#[derive(Clone, Debug, Default)]
pub(super) struct Wishes {
    pub changes: TokenChanges,
    pub user_metadata: Object,
    pub app_metadata: Object,
    pub session: RecordChanges,
    pub preserve_refresh_tokens: bool,
    pub transaction_metadata: Object,
    /// What a machine client asks for, as scripts want it.
    pub target_scopes: Vec<String>,
    /// Why an account is refused, where its owner is told something else.
    pub reason: Option<String>,
}

/// What ends the work of the Actions.
#[derive(Clone, Debug, PartialEq)]
pub(super) enum Stop {
    Deny(OAuthError),
    SendAway(String),
}

impl Wishes {
    /// Takes one wish. Some end the work, once the script that had them has come to its end.
    pub fn take(&mut self, command: Command) -> Option<Stop> {
        let moment = DateTime::from_timestamp_millis;
        match command {
            Command::Deny { reason } => return Some(deny(ErrorCode::AccessDenied, reason)),
            Command::DenyExchange { code, reason } => {
                let code = match code {
                    DenyCode::InvalidScope => ErrorCode::InvalidScope,
                    DenyCode::InvalidRequest => ErrorCode::InvalidRequest,
                    DenyCode::ServerError => ErrorCode::ServerError,
                };
                return Some(deny(code, reason));
            }
            Command::DenyRegistration { reason, message } => {
                self.reason = Some(reason);
                return Some(deny(ErrorCode::AccessDenied, message));
            }
            Command::ValidationError { code, message } => {
                self.reason = Some(format!("{code}: {message}"));
                return Some(deny(ErrorCode::AccessDenied, message));
            }
            Command::Redirect { url } => return Some(Stop::SendAway(url)),
            Command::SetClaim { token: Token::Access, name, value } => {
                set_claim(&mut self.changes.access_token, name, value);
            }
            Command::SetClaim { token: Token::Id, name, value } => {
                set_claim(&mut self.changes.id_token, name, value);
            }
            Command::AddScope { scope } => self.changes.add_scope(scope),
            Command::RemoveScope { scope } => self.changes.remove_scope(scope),
            Command::SetUserMetadata { name, value } => drop(self.user_metadata.insert(name, value)),
            Command::SetAppMetadata { name, value } => drop(self.app_metadata.insert(name, value)),
            Command::RevokeRefreshToken { .. } => self.changes.refresh_token.revoked = true,
            Command::SetRefreshTokenExpiresAt { at } => self.changes.refresh_token.expires_at = moment(at),
            Command::SetRefreshTokenIdleExpiresAt { at } => {
                self.changes.refresh_token.idle_expires_at = moment(at);
            }
            Command::SetRefreshTokenMetadata { name, value } => {
                self.changes.refresh_token.set_metadata(name, value);
            }
            Command::EvictRefreshTokenMetadata {} => self.changes.refresh_token.evict_metadata(),
            Command::RevokeSession { preserve_refresh_tokens, .. } => {
                self.session.revoked = true;
                self.preserve_refresh_tokens = preserve_refresh_tokens;
            }
            Command::SetSessionExpiresAt { at } => self.session.expires_at = moment(at),
            Command::SetSessionIdleExpiresAt { at } => self.session.idle_expires_at = moment(at),
            Command::SetSessionMetadata { name, value } => self.session.set_metadata(name, value),
            Command::EvictSessionMetadata {} => self.session.evict_metadata(),
            Command::SetTransactionMetadata { name, value } => {
                set_claim(&mut self.transaction_metadata, name, value);
            }
            Command::AddTargetScope { scope } => {
                if !self.target_scopes.contains(&scope) {
                    self.target_scopes.push(scope);
                }
            }
            Command::RemoveTargetScope { scope } => self.target_scopes.retain(|other| *other != scope),
            Command::SetTargetScopes { scopes } => self.target_scopes = scopes,
        }
        None
    }
}

fn deny(code: ErrorCode, reason: String) -> Stop {
    Stop::Deny(OAuthError::new(code, reason))
}

/// Metadata with wishes: `null` removes.
pub(super) fn merged(metadata: Option<&Object>, wishes: Object) -> Object {
    let mut merged = metadata.cloned().unwrap_or_default();
    for (name, value) in wishes {
        match value {
            Value::Null => drop(merged.shift_remove(&name)),
            value => drop(merged.insert(name, value)),
        }
    }
    merged
}
