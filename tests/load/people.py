"""Makes what the load test of people signs in to; prints shell variables for tests/examples/people.rs.

Standard library only. Reads TEST_HTTP and MANAGEMENT_TOKEN.
"""

import shlex

from management import create, get

PEOPLE = 50
PASSWORD = "Load-Test-Guildhall-1"
REDIRECT_URI = "https://app.example/callback"
AUDIENCE = "https://people.example"
CONNECTION = "Username-Password-Authentication"

create(
    "resource-servers",
    identifier=AUDIENCE,
    scopes=[{"value": "read:reports"}],
    enforce_policies=True,
    allow_offline_access=True,
)
role = create("roles", name="Reader")
create(
    f"roles/{role['id']}/permissions",
    permissions=[{"resource_server_identifier": AUDIENCE, "permission_name": "read:reports"}],
)
client = create(
    "clients",
    name="web",
    app_type="regular_web",
    callbacks=[REDIRECT_URI],
    grant_types=["authorization_code", "refresh_token"],
    organization_usage="require",
)
organization = create("organizations", name="people")
connection = get(f"connections?name={CONNECTION}")[0]
create(f"organizations/{organization['id']}/enabled_connections", connection_id=connection["id"])
for number in range(PEOPLE):
    user = create(
        "users", connection=CONNECTION, email=f"user{number}@example.com", password=PASSWORD, email_verified=True
    )["user_id"]
    create(f"organizations/{organization['id']}/members", members=[user])
    create(f"organizations/{organization['id']}/members/{user.replace('|', '%7C')}/roles", roles=[role["id"]])

for name, value in {
    "CLIENT_ID": client["client_id"],
    "CLIENT_SECRET": client["client_secret"],
    "REDIRECT_URI": REDIRECT_URI,
    "AUDIENCE": AUDIENCE,
    "ORGANIZATION": organization["id"],
    "PEOPLE": PEOPLE,
    "PASSWORD": PASSWORD,
}.items():
    print(f"export {name}={shlex.quote(str(value))}")
