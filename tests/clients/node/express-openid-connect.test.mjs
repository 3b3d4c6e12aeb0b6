// A vendor's Express application with the stock `express-openid-connect`: its default (an ID token by `form_post`), the
// hybrid flow, and the code flow.
import assert from "node:assert/strict";
import { before, describe, it } from "node:test";
import express from "express";
import { createRequire } from "node:module";
import { followAltered, newBrowser, signIn } from "./browser.mjs";
import { claimsOf, issuer } from "./guildhall.mjs";
import { guildhall, join, newApi, newClient, newCustomer, newPerson, rotating } from "./vendor.mjs";
import { serveOverTls } from "./web.mjs";

const { auth } = createRequire(import.meta.url)("express-openid-connect");

let api, acme, globex;

before(async () => {
  await guildhall.tenants.settings.update({
    oidc_logout: { rp_logout_end_session_endpoint_discovery: true },
    pushed_authorization_requests_supported: true,
  });
  api = await newApi();
  acme = await newCustomer("acme");
  globex = await newCustomer("globex");
});

/** Starts the vendor's application; `options` are the SDK's. Gives its address. */
async function application(options, settings = {}) {
  const app = express();
  const origin = await serveOverTls(app);
  const client = await newClient({
    app_type: "regular_web",
    callbacks: [`${origin}/callback`],
    allowed_logout_urls: [origin],
    organization_usage: "allow",
    refresh_token: rotating,
    ...settings,
  });
  app.use(auth({
    issuerBaseURL: issuer,
    baseURL: origin,
    clientID: client.client_id,
    secret: "a long, randomly-generated string of this test",
    authRequired: false,
    idpLogout: true,
    ...options(client),
  }));
  app.get("/sign-in", ({ query }, response) => response.oidc.login({ returnTo: "/me", authorizationParams: query }));
  app.get("/me", async ({ oidc }, response) => {
    if (!oidc.isAuthenticated()) return response.status(401).json({});
    const { idTokenClaims, accessToken } = oidc;
    const userinfo = accessToken && await oidc.fetchUserInfo();
    response.json({ idTokenClaims, accessToken: accessToken?.access_token, userinfo });
  });
  app.get("/refresh", async ({ oidc }, response) => {
    const { access_token } = await oidc.accessToken.refresh();
    response.json({ accessToken: access_token });
  });
  app.use((error, _request, response, _next) =>
    response.status(error.status ?? 500).json({ error: error.error, description: error.error_description }));
  return { origin, client };
}

const signInOf = ({ origin }, parameters) => `${origin}/sign-in?${new URLSearchParams(parameters)}`;
const begin = (page, app, parameters) => page.goto(signInOf(app, parameters));

/** What the application says at an address of its own, once the browser is there. */
async function said(page, { origin }, path) {
  await page.waitForURL((url) => url.href.startsWith(origin + path));
  return JSON.parse(await page.locator("body").innerText());
}

async function newMember(name, ...roles) {
  const person = await newPerson(name);
  await join(acme, person, ...roles);
  return person;
}

describe("with an ID token by form_post, as the SDK does unless told otherwise", () => {
  let app, alice;

  before(async () => {
    app = await application(() => ({}), { grant_types: ["implicit"] });
    alice = await newMember("alice");
  });

  it("a person signs in to an organization", async () => {
    const page = await newBrowser();
    await begin(page, app, { organization: acme.id });
    await signIn(page, alice);
    const { idTokenClaims } = await said(page, app, "/me");
    assert.equal(idTokenClaims.sub, alice.user_id);
    assert.equal(idTokenClaims.org_id, acme.id);
    assert.equal(idTokenClaims.email, alice.email);
  });

  it("also in a browser without scripts", async () => {
    const page = await newBrowser({ javaScriptEnabled: false });
    await begin(page, app, { organization: acme.id });
    await signIn(page, alice);
    await page.getByRole("button", { name: "Continue" }).click();
    await page.waitForURL(`${app.origin}/me`);
    assert.match(await page.content(), new RegExp(acme.id));
  });

  it("is asked again after signing out", async () => {
    const page = await newBrowser();
    await begin(page, app, { organization: acme.id });
    await signIn(page, alice);
    await said(page, app, "/me");
    await page.goto(`${app.origin}/logout`);
    await page.waitForURL(`${app.origin}/`);
    assert.equal((await page.goto(`${app.origin}/me`)).status(), 401);
    await begin(page, app, { organization: acme.id });
    await page.getByLabel("Email or username").waitFor();
  });

  it("a person who is no member is refused", async () => {
    const page = await newBrowser();
    await begin(page, app, { organization: globex.id });
    await signIn(page, alice);
    const { error, description } = await said(page, app, "/callback");
    assert.equal(error, "access_denied");
    assert.equal(description, `user ${alice.user_id} is not part of the ${globex.id} organization`);
  });

  it("nobody is refused when nobody is to be asked", async () => {
    const page = await newBrowser();
    await begin(page, app, { organization: acme.id, prompt: "none" });
    assert.equal((await said(page, app, "/callback")).error, "login_required");
  });

  for (const [name, reason] of [["state", "OAUTH_INVALID_RESPONSE"], ["nonce", "OAUTH_JWT_CLAIM_COMPARISON_FAILED"]]) {
    it(`the SDK refuses an answer with another ${name}`, async () => {
      const page = await newBrowser();
      await followAltered(page, signInOf(app, { organization: acme.id }), { [name]: "another-one" });
      await signIn(page, alice);
      assert.equal((await said(page, app, "/callback")).error, reason);
    });
  }
});

describe("with the hybrid flow", () => {
  it("a person signs in, and the code hash fits", async () => {
    const app = await application(({ client_secret }) => ({
      clientSecret: client_secret,
      authorizationParams: { response_type: "code id_token", audience: api.audience, scope: "openid profile" },
    }), { grant_types: ["authorization_code", "implicit"] });
    const alice = await newMember("alice", api.reader);
    const page = await newBrowser();
    await begin(page, app, { organization: acme.id });
    await signIn(page, alice);
    const { idTokenClaims, accessToken } = await said(page, app, "/me");
    assert.equal(idTokenClaims.org_id, acme.id);
    assert.deepEqual(claimsOf(accessToken).permissions, ["read:reports"]);
  });

  it("a client that is not registered for it is refused", async () => {
    const app = await application(({ client_secret }) => ({
      clientSecret: client_secret,
      authorizationParams: { response_type: "code id_token" },
    }), { grant_types: ["authorization_code"] });
    const page = await newBrowser();
    await begin(page, app, { organization: acme.id });
    assert.equal((await said(page, app, "/callback")).error, "unauthorized_client");
  });
});

describe("with the code flow", () => {
  let app, alice;
  const code = ({ client_secret }) => ({
    clientSecret: client_secret,
    authorizationParams: {
      response_type: "code", audience: api.audience, scope: "openid profile email offline_access",
    },
  });

  before(async () => {
    app = await application(code, { grant_types: ["authorization_code", "refresh_token"] });
    alice = await newMember("alice", api.writer);
  });

  it("a person signs in to an organization, and the application refreshes", async () => {
    const page = await newBrowser();
    await begin(page, app, { organization: acme.id });
    await signIn(page, alice);
    const { idTokenClaims, accessToken, userinfo } = await said(page, app, "/me");
    assert.equal(idTokenClaims.org_id, acme.id);
    assert.equal(userinfo.sub, alice.user_id);
    assert.equal(userinfo.email, alice.email);
    assert.deepEqual(claimsOf(accessToken).permissions, ["read:reports", "write:reports"]);

    await guildhall.organizations.members.roles.delete(acme.id, alice.user_id, { roles: [api.writer.id] });
    await page.goto(`${app.origin}/refresh`);
    const refreshed = await said(page, app, "/refresh");
    assert.deepEqual(claimsOf(refreshed.accessToken).permissions, []);
    await guildhall.organizations.members.delete(acme.id, { members: [alice.user_id] });
    await page.goto(`${app.origin}/refresh`);
    assert.equal((await said(page, app, "/refresh")).error, "invalid_grant");
  });

  it("the request can be pushed", async () => {
    const pushing = await application((client) => ({ ...code(client), pushedAuthorizationRequests: true }), {
      grant_types: ["authorization_code", "refresh_token"], require_pushed_authorization_requests: true,
    });
    const bob = await newMember("bob", api.reader);
    const page = await newBrowser();
    await begin(page, pushing, { organization: acme.id });
    assert.match(page.url(), new RegExp(`^${issuer}`));
    await signIn(page, bob);
    assert.equal((await said(page, pushing, "/me")).idTokenClaims.org_id, acme.id);
  });

  it("the SDK refuses an answer with another state", async () => {
    const page = await newBrowser();
    await followAltered(page, signInOf(app, { organization: acme.id, prompt: "none" }), { state: "another-one" });
    assert.equal((await said(page, app, "/callback")).error, "OAUTH_INVALID_RESPONSE");
  });
});

describe("when the person signs out elsewhere", () => {
  it("the application is told, and forgets the person", async () => {
    const store = new Map();
    const sessions = {
      get: (id, done) => done(null, store.get(id)),
      set: (id, session, done) => { store.set(id, session); done(null); },
      destroy: (id, done) => { store.delete(id); done(null); },
    };
    const app = await application(({ client_secret }) => ({
      clientSecret: client_secret,
      authorizationParams: { response_type: "code" },
      session: { store: sessions },
      backchannelLogout: true,
    }));
    await guildhall.clients.update(app.client.client_id, {
      oidc_logout: {
        backchannel_logout_urls: [`${app.origin}/backchannel-logout`], backchannel_logout_initiators: { mode: "all" },
      },
    });
    const alice = await newMember("alice");
    const page = await newBrowser();
    await begin(page, app, { organization: acme.id });
    await signIn(page, alice);
    await said(page, app, "/me");
    const told = new Promise((done) => {
      const set = sessions.set;
      sessions.set = (id, session, next) => { set(id, session, next); if (id.startsWith(issuer)) done(); };
    });
    await page.goto(`${issuer}v2/logout?client_id=${app.client.client_id}`);
    await told;
    assert.equal((await page.goto(`${app.origin}/me`)).status(), 401);
  });
});
