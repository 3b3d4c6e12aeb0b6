// Whom a vendor's single-page application with the stock `@auth0/auth0-spa-js` must turn away.
import assert from "node:assert/strict";
import { before, describe, it } from "node:test";
import { alterRequest, arrival, errorPage, newBrowser, signIn } from "./browser.mjs";
import { issuer } from "./guildhall.mjs";
import { back, leave, open, refreshed, signedIn, singlePageApplication } from "./spa.mjs";
import {
  endSessions, invite, join, newApi, newCustomer, newPerson, revokeSessions, untilSessionsHaveExpired,
  whileSessionsLast,
} from "./vendor.mjs";

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

describe("nobody is signed in", () => {
  let dave;

  before(async () => { dave = await newMember("dave"); });

  it("when nobody was", async () => {
    const application = await open(spa, await newBrowser());
    assert.equal((await refreshed(application)).error, "login_required");
    assert.equal((await refreshed(application, { organization: acme.id })).error, "login_required");
  });

  for (const lifetime of ["session_lifetime", "idle_session_lifetime"]) {
    it(`when the session has expired, by its ${lifetime}`, async () => {
      const application = await whileSessionsLast({ [lifetime]: 3 / 3600 }, () => signedIn(spa, dave, acme));
      await untilSessionsHaveExpired(dave);
      assert.equal((await refreshed(application)).error, "login_required");
      await leave(application, { organization: acme.id });
      await application.page.getByLabel("Email or username").waitFor();
    });
  }

  it("when the vendor has ended the person's sessions", async () => {
    const application = await signedIn(spa, dave, acme);
    assert.ok((await refreshed(application)).value);
    await endSessions(dave);
    assert.equal((await refreshed(application)).error, "login_required");
    await leave(application, { organization: acme.id });
    await application.page.getByLabel("Email or username").waitFor();
  });

  it("by a refresh token of a session that the vendor has revoked", async () => {
    const application = await signedIn(spa, dave, acme, { refreshTokens: true });
    assert.ok((await refreshed(application)).value);
    await revokeSessions(dave);
    assert.equal((await refreshed(application)).error, "invalid_grant");
  });

  it("by a code that comes again, which takes back what was issued for it", async () => {
    const application = await open(spa, await newBrowser(), { refreshTokens: true });
    const { page } = application;
    await leave(application, { organization: acme.id });
    await signIn(page, dave);
    const { href } = await arrival(page, application.origin);
    // The SDK forgets a request that was answered: this browser remembers it.
    const remembered = await page.evaluate(() => ({ ...sessionStorage }));
    assert.equal((await back(application)).error, undefined);
    await page.evaluate((all) => Object.assign(sessionStorage, all), remembered);
    assert.equal((await application.call("handleRedirectCallback", href)).error, "invalid_grant");
    assert.equal((await refreshed(application)).error, "invalid_grant");
  });

  it("by a refresh token that comes again, which takes back all that came of it", async () => {
    const application = await signedIn(spa, dave, acme, { refreshTokens: true });
    const held = () => application.page.evaluate(() => ({ ...localStorage }));
    const hold = (all) => application.page.evaluate((all) => Object.assign(localStorage, all), all);
    const first = await held();
    assert.ok((await refreshed(application)).value);
    const second = await held();
    for (const spent of [first, second]) {
      await hold(spent);
      assert.equal((await refreshed(application)).error, "invalid_grant");
    }
  });
});

describe("the answer is a refusal", () => {
  const answered = async (person, parameters) => {
    const application = await open(spa, await newBrowser());
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

  it("for a person who does not allow what the client asks for", async () => {
    const theirs = await singlePageApplication(api, { is_first_party: false, organization_usage: undefined });
    const application = await open(theirs, await newBrowser());
    await leave(application);
    await signIn(application.page, await newPerson("carol"));
    await application.page.getByRole("button", { name: "Don’t allow" }).click();
    assert.equal((await back(application)).error, "access_denied");
    assert.equal((await refreshed(application)).error, "consent_required");
  });

  it("for an invitation that is spent, and one that is for somebody else", async () => {
    const [invited, stranger] = [await newPerson("invited"), await newPerson("stranger")];
    const { ticket_id: invitation } = await invite(acme, spa.client, invited.email);
    const accepting = async (person) => {
      const application = await open(spa, await newBrowser());
      await leave(application, { organization: acme.id, invitation });
      if (!person) return back(application);
      await application.page.getByRole("button", { name: "I have an account" }).click();
      await signIn(application.page, person);
      return back(application);
    };
    const foreign = await accepting(stranger);
    assert.equal(foreign.error, "access_denied");
    assert.equal(foreign.description, "the specified account is not allowed to accept the current invitation");
    assert.equal((await accepting(invited)).error, undefined);
    const spent = await accepting();
    assert.equal(spent.error, "invalid_request");
    assert.equal(spent.description, "invalid_user_invitation_ticket: ticket has already been used");
  });
});

describe("the SDK itself refuses", () => {
  let erin;

  before(async () => { erin = await newMember("erin"); });

  const altered = async (changes) => {
    const application = await open(spa, await newBrowser());
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
    const application = await open(spa, await newBrowser());
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
      client_id: spa.client.client_id, response_type: "code", prompt: "none", redirect_uri: `${spa.sameSite}/elsewhere`,
    };
    for (const [name, value] of Object.entries(parameters)) url.searchParams.set(name, value);
    const answer = await page.goto(url.href);
    assert.equal(answer.status(), 400);
    await errorPage(page);
  });
});
