//! The table `action_executions`.

use sea_orm::entity::prelude::*;

#[derive(Clone, Debug, PartialEq, DeriveEntityModel)]
#[sea_orm(table_name = "action_executions")]
pub struct Model {
    #[sea_orm(primary_key, auto_increment = false)]
    pub tenant_id: String,
    #[sea_orm(primary_key, auto_increment = false)]
    pub id: String,
    pub trigger_id: String,
    pub status: String,
    pub created_at: i64,
    pub updated_at: i64,
    pub user_id: Option<String>,
    pub client_id: Option<String>,
    pub organization_id: Option<String>,
    #[sea_orm(column_type = "JsonBinary")]
    pub action_ids: Json,
    #[sea_orm(column_type = "JsonBinary")]
    pub results: Json,
}

#[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
pub enum Relation {}

impl ActiveModelBehavior for ActiveModel {}
