"""An API that knows nothing but the issuer's key set checks tokens of every signing algorithm with PyJWT."""

import time
import unittest

import jwt
from cryptography.hazmat.primitives.asymmetric import ec, ed25519, rsa

from guildhall import ISSUER, get_token, management_as, unique

KEY_TYPES = {"RS256": "RSA", "ES256": "EC", "EdDSA": "OKP"}


class TokensVerifiedByTheKeySetAlone(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        guildhall = management_as()
        machine = guildhall.clients.create(
            name=unique("robot"), app_type="non_interactive", grant_types=["client_credentials"]
        )
        cls.organization = guildhall.organizations.create(name=unique("acme"))
        ask = get_token(client_id=machine.client_id, client_secret=machine.client_secret).client_credentials
        cls.audiences, cls.tokens = {}, {}
        for algorithm in KEY_TYPES:
            audience = f"https://{unique(algorithm.lower())}.example"
            guildhall.resource_servers.create(
                identifier=audience, signing_alg=algorithm, scopes=[{"value": "read:reports"}]
            )
            grant = guildhall.client_grants.create(
                client_id=machine.client_id,
                audience=audience,
                scope=["read:reports"],
                organization_usage="require",
            )
            guildhall.organizations.client_grants.create(cls.organization.id, grant_id=grant.id)
            cls.audiences[algorithm] = audience
            cls.tokens[algorithm] = ask(audience, organization=cls.organization.id)["access_token"]
        cls.keys = jwt.PyJWKClient(f"{ISSUER}.well-known/jwks.json")

    def check(self, token, algorithm, key=None, **changes):
        """What an API does: the key by `kid`, one algorithm, the issuer and its own audience."""
        expected = {"algorithms": [algorithm], "issuer": ISSUER, "audience": self.audiences[algorithm], **changes}
        key = key or self.keys.get_signing_key_from_jwt(token)
        return jwt.decode(token, key, options={"require": ["exp", "iat", "iss", "aud", "sub"]}, **expected)

    def test_the_right_token_is_accepted(self):
        for algorithm, token in self.tokens.items():
            with self.subTest(algorithm):
                self.assertEqual(jwt.get_unverified_header(token)["alg"], algorithm)
                claims = self.check(token, algorithm)
                self.assertEqual(claims["org_id"], self.organization.id)
                self.assertEqual(claims["scope"], "read:reports")
                self.assertLessEqual(claims["iat"], time.time() + 1)

    def test_the_key_set_says_what_each_key_is_for(self):
        published = {item["kid"]: item for item in self.keys.fetch_data()["keys"]}
        for algorithm, token in self.tokens.items():
            with self.subTest(algorithm):
                key = published[jwt.get_unverified_header(token)["kid"]]
                self.assertEqual((key["kty"], key["alg"], key["use"]), (KEY_TYPES[algorithm], algorithm, "sig"))
                self.assertTrue({"d", "p", "q", "k"}.isdisjoint(key), "a private part is published")

    def test_another_algorithm_is_refused(self):
        for algorithm, token in self.tokens.items():
            with self.subTest(algorithm):
                for other in KEY_TYPES.keys() - {algorithm}:
                    with self.assertRaises(jwt.InvalidAlgorithmError):
                        self.check(token, algorithm, algorithms=[other])

    def test_another_published_key_is_refused(self):
        for algorithm, token in self.tokens.items():
            with self.subTest(algorithm):
                for other in KEY_TYPES.keys() - {algorithm}:
                    wrong = self.keys.get_signing_key_from_jwt(self.tokens[other]).key
                    with self.assertRaises((jwt.InvalidKeyError, jwt.InvalidSignatureError, TypeError)):
                        self.check(token, algorithm, key=wrong)

    def test_a_forger_with_the_same_kid_is_refused(self):
        forgers = {
            "RS256": rsa.generate_private_key(public_exponent=65537, key_size=2048),
            "ES256": ec.generate_private_key(ec.SECP256R1()),
            "EdDSA": ed25519.Ed25519PrivateKey.generate(),
        }
        for algorithm, token in self.tokens.items():
            with self.subTest(algorithm):
                claims = jwt.decode(token, options={"verify_signature": False})
                kid = jwt.get_unverified_header(token)["kid"]
                forged = jwt.encode(claims, forgers[algorithm], algorithm=algorithm, headers={"kid": kid})
                with self.assertRaises(jwt.InvalidSignatureError):
                    self.check(forged, algorithm)

    def test_a_changed_byte_is_refused(self):
        for algorithm, token in self.tokens.items():
            with self.subTest(algorithm):
                middle = len(token) - len(token.split(".")[2]) // 2
                changed = token[:middle] + ("A" if token[middle] != "A" else "B") + token[middle + 1 :]
                with self.assertRaises(jwt.InvalidSignatureError):
                    self.check(changed, algorithm)

    def test_the_wrong_audience_and_issuer_are_refused(self):
        for algorithm, token in self.tokens.items():
            with self.subTest(algorithm):
                with self.assertRaises(jwt.InvalidAudienceError):
                    self.check(token, algorithm, audience="https://elsewhere.example")
                with self.assertRaises(jwt.InvalidIssuerError):
                    self.check(token, algorithm, issuer="https://elsewhere.example/")

    def test_an_unknown_kid_is_refused(self):
        stranger = jwt.encode({}, "x" * 32, algorithm="HS256", headers={"kid": "nobody"})
        with self.assertRaises(jwt.PyJWKClientError):
            self.keys.get_signing_key_from_jwt(stranger)


if __name__ == "__main__":
    unittest.main(verbosity=2, warnings="ignore")
