"""The whole life of two organizations, told through the unmodified `auth0-python` SDK.

The chapters run in the order of their names and share one story.
"""

import unittest

import jwt
from auth0.authentication.exceptions import Auth0Error
from auth0.management.errors import (
    BadRequestError,
    ConflictError,
    ForbiddenError,
    NotFoundError,
    UnauthorizedError,
)

from guildhall import (
    ISSUER,
    MANAGEMENT_AUDIENCE,
    audience_of,
    beyond,
    get_token,
    management_as,
    unique,
)

NOBODY = "org_0000000000000000"


def claims_of(answer):
    return jwt.decode(answer["access_token"], options={"verify_signature": False})


class TwoOrganizations(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        cls.guildhall = management_as()
        cls.audience = f"https://{unique('reports')}.example"

    def test_01_the_vendor_creates_an_api_with_permissions(self):
        api = self.guildhall.resource_servers.create(
            name="Reports",
            identifier=self.audience,
            scopes=[
                {"value": "read:reports", "description": "Read reports"},
                {"value": "write:reports", "description": "Write reports"},
            ],
            enforce_policies=True,
            token_dialect="access_token_authz",
        )
        type(self).api = api
        self.assertEqual(api.identifier, self.audience)
        self.assertEqual(self.guildhall.resource_servers.get(self.audience).id, api.id)
        renamed = self.guildhall.resource_servers.update(api.id, name="All reports")
        self.assertEqual(renamed.name, "All reports")
        self.assertEqual(len(renamed.scopes), 2)

    def test_02_and_roles_out_of_them(self):
        role = self.guildhall.roles.create(name=unique("Writer"), description="Reads and writes")
        type(self).role = role
        permissions = [
            {"resource_server_identifier": self.audience, "permission_name": name}
            for name in ("read:reports", "write:reports")
        ]
        self.guildhall.roles.permissions.add(role.id, permissions=permissions)
        held = [item.permission_name for item in self.guildhall.roles.permissions.list(role.id)]
        self.assertEqual(held, ["read:reports", "write:reports"])
        self.guildhall.roles.permissions.delete(role.id, permissions=permissions[1:])
        held = [item.permission_name for item in self.guildhall.roles.permissions.list(role.id)]
        self.assertEqual(held, ["read:reports"])
        self.assertEqual(self.guildhall.roles.update(role.id, description="Reads").description, "Reads")

    def test_03_signs_a_customer_of_each_token_strategy(self):
        organizations = self.guildhall.organizations
        cls = type(self)
        cls.acme = organizations.create(
            name=unique("acme"),
            display_name="Acme",
            metadata={"plan": "gold", "region": "eu"},
            request_options=beyond(token_strategy="claim"),
        )
        cls.umbrella = organizations.create(
            name=unique("umbrella"), request_options=beyond(token_strategy="audience")
        )
        self.assertTrue(cls.acme.id.startswith("org_"))
        self.assertEqual(cls.acme.token_strategy, "claim")
        self.assertEqual(organizations.get(cls.umbrella.id).token_strategy, "audience")
        self.assertEqual(organizations.get_by_name(cls.acme.name).id, cls.acme.id)

    def test_04_replaces_metadata_as_a_whole(self):
        updated = self.guildhall.organizations.update(self.acme.id, metadata={"plan": "platinum"})
        self.assertEqual(updated.metadata, {"plan": "platinum"})
        self.assertEqual(updated.display_name, "Acme")
        self.assertIsNone(self.guildhall.organizations.update(self.acme.id, metadata={}).metadata)

    def test_05_a_person_becomes_a_member_with_a_role(self):
        person = self.guildhall.users.create(
            connection="Username-Password-Authentication",
            email=f"{unique('alice')}@acme.example",
            password="correct-horse-battery-staple-1",
            user_metadata={"language": "en"},
        )
        type(self).person = person
        self.assertTrue(person.user_id.startswith("auth0|"))
        updated = self.guildhall.users.update(person.user_id, user_metadata={"theme": "dark"})
        self.assertEqual(updated.user_metadata, {"language": "en", "theme": "dark"})
        found = self.guildhall.users.list_users_by_email(email=person.email)
        self.assertEqual([user.user_id for user in found], [person.user_id])

        members = self.guildhall.organizations.members
        members.create(self.acme.id, members=[person.user_id])
        members.create(self.umbrella.id, members=[person.user_id])
        members.roles.assign(self.acme.id, person.user_id, roles=[self.role.id])
        self.assertEqual([member.user_id for member in members.list(self.acme.id)], [person.user_id])
        self.assertEqual([role.id for role in members.roles.list(self.acme.id, person.user_id)], [self.role.id])
        self.assertEqual(list(members.roles.list(self.umbrella.id, person.user_id)), [])
        theirs = {organization.id for organization in self.guildhall.users.organizations.list(person.user_id)}
        self.assertEqual(theirs, {self.acme.id, self.umbrella.id})

        members.roles.delete(self.acme.id, person.user_id, roles=[self.role.id])
        self.assertEqual(list(members.roles.list(self.acme.id, person.user_id)), [])
        members.delete(self.umbrella.id, members=[person.user_id])
        self.assertEqual(list(members.list(self.umbrella.id)), [])

    def test_06_a_machine_gets_nothing_before_a_customer_lets_it_in(self):
        cls = type(self)
        cls.machine = self.guildhall.clients.create(
            name=unique("robot"), app_type="non_interactive", grant_types=["client_credentials"]
        )
        cls.credentials = {"client_id": cls.machine.client_id, "client_secret": cls.machine.client_secret}
        cls.grant = self.guildhall.client_grants.create(
            client_id=cls.machine.client_id,
            audience=self.audience,
            scope=["read:reports"],
            organization_usage="require",
            allow_any_organization=False,
        )
        ask = get_token(**cls.credentials).client_credentials
        refusals = []
        for organization in (self.acme.id, NOBODY):
            with self.assertRaises(Auth0Error) as refused:
                ask(self.audience, organization=organization)
            refusals.append((refused.exception.status_code, refused.exception.error_code))
        self.assertEqual(refusals[0], refusals[1])
        with self.assertRaises(Auth0Error) as refused:
            ask(self.audience)
        self.assertEqual((refused.exception.status_code, refused.exception.error_code), (400, "invalid_request"))

    def test_07_is_let_in(self):
        for organization in (self.acme, self.umbrella):
            association = self.guildhall.organizations.client_grants.create(organization.id, grant_id=self.grant.id)
            self.assertEqual(association.client_id, self.machine.client_id)
        associated = self.guildhall.organizations.client_grants.list(self.acme.id)
        self.assertEqual([grant.id for grant in associated], [self.grant.id])
        organizations = self.guildhall.client_grants.organizations.list(self.grant.id)
        self.assertEqual({item.id for item in organizations}, {self.acme.id, self.umbrella.id})

    def test_08_and_gets_a_token_for_each(self):
        ask = get_token(**self.credentials).client_credentials
        claims = claims_of(ask(self.audience, organization=self.acme.id))
        self.assertEqual(claims["iss"], ISSUER)
        self.assertEqual(claims["sub"], f"{self.machine.client_id}@clients")
        self.assertEqual(claims["aud"], self.audience)
        self.assertEqual(claims["org_id"], self.acme.id)
        self.assertEqual(claims["permissions"], ["read:reports"])

        own_audience = audience_of(self.audience, self.umbrella)
        for answer in (ask(self.audience, organization=self.umbrella.id), ask(own_audience)):
            claims = claims_of(answer)
            self.assertEqual(claims["aud"], own_audience)
            self.assertEqual(claims["org_id"], self.umbrella.id)
        with self.assertRaises(Auth0Error):
            ask(own_audience, organization=self.acme.id)

    def test_09_also_by_name_where_the_tenant_allows_names(self):
        settings = self.guildhall.tenants.settings
        ask = get_token(**self.credentials).client_credentials
        with self.assertRaises(Auth0Error):
            ask(self.audience, organization=self.acme.name)
        settings.update(allow_organization_name_in_authentication_api=True)
        try:
            claims = claims_of(ask(self.audience, organization=self.acme.name))
            self.assertEqual((claims["org_id"], claims["org_name"]), (self.acme.id, self.acme.name))
        finally:
            settings.update(allow_organization_name_in_authentication_api=False)

    def test_10_until_it_is_turned_out(self):
        self.guildhall.organizations.client_grants.delete(self.acme.id, self.grant.id)
        ask = get_token(**self.credentials).client_credentials
        with self.assertRaises(Auth0Error):
            ask(self.audience, organization=self.acme.id)
        self.assertIn("access_token", ask(self.audience, organization=self.umbrella.id))

    def test_11_a_wrong_secret_gets_nothing(self):
        ask = get_token(client_id=self.machine.client_id, client_secret="wrong").client_credentials
        with self.assertRaises(Auth0Error) as refused:
            ask(self.audience, organization=self.umbrella.id)
        self.assertEqual(refused.exception.status_code, 401)

    def test_12_lists_come_in_checkpoint_pages(self):
        created = {self.guildhall.organizations.create(name=unique("paged")).id for _ in range(5)}
        pages = list(self.guildhall.organizations.list(take=2).iter_pages())
        seen = [organization.id for page in pages for organization in page.items]
        self.assertGreaterEqual(len(pages), 4)
        self.assertTrue(all(len(page.items) <= 2 for page in pages))
        self.assertEqual(len(set(seen)), len(seen))
        self.assertLessEqual(created | {self.acme.id, self.umbrella.id}, set(seen))
        for organization in created:
            self.guildhall.organizations.delete(organization)

    def test_13_and_in_offset_pages(self):
        prefix = unique("Paged")
        created = {self.guildhall.roles.create(name=f"{prefix} {i}").id for i in range(5)}
        page = self.guildhall.roles.list(per_page=2, page=1, name_filter=prefix, include_totals=True)
        answer = page.response
        self.assertEqual((answer.start, answer.limit, answer.total, len(answer.roles)), (2, 2, 5, 2))
        everything = self.guildhall.roles.list(per_page=2, name_filter=prefix)
        self.assertEqual({role.id for role in everything}, created)
        for role in created:
            self.guildhall.roles.delete(role)

    def test_14_refusals_arrive_as_the_sdks_own_errors(self):
        organizations = self.guildhall.organizations
        with self.assertRaises(NotFoundError) as refused:
            organizations.get(NOBODY)
        self.assertEqual(refused.exception.body["message"], "No organization found by that id or name")
        with self.assertRaises(ConflictError) as refused:
            organizations.create(name=self.acme.name)
        self.assertEqual(refused.exception.body["errorCode"], "organization_conflict")
        with self.assertRaises(BadRequestError) as refused:
            organizations.create(name="Not A Name!")
        self.assertEqual(refused.exception.body["errorCode"], "invalid_body")
        with self.assertRaises(BadRequestError):
            organizations.create(name=unique("never"), request_options=beyond(surprise=True))
        with self.assertRaises(UnauthorizedError):
            management_as(token="not.a.token").organizations.list()

    def test_15_a_client_that_may_only_read_cannot_write(self):
        onlooker = self.guildhall.clients.create(
            name=unique("onlooker"), app_type="non_interactive", grant_types=["client_credentials"]
        )
        self.guildhall.client_grants.create(
            client_id=onlooker.client_id, audience=MANAGEMENT_AUDIENCE, scope=["read:organizations"]
        )
        reading = management_as(client_id=onlooker.client_id, client_secret=onlooker.client_secret)
        self.assertEqual(reading.organizations.get(self.acme.id).id, self.acme.id)
        with self.assertRaises(ForbiddenError) as refused:
            reading.organizations.create(name=unique("never"))
        self.assertEqual(refused.exception.body["errorCode"], "insufficient_scope")
        self.guildhall.clients.delete(onlooker.client_id)

    def test_16_everything_ends(self):
        guildhall = self.guildhall
        guildhall.organizations.delete(self.acme.id)
        guildhall.organizations.delete(self.umbrella.id)
        guildhall.client_grants.delete(self.grant.id)
        guildhall.clients.delete(self.machine.client_id)
        guildhall.roles.delete(self.role.id)
        self.assertEqual(guildhall.users.get(self.person.user_id).user_id, self.person.user_id)
        guildhall.users.delete(self.person.user_id)
        guildhall.resource_servers.delete(self.api.id)
        for gone in (
            lambda: guildhall.organizations.get(self.acme.id),
            lambda: guildhall.clients.get(self.machine.client_id),
            lambda: guildhall.roles.get(self.role.id),
            lambda: guildhall.users.get(self.person.user_id),
            lambda: guildhall.resource_servers.get(self.api.id),
        ):
            self.assertRaises(NotFoundError, gone)


if __name__ == "__main__":
    unittest.main(verbosity=2, failfast=True, warnings="ignore")
