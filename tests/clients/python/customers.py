"""Customers whose own admins run them: what the vendor sets up for that, and how its people sign in."""

from authlib.common.security import generate_token
from authlib.integrations.requests_client import OAuth2Session
from browser import Browser
from guildhall import ISSUER, management_as, unique

PASSWORD = "correct-horse-battery-staple-1"
CALLBACK = "https://app.example/callback"
AUDIENCE = f"{ISSUER}my-org/"


class Vendor:
    """The vendor's application, through which admins reach the API of their organization, and its roles."""

    def __init__(self):
        self.guildhall = guildhall = management_as()
        self.connection = next(iter(guildhall.connections.list(name="Username-Password-Authentication")))
        self.scopes = [scope.value for scope in guildhall.resource_servers.get(AUDIENCE).scopes]
        self.reports = f"https://{unique('reports')}.example"
        guildhall.resource_servers.create(
            identifier=self.reports,
            scopes=[{"value": "read:reports"}],
            enforce_policies=True,
            token_dialect="access_token_authz",
        )
        self.reader = self.new_role("Reader", (self.reports, "read:reports"))
        everything = [(AUDIENCE, scope) for scope in self.scopes]
        self.admin = self.new_role("Admin", (self.reports, "read:reports"), *everything)
        self.app = self.new_app()

    def new_role(self, name, *permissions):
        role = self.guildhall.roles.create(name=unique(name), description=f"{name}s of customers")
        held = [{"resource_server_identifier": api, "permission_name": name} for api, name in permissions]
        self.guildhall.roles.permissions.add(role.id, permissions=held)
        return role

    def new_app(self):
        app = self.guildhall.clients.create(
            name=unique("app"),
            app_type="regular_web",
            oidc_conformant=True,
            callbacks=[CALLBACK],
            initiate_login_uri="https://app.example/sign-in",
            grant_types=["authorization_code"],
            organization_usage="require",
        )
        self.guildhall.clients.update(
            app.client_id,
            my_organization_configuration={
                "allowed_strategies": ["okta", "samlp"],
                "connection_deletion_behavior": "allow_if_empty",
                "invitation_landing_client_id": app.client_id,
            },
        )
        self.guildhall.connections.clients.update(
            self.connection.id, request=[{"client_id": app.client_id, "status": True}]
        )
        self.guildhall.client_grants.create(
            client_id=app.client_id, audience=AUDIENCE, subject_type="user", scope=self.scopes
        )
        return app

    def new_customer(self, name):
        organization = self.guildhall.organizations.create(name=unique(name), display_name=name.title())
        self.guildhall.organizations.enabled_connections.add(organization.id, connection_id=self.connection.id)
        return organization

    def new_person(self, name):
        return self.guildhall.users.create(
            connection=self.connection.name,
            email=f"{unique(name)}@people.example",
            password=PASSWORD,
            email_verified=True,
            given_name=name.title(),
        )

    def new_member(self, organization, name, *roles):
        person = self.new_person(name)
        self.guildhall.organizations.members.create(organization.id, members=[person.user_id])
        if roles:
            ids = [role.id for role in roles]
            self.guildhall.organizations.members.roles.assign(organization.id, person.user_id, roles=ids)
        return person

    def new_machine(self, organization, *scopes):
        """A machine client that the vendor lets work on one organization."""
        machine = self.guildhall.clients.create(
            name=unique("automation"), app_type="non_interactive", grant_types=["client_credentials"]
        )
        grant = self.guildhall.client_grants.create(
            client_id=machine.client_id, audience=AUDIENCE, scope=list(scopes), organization_usage="require"
        )
        self.guildhall.organizations.client_grants.create(organization.id, grant_id=grant.id)
        return machine

    def signed_in(self, person, organization, audience=AUDIENCE, scope=None, **parameters):
        """The tokens of a person who signed in to an organization; with an invitation, by accepting it."""
        session = OAuth2Session(
            self.app.client_id,
            self.app.client_secret,
            code_challenge_method="S256",
            redirect_uri=CALLBACK,
            scope=f"openid {' '.join(self.scopes) if scope is None else scope}",
        )
        verifier = generate_token(48)
        address, state = session.create_authorization_url(
            f"{ISSUER}authorize",
            code_verifier=verifier,
            organization=organization.id,
            audience=audience,
            **parameters,
        )
        browser = Browser()
        page = browser.open(address)
        if "invitation" in parameters:
            page = browser.send(page, choice="sign_in")
        arrived = browser.send(page, username=person.email, password=PASSWORD)
        assert isinstance(arrived, str), arrived.text
        return session.fetch_token(
            f"{ISSUER}oauth/token", authorization_response=arrived, code_verifier=verifier, state=state
        )
