// The stock `openid-client`: code with PKCE, refresh, userinfo, introspection, revocation, pushed requests, logout,
// consent, devices.
import assert from "node:assert/strict";
import { before, describe, it } from "node:test";
import * as client from "openid-client";
import { arrival, errorPage, newBrowser, signIn, signInAt } from "./browser.mjs";
import { audienceOf, claimsOf, issuer } from "./guildhall.mjs";
import { guildhall, join, newApi, newClient, newCustomer, newPerson, rotating } from "./vendor.mjs";
import { landing } from "./web.mjs";

let api, acme, umbrella, callback, config, registered;

before(async () => {
  await guildhall.tenants.settings.update({
    oidc_logout: { rp_logout_end_session_endpoint_discovery: true },
    pushed_authorization_requests_supported: true,
    authorization_response_iss_parameter_supported: true,
  });
  callback = await landing();
  api = await newApi();
  acme = await newCustomer("acme");
  umbrella = await newCustomer("umbrella", "audience");
  [config, registered] = await configuration({ organization_usage: "allow", refresh_token: rotating });
});

/** A client of the vendor's, and the SDK's configuration for it. */
async function configuration(settings) {
  const created = await newClient({
    app_type: "regular_web",
    callbacks: [callback],
    allowed_logout_urls: [callback],
    grant_types: ["authorization_code", "refresh_token"],
    ...settings,
  });
  const isPublic = settings.token_endpoint_auth_method === "none";
  const authentication = isPublic ? client.None() : client.ClientSecretPost(created.client_secret);
  return [await client.discovery(new URL(issuer), created.client_id, undefined, authentication), created];
}

/** A request for authorization, and what its answer is checked by. */
async function request(parameters = {}, by = config) {
  const checks = {
    pkceCodeVerifier: client.randomPKCECodeVerifier(),
    expectedState: client.randomState(),
    expectedNonce: client.randomNonce(),
  };
  const all = {
    redirect_uri: callback,
    scope: "openid profile email offline_access",
    audience: api.audience,
    code_challenge: await client.calculatePKCECodeChallenge(checks.pkceCodeVerifier),
    code_challenge_method: "S256",
    state: checks.expectedState,
    nonce: checks.expectedNonce,
    ...parameters,
  };
  return { address: client.buildAuthorizationUrl(by, all), checks, parameters: all };
}

/** A person signs in, and the client has its tokens. */
async function signedIn(person, parameters) {
  const page = await newBrowser();
  const { address, checks } = await request(parameters);
  const answer = await signInAt(page, address, person, callback);
  return { page, answer, checks, tokens: await client.authorizationCodeGrant(config, answer, checks) };
}

async function newMember(name, ...roles) {
  const person = await newPerson(name);
  await join(acme, person, ...roles);
  return person;
}

const refused = (code) => (error) => {
  assert.equal(error.error, code, `${error.message} ${error.error_description ?? ""} ${error.cause ?? ""}`);
  return true;
};

describe("discovery", () => {
  it("says what this server does", () => {
    const server = config.serverMetadata();
    assert.equal(server.issuer, issuer);
    assert.equal(server.authorization_response_iss_parameter_supported, true);
    assert.ok(server.code_challenge_methods_supported.includes("S256"));
    for (const endpoint of ["authorization", "token", "userinfo", "revocation", "introspection", "device_authorization",
      "end_session", "pushed_authorization_request"]) {
      assert.match(server[`${endpoint}_endpoint`], new RegExp(`^${issuer}`), endpoint);
    }
  });
});

describe("a person signs in by code", () => {
  let alice, session;

  before(async () => {
    alice = await newMember("alice", api.writer);
    session = await signedIn(alice, { organization: acme.id });
  });

  it("and the answer names its issuer", () => {
    assert.equal(session.answer.searchParams.get("iss"), issuer);
  });

  it("and the ID token says who", () => {
    const claims = session.tokens.claims();
    assert.equal(claims.sub, alice.user_id);
    assert.equal(claims.org_id, acme.id);
    assert.equal(claims.email, alice.email);
    assert.ok(claims.sid);
  });

  it("and userinfo says the same", async () => {
    const person = await client.fetchUserInfo(config, session.tokens.access_token, alice.user_id);
    assert.equal(person.email, alice.email);
  });

  it("and introspection says what the access token is worth", async () => {
    const worth = await client.tokenIntrospection(config, session.tokens.access_token);
    assert.equal(worth.active, true);
    assert.equal(worth.sub, alice.user_id);
    assert.equal(worth.client_id, registered.client_id);
    assert.equal(worth.org_id, acme.id);
    assert.equal((await client.tokenIntrospection(config, "not-a-token")).active, false);
  });

  it("and the code counts once: coming again, it takes back what was issued for it", async () => {
    const again = await signedIn(alice, { organization: acme.id });
    await assert.rejects(client.authorizationCodeGrant(config, again.answer, again.checks), refused("invalid_grant"));
    await assert.rejects(client.refreshTokenGrant(config, again.tokens.refresh_token), refused("invalid_grant"));
  });

  it("and each refresh token counts once: coming again, it takes back the whole family", async () => {
    const { tokens } = await signedIn(alice, { organization: acme.id });
    const second = await client.refreshTokenGrant(config, tokens.refresh_token);
    assert.notEqual(second.refresh_token, tokens.refresh_token);
    assert.equal(second.claims().org_id, acme.id);
    assert.equal(claimsOf(second.access_token).sub, alice.user_id);
    await assert.rejects(client.refreshTokenGrant(config, tokens.refresh_token), refused("invalid_grant"));
    await assert.rejects(client.refreshTokenGrant(config, second.refresh_token), refused("invalid_grant"));
  });

  it("and a refresh token that was revoked is worth nothing", async () => {
    const { tokens } = await signedIn(alice, { organization: acme.id });
    assert.equal((await client.tokenIntrospection(config, tokens.refresh_token)).active, true);
    await client.tokenRevocation(config, tokens.refresh_token);
    assert.equal((await client.tokenIntrospection(config, tokens.refresh_token)).active, false);
    await assert.rejects(client.refreshTokenGrant(config, tokens.refresh_token), refused("invalid_grant"));
  });

  it("and another client can do nothing with the code or the refresh token", async () => {
    const [other] = await configuration({ organization_usage: "allow" });
    const { tokens } = await signedIn(alice, { organization: acme.id });
    await assert.rejects(client.refreshTokenGrant(other, tokens.refresh_token), refused("invalid_grant"));
    assert.equal((await client.tokenIntrospection(other, tokens.refresh_token)).active, false);
    const { address, checks } = await request({ organization: acme.id });
    const answer = await signInAt(await newBrowser(), address, alice, callback);
    await assert.rejects(client.authorizationCodeGrant(other, answer, checks), refused("invalid_grant"));
    await client.authorizationCodeGrant(config, answer, checks);
  });

  it("and another verifier does not open the code", async () => {
    const { address, checks } = await request({ organization: acme.id });
    const answer = await signInAt(await newBrowser(), address, alice, callback);
    const wrong = { ...checks, pkceCodeVerifier: client.randomPKCECodeVerifier() };
    await assert.rejects(client.authorizationCodeGrant(config, answer, wrong), refused("invalid_grant"));
  });

  it("and the SDK refuses another state or nonce than its own", async () => {
    const { address, checks } = await request({ organization: acme.id });
    const answer = await signInAt(await newBrowser(), address, alice, callback);
    const grant = (changes) => client.authorizationCodeGrant(config, answer, { ...checks, ...changes });
    const named = (name) => ({ cause }) => new RegExp(`unexpected .*"${name}"`).test(cause.message);
    await assert.rejects(grant({ expectedState: client.randomState() }), named("state"));
    await assert.rejects(grant({ expectedNonce: client.randomNonce() }), named("nonce"));
  });

  it("and is asked nothing the second time, unless the client says so", async () => {
    const { page } = session;
    const silent = await request({ organization: acme.id, prompt: "none" });
    await page.goto(silent.address.href);
    const tokens = await client.authorizationCodeGrant(config, await arrival(page, callback), silent.checks);
    assert.equal(tokens.claims().sub, alice.user_id);

    const again = await request({ organization: acme.id, prompt: "login", max_age: "3600" });
    const answer = await signInAt(page, again.address, alice, callback);
    const fresh = await client.authorizationCodeGrant(config, answer, { ...again.checks, maxAge: 3600 });
    assert.ok(fresh.claims().auth_time);
  });

  it("and signs out at the client's wish", async () => {
    const { page, tokens } = session;
    const state = client.randomState();
    const address = client.buildEndSessionUrl(config, {
      post_logout_redirect_uri: callback, id_token_hint: tokens.id_token, state,
    });
    await page.goto(address.href);
    assert.equal((await arrival(page, callback)).searchParams.get("state"), state);
    const { address: silent } = await request({ organization: acme.id, prompt: "none" });
    await page.goto(silent.href);
    assert.equal((await arrival(page, callback)).searchParams.get("error"), "login_required");
  });
});

describe("an organization's own audience", () => {
  it("implies the organization, by audience and by resource", async () => {
    const person = await newPerson("bob");
    await join(umbrella, person, api.reader);
    const own = audienceOf(api.audience, umbrella);
    for (const parameters of [{ audience: own }, { audience: "", resource: own }]) {
      const { address, checks } = await request(parameters);
      if (!parameters.audience) address.searchParams.delete("audience");
      const answer = await signInAt(await newBrowser(), address, person, callback);
      const tokens = await client.authorizationCodeGrant(config, answer, checks);
      const claims = claimsOf(tokens.access_token);
      assert.equal(claims.org_id, umbrella.id);
      assert.ok([claims.aud].flat().includes(own));
      assert.deepEqual(claims.permissions, ["read:reports"]);
      assert.equal(tokens.claims().org_id, umbrella.id);
    }
  });

  it("must not contradict an organization that is named", async () => {
    const { address, checks } = await request({ audience: audienceOf(api.audience, umbrella), organization: acme.id });
    const page = await newBrowser();
    await page.goto(address.href);
    const answer = await arrival(page, callback);
    await assert.rejects(client.authorizationCodeGrant(config, answer, checks), refused("invalid_request"));
  });
});

describe("a refresh token, where the client may use it for any organization", () => {
  let any, person, tokens;

  before(async () => {
    const refresh_token = { ...rotating, allow_any_organization: true };
    [any] = await configuration({ organization_usage: "allow", refresh_token });
    person = await newMember("wanda", api.writer);
    await join(umbrella, person, api.reader);
    const { address, checks } = await request({ organization: acme.id }, any);
    const answer = await signInAt(await newBrowser(), address, person, callback);
    tokens = await client.authorizationCodeGrant(any, answer, checks);
  });

  const narrowed = async (parameters) => {
    tokens = await client.refreshTokenGrant(any, tokens.refresh_token, parameters);
    return claimsOf(tokens.access_token);
  };

  it("is narrowed by organization, and by resource", async () => {
    for (const parameters of [{ organization: umbrella.id }, { resource: audienceOf(api.audience, umbrella) }]) {
      const claims = await narrowed(parameters);
      assert.equal(claims.org_id, umbrella.id);
      assert.ok([claims.aud].flat().includes(audienceOf(api.audience, umbrella)));
      assert.deepEqual(claims.permissions, ["read:reports"]);
    }
    const claims = await narrowed({ organization: acme.id });
    assert.equal(claims.org_id, acme.id);
    assert.deepEqual(claims.permissions, ["read:reports", "write:reports"]);
  });

  it("tells nothing of organizations to which the person does not belong", async () => {
    const foreign = await newCustomer("foreign");
    const ask = (organization) => client.refreshTokenGrant(any, tokens.refresh_token, { organization }).then(
      () => assert.fail("this must be refused"),
      ({ error, error_description, status }) => [error, error_description.replace(organization, "…"), status],
    );
    assert.deepEqual(await ask(foreign.id), await ask("org_0000000000000000"));
  });
});

describe("a pushed request", () => {
  let alice;

  before(async () => { alice = await newMember("alice"); });

  it("signs a person in", async () => {
    const { parameters, checks } = await request({ organization: acme.id });
    const address = await client.buildAuthorizationUrlWithPAR(config, parameters);
    assert.deepEqual([...address.searchParams.keys()].sort(), ["client_id", "request_uri"]);
    const answer = await signInAt(await newBrowser(), address, alice, callback);
    assert.equal((await client.authorizationCodeGrant(config, answer, checks)).claims().org_id, acme.id);
  });

  it("counts once", async () => {
    const { parameters } = await request({ organization: acme.id });
    const address = await client.buildAuthorizationUrlWithPAR(config, parameters);
    await signInAt(await newBrowser(), address, alice, callback);
    const page = await newBrowser();
    await page.goto(address.href);
    await errorPage(page);
  });

  it("with an address that is not registered is refused at once", async () => {
    const { parameters } = await request({ redirect_uri: "https://elsewhere.example/callback" });
    await assert.rejects(client.buildAuthorizationUrlWithPAR(config, parameters), refused("invalid_request"));
  });
});

describe("a client of somebody else", () => {
  let theirs, person;

  before(async () => {
    [theirs] = await configuration({ is_first_party: false });
    person = await newPerson("carol");
  });

  const asked = async (page, decision, parameters) => {
    const { address, checks } = await request(parameters, theirs);
    await page.goto(address.href);
    await signIn(page, person);
    await page.getByRole("button", { name: decision, exact: true }).click();
    return [await arrival(page, callback), checks];
  };

  it("gets nothing when the person does not allow it", async () => {
    const page = await newBrowser();
    const [answer, checks] = await asked(page, "Don’t allow");
    assert.equal(answer.searchParams.get("error"), "access_denied");
    await assert.rejects(client.authorizationCodeGrant(theirs, answer, checks), refused("access_denied"));
  });

  it("cannot be allowed silently", async () => {
    const page = await newBrowser();
    await asked(page, "Don’t allow");
    const { address } = await request({ prompt: "none" }, theirs);
    await page.goto(address.href);
    assert.equal((await arrival(page, callback)).searchParams.get("error"), "consent_required");
  });

  it("gets what the person allows, who is asked once", async () => {
    const page = await newBrowser();
    const [answer, checks] = await asked(page, "Allow");
    const tokens = await client.authorizationCodeGrant(theirs, answer, checks);
    assert.ok(tokens.refresh_token);
    const again = await request({}, theirs);
    await page.goto(again.address.href);
    await client.authorizationCodeGrant(theirs, await arrival(page, callback), again.checks);
  });
});

describe("a device", () => {
  let television, person;

  before(async () => {
    [television] = await configuration({
      app_type: "native",
      token_endpoint_auth_method: "none",
      grant_types: ["urn:ietf:params:oauth:grant-type:device_code", "refresh_token"],
    });
    person = await newPerson("dora");
  });

  const begin = () => client.initiateDeviceAuthorization(television, {
    scope: "openid profile offline_access", audience: api.audience,
  });

  it("is connected by a person at another one", async () => {
    const code = await begin();
    const polled = client.pollDeviceAuthorizationGrant(television, code);
    const page = await newBrowser();
    await page.goto(code.verification_uri_complete);
    await decided(page, person, code, "Connect");
    await page.getByRole("heading", { name: "Device connected" }).waitFor();
    const tokens = await polled;
    assert.equal(tokens.claims().sub, person.user_id);
    assert.equal((await client.refreshTokenGrant(television, tokens.refresh_token)).claims().sub, person.user_id);
  });

  it("is refused by a person who types the code", async () => {
    const code = await begin();
    const polling = client.pollDeviceAuthorizationGrant(television, code);
    const polled = assert.rejects(polling, refused("access_denied"));
    const page = await newBrowser();
    await page.goto(code.verification_uri);
    await page.getByLabel("Code").fill(code.user_code.toLowerCase());
    await decided(page, person, code, "Don’t connect");
    await page.getByRole("heading", { name: "Device not connected" }).waitFor();
    await polled;
  });
});

/** The person sends the code, signs in, and compares it with what the device shows. */
async function decided(page, person, { user_code }, decision) {
  await page.getByRole("button", { name: "Continue" }).click();
  await signIn(page, person);
  const button = page.getByRole("button", { name: decision, exact: true });
  await button.waitFor();
  assert.ok((await page.getByRole("main").innerText()).includes(user_code));
  await button.click();
}

describe("an address that is not registered", () => {
  for (const redirect_uri of ["https://elsewhere.example/callback", "%/../other", "javascript:alert(1)", "", "%?x=1"]) {
    it(`is never where the browser is sent: ${redirect_uri || "none"}`, async () => {
      const { address } = await request({ redirect_uri: redirect_uri.replace("%", callback), prompt: "none" });
      const answer = await (await newBrowser()).goto(address.href);
      if (redirect_uri === "") {
        // The first that is registered counts for a request that names none.
        assert.ok(answer.url().startsWith(callback));
      } else {
        assert.equal(answer.status(), 400);
        assert.ok(answer.url().startsWith(issuer), answer.url());
        assert.equal(answer.request().redirectedFrom(), null);
      }
    });
  }

  it("nor one of a client that does not exist", async () => {
    const { address } = await request();
    address.searchParams.set("client_id", "nobody");
    const page = await newBrowser();
    assert.equal((await page.goto(address.href)).status(), 400);
    await errorPage(page);
  });
});
