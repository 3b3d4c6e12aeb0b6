//! The unit of work, and the one door through which every change goes (design section 6).

use std::sync::Arc;

use guildhall_domain::clock::Clock;
use guildhall_domain::id::{LogId, TenantId};
use guildhall_domain::log::{Actor, Change, EventType, LogEntry, Origin};
use guildhall_domain::policy::TenantScope;
use sea_orm::sea_query::ExprTrait;
use sea_orm::{ColumnTrait, DatabaseTransaction, EntityTrait, QueryFilter, QuerySelect};

use crate::entity::{organizations, tenants};
use crate::epochs::Epochs;
use crate::error::{Error, Result};
use crate::events;

/// A transaction in one tenant, on behalf of one actor. Dropped without [`UnitOfWork::commit`], it leaves nothing.
pub struct UnitOfWork {
    transaction: DatabaseTransaction,
    scope: TenantScope,
    actor: Actor,
    origin: Origin,
    clock: Clock,
    epochs: Arc<Epochs>,
    epoch: Option<i64>,
}

impl UnitOfWork {
    pub(crate) fn new(
        transaction: DatabaseTransaction,
        scope: TenantScope,
        actor: Actor,
        origin: Origin,
        clock: Clock,
        epochs: Arc<Epochs>,
    ) -> Self {
        Self { transaction, scope, actor, origin, clock, epochs, epoch: None }
    }

    pub(crate) fn clock(&self) -> &Clock {
        &self.clock
    }

    pub(crate) fn transaction(&self) -> &DatabaseTransaction {
        &self.transaction
    }

    /// The one door: moves the tenant's epoch by one, stamps it on the organization concerned, and appends the change
    /// to the log under that epoch. The epoch's row stays locked until the unit ends, so the log has no gaps.
    ///
    /// # Errors
    /// [`Error::Database`].
    pub async fn record(&mut self, change: Change) -> Result<()> {
        let tenant = self.scope.tenant().clone();
        let epoch = self.next_epoch(&tenant).await?;
        if let Some(organization) = &change.organization_id {
            organizations::Entity::update_many()
                .col_expr(organizations::Column::Epoch, epoch.into())
                .filter(organizations::Column::TenantId.eq(tenant.as_str()))
                .filter(organizations::Column::Id.eq(organization.as_str()))
                .exec(&self.transaction)
                .await?;
        }
        let entry = self.entry(change, epoch);
        events::insert(&self.transaction, &tenant, vec![entry]).await?;
        self.epoch = Some(epoch);
        Ok(())
    }

    async fn next_epoch(&self, tenant: &TenantId) -> Result<i64> {
        let of_tenant = tenants::Column::Id.eq(tenant.as_str());
        tenants::Entity::update_many()
            .col_expr(tenants::Column::Epoch, tenants::Column::Epoch.into_expr().add(1))
            .filter(of_tenant.clone())
            .exec(&self.transaction)
            .await?;
        let epoch = tenants::Entity::find().select_only().column(tenants::Column::Epoch).filter(of_tenant);
        let epoch: Option<i64> = epoch.into_tuple().one(&self.transaction).await?;
        epoch.ok_or_else(|| Error::Missing(format!("tenant {tenant}")))
    }

    fn entry(&self, change: Change, epoch: i64) -> LogEntry {
        let (client_id, user_id) = match &self.actor {
            Actor::Client(client) => (Some(client.to_string()), None),
            Actor::User(user, client) => (Some(client.to_string()), Some(user.to_string())),
            Actor::Person(user) => (None, Some(user.to_string())),
            Actor::Actions(client) => (Some(client.to_string()), None),
            Actor::Operator => (None, None),
        };
        let mut details = serde_json::json!({
            "action": change.action,
            "subject": change.subject,
            "actor": self.actor,
            "request_id": self.origin.request_id,
            "before": change.before,
            "after": change.after,
        });
        if let Some(effect) = change.effect {
            details["effect"] = serde_json::json!(effect);
        }
        LogEntry {
            id: LogId::generate(&self.clock),
            date: self.clock.now(),
            kind: EventType::Change.as_str().to_owned(),
            description: format!("{} {}", change.action, change.subject),
            epoch: Some(epoch),
            client_id,
            user_id: change.user_id.map(|id| id.into_string()).or(user_id),
            organization_id: change.organization_id.map(|id| id.into_string()),
            ip: self.origin.ip.clone(),
            user_agent: self.origin.user_agent.clone(),
            details,
        }
    }

    /// Makes the unit's writes permanent. Caches of this node see them at once.
    ///
    /// # Errors
    /// [`Error::Corrupt`] when nothing was recorded, [`Error::Database`].
    pub async fn commit(self) -> Result<()> {
        let Some(epoch) = self.epoch else {
            return Err(Error::Corrupt(
                "a unit of work that recorded no change cannot be committed".to_owned(),
            ));
        };
        self.transaction.commit().await?;
        self.epochs.moved(self.scope.tenant(), epoch);
        Ok(())
    }
}
