"""Makes the tenant that access evaluations are asked of: what is one of a kind through the Management API, the many rows
straight into the SQLite file. Prints what access.lua wants to know, a value a line.

Standard library only. Reads TEST_HTTP and MANAGEMENT_TOKEN; takes the path of the database.
"""

import sqlite3
import sys

from management import create, get

MEMBERS, ORGANIZATIONS, ROLES, PERMISSIONS = 100_000, 10_000, 1_000, 50
API = "https://api.example"

permissions = [f"permission:{number:02}" for number in range(PERMISSIONS)]
api = create(
    "resource-servers", identifier=API, enforce_policies=True, scopes=[{"value": value} for value in permissions]
)
organization = create("organizations", name="large")
role = create("roles", name="role")
user = create("users", connection="Username-Password-Authentication", email="template@example.com")
machine = create("clients", name="robot", app_type="non_interactive", grant_types=["client_credentials"])
grant = create(
    "client-grants",
    client_id=machine["client_id"],
    audience=API,
    scope=permissions,
    organization_usage="allow",
    allow_any_organization=True,
)

NUMBERS = "WITH RECURSIVE numbers (n) AS (SELECT 0 UNION ALL SELECT n + 1 FROM numbers WHERE n + 1 < ?)"


def many(table, count, where, **changed):
    """Copies the row that `where` finds, with other values in some columns; `n` counts."""
    columns = [row[1] for row in database.execute(f"PRAGMA table_info({table})")]
    values = ", ".join(changed.get(column, column) for column in columns)
    sql = f"INSERT INTO {table} ({', '.join(columns)}) {NUMBERS} SELECT {values} FROM numbers, {table} WHERE {where}"
    database.execute(sql, (count,))


def link(table, count, **values):
    """Adds rows of these values; `n` counts."""
    sql = f"INSERT INTO {table} (tenant_id, {', '.join(values)}) {NUMBERS} SELECT t.id, {', '.join(values.values())}"
    database.execute(f"{sql} FROM numbers, tenants t", (count,))


database = sqlite3.connect(sys.argv[1], timeout=60)
A_ROLE, A_USER, AN_ORGANIZATION = (
    "'rol_load' || printf('%08d', {})",
    "'auth0|load' || printf('%08d', n)",
    "'org_load' || printf('%08d', {})",
)
with database:
    many("roles", ROLES, f"id = '{role['id']}'", id=A_ROLE.format("n"), name="'Role ' || n")
    link(
        "role_permissions",
        ROLES,
        role_id=A_ROLE.format("n"),
        resource_server_id=f"'{api['id']}'",
        permission=f"'permission:' || printf('%02d', n % {PERMISSIONS})",
    )
    many("users", MEMBERS, f"id = '{user['user_id']}'", id=A_USER, email="'load' || n || '@example.com'")
    many(
        "organizations", ORGANIZATIONS, f"id = '{organization['id']}'", id=AN_ORGANIZATION.format("n"), name="'load' || n"
    )
    large = {"organization_id": f"'{organization['id']}'", "user_id": A_USER}
    small = {"organization_id": AN_ORGANIZATION.format(f"n % {ORGANIZATIONS}"), "user_id": A_USER}
    for place in (large, small):
        link("memberships", MEMBERS, **place, created_at="0")
    for step in (1, 331, 577):
        link("membership_roles", MEMBERS, **large, role_id=A_ROLE.format(f"(n + {step}) % {ROLES}"))
    link("membership_roles", MEMBERS, **small, role_id=A_ROLE.format(f"n % {ROLES}"))
database.close()

assert get(f"organizations/{organization['id']}/members?per_page=1&include_totals=true")["total"] == MEMBERS
for value in (MEMBERS, ORGANIZATIONS, PERMISSIONS, API, organization["id"], machine["client_id"]):
    print(value)
