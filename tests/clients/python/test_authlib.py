"""The stock `authlib`: code with PKCE, refresh, introspection, revocation, and refusals of every kind.

The pages are filled in without scripts.
"""

import secrets
import time
import unittest
from urllib.parse import parse_qs, urlsplit

import requests
from authlib.common.security import generate_token
from authlib.integrations.base_client.errors import OAuthError
from authlib.integrations.requests_client import OAuth2Session
from authlib.oauth2.rfc6749.errors import MismatchingStateException
from authlib.oidc.core import CodeIDToken
from browser import Browser
from guildhall import ISSUER, beyond, management_as, unique
from joserfc import jwt
from joserfc.jwk import KeySet

PASSWORD = "correct-horse-battery-staple-1"
CALLBACK = "https://app.example/callback"


class Vendor:
    """An API, an organization, a person, a client."""

    def __init__(self):
        self.guildhall = guildhall = management_as()
        self.audience = f"https://{unique('reports')}.example"
        guildhall.resource_servers.create(
            identifier=self.audience,
            scopes=[{"value": "read:reports"}],
            enforce_policies=True,
            token_dialect="access_token_authz",
            allow_offline_access=True,
        )
        self.reader = guildhall.roles.create(name=unique("Reader"))
        held = [{"resource_server_identifier": self.audience, "permission_name": "read:reports"}]
        guildhall.roles.permissions.add(self.reader.id, permissions=held)
        self.acme = guildhall.organizations.create(name=unique("acme"), request_options=beyond(token_strategy="claim"))
        connection = next(iter(guildhall.connections.list(name="Username-Password-Authentication")))
        guildhall.organizations.enabled_connections.add(self.acme.id, connection_id=connection.id)
        self.person = self.new_person("alice")
        self.email = self.person.email
        guildhall.organizations.members.create(self.acme.id, members=[self.person.user_id])
        guildhall.organizations.members.roles.assign(self.acme.id, self.person.user_id, roles=[self.reader.id])
        self.connection = connection
        self.client = self.new_client(organization_usage="allow")

    def new_client(self, **settings):
        client = self.guildhall.clients.create(
            name=unique("app"),
            app_type="regular_web",
            oidc_conformant=True,
            callbacks=[CALLBACK],
            initiate_login_uri="https://app.example/sign-in",
            grant_types=["authorization_code", "refresh_token"],
            refresh_token={"rotation_type": "rotating", "expiration_type": "expiring", "leeway": 0},
            **settings,
        )
        self.guildhall.connections.clients.update(
            self.connection.id, request=[{"client_id": client.client_id, "status": True}]
        )
        return client

    def new_person(self, name):
        return self.guildhall.users.create(
            connection="Username-Password-Authentication",
            email=f"{unique(name)}@people.example",
            password=PASSWORD,
            email_verified=True,
        )

    def revoke_sessions(self):
        for session in self.guildhall.users.sessions.list(self.person.user_id):
            self.guildhall.sessions.revoke(session.id)

    def await_end_of_sessions(self):
        """Looking does not prolong them."""
        patience = time.monotonic() + 20
        while list(self.guildhall.users.sessions.list(self.person.user_id)):
            if time.monotonic() > patience:
                raise AssertionError("a session lasts longer than it may")
            time.sleep(0.05)


class AuthlibTest(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        cls.vendor = Vendor()
        cls.metadata = requests.get(f"{ISSUER}.well-known/openid-configuration").json()
        cls.keys = KeySet.import_key_set(requests.get(cls.metadata["jwks_uri"]).json())

    def session(self, client=None, **options):
        client = client or self.vendor.client
        options = {"scope": "openid email offline_access", "redirect_uri": CALLBACK, **options}
        return OAuth2Session(
            client.client_id,
            client.client_secret,
            code_challenge_method="S256",
            token_endpoint=self.metadata["token_endpoint"],
            revocation_endpoint_auth_method="client_secret_basic",
            **options,
        )

    def authorization(self, session, verifier, **parameters):
        return session.create_authorization_url(
            self.metadata["authorization_endpoint"],
            code_verifier=verifier,
            **{"organization": self.vendor.acme.id, "audience": self.vendor.audience, **parameters},
        )

    def signed_in(self, nonce=None, browser=None):
        """The SDK's session, the address at which the person arrived, and the verifier."""
        session, verifier = self.session(), generate_token(48)
        address, state = self.authorization(session, verifier, **({"nonce": nonce} if nonce else {}))
        browser = browser or Browser()
        page = browser.open(address)
        answer = browser.send(page, username=self.vendor.email, password=PASSWORD)
        self.assertIsInstance(answer, str, getattr(answer, "text", ""))
        return session, answer, verifier, state

    def exchanged(self, nonce=None, browser=None):
        session, answer, verifier, state = self.signed_in(nonce, browser)
        token = session.fetch_token(authorization_response=answer, code_verifier=verifier, state=state)
        return session, token

    def id_token(self, token, nonce):
        decoded = jwt.decode(token["id_token"], self.keys, algorithms=["RS256"])
        params = {"nonce": nonce, "client_id": self.vendor.client.client_id, "access_token": token["access_token"]}
        options = {"iss": {"values": [ISSUER]}, "aud": {"values": [self.vendor.client.client_id]}}
        claims = CodeIDToken(decoded.claims, decoded.header, options, params)
        claims.validate()
        return claims

    def test_a_person_signs_in_to_an_organization(self):
        nonce = secrets.token_urlsafe()
        session, token = self.exchanged(nonce)
        claims = self.id_token(token, nonce)
        self.assertEqual((claims["sub"], claims["org_id"]), (self.vendor.person.user_id, self.vendor.acme.id))
        access = jwt.decode(token["access_token"], self.keys, algorithms=["RS256"]).claims
        self.assertEqual(access["permissions"], ["read:reports"])
        self.assertEqual(access["org_id"], self.vendor.acme.id)
        self.assertEqual(session.get(self.metadata["userinfo_endpoint"]).json()["email"], self.vendor.email)

    def test_another_nonce_is_refused(self):
        _, token = self.exchanged("one")
        with self.assertRaisesRegex(Exception, "nonce"):
            self.id_token(token, "another")

    def test_another_state_is_refused(self):
        session, answer, verifier, _ = self.signed_in()
        with self.assertRaises(MismatchingStateException):
            session.fetch_token(authorization_response=answer, code_verifier=verifier, state="another")

    def test_a_code_counts_once(self):
        session, answer, verifier, state = self.signed_in()
        session.fetch_token(authorization_response=answer, code_verifier=verifier, state=state)
        with self.assertRaisesRegex(OAuthError, "invalid_grant"):
            session.fetch_token(authorization_response=answer, code_verifier=verifier, state=state)

    def test_a_refresh_token_counts_once(self):
        session, token = self.exchanged()
        second = session.refresh_token(refresh_token=token["refresh_token"])
        self.assertNotEqual(second["refresh_token"], token["refresh_token"])
        for spent in (token, second):
            with self.assertRaisesRegex(OAuthError, "invalid_grant"):
                session.refresh_token(refresh_token=spent["refresh_token"])

    def test_a_token_that_was_given_back_is_worth_nothing(self):
        session, token = self.exchanged()
        introspect = lambda: session.introspect_token(  # noqa: E731
            self.metadata["introspection_endpoint"], token=token["refresh_token"]
        ).json()
        self.assertTrue(introspect()["active"])
        answer = session.revoke_token(self.metadata["revocation_endpoint"], token=token["refresh_token"])
        self.assertEqual(answer.status_code, 200)
        self.assertFalse(introspect()["active"])

    def test_a_wrong_password_leads_nowhere(self):
        address, _ = self.authorization(self.session(), generate_token(48))
        browser = Browser()
        page = browser.send(browser.open(address), username=self.vendor.email, password="wrong")
        self.assertEqual(page.status_code, 400)
        self.assertIn('role="alert"', page.text)

    def test_refusals_come_back_with_the_state(self):
        for parameters, error in (
            ({"prompt": "none"}, "login_required"),
            ({"organization": "org_0000000000000000"}, "invalid_request"),
        ):
            address, state = self.authorization(self.session(), generate_token(48), **parameters)
            answer = Browser().open(address)
            self.assertTrue(answer.startswith(CALLBACK), answer)
            query = parse_qs(urlsplit(answer).query)
            self.assertEqual((query["error"], query["state"]), ([error], [state]))

    def refused(self, answer, state, error, description):
        """Why the person comes without a code. The SDK's session leaves it to the application to read that."""
        self.assertTrue(answer.startswith(CALLBACK), answer)
        query = parse_qs(urlsplit(answer).query)
        self.assertEqual((query["error"], query["error_description"]), ([error], [description]))
        self.assertEqual(query["state"], [state])
        self.assertNotIn("code", query)

    def asked_again(self, browser):
        """The person is known neither silently nor without being asked."""
        session = self.session()
        address, state = self.authorization(session, generate_token(48), prompt="none")
        self.refused(browser.open(address), state, "login_required", "Login required")
        address, _ = self.authorization(session, generate_token(48))
        self.assertIn('name="password"', browser.open(address).text)

    def test_whoever_is_no_member_is_refused(self):
        stranger = self.vendor.new_person("stranger")
        browser = Browser()
        address, state = self.authorization(self.session(), generate_token(48))
        answer = browser.send(browser.open(address), username=stranger.email, password=PASSWORD)
        description = f"user {stranger.user_id} is not part of the {self.vendor.acme.id} organization"
        self.refused(answer, state, "access_denied", description)

    def test_an_invitation_counts_once_and_for_whom_it_is(self):
        vendor = self.vendor
        invited, stranger = vendor.new_person("invited"), vendor.new_person("stranger")
        invitation = vendor.guildhall.organizations.invitations.create(
            vendor.acme.id,
            inviter={"name": "Ada"},
            invitee={"email": invited.email},
            client_id=vendor.client.client_id,
            send_invitation_email=False,
        )
        session = self.session()

        def accepted(person, verifier):
            address, state = self.authorization(session, verifier, invitation=invitation.ticket_id)
            browser = Browser()
            page = browser.send(browser.open(address), choice="sign_in")
            return browser.send(page, username=person.email, password=PASSWORD), state

        foreign = "the specified account is not allowed to accept the current invitation"
        answer, state = accepted(stranger, generate_token(48))
        self.refused(answer, state, "access_denied", foreign)
        verifier = generate_token(48)
        answer, state = accepted(invited, verifier)
        token = session.fetch_token(authorization_response=answer, code_verifier=verifier, state=state)
        self.assertEqual(jwt.decode(token["id_token"], self.keys).claims["org_id"], vendor.acme.id)
        address, state = self.authorization(session, generate_token(48), invitation=invitation.ticket_id)
        spent = "invalid_user_invitation_ticket: ticket has already been used"
        self.refused(Browser().open(address), state, "invalid_request", spent)

    def test_whoever_does_not_allow_it_gives_the_client_nothing(self):
        session, browser = self.session(self.vendor.new_client(is_first_party=False)), Browser()
        address, state = session.create_authorization_url(
            self.metadata["authorization_endpoint"], code_verifier=generate_token(48), audience=self.vendor.audience
        )
        page = browser.send(browser.open(address), username=self.vendor.email, password=PASSWORD)
        self.refused(browser.send(page, decision="deny"), state, "access_denied", "User did not authorize the request")

    def test_a_session_that_has_expired_is_over(self):
        settings = self.vendor.guildhall.tenants.settings
        for lifetime in ("session_lifetime", "idle_session_lifetime"):
            # Those of the other tests.
            self.vendor.guildhall.users.sessions.delete(self.vendor.person.user_id)
            browser = Browser()
            settings.update(**{lifetime: 3 / 3600})
            try:
                self.exchanged(browser=browser)
            finally:
                settings.update(request_options=beyond(**{lifetime: None}))
            self.vendor.await_end_of_sessions()
            self.asked_again(browser)

    def test_a_session_that_the_vendor_ended_is_over_but_not_what_was_given_for_offline_use(self):
        browser = Browser()
        session, token = self.exchanged(browser=browser)
        self.vendor.guildhall.users.sessions.delete(self.vendor.person.user_id)
        self.asked_again(browser)
        self.assertTrue(session.refresh_token(refresh_token=token["refresh_token"])["access_token"])

    def test_a_session_that_the_vendor_revoked_is_over_with_its_refresh_tokens(self):
        browser = Browser()
        session, token = self.exchanged(browser=browser)
        self.vendor.revoke_sessions()
        self.asked_again(browser)
        with self.assertRaisesRegex(OAuthError, "invalid_grant"):
            session.refresh_token(refresh_token=token["refresh_token"])

    def test_nobody_is_sent_to_an_address_that_is_not_registered(self):
        address, _ = self.authorization(self.session(redirect_uri="https://elsewhere.example/"), generate_token(48))
        answer = Browser().open(address)
        self.assertEqual(answer.status_code, 400)


if __name__ == "__main__":
    unittest.main(verbosity=2, failfast=True, warnings="ignore")
