// A vendor's single-page application with the stock `@auth0/auth0-spa-js`, in a browser: people sign in, switch,
// and sign out.
import assert from "node:assert/strict";
import { before, describe, it } from "node:test";
import { errorPage } from "./browser.mjs";
import { audienceOf, claimsOf, issuer } from "./guildhall.mjs";
import { back, leave, refreshed, signedIn, singlePageApplication } from "./spa.mjs";
import { guildhall, join, newApi, newCustomer, newPerson, rotating } from "./vendor.mjs";

let spa, api, acme, umbrella;

before(async () => {
  api = await newApi();
  acme = await newCustomer("acme");
  umbrella = await newCustomer("umbrella", "audience");
  spa = await singlePageApplication(api);
});

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
    application = await signedIn(spa, alice, acme, { refreshTokens: true });
  });

  it("and the application knows who, and for whom", async () => {
    const { value: claims } = await application.call("getIdTokenClaims");
    assert.equal(claims.org_id, acme.id);
    assert.equal(claims.sub, alice.user_id);
    assert.equal(claims.email, alice.email);
    assert.equal(claims.email_verified, true);
    assert.equal(claims.aud, spa.client.client_id);
    assert.equal((await application.call("getUser")).value.org_id, acme.id);
  });

  it("and the access token holds what the person may do there", async () => {
    const { value: token } = await application.call("getTokenSilently");
    const claims = claimsOf(token);
    assert.equal(claims.iss, issuer);
    assert.deepEqual(claims.aud, [api.audience, `${issuer}userinfo`]);
    assert.equal(claims.org_id, acme.id);
    assert.equal(claims.azp, spa.client.client_id);
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
    application = await signedIn(spa, bob, acme);
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
    const { client_id } = spa.client;
    await guildhall.clients.update(client_id, { refresh_token: { ...rotating, allow_any_organization: true } });
    const other = await signedIn(spa, bob, acme, { refreshTokens: true });
    const { value: token } = await refreshed(other, { organization: umbrella.id });
    assert.equal(claimsOf(token).org_id, umbrella.id);
    assert.deepEqual(claimsOf(token).permissions, ["read:reports"]);
    await guildhall.clients.update(client_id, { refresh_token: rotating });
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
    const leaver = await signedIn(spa, bob, acme);
    await leaver.call("logout", { logoutParams: { returnTo: "https://elsewhere.example/" } }).catch(() => {});
    await errorPage(leaver.page);
  });
});
