// A vendor's Express application with the stock `express-openid-connect`: its default (an ID token by `form_post`), the
// hybrid flow, and the code flow.
import assert from "node:assert/strict";
import { before, describe, it } from "node:test";
import express from "express";
import { createRequire } from "node:module";
import { errorPage, followAltered, newBrowser, signIn } from "./browser.mjs";
import { claimsOf, issuer } from "./guildhall.mjs";
import {
  endSessions, guildhall, invite, join, newApi, newClient, newCustomer, newPerson, revokeSessions, rotating,
  untilSessionsHaveExpired, whileSessionsLast,
} from "./vendor.mjs";
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
    initiate_login_uri: `${origin}/sign-in`,
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
const code = ({ client_secret }) => ({
  clientSecret: client_secret,
  authorizationParams: { response_type: "code", audience: api.audience, scope: "openid profile email offline_access" },
});
const grant_types = ["authorization_code", "refresh_token"];

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

  before(async () => {
    app = await application(code, { grant_types });
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
      grant_types, require_pushed_authorization_requests: true,
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

describe("the answer is a refusal", () => {
  let app, bob;

  before(async () => {
    app = await application(code, { grant_types });
    bob = await newMember("bob", api.reader);
  });

  /** What the application is told when a person, if any, has done what the pages ask for. */
  const told = async (parameters, act = () => {}) => {
    const page = await newBrowser();
    await begin(page, app, parameters);
    await act(page);
    return said(page, app, "/callback");
  };

  it("for an organization that does not exist", async () => {
    const { error, description } = await told({ organization: "org_0000000000000000" });
    assert.equal(error, "invalid_request");
    assert.equal(description, "parameter organization is invalid: org_0000000000000000");
  });

  it("for a person who is no member", async () => {
    const { error } = await told({ organization: globex.id }, (page) => signIn(page, bob));
    assert.equal(error, "access_denied");
  });

  it("for an invitation that is spent, and one that is for somebody else", async () => {
    const [invited, stranger] = [await newPerson("invited"), await newPerson("stranger")];
    const { invitation_url, ticket_id } = await invite(acme, app.client, invited.email, { roles: [api.reader.id] });
    const parameters = { organization: acme.id, invitation: ticket_id };
    const answered = (person) => async (page) => {
      await page.getByRole("button", { name: "I have an account" }).click();
      await signIn(page, person);
    };
    const foreign = await told(parameters, answered(stranger));
    assert.equal(foreign.error, "access_denied");
    assert.equal(foreign.description, "the specified account is not allowed to accept the current invitation");

    const page = await newBrowser();
    await page.goto(invitation_url);
    await answered(invited)(page);
    const { idTokenClaims, accessToken } = await said(page, app, "/me");
    assert.deepEqual([idTokenClaims.sub, idTokenClaims.org_id], [invited.user_id, acme.id]);
    assert.deepEqual(claimsOf(accessToken).permissions, ["read:reports"]);

    const spent = await told(parameters);
    assert.equal(spent.error, "invalid_request");
    assert.equal(spent.description, "invalid_user_invitation_ticket: ticket has already been used");
  });

  it("for a person who does not allow what the client asks for", async () => {
    const theirs = await application(code, { grant_types, is_first_party: false, organization_usage: undefined });
    const page = await newBrowser();
    await begin(page, theirs, {});
    await signIn(page, bob);
    await page.getByRole("button", { name: "Don’t allow" }).click();
    assert.equal((await said(page, theirs, "/callback")).error, "access_denied");
    assert.equal((await page.goto(`${theirs.origin}/me`)).status(), 401);
  });

  it("for a code that comes again, which takes back what was issued for it", async () => {
    const page = await newBrowser();
    await begin(page, app, { organization: acme.id });
    // The SDK forgets a request that was answered: this browser remembers it.
    const remembered = await page.context().cookies(app.origin);
    const answer = page.waitForRequest((request) => request.url().startsWith(`${app.origin}/callback?`));
    await signIn(page, bob);
    await said(page, app, "/me");
    await page.context().addCookies(remembered);
    await page.goto((await answer).url());
    assert.equal((await said(page, app, "/callback")).error, "invalid_grant");
    await page.goto(`${app.origin}/refresh`);
    assert.equal((await said(page, app, "/refresh")).error, "invalid_grant");
  });

  it("for a refresh token that comes again, which takes back all that came of it", async () => {
    const page = await newBrowser();
    await begin(page, app, { organization: acme.id });
    await signIn(page, bob);
    await said(page, app, "/me");
    const refreshed = async () => {
      await page.goto(`${app.origin}/refresh`);
      return said(page, app, "/refresh");
    };
    const first = await page.context().cookies(app.origin);
    assert.ok((await refreshed()).accessToken);
    const second = await page.context().cookies(app.origin);
    for (const spent of [first, second]) {
      await page.context().addCookies(spent);
      assert.equal((await refreshed()).error, "invalid_grant");
    }
  });

  it("by the SDK for an ID token with another nonce", async () => {
    const page = await newBrowser();
    await followAltered(page, signInOf(app, { organization: acme.id }), { nonce: "another-one" });
    await signIn(page, bob);
    assert.equal((await said(page, app, "/callback")).error, "OAUTH_JWT_CLAIM_COMPARISON_FAILED");
  });

  it("is shown to the person, for an address that is not registered", async () => {
    const page = await newBrowser();
    await begin(page, app, { organization: acme.id, redirect_uri: "https://elsewhere.example/callback" });
    assert.match(await errorPage(page), /Callback URL mismatch/);
  });
});

describe("when the session is over", () => {
  let app, carol;

  before(async () => {
    app = await application(code, { grant_types });
    carol = await newMember("carol", api.reader);
  });

  const signedIn = async () => {
    const page = await newBrowser();
    await begin(page, app, { organization: acme.id });
    await signIn(page, carol);
    await said(page, app, "/me");
    return page;
  };

  /** Nobody is signed in: neither silently, nor without being asked. */
  const asked = async (page) => {
    await begin(page, app, { organization: acme.id, prompt: "none" });
    assert.equal((await said(page, app, "/callback")).error, "login_required");
    await begin(page, app, { organization: acme.id });
    await page.getByLabel("Email or username").waitFor();
  };

  const refreshed = async (page) => {
    await page.goto(`${app.origin}/refresh`);
    return said(page, app, "/refresh");
  };

  for (const lifetime of ["session_lifetime", "idle_session_lifetime"]) {
    it(`the person is asked again: by its ${lifetime}`, async () => {
      const page = await whileSessionsLast({ [lifetime]: 3 / 3600 }, signedIn);
      await untilSessionsHaveExpired(carol);
      await asked(page);
    });
  }

  it("the person is asked again: by the vendor, who leaves offline access alone", async () => {
    const page = await signedIn();
    await endSessions(carol);
    assert.ok((await refreshed(page)).accessToken);
    await asked(page);
  });

  it("the application gets no token either, where the vendor has revoked the session", async () => {
    const page = await signedIn();
    await revokeSessions(carol);
    assert.equal((await refreshed(page)).error, "invalid_grant");
    await asked(page);
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
