"""Makes what the load test asks tokens for, through the Management API; prints the forms to post, one a line.

Standard library only. Reads TEST_HTTP and MANAGEMENT_TOKEN.
"""

import urllib.parse

from management import create

organization = create("organizations", name="acme", display_name="Acme")
machine = create("clients", name="robot", app_type="non_interactive", grant_types=["client_credentials"])
for algorithm in ("RS256", "ES256"):
    audience = f"https://{algorithm.lower()}.example"
    scopes = ["read:reports", "write:reports"]
    create(
        "resource-servers",
        identifier=audience,
        signing_alg=algorithm,
        scopes=[{"value": scope} for scope in scopes],
        enforce_policies=True,
        token_dialect="access_token_authz",
    )
    grant = create(
        "client-grants",
        client_id=machine["client_id"],
        audience=audience,
        scope=scopes,
        organization_usage="require",
    )
    create(f"organizations/{organization['id']}/client-grants", grant_id=grant["id"])
    form = {
        "grant_type": "client_credentials",
        "client_id": machine["client_id"],
        "client_secret": machine["client_secret"],
        "audience": audience,
        "organization": organization["id"],
    }
    print(algorithm, urllib.parse.urlencode(form))
