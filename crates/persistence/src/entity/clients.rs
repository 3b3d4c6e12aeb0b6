//! The table `clients`.

use sea_orm::entity::prelude::*;

#[derive(Clone, Debug, PartialEq, DeriveEntityModel)]
#[sea_orm(table_name = "clients")]
pub struct Model {
    #[sea_orm(primary_key, auto_increment = false)]
    pub tenant_id: String,
    #[sea_orm(primary_key, auto_increment = false)]
    pub id: String,
    pub name: String,
    pub app_type: Option<String>,
    pub is_first_party: bool,
    #[sea_orm(column_type = "JsonBinary")]
    pub body: Json,
    pub owner_id: Option<String>,
    pub disabled: bool,
    pub expires_at: Option<i64>,
    #[sea_orm(column_type = "JsonBinary", nullable)]
    pub created_by: Option<Json>,
    pub created_at: i64,
}

#[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
pub enum Relation {}

impl ActiveModelBehavior for ActiveModel {}
