"""The unmodified `myorganization-python` SDK, in the hands of a customer's own admin.

The vendor sets up what is there before; the admin signs in as people do. The chapters run in the order of their names and
share one story.
"""

import asyncio
import unittest
from urllib.parse import parse_qs, urlsplit

import jwt
import requests
from auth0.myorganization import AsyncMyOrganizationClient, MyOrganizationClient
from auth0.myorganization.core.api_error import ApiError
from auth0.myorganization.errors import (
    BadRequestError,
    ConflictError,
    ForbiddenError,
    NotFoundError,
    UnauthorizedError,
)
from customers import Vendor
from guildhall import DOMAIN, ISSUER, unique
from name_server import serving


def claims_of(token):
    return jwt.decode(token, options={"verify_signature": False})


class MyOrganization(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        cls.vendor = vendor = Vendor()
        cls.acme, cls.umbrella = vendor.new_customer("acme"), vendor.new_customer("umbrella")
        cls.ada = vendor.new_member(cls.acme, "ada", vendor.admin)
        cls.ben = vendor.new_member(cls.acme, "ben")
        cls.una = vendor.new_member(cls.umbrella, "una", vendor.admin)
        cls.tokens = vendor.signed_in(cls.ada, cls.acme)
        cls.client = MyOrganizationClient(domain=DOMAIN, token=cls.tokens["access_token"])
        cls.organization = cls.client.organization

    def refused(self, expected, code, call):
        """What the SDK raises: an error of its own, with problem JSON in it."""
        with self.assertRaises(ApiError) as refused:
            call()
        error = refused.exception
        self.assertIsInstance(error, expected)
        # Some of them the SDK reads into a type of its own.
        problem = error.body if isinstance(error.body, dict) else error.body.model_dump()
        self.assertEqual(problem["type"], f"https://auth0.com/api-errors#A0E-{error.status_code}-{code}")
        self.assertEqual(problem["status"], error.status_code)
        self.assertTrue(problem["title"])
        self.assertTrue(problem["detail"])
        return problem

    def test_01_the_token_is_for_one_organization(self):
        claims = claims_of(self.tokens["access_token"])
        self.assertEqual((claims["org_id"], claims["sub"]), (self.acme.id, self.ada.user_id))
        self.assertEqual(sorted(claims["permissions"]), sorted(self.vendor.scopes))
        held = claims_of(self.tokens["id_token"])["urn:auth0:my_org_current_user_permissions"]
        self.assertEqual(sorted(held), sorted(self.vendor.scopes))

    def test_02_details(self):
        details = self.client.organization_details
        self.assertEqual(details.get().id, self.acme.id)
        branding = {
            "logo_url": "https://acme.example/logo.png",
            "colors": {"primary": "#112233", "page_background": "#ffffff"},
        }
        name = unique("acme")
        changed = details.update(name=name, display_name="Acme & Daughters", branding=branding)
        self.assertEqual(changed, details.get())
        self.assertEqual((changed.name, changed.display_name), (name, "Acme & Daughters"))
        self.assertEqual(changed.branding.colors.primary, "#112233")
        self.assertEqual(details.update(display_name="Acme").branding, changed.branding)

    def test_03_configuration(self):
        configuration = self.organization.configuration
        told = configuration.get()
        self.assertEqual(told.allowed_strategies, ["okta", "samlp"])
        self.assertEqual(told.connection_deletion_behavior, "allow_if_empty")
        of_connections = configuration.identity_providers.get()
        self.assertFalse(of_connections.organization.can_set_show_as_button)
        self.assertFalse(of_connections.organization.can_set_assign_membership_on_login)

    def test_04_members(self):
        members = self.organization.members
        both = {self.ada.user_id, self.ben.user_id}
        self.assertEqual({member.user_id for member in members.list()}, both)
        pages = list(members.list(take=1).iter_pages())
        self.assertEqual([len(page.items) for page in pages], [1, 1])
        self.assertEqual({page.items[0].user_id for page in pages}, both)

        ada = members.get(self.ada.user_id)
        self.assertEqual((ada.email, ada.given_name), (self.ada.email, "Ada"))
        self.assertIsNotNone(ada.last_login)
        self.assertEqual([role["id"] for role in ada.roles], [self.vendor.admin.id])
        few = members.get(self.ada.user_id, fields="user_id,roles")
        self.assertEqual((few.user_id, few.email), (self.ada.user_id, None))
        rest = next(iter(members.list(fields="email", include_fields=False)))
        self.assertIsNone(rest.email)
        self.assertIsNotNone(rest.user_id)

    def test_05_roles_that_can_be_given(self):
        listed = {role.id: role for role in self.organization.roles.list()}
        self.assertEqual(listed[self.vendor.reader.id].description, "Readers of customers")
        self.assertIn(self.vendor.admin.id, listed)
        found = list(self.organization.roles.list(name=self.vendor.reader.name, take=1))
        self.assertEqual([role.id for role in found], [self.vendor.reader.id])

    def test_06_roles_of_members(self):
        roles, ben = self.organization.members.roles, self.ben.user_id
        self.assertEqual(list(roles.list(ben)), [])
        self.assertIsNone(roles.assign(ben, role_ids=[self.vendor.reader.id, self.vendor.admin.id]))
        held = {role.id: role.name for role in roles.list(ben, take=1)}
        self.assertEqual(held[self.vendor.reader.id], self.vendor.reader.name)
        self.assertEqual(len(held), 2)
        token = self.vendor.signed_in(self.ben, self.acme, self.vendor.reports, "read:reports")["access_token"]
        self.assertEqual(claims_of(token)["permissions"], ["read:reports"])
        self.assertIsNone(roles.unassign(ben, role_ids=[self.vendor.reader.id, self.vendor.admin.id]))
        self.assertEqual(list(roles.list(ben)), [])
        token = self.vendor.signed_in(self.ben, self.acme, self.vendor.reports, "read:reports")["access_token"]
        self.assertEqual(claims_of(token)["permissions"], [])

    def test_07_invitations(self):
        invitations, vendor = self.organization.invitations, self.vendor
        cleo, dan, eve = (vendor.new_person(name) for name in ("cleo", "dan", "eve"))
        made = invitations.create(
            invitees=[{"email": cleo.email, "roles": [vendor.reader.id]}, {"email": dan.email}],
            inviter={"name": "Ada of Acme"},
            identity_provider_id=vendor.connection.id,
            ttl_sec=3600,
        )
        self.assertEqual([invitation.invitee.email for invitation in made], [cleo.email, dan.email])
        self.assertEqual((made[0].organization_id, made[0].roles), (self.acme.id, [vendor.reader.id]))
        self.assertEqual(made[0].inviter.name, "Ada of Acme")
        self.assertEqual((made[0].expires_at - made[0].created_at).total_seconds(), 3600)
        more = invitations.create(invitees=[{"email": eve.email}], user_store_id=vendor.connection.id)

        ids = [invitation.id for invitation in [*made, *more]]
        pages = list(invitations.list(take=2).iter_pages())
        self.assertEqual([len(page.items) for page in pages], [2, 1])
        self.assertEqual({invitation.id for invitation in invitations.list()}, set(ids))
        self.assertEqual([it.id for it in invitations.list(sort="created_at:1")][-1], ids[-1])
        few = next(iter(invitations.list(fields="id,invitee")))
        self.assertEqual((few.ticket_id, few.created_at), (None, None))

        shown = invitations.get(ids[0])
        self.assertEqual((shown.id, shown.ticket_id), (ids[0], made[0].ticket_id))
        self.assertEqual([role.name for role in invitations.roles.list(ids[0]).roles], [vendor.reader.name])
        self.assertIsNone(invitations.delete(invitations=ids[1:]))
        self.assertEqual([invitation.id for invitation in invitations.list()], ids[:1])
        self.refused(NotFoundError, "0002", lambda: invitations.get(ids[1]))

        address = parse_qs(urlsplit(shown.invitation_url).query)
        self.assertEqual(address["invitation"], [shown.ticket_id])
        token = vendor.signed_in(cleo, self.acme, vendor.reports, "read:reports", invitation=shown.ticket_id)
        self.assertEqual(claims_of(token["access_token"])["permissions"], ["read:reports"])
        self.assertEqual(list(invitations.list()), [])
        self.assertEqual([role.id for role in self.organization.members.roles.list(cleo.user_id)], [vendor.reader.id])
        type(self).cleo = cleo

    def test_08_domains(self):
        domains, name = self.organization.domains, f"{unique('acme')}.example"
        made = domains.create(domain=name.upper())
        self.assertEqual((made.domain, made.org_id, made.status), (name, self.acme.id, "pending"))
        self.assertEqual(domains.get(made.id), made)
        other = domains.create(domain=f"www.{name}")
        self.assertEqual([domain.id for domain in domains.list(take=1)], [made.id, other.id])
        self.assertEqual(domains.identity_providers.list(made.id).identity_providers, [])
        self.refused(ConflictError, "0003", lambda: domains.create(domain=name))

        with serving({made.verification_host: made.verification_txt}):
            self.assertEqual(domains.verify.create(other.id).status, "failed")
            self.assertEqual(domains.verify.create(made.id).status, "verified")
        self.assertEqual(domains.get(made.id).status, "verified")
        for domain in (made, other):
            self.assertIsNone(domains.delete(domain.id))
        self.assertEqual(list(domains.list()), [])
        self.refused(NotFoundError, "0002", lambda: domains.get(made.id))

    def test_09_memberships_end(self):
        memberships = self.organization.memberships
        self.assertIsNone(memberships.delete_memberships(members=[self.cleo.user_id]))
        self.refused(NotFoundError, "0002", lambda: self.organization.members.get(self.cleo.user_id))
        only = lambda: memberships.delete_memberships(members=[self.ada.user_id])  # noqa: E731
        self.refused(ApiError, "0001", only)

    def test_10_refusals_are_the_sdks_own_errors(self):
        members, nobody = self.organization.members, "auth0|nobody"
        unknown = self.refused(NotFoundError, "0002", lambda: members.get(nobody))
        foreign = self.refused(NotFoundError, "0002", lambda: members.get(self.una.user_id))
        self.assertEqual(unknown, foreign)
        body = self.refused(BadRequestError, "0003", lambda: members.roles.assign(self.ben.user_id, role_ids=[]))
        self.assertEqual(body["title"], "Validation Error")
        self.assertEqual([error["field"] for error in body["validation_errors"]], ["role_ids"])
        self.refused(BadRequestError, "0003", lambda: members.list(take=1000))
        name = self.vendor.guildhall.organizations.get(self.umbrella.id).name
        self.refused(ConflictError, "0003", lambda: self.client.organization_details.update(name=name))

        stranger = MyOrganizationClient(domain=DOMAIN, token="not.a.token")
        self.refused(UnauthorizedError, "0001", stranger.organization_details.get)
        few = self.vendor.signed_in(self.ben, self.acme)["access_token"]
        member = MyOrganizationClient(domain=DOMAIN, token=few)
        self.refused(ForbiddenError, "0002", member.organization.members.list)
        self.refused(ForbiddenError, "0002", lambda: member.organization_details.update(display_name="Ben's"))

    def test_11_a_client_that_the_vendor_did_not_set_up(self):
        clients, app = self.vendor.guildhall.clients, self.vendor.app.client_id
        configuration = clients.get(app).my_organization_configuration
        clients.update(app, my_organization_configuration=None)
        try:
            self.refused(ConflictError, "0001", self.client.organization_details.get)
        finally:
            clients.update(app, my_organization_configuration=configuration)
        self.assertEqual(self.client.organization_details.get().id, self.acme.id)

    def test_12_a_machine_works_for_the_organization_by_the_sdks_own_token(self):
        machine = self.vendor.new_machine(self.acme, "read:my_org:members")
        credentials = {"client_id": machine.client_id, "client_secret": machine.client_secret}
        automation = MyOrganizationClient(domain=DOMAIN, organization=self.acme.id, **credentials)
        seen = {member.user_id for member in automation.organization.members.list()}
        self.assertEqual(seen, {self.ada.user_id, self.ben.user_id})
        self.refused(ForbiddenError, "0002", automation.organization_details.get)

        async def concurrently():
            client = AsyncMyOrganizationClient(domain=DOMAIN, organization=self.acme.id, **credentials)
            return {member.user_id async for member in await client.organization.members.list(take=1)}

        self.assertEqual(asyncio.run(concurrently()), seen)

    def test_13_the_organization_is_deleted_by_its_own_admin(self):
        token = self.vendor.signed_in(self.una, self.umbrella)["access_token"]
        other = MyOrganizationClient(domain=DOMAIN, token=token)
        self.assertIsNone(other.organization_details.delete())
        self.refused(UnauthorizedError, "0001", other.organization_details.get)
        self.assertEqual(self.client.organization_details.get().id, self.acme.id)

    def test_14_the_older_address_is_the_same(self):
        answers = [
            requests.get(f"{ISSUER}{base}/details", headers={"authorization": f"Bearer {self.tokens['access_token']}"})
            for base in ("my-org", "my-org/v1")
        ]
        self.assertEqual([answer.status_code for answer in answers], [200, 200])
        self.assertEqual(answers[0].json(), answers[1].json())


if __name__ == "__main__":
    unittest.main(verbosity=2, failfast=True, warnings="ignore")
