// A vendor's single-page application with the stock `@auth0/auth0-spa-js`, in a browser.
import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { before, describe, it } from "node:test";
import { alterRequest, arrival, errorPage, newBrowser, signIn } from "./browser.mjs";
import { audienceOf, claimsOf, domain, issuer } from "./guildhall.mjs";
import { guildhall, join, newApi, newClient, newCustomer, newPerson, rotating } from "./vendor.mjs";
import { serve, serveOverTls } from "./web.mjs";

const sdk = new URL("../auth0-spa-js.production.js", import.meta.resolve("@auth0/auth0-spa-js"));
const files = {
  "/auth0-spa-js.js": ["text/javascript", readFileSync(sdk)],
  "/": ["text/html", readFileSync(new URL("spa.html", import.meta.url))],
};

// Browsers keep the session's cookie from frames in pages of other sites. So the application lives twice: at another
// site, where it refreshes by tokens, and at the server's own, where a frame tells it who is signed in.
let elsewhere, sameSite, api, acme, umbrella, client;

const callbackOf = (origin) => `${origin}/callback`;

before(async () => {
  const handler = (request, response) => {
    const [type, body] = files[request.url] ?? files["/"];
    response.setHeader("content-type", type).end(body);
  };
  elsewhere = await serve(handler);
  sameSite = await serveOverTls(handler, "127.0.0.1");
  const origins = [elsewhere, sameSite];
  api = await newApi();
  acme = await newCustomer("acme");
  umbrella = await newCustomer("umbrella", "audience");
  client = await newClient({
    app_type: "spa",
    token_endpoint_auth_method: "none",
    grant_types: ["authorization_code", "refresh_token", "implicit"],
    callbacks: origins.map(callbackOf),
    web_origins: origins,
    allowed_logout_urls: origins,
    organization_usage: "allow",
    refresh_token: rotating,
  });
});

/** The application in a person's browser. `call` calls the SDK there. */
async function open(page, { refreshTokens = false, ...authorizationParams } = {}) {
  const origin = refreshTokens ? elsewhere : sameSite;
  const options = {
    domain,
    clientId: client.client_id,
    cacheLocation: "localstorage",
    useRefreshTokens: refreshTokens,
    authorizationParams: {
      audience: api.audience, scope: "openid profile email", redirect_uri: callbackOf(origin), ...authorizationParams,
    },
  };
  if (!page.url().startsWith(origin)) await page.goto(origin);
  const call = (method, ...parameters) => page.evaluate(async ([options, method, parameters]) => {
    const application = new auth0.Auth0Client(options);
    try {
      return { value: await application[method](...parameters) };
    } catch (error) {
      return { error: error.error ?? error.name, description: error.error_description ?? error.message };
    }
  }, [options, method, parameters]);
  return { page, call, origin };
}

/** Begins a sign-in, which leads the browser away. */
async function leave({ page, call, origin }, parameters) {
  const away = page.waitForURL((url) => !url.href.startsWith(origin) || url.pathname === "/callback");
  await Promise.all([away, call("loginWithRedirect", { authorizationParams: parameters }).catch(() => {})]);
}

/** The browser is back, the SDK takes the answer, and the application takes it out of the address. */
async function back(application) {
  const url = await arrival(application.page, callbackOf(application.origin));
  const taken = await application.call("handleRedirectCallback", url.href);
  await application.page.evaluate(() => history.replaceState({}, "", "/"));
  return taken;
}

/** A person signs in to an organization. */
async function signedIn(person, organization, options) {
  const application = await open(await newBrowser(), options);
  await leave(application, { organization: organization.id });
  await signIn(application.page, person);
  assert.deepEqual((await back(application)).error, undefined);
  return application;
}

const refreshed = (application, authorizationParams) =>
  application.call("getTokenSilently", { cacheMode: "off", authorizationParams });

async function newMember(name, ...roles) {
  const person = await newPerson(name);
  await join(acme, person, ...roles);
  await join(umbrella, person, api.reader);
  return person;
}

describe("a person signs in to an organization", () => {
  let alice, application;

  before(async () => {
    alice = await newMember("alice", api.writer);
    application = await signedIn(alice, acme, { refreshTokens: true });
  });

  it("and the application knows who, and for whom", async () => {
    const { value: claims } = await application.call("getIdTokenClaims");
    assert.equal(claims.org_id, acme.id);
    assert.equal(claims.sub, alice.user_id);
    assert.equal(claims.email, alice.email);
    assert.equal(claims.email_verified, true);
    assert.equal(claims.aud, client.client_id);
    assert.equal((await application.call("getUser")).value.org_id, acme.id);
  });

  it("and the access token holds what the person may do there", async () => {
    const { value: token } = await application.call("getTokenSilently");
    const claims = claimsOf(token);
    assert.equal(claims.iss, issuer);
    assert.deepEqual(claims.aud, [api.audience, `${issuer}userinfo`]);
    assert.equal(claims.org_id, acme.id);
    assert.equal(claims.azp, client.client_id);
    assert.deepEqual(claims.permissions, ["read:reports", "write:reports"]);
  });

  it("and the application refreshes without the person", async () => {
    const before = (await application.call("getTokenSilently")).value;
    const grants = [];
    application.page.on("request", (request) => {
      if (request.url() !== `${issuer}oauth/token`) return;
      grants.push(new URLSearchParams(request.postData()).get("grant_type"));
    });
    const first = await refreshed(application);
    const second = await refreshed(application);
    assert.deepEqual(grants, ["refresh_token", "refresh_token"]);
    assert.notEqual(first.value, before);
    assert.equal(claimsOf(second.value).org_id, acme.id);
  });

  it("and a role that is taken away is missing from the very next token", async () => {
    await guildhall.organizations.members.roles.delete(acme.id, alice.user_id, { roles: [api.writer.id] });
    assert.deepEqual(claimsOf((await refreshed(application)).value).permissions, []);
    await guildhall.organizations.members.roles.assign(acme.id, alice.user_id, { roles: [api.reader.id] });
    assert.deepEqual(claimsOf((await refreshed(application)).value).permissions, ["read:reports"]);
  });

  it("and whoever is no member any more is refused at the next refresh", async () => {
    await guildhall.organizations.members.delete(acme.id, { members: [alice.user_id] });
    assert.equal((await refreshed(application)).error, "invalid_grant");
  });
});

describe("a person of two organizations", () => {
  let bob, application;

  before(async () => {
    bob = await newMember("bob", api.writer);
    application = await signedIn(bob, acme);
  });

  it("switches without signing in again", async () => {
    await leave(application, { organization: umbrella.id });
    assert.deepEqual((await back(application)).error, undefined);
    const { value: claims } = await application.call("getIdTokenClaims");
    assert.equal(claims.org_id, umbrella.id);
    const { value: token } = await refreshed(application, { organization: umbrella.id });
    assert.deepEqual(claimsOf(token).aud, [audienceOf(api.audience, umbrella), `${issuer}userinfo`]);
    assert.deepEqual(claimsOf(token).permissions, ["read:reports"]);
  });

  it("is known silently, by the session alone", async () => {
    const { value: token } = await refreshed(application, { organization: acme.id });
    assert.equal(claimsOf(token).org_id, acme.id);
  });

  it("switches by the refresh token where the client may", async () => {
    await guildhall.clients.update(client.client_id, { refresh_token: { ...rotating, allow_any_organization: true } });
    const other = await signedIn(bob, acme, { refreshTokens: true });
    const { value: token } = await refreshed(other, { organization: umbrella.id });
    assert.equal(claimsOf(token).org_id, umbrella.id);
    assert.deepEqual(claimsOf(token).permissions, ["read:reports"]);
    await guildhall.clients.update(client.client_id, { refresh_token: rotating });
    const refused = await refreshed(other, { organization: umbrella.id });
    assert.equal(refused.error, "invalid_request");
  });

  it("signs out, and is not known any more", async () => {
    const { page, origin } = application;
    await Promise.all([
      page.waitForEvent("load"),
      application.call("logout", { logoutParams: { returnTo: origin } }).catch(() => {}),
    ]);
    assert.equal(page.url(), `${origin}/`);
    assert.equal((await refreshed(application)).error, "login_required");
  });

  it("is not sent to an address that is not registered for signing out", async () => {
    const leaver = await signedIn(bob, acme);
    await leaver.call("logout", { logoutParams: { returnTo: "https://elsewhere.example/" } }).catch(() => {});
    await errorPage(leaver.page);
  });
});

describe("nobody is signed in", () => {
  it("when nobody was", async () => {
    const application = await open(await newBrowser());
    assert.equal((await refreshed(application)).error, "login_required");
    assert.equal((await refreshed(application, { organization: acme.id })).error, "login_required");
  });

  it("when the session has expired", async () => {
    const dave = await newMember("dave");
    await guildhall.tenants.settings.update({ session_lifetime: 3 / 3600 });
    let application;
    try {
      application = await signedIn(dave, acme);
    } finally {
      await guildhall.tenants.settings.update({ session_lifetime: null });
    }
    let answer;
    do answer = await refreshed(application); while (answer.value);
    assert.equal(answer.error, "login_required");
  });
});

describe("the answer is a refusal", () => {
  const answered = async (person, parameters) => {
    const application = await open(await newBrowser());
    await leave(application, parameters);
    if (person) await signIn(application.page, person);
    return back(application);
  };

  it("for an organization that does not exist", async () => {
    const { error, description } = await answered(null, { organization: "org_0000000000000000" });
    assert.equal(error, "invalid_request");
    assert.equal(description, "parameter organization is invalid: org_0000000000000000");
  });

  it("for a name where only ids are allowed", async () => {
    const { error, description } = await answered(null, { organization: acme.name });
    assert.equal(error, "invalid_request");
    assert.equal(description, "authorization request parameter organization must be an organization id");
  });

  it("for a person who is no member", async () => {
    const stranger = await newPerson("stranger");
    const { error, description } = await answered(stranger, { organization: acme.id });
    assert.equal(error, "access_denied");
    assert.equal(description, `user ${stranger.user_id} is not part of the ${acme.id} organization`);
  });

  it("for an API that does not exist", async () => {
    const { error } = await answered(null, { organization: acme.id, audience: "https://nothing.example" });
    assert.ok(["access_denied", "invalid_request", "invalid_target"].includes(error), error);
  });
});

describe("the SDK itself refuses", () => {
  let erin;

  before(async () => { erin = await newMember("erin"); });

  const altered = async (changes) => {
    const application = await open(await newBrowser());
    await alterRequest(application.page, changes);
    await leave(application, { organization: acme.id });
    await signIn(application.page, erin);
    return back(application);
  };

  it("an answer with another state", async () => {
    assert.match((await altered({ state: "b3RoZXI" })).description, /Invalid state/);
  });

  it("an ID token with another nonce", async () => {
    assert.match((await altered({ nonce: "b3RoZXI" })).description, /[Nn]once/);
  });

  it("an ID token of another organization", async () => {
    assert.match((await altered({ organization: umbrella.id })).description, /org_id/);
  });

  it("an answer to a request with another challenge", async () => {
    const { error } = await altered({ code_challenge: "E9Melhoa2OwvFrEMTJguCHaoeK1t8URWbuGJSstw-cM" });
    assert.equal(error, "invalid_grant");
  });
});

describe("an address that is not registered", () => {
  it("is never where the browser is sent", async () => {
    const application = await open(await newBrowser());
    const seen = [];
    application.page.on("framenavigated", (frame) => seen.push(frame.url()));
    const unknown = `${application.origin}/elsewhere`;
    await leave(application, { redirect_uri: unknown, organization: acme.id });
    assert.match(await errorPage(application.page), /callback|registered/i);
    assert.ok(!seen.some((url) => url.startsWith(unknown)), seen.join(" "));
  });

  it("also when nobody is to be asked", async () => {
    const page = await newBrowser();
    const url = new URL(`${issuer}authorize`);
    const parameters = {
      client_id: client.client_id, response_type: "code", prompt: "none", redirect_uri: `${sameSite}/elsewhere`,
    };
    for (const [name, value] of Object.entries(parameters)) url.searchParams.set(name, value);
    const answer = await page.goto(url.href);
    assert.equal(answer.status(), 400);
    await errorPage(page);
  });
});
