"""What the Python client tests share: where the server is, and the SDKs pointed at it."""

import os
import secrets

from auth0.authentication import GetToken
from auth0.management import ManagementClient

DOMAIN = os.environ["TEST_DOMAIN"]
ISSUER = f"https://{DOMAIN}/"
MANAGEMENT_AUDIENCE = f"{ISSUER}api/v2/"
BOOTSTRAP = {"client_id": os.environ["TEST_CLIENT_ID"], "client_secret": os.environ["TEST_CLIENT_SECRET"]}


def management_as(**credentials):
    """The Management API as one machine client sees it; without arguments, as the tenant's first client."""
    return ManagementClient(domain=DOMAIN, **(credentials or BOOTSTRAP))


def get_token(**credentials):
    """The SDK's way of asking for tokens as one machine client."""
    return GetToken(DOMAIN, **credentials)


def unique(name):
    """A name that no other test uses."""
    return f"{name}-{secrets.token_hex(5)}"


def beyond(**fields):
    """Fields that Guildhall adds to the contract, sent along with a call of the SDK."""
    return {"additional_body_parameters": fields}


def audience_of(api, organization):
    """The audience that an organization with the `audience` strategy has of an API."""
    return f"{api}/organizations/{organization.id}"
