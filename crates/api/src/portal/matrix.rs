//! Permissions to be ticked, API by API.

use guildhall_app::App;
use guildhall_app::my_organization::permissions;
use guildhall_domain::my_organization::ConferrablePermission;
use guildhall_domain::page::PageRequest;
use guildhall_domain::permission::PermissionName;
use guildhall_domain::policy::{AuthorizedIn, my_organization as needs};

use super::room::{Form, Stop};
use crate::pages::portal::{Block, Entry, Field, FormBlock, Item, Say, Tick, Words};
use crate::query::{read_cursor, write_cursor};

/// How many permissions are shown at the most; others are found by name.
const MOST: usize = 500;

/// How many are read at once.
const AT_ONCE: u64 = 100;

/// From how many on they are searched rather than looked through.
const MANY: usize = 50;

/// The permissions that roles and clients of the organization can have, as far as a part of their names matches.
///
/// # Errors
/// None but the unforeseen.
pub async fn read(
    app: &App,
    by: &AuthorizedIn<needs::ReadRoles>,
    text: &str,
) -> Result<Vec<ConferrablePermission>, Stop> {
    let text = Some(text.trim().to_owned()).filter(|text| !text.is_empty());
    let (mut all, mut after) = (Vec::new(), None);
    loop {
        let request = PageRequest::Checkpoint { after, take: AT_ONCE };
        let page = permissions::list(app, by, text.clone(), &request).await?;
        all.extend(page.items);
        match page.next {
            Some(next) if all.len() < MOST => after = Some(next),
            _ => return Ok(all),
        }
    }
}

/// A permission as a form posts it.
pub fn key(name: &PermissionName) -> String {
    format!("{}.{}", write_cursor(&name.resource_server_identifier), write_cursor(&name.permission_name))
}

/// The permissions that a form posted under a name.
///
/// # Errors
/// [`Stop::Bad`].
pub fn ticked(form: &Form, name: &str) -> Result<Vec<PermissionName>, Stop> {
    let read = |text: &str| {
        let (api, permission) = text.split_once('.').ok_or(Stop::Bad)?;
        Ok(PermissionName {
            resource_server_identifier: read_cursor(api)?,
            permission_name: read_cursor(permission)?,
        })
    };
    form.all(name).into_iter().map(read).collect()
}

fn name_of(it: &ConferrablePermission) -> PermissionName {
    PermissionName {
        resource_server_identifier: it.permission.resource_server_identifier.clone(),
        permission_name: it.permission.permission_name.clone(),
    }
}

/// The form that finds permissions by name, where there are many or where it was used.
pub fn search(here: &str, query: String, all: &[ConferrablePermission]) -> Option<Block> {
    let is_needed = all.len() > MANY || !query.is_empty();
    let field = Field::of("permissions", "portal-permissions-search", query, Entry::Line("search", 100));
    is_needed.then(|| FormBlock::search(here, vec![field]))
}

/// The fields of the matrix: what the person can confer or what is there already, to be ticked, and what was shown.
pub fn fields(all: &[ConferrablePermission], there: &[PermissionName]) -> Vec<Field> {
    // By API, in the order in which they come: the permissions themselves are in the order of their names.
    let mut groups: Vec<(&str, Say, Vec<Tick>)> = Vec::new();
    let mut shown = Vec::new();
    for it in all {
        let name = name_of(it);
        let is_ticked = there.contains(&name);
        if !it.held && !is_ticked {
            continue;
        }
        let description = Some(it.permission.description.clone()).filter(|text| !text.is_empty());
        let tick = Tick {
            value: key(&name),
            label: Say::Code(it.permission.permission_name.clone()),
            small: description.map(Say::Text),
            is_ticked,
        };
        shown.push(Field::hidden("shown", key(&name)));
        let identifier = it.permission.resource_server_identifier.as_str();
        match groups.iter_mut().find(|(api, ..)| *api == identifier) {
            Some((.., ticks)) => ticks.push(tick),
            None => {
                let api = Some(&it.permission.resource_server_name).filter(|name| !name.is_empty());
                let api = api.map_or(identifier, String::as_str);
                groups.push((identifier, Say::Text(api.to_owned()), vec![tick]));
            }
        }
    }
    let groups = groups.into_iter().map(|(_, api, ticks)| (api, ticks)).collect();
    let mut fields = vec![Field::of("permission", "portal-permissions", "", Entry::Ticks(groups))];
    fields.append(&mut shown);
    fields
}

/// What of the permissions the person cannot confer, where there is any.
pub fn not_held(all: &[ConferrablePermission]) -> Vec<Block> {
    let missing: Vec<Item> = all
        .iter()
        .filter(|it| !it.held)
        .map(|it| {
            Item::new(Say::Code(it.permission.permission_name.clone()))
                .small(it.permission.resource_server_identifier.clone())
        })
        .collect();
    match missing.is_empty() {
        true => Vec::new(),
        false => vec![Block::Title(Words::new("portal-not-held")), Block::Rows(missing)],
    }
}
