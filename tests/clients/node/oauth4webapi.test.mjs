// The stock `oauth4webapi`, which checks every answer by the letter: a client without a secret, one with a secret in
// the form, and one with a key.
import assert from "node:assert/strict";
import { generateKeyPairSync } from "node:crypto";
import { before, describe, it } from "node:test";
import * as oauth from "oauth4webapi";
import { arrival, errorPage, newBrowser, signIn, signInAt } from "./browser.mjs";
import { claimsOf, issuer } from "./guildhall.mjs";
import {
  endSessions, guildhall, invite, join, newApi, newClient, newCustomer, newPerson, revokeSessions, rotating,
  untilSessionsHaveExpired, whileSessionsLast,
} from "./vendor.mjs";
import { landing } from "./web.mjs";

let server, api, acme, callback;

before(async () => {
  await guildhall.tenants.settings.update({
    oidc_logout: { rp_logout_end_session_endpoint_discovery: true },
    pushed_authorization_requests_supported: true,
    authorization_response_iss_parameter_supported: true,
  });
  server = await oauth.processDiscoveryResponse(new URL(issuer), await oauth.discoveryRequest(new URL(issuer)));
  callback = await landing();
  api = await newApi();
  acme = await newCustomer("acme");
});

const settings = () => ({
  callbacks: [callback],
  grant_types: ["authorization_code", "refresh_token"],
  initiate_login_uri: "https://app.example/sign-in",
  organization_usage: "require",
  refresh_token: rotating,
});

const kinds = {
  "without a secret": async () => {
    const created = await newClient({ ...settings(), app_type: "native", token_endpoint_auth_method: "none" });
    return { client: { client_id: created.client_id }, authentication: oauth.None() };
  },
  "with a secret in the form": async () => {
    const created = await newClient({
      ...settings(), app_type: "regular_web", token_endpoint_auth_method: "client_secret_post",
    });
    return { client: { client_id: created.client_id }, authentication: oauth.ClientSecretPost(created.client_secret) };
  },
  "with a key": async () => {
    const { publicKey, privateKey } = generateKeyPairSync("rsa", { modulusLength: 2048 });
    const pem = publicKey.export({ type: "spki", format: "pem" });
    const credentials = [{ credential_type: "public_key", alg: "RS256", pem }];
    const created = await newClient({
      ...settings(), app_type: "regular_web", client_authentication_methods: { private_key_jwt: { credentials } },
    });
    const algorithm = { name: "RSASSA-PKCS1-v1_5", hash: "SHA-256" };
    const der = privateKey.export({ type: "pkcs8", format: "der" });
    const key = await crypto.subtle.importKey("pkcs8", der, algorithm, false, ["sign"]);
    return { client: { client_id: created.client_id }, authentication: oauth.PrivateKeyJwt(key) };
  },
};

for (const [kind, register] of Object.entries(kinds)) {
  describe(`a client ${kind}`, () => {
    let client, authentication, person;

    before(async () => {
      ({ client, authentication } = await register());
      person = await newPerson("alice");
      await join(acme, person, api.reader);
    });

    const begin = async (changes = {}) => {
      const checks = {
        verifier: oauth.generateRandomCodeVerifier(),
        state: oauth.generateRandomState(),
        nonce: oauth.generateRandomNonce(),
      };
      const parameters = {
        client_id: client.client_id,
        response_type: "code",
        redirect_uri: callback,
        scope: "openid email offline_access",
        audience: api.audience,
        organization: acme.id,
        code_challenge: await oauth.calculatePKCECodeChallenge(checks.verifier),
        code_challenge_method: "S256",
        state: checks.state,
        nonce: checks.nonce,
        ...changes,
      };
      const address = new URL(server.authorization_endpoint);
      for (const [name, value] of Object.entries(parameters)) address.searchParams.set(name, value);
      return { address, parameters, checks };
    };

    const exchange = async (answer, { state, verifier, nonce }) => {
      const code = oauth.validateAuthResponse(server, client, answer, state);
      const response = await oauth.authorizationCodeGrantRequest(
        server, client, authentication, code, callback, verifier,
      );
      const expected = { expectedNonce: nonce, requireIdToken: true };
      const tokens = await oauth.processAuthorizationCodeResponse(server, client, response, expected);
      await oauth.validateApplicationLevelSignature(server, response);
      return tokens;
    };

    const refresh = async (token) => {
      const response = await oauth.refreshTokenGrantRequest(server, client, authentication, token);
      return oauth.processRefreshTokenResponse(server, client, response);
    };

    const refused = (code) => (error) => {
      assert.ok(error instanceof oauth.ResponseBodyError, `${error}`);
      assert.equal(error.error, code);
      return true;
    };

    it("gets tokens for a code, once", async () => {
      const { address, checks } = await begin();
      const answer = await signInAt(await newBrowser(), address, person, callback);
      const tokens = await exchange(answer, checks);
      assert.equal(oauth.getValidatedIdTokenClaims(tokens).org_id, acme.id);
      assert.deepEqual(claimsOf(tokens.access_token).permissions, ["read:reports"]);
      await assert.rejects(exchange(answer, checks), refused("invalid_grant"));
      await assert.rejects(refresh(tokens.refresh_token), refused("invalid_grant"));
    });

    it("refreshes, asks who it is, and gives the token back", async () => {
      const { address, checks } = await begin();
      const first = await exchange(await signInAt(await newBrowser(), address, person, callback), checks);
      const second = await refresh(first.refresh_token);
      const userinfo = await oauth.userInfoRequest(server, client, second.access_token);
      const who = await oauth.processUserInfoResponse(server, client, person.user_id, userinfo);
      assert.equal(who.email, person.email);
      const revoked = await oauth.revocationRequest(server, client, authentication, second.refresh_token);
      await oauth.processRevocationResponse(revoked);
      await assert.rejects(refresh(second.refresh_token), refused("invalid_grant"));
    });

    it("loses everything when a refresh token comes twice", async () => {
      const { address, checks } = await begin();
      const first = await exchange(await signInAt(await newBrowser(), address, person, callback), checks);
      const second = await refresh(first.refresh_token);
      await assert.rejects(refresh(first.refresh_token), refused("invalid_grant"));
      await assert.rejects(refresh(second.refresh_token), refused("invalid_grant"));
    });

    it("pushes its request", async () => {
      const { parameters, checks } = await begin();
      const response = await oauth.pushedAuthorizationRequest(server, client, authentication, parameters);
      const { request_uri } = await oauth.processPushedAuthorizationResponse(server, client, response);
      const address = new URL(server.authorization_endpoint);
      address.searchParams.set("client_id", client.client_id);
      address.searchParams.set("request_uri", request_uri);
      const answer = await signInAt(await newBrowser(), address, person, callback);
      assert.equal(oauth.getValidatedIdTokenClaims(await exchange(answer, checks)).sub, person.user_id);
    });

    if (kind !== "without a secret") {
      it("learns what tokens are worth", async () => {
        const { address, checks } = await begin();
        const tokens = await exchange(await signInAt(await newBrowser(), address, person, callback), checks);
        const worth = async (token) => {
          const response = await oauth.introspectionRequest(server, client, authentication, token);
          return oauth.processIntrospectionResponse(server, client, response);
        };
        assert.equal((await worth(tokens.access_token)).org_id, acme.id);
        assert.equal((await worth(tokens.refresh_token)).active, true);
        await guildhall.organizations.members.delete(acme.id, { members: [person.user_id] });
        assert.equal((await worth(tokens.refresh_token)).active, false);
        await assert.rejects(refresh(tokens.refresh_token), refused("invalid_grant"));
        await join(acme, person, api.reader);
      });
    }

    it("learns from the answer why there is no code", async () => {
      const { address, checks } = await begin({ prompt: "none" });
      const page = await newBrowser();
      await page.goto(address.href);
      const answer = new URL(page.url());
      assert.throws(() => oauth.validateAuthResponse(server, client, answer, checks.state), (error) => {
        assert.equal(error.error, "login_required");
        return true;
      });
      assert.throws(() => oauth.validateAuthResponse(server, client, answer, oauth.generateRandomState()), /state/);
    });

    /** Why there is no code. */
    const told = (answer, { state }) => {
      try {
        oauth.validateAuthResponse(server, client, answer, state);
      } catch ({ error, error_description }) {
        return [error, error_description];
      }
      throw new Error(`an answer with a code: ${answer}`);
    };

    it("gets no code for an organization that does not exist, and for whoever is no member", async () => {
      const unknown = await begin({ organization: "org_0000000000000000" });
      const page = await newBrowser();
      await page.goto(unknown.address.href);
      assert.deepEqual(told(await arrival(page, callback), unknown.checks),
        ["invalid_request", "parameter organization is invalid: org_0000000000000000"]);
      const stranger = await newPerson("stranger");
      const { address, checks } = await begin();
      assert.deepEqual(told(await signInAt(page, address, stranger, callback), checks),
        ["access_denied", `user ${stranger.user_id} is not part of the ${acme.id} organization`]);
    });

    it("gets no code for an invitation that is spent, or that is for somebody else", async () => {
      const [invited, stranger] = [await newPerson("invited"), await newPerson("stranger")];
      const { ticket_id: invitation } = await invite(acme, client, invited.email);
      const accepting = async (person) => {
        const { address, checks } = await begin({ invitation });
        const page = await newBrowser();
        await page.goto(address.href);
        await page.getByRole("button", { name: "I have an account" }).click();
        await signIn(page, person);
        return [await arrival(page, callback), checks];
      };
      assert.deepEqual(told(...await accepting(stranger)),
        ["access_denied", "the specified account is not allowed to accept the current invitation"]);
      const tokens = await exchange(...await accepting(invited));
      assert.equal(oauth.getValidatedIdTokenClaims(tokens).sub, invited.user_id);
      const { address, checks } = await begin({ invitation });
      const page = await newBrowser();
      await page.goto(address.href);
      assert.deepEqual(told(await arrival(page, callback), checks),
        ["invalid_request", "invalid_user_invitation_ticket: ticket has already been used"]);
    });

    it("refuses an ID token with another nonce", async () => {
      const { address, checks } = await begin();
      const answer = await signInAt(await newBrowser(), address, person, callback);
      await assert.rejects(exchange(answer, { ...checks, nonce: oauth.generateRandomNonce() }), /nonce/);
    });

    it("gets neither a code nor a refresh from a session that is over", async () => {
      const someone = await newPerson("sid");
      await join(acme, someone);
      const page = await newBrowser();
      const signedIn = async () => {
        const { address, checks } = await begin();
        return exchange(await signInAt(page, address, someone, callback), checks);
      };
      const silently = async () => {
        const { address, checks } = await begin({ prompt: "none" });
        await page.goto(address.href);
        return told(await arrival(page, callback), checks);
      };
      await whileSessionsLast({ session_lifetime: 3 / 3600 }, signedIn);
      await untilSessionsHaveExpired(someone);
      assert.deepEqual(await silently(), ["login_required", "Login required"]);
      await signedIn();
      await endSessions(someone);
      assert.deepEqual(await silently(), ["login_required", "Login required"]);
      const { refresh_token } = await signedIn();
      await revokeSessions(someone);
      await assert.rejects(refresh(refresh_token), refused("invalid_grant"));
      assert.deepEqual(await silently(), ["login_required", "Login required"]);
    });

    it("has nobody sent to an address that is not registered", async () => {
      const { address } = await begin({ redirect_uri: "https://elsewhere.example/callback" });
      const page = await newBrowser();
      assert.equal((await page.goto(address.href)).status(), 400);
      await errorPage(page);
    });

    it("must name an organization, as it is registered", async () => {
      const { address, checks } = await begin();
      address.searchParams.delete("organization");
      const page = await newBrowser();
      await page.goto(address.href);
      assert.throws(() => oauth.validateAuthResponse(server, client, new URL(page.url()), checks.state), (error) => {
        assert.equal(error.error, "invalid_request");
        assert.equal(error.error_description, "parameter organization is required for this client");
        return true;
      });
    });
  });
}

describe("a client of somebody else", () => {
  it("gets no code when the person does not allow it", async () => {
    const { client_id } = await newClient({
      callbacks: [callback], app_type: "native", token_endpoint_auth_method: "none", is_first_party: false,
    });
    const [state, verifier] = [oauth.generateRandomState(), oauth.generateRandomCodeVerifier()];
    const address = new URL(server.authorization_endpoint);
    address.search = new URLSearchParams({
      client_id, state, response_type: "code", redirect_uri: callback, scope: "openid email", audience: api.audience,
      code_challenge: await oauth.calculatePKCECodeChallenge(verifier), code_challenge_method: "S256",
    });
    const page = await newBrowser();
    await page.goto(address.href);
    await signIn(page, await newPerson("carol"));
    await page.getByRole("button", { name: "Don’t allow" }).click();
    const answer = await arrival(page, callback);
    assert.throws(() => oauth.validateAuthResponse(server, { client_id }, answer, state), ({ error }) => {
      assert.equal(error, "access_denied");
      return true;
    });
  });
});

describe("a device without a keyboard", () => {
  it("waits, is slowed down, and is connected", async () => {
    const grant_type = "urn:ietf:params:oauth:grant-type:device_code";
    const created = await newClient({
      app_type: "native", token_endpoint_auth_method: "none", grant_types: [grant_type],
    });
    const client = { client_id: created.client_id };
    const begun = await oauth.deviceAuthorizationRequest(server, client, oauth.None(), { scope: "openid" });
    const code = await oauth.processDeviceAuthorizationResponse(server, client, begun);
    const poll = async () => {
      const response = await oauth.deviceCodeGrantRequest(server, client, oauth.None(), code.device_code);
      return oauth.processDeviceCodeResponse(server, client, response).catch((error) => error);
    };
    assert.equal((await poll()).error, "authorization_pending");
    assert.equal((await poll()).error, "slow_down");

    const person = await newPerson("dora");
    const page = await newBrowser();
    await page.goto(code.verification_uri_complete);
    await page.getByRole("button", { name: "Continue" }).click();
    await signIn(page, person);
    await page.getByRole("button", { name: "Connect", exact: true }).click();
    await page.getByRole("heading", { name: "Device connected" }).waitFor();
    // RFC 8628 section 3.5: whoever was told to slow down waits five seconds more than the interval.
    await new Promise((later) => setTimeout(later, (code.interval + 5) * 1000));
    const answer = await poll();
    assert.equal(answer.error, undefined);
    assert.equal(oauth.getValidatedIdTokenClaims(answer).sub, person.user_id);
  });
});
