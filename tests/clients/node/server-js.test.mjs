// A vendor's server-side application with the stock `@auth0/auth0-server-js`, and people who are invited to it.
import assert from "node:assert/strict";
import { before, describe, it } from "node:test";
import { CookieTransactionStore, ServerClient, StatelessStateStore } from "@auth0/auth0-server-js";
import express from "express";
import { errorPage, followAltered, newBrowser, signIn } from "./browser.mjs";
import { claimsOf, domain, everythingFrom, issuer, unique } from "./guildhall.mjs";
import {
  endSessions, guildhall, invite as inviteTo, join, letPasswordsIn, newApi, newClient, newCustomer, newPerson, password,
  revokeSessions, rotating, untilSessionsHaveExpired, whileSessionsLast,
} from "./vendor.mjs";
import { serveOverTls } from "./web.mjs";

let api, acme, globex, app;

before(async () => {
  await guildhall.tenants.settings.update({
    oidc_logout: { rp_logout_end_session_endpoint_discovery: true },
    pushed_authorization_requests_supported: true,
  });
  api = await newApi();
  acme = await newCustomer("acme");
  globex = await newCustomer("globex");
  app = await application();
});

/** The cookies of one exchange, as the SDK's stores want to see them. */
const cookies = {
  setCookie: (name, value, options, { response }) => {
    const { maxAge, ...others } = options ?? {};
    response.cookie(name, value, { ...others, ...(maxAge === undefined ? {} : { maxAge: maxAge * 1000 }) });
  },
  getCookie: (name, at) => cookies.getCookies(at)[name],
  getCookies: ({ request }) => Object.fromEntries((request.headers.cookie ?? "").split("; ").map((pair) => {
    const at = pair.indexOf("=");
    return [pair.slice(0, at), decodeURIComponent(pair.slice(at + 1))];
  })),
  deleteCookie: (name, { response }) => response.clearCookie(name),
};

async function application(settings = {}) {
  const server = express();
  const origin = await serveOverTls(server);
  const client = await newClient({
    app_type: "regular_web",
    callbacks: [`${origin}/callback`],
    allowed_logout_urls: [origin],
    initiate_login_uri: `${origin}/sign-in`,
    organization_usage: "allow",
    refresh_token: rotating,
    grant_types: ["authorization_code", "refresh_token"],
    ...settings,
  });
  const secret = "a long, randomly-generated string of this test";
  const stateStore = new StatelessStateStore({ secret }, cookies);
  const auth0 = new ServerClient({
    domain,
    clientId: client.client_id,
    clientSecret: client.client_secret,
    authorizationParams: {
      redirect_uri: `${origin}/callback`, audience: api.audience, scope: "openid profile email offline_access",
    },
    transactionStore: new CookieTransactionStore({ secret }, cookies),
    stateStore,
    stateIdentifier: "application",
  });
  const answering = (handle) => async (request, response) => {
    const at = { request, response };
    try {
      await handle(at);
    } catch (error) {
      const { name, message, cause } = error;
      response.status(400).json({ name, message, error: cause?.error, description: cause?.error_description });
    }
  };
  server.get("/sign-in", answering(async (at) => {
    const { organization, invitation, pushed, ...authorizationParams } = at.request.query;
    delete authorizationParams.organization_name;
    // The SDK holds on to what it knows of a person until they sign out of the application.
    await stateStore.delete("application", at);
    const pushedAuthorizationRequests = pushed !== undefined;
    const options = { organization, invitation, authorizationParams, pushedAuthorizationRequests };
    at.response.redirect((await auth0.startInteractiveLogin(options, at)).href);
  }));
  server.get("/callback", answering(async (at) => {
    await auth0.completeInteractiveLogin(new URL(at.request.url, origin), at);
    at.response.redirect("/me");
  }));
  server.get("/me", answering(async (at) => {
    const user = await auth0.getUser(at);
    at.response.json(user ? { user, accessToken: (await auth0.getAccessToken(at)).accessToken } : {});
  }));
  server.get("/refresh", answering(async (at) => {
    const tokens = await auth0.getAccessToken({ audience: api.audience, scope: "openid read:reports" }, at);
    at.response.json({ accessToken: tokens.accessToken });
  }));
  server.get("/sign-out", answering(async (at) =>
    at.response.redirect((await auth0.logout({ returnTo: origin }, at)).href)));
  return { origin, client };
}

const signInAddress = (parameters, { origin } = app) => `${origin}/sign-in?${new URLSearchParams(parameters)}`;
const begin = (page, parameters) => page.goto(signInAddress(parameters));

/** What the application says at an address of its own, once the browser is there. */
async function said(page, path = "/me", { origin } = app) {
  await page.waitForURL((url) => url.href.startsWith(origin + path));
  return JSON.parse(await page.locator("body").innerText());
}

describe("a person signs in to an organization", () => {
  let alice;

  before(async () => {
    alice = await newPerson("alice");
    await join(acme, alice, api.writer);
    await join(globex, alice, api.reader);
  });

  it("and the application knows what they may do there", async () => {
    const page = await newBrowser();
    await begin(page, { organization: acme.id });
    await signIn(page, alice);
    const { user, accessToken } = await said(page);
    assert.equal(user.sub, alice.user_id);
    assert.equal(user.org_id, acme.id);
    assert.deepEqual(claimsOf(accessToken).permissions, ["read:reports", "write:reports"]);
  });

  it("and switches to another", async () => {
    const page = await newBrowser();
    await begin(page, { organization: acme.id });
    await signIn(page, alice);
    await said(page);
    await begin(page, { organization: globex.id });
    const { user, accessToken } = await said(page);
    assert.equal(user.org_id, globex.id);
    assert.deepEqual(claimsOf(accessToken).permissions, ["read:reports"]);
  });

  it("by a pushed request", async () => {
    const page = await newBrowser();
    await begin(page, { organization: acme.id, pushed: "" });
    await signIn(page, alice);
    assert.equal((await said(page)).user.org_id, acme.id);
  });

  it("by the organization's name, where the tenant allows names", async () => {
    await guildhall.tenants.settings.update({ allow_organization_name_in_authentication_api: true });
    try {
      const page = await newBrowser();
      await begin(page, { organization: acme.name });
      await signIn(page, alice);
      const { user } = await said(page);
      assert.deepEqual([user.org_id, user.org_name], [acme.id, acme.name]);
    } finally {
      await guildhall.tenants.settings.update({ allow_organization_name_in_authentication_api: false });
    }
  });

  it("and signs out, and is asked again", async () => {
    const page = await newBrowser();
    await begin(page, { organization: acme.id });
    await signIn(page, alice);
    await said(page);
    await page.goto(`${app.origin}/sign-out`);
    // The SDK does not say whose session is meant, so the person is asked.
    await page.getByRole("button", { name: "Sign out" }).click();
    await page.waitForURL(`${app.origin}/`);
    await page.goto(`${app.origin}/me`);
    assert.deepEqual(await said(page), {});
    await begin(page, { organization: acme.id });
    await page.getByLabel("Email or username").waitFor();
  });

  it("unless the answer is for another organization than the one that was asked for", async () => {
    const page = await newBrowser();
    await followAltered(page, signInAddress({ organization: acme.id }), { organization: globex.id });
    await signIn(page, alice);
    assert.equal((await said(page, "/callback")).name, "OrganizationValidationError");
  });

  it("unless they are no member", async () => {
    const stranger = await newPerson("stranger");
    const page = await newBrowser();
    await begin(page, { organization: acme.id });
    await signIn(page, stranger);
    const answer = new URL(page.url()).searchParams;
    assert.ok((await said(page, "/callback")).name);
    assert.equal(answer.get("error"), "access_denied");
  });

  it("also where the connection makes members of people", async () => {
    const open = await newCustomer("open");
    await guildhall.organizations.enabledConnections.delete(open.id, await passwordsOf(open));
    await letPasswordsIn(open, { assign_membership_on_login: true });
    const newcomer = await newPerson("newcomer");
    const page = await newBrowser();
    await begin(page, { organization: open.id });
    await signIn(page, newcomer);
    assert.equal((await said(page)).user.org_id, open.id);
    const members = await everythingFrom(await guildhall.organizations.members.list(open.id));
    assert.deepEqual(members.map((member) => member.user_id), [newcomer.user_id]);
  });
});

async function passwordsOf(organization) {
  const enabled = await everythingFrom(await guildhall.organizations.enabledConnections.list(organization.id));
  return enabled[0].connection_id;
}

describe("an invitation", () => {
  const invite = (email, more) => inviteTo(acme, app.client, email, { roles: [api.reader.id], ...more });
  const refusal = async (page) => {
    await page.waitForURL((url) => url.href.startsWith(`${app.origin}/callback`));
    const { searchParams } = new URL(page.url());
    return [searchParams.get("error"), searchParams.get("error_description")];
  };
  const spent = ["invalid_request", "invalid_user_invitation_ticket: ticket has already been used"];

  it("leads to the application, and through it to an account, a membership and roles", async () => {
    const email = `${unique("fay")}@people.example`;
    const invitation = await invite(email);
    assert.ok(invitation.invitation_url.startsWith(`${app.origin}/sign-in?invitation=${invitation.ticket_id}`));
    const page = await newBrowser();
    await page.goto(invitation.invitation_url);
    await page.getByRole("heading", { name: "Join Acme" }).waitFor();
    assert.match(await page.getByRole("main").innerText(), /Ada of Acme/);
    await page.getByRole("button", { name: "Create an account" }).click();
    assert.equal(await page.getByLabel("Email").inputValue(), email);
    await page.getByLabel("Password", { exact: true }).fill(password);
    await page.getByRole("button", { name: "Create account" }).click();
    const { user, accessToken } = await said(page);
    assert.equal(user.email, email);
    assert.equal(user.email_verified, true);
    assert.equal(user.org_id, acme.id);
    assert.deepEqual(claimsOf(accessToken).permissions, ["read:reports"]);

    const other = await newBrowser();
    await other.goto(invitation.invitation_url);
    assert.deepEqual(await refusal(other), spent);
  });

  it("is accepted by a person who has an account", async () => {
    const gil = await newPerson("gil");
    const { invitation_url } = await invite(gil.email);
    const page = await newBrowser();
    await page.goto(invitation_url);
    await page.getByRole("button", { name: "I have an account" }).click();
    await signIn(page, gil);
    const { user, accessToken } = await said(page);
    assert.deepEqual([user.sub, user.org_id], [gil.user_id, acme.id]);
    assert.deepEqual(claimsOf(accessToken).permissions, ["read:reports"]);
  });

  it("is accepted by a person who is signed in already", async () => {
    const hal = await newPerson("hal");
    await join(globex, hal);
    const page = await newBrowser();
    await begin(page, { organization: globex.id });
    await signIn(page, hal);
    await said(page);
    await page.goto((await invite(hal.email)).invitation_url);
    await page.getByRole("button", { name: "Accept invitation" }).click();
    assert.equal((await said(page)).user.org_id, acme.id);
  });

  it("is not for a person with another address", async () => {
    const stranger = await newPerson("stranger");
    const { invitation_url } = await invite(`${unique("ivy")}@people.example`);
    const page = await newBrowser();
    await page.goto(invitation_url);
    await page.getByRole("button", { name: "I have an account" }).click();
    await signIn(page, stranger);
    assert.deepEqual(await refusal(page),
      ["access_denied", "the specified account is not allowed to accept the current invitation"]);
    const members = await everythingFrom(await guildhall.organizations.members.list(acme.id));
    assert.ok(!members.some((member) => member.user_id === stranger.user_id));
  });

  it("is not for another organization, or another client", async () => {
    const invitation = await invite(`${unique("jo")}@people.example`);
    const page = await newBrowser();
    await begin(page, { invitation: invitation.ticket_id, organization: globex.id });
    assert.equal((await refusal(page))[0], "invalid_request");

    const theirs = await application();
    const parameters = new URLSearchParams({ invitation: invitation.ticket_id, organization: acme.id });
    await page.goto(`${theirs.origin}/sign-in?${parameters}`);
    await page.waitForURL((url) => url.href.startsWith(`${theirs.origin}/callback`));
    assert.equal(new URL(page.url()).searchParams.get("error"), "invalid_request");
  });

  it("that was revoked, has expired or never was, leads nowhere", async () => {
    const revoked = await invite(`${unique("kim")}@people.example`);
    await guildhall.organizations.invitations.delete(acme.id, revoked.id);
    const expiring = await invite(`${unique("lee")}@people.example`, { ttl_sec: 1 });
    const end = new Date(expiring.expires_at).getTime();
    while (Date.now() < end + 100) await new Promise((later) => setTimeout(later, 50));
    for (const ticket of [revoked.ticket_id, expiring.ticket_id, "never-was"]) {
      const page = await newBrowser();
      await begin(page, { invitation: ticket, organization: acme.id });
      const [error, description] = await refusal(page);
      assert.equal(error, "invalid_request");
      assert.match(description, /^invalid_user_invitation_ticket: /);
    }
  });
});

describe("the application is refused", () => {
  let bob;

  before(async () => {
    bob = await newPerson("bob");
    await join(acme, bob, api.reader);
  });

  const signedIn = async () => {
    const page = await newBrowser();
    await begin(page, { organization: acme.id });
    await signIn(page, bob);
    await said(page);
    return page;
  };
  const refreshed = async (page) => {
    await page.goto(`${app.origin}/refresh`);
    return said(page, "/refresh");
  };
  const silently = async (page) => {
    await begin(page, { organization: acme.id, prompt: "none" });
    return said(page, "/callback");
  };

  it("where nobody is signed in and nobody is to be asked", async () => {
    assert.equal((await silently(await newBrowser())).error, "login_required");
  });

  it("for an organization that does not exist", async () => {
    const page = await newBrowser();
    await begin(page, { organization: "org_0000000000000000" });
    const { error, description } = await said(page, "/callback");
    assert.equal(error, "invalid_request");
    assert.equal(description, "parameter organization is invalid: org_0000000000000000");
  });

  it("where the person does not allow what it asks for", async () => {
    const theirs = await application({ is_first_party: false, organization_usage: undefined });
    const page = await newBrowser();
    await page.goto(signInAddress({}, theirs));
    await signIn(page, bob);
    await page.getByRole("button", { name: "Don’t allow" }).click();
    assert.equal((await said(page, "/callback", theirs)).error, "access_denied");
  });

  it("when a code comes again, and what was issued for it is taken back", async () => {
    const page = await newBrowser();
    await begin(page, { organization: acme.id });
    // The SDK forgets a request that was answered: this browser remembers it.
    const remembered = await page.context().cookies(app.origin);
    const answer = page.waitForRequest((request) => request.url().startsWith(`${app.origin}/callback?`));
    await signIn(page, bob);
    await said(page);
    await page.context().addCookies(remembered);
    await page.goto((await answer).url());
    assert.equal((await said(page, "/callback")).error, "invalid_grant");
    assert.equal((await refreshed(page)).error, "invalid_grant");
  });

  it("when a refresh token comes again", async () => {
    const page = await signedIn();
    const first = await page.context().cookies(app.origin);
    assert.deepEqual(claimsOf((await refreshed(page)).accessToken).permissions, ["read:reports"]);
    await page.context().addCookies(first);
    assert.equal((await refreshed(page)).error, "invalid_grant");
  });

  it("by the SDK, where the answer has another state", async () => {
    const page = await newBrowser();
    await followAltered(page, signInAddress({ organization: acme.id }), { state: "another-one" });
    await signIn(page, bob);
    assert.ok((await said(page, "/callback")).name);
  });

  it("when the vendor has ended the person's sessions", async () => {
    const page = await signedIn();
    await endSessions(bob);
    assert.equal((await silently(page)).error, "login_required");
    await begin(page, { organization: acme.id });
    await page.getByLabel("Email or username").waitFor();
  });

  it("also offline, when the vendor has revoked the session", async () => {
    const page = await signedIn();
    await revokeSessions(bob);
    assert.equal((await refreshed(page)).error, "invalid_grant");
  });

  for (const lifetime of ["session_lifetime", "idle_session_lifetime"]) {
    it(`when the session has expired, by its ${lifetime}`, async () => {
      const page = await whileSessionsLast({ [lifetime]: 3 / 3600 }, signedIn);
      await untilSessionsHaveExpired(bob);
      assert.equal((await silently(page)).error, "login_required");
    });
  }
});

describe("an address that is not registered", () => {
  it("is never where the browser is sent", async () => {
    const page = await newBrowser();
    await begin(page, { organization: acme.id, redirect_uri: "https://elsewhere.example/callback" });
    assert.match(await errorPage(page), /callback|registered/i);
    assert.ok(page.url().startsWith(issuer));
  });
});
