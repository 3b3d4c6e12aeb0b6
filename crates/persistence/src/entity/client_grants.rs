//! The table `client_grants`.

use sea_orm::entity::prelude::*;

#[derive(Clone, Debug, PartialEq, DeriveEntityModel)]
#[sea_orm(table_name = "client_grants")]
pub struct Model {
    #[sea_orm(primary_key, auto_increment = false)]
    pub tenant_id: String,
    #[sea_orm(primary_key, auto_increment = false)]
    pub id: String,
    pub client_id: String,
    pub resource_server_id: String,
    pub subject_type: String,
    #[sea_orm(column_type = "JsonBinary", nullable)]
    pub scope: Option<Json>,
    pub allow_all_scopes: bool,
    pub organization_usage: Option<String>,
    pub allow_any_organization: Option<bool>,
    pub allow_organization_approval: bool,
    pub is_system: bool,
    pub created_at: i64,
}

#[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
pub enum Relation {}

impl ActiveModelBehavior for ActiveModel {}
