// Whom a client with the stock `openid-client` must turn away: what it is told, and what it gets no more.
import assert from "node:assert/strict";
import { before, describe, it } from "node:test";
import * as client from "openid-client";
import { newBrowser, signIn } from "./browser.mjs";
import { newPortal } from "./openid.mjs";
import {
  endSessions, invite, join, newCustomer, newPerson, revokeSessions, rotating, untilSessionsHaveExpired,
  whileSessionsLast,
} from "./vendor.mjs";

let api, acme, begin, config, person;

before(async () => {
  const portal = await newPortal();
  ({ api, begin } = portal);
  config = await portal.configuration({ organization_usage: "allow", refresh_token: rotating });
  acme = await newCustomer("acme");
  person = await newPerson("alice");
  await join(acme, person, api.reader);
});

const refused = (error, description) => (problem) => {
  assert.equal(problem.error, error, `${problem}`);
  if (description) assert.equal(problem.error_description, description);
  return true;
};

describe("there is no code", () => {
  it("for an organization that does not exist", async () => {
    const organization = "org_0000000000000000";
    const exchange = await begin(await newBrowser(), config, { organization });
    const description = `parameter organization is invalid: ${organization}`;
    await assert.rejects(exchange(), refused("invalid_request", description));
  });

  it("for a person who is no member", async () => {
    const stranger = await newPerson("stranger");
    const page = await newBrowser();
    const exchange = await begin(page, config, { organization: acme.id });
    await signIn(page, stranger);
    const description = `user ${stranger.user_id} is not part of the ${acme.id} organization`;
    await assert.rejects(exchange(), refused("access_denied", description));
  });

  it("for an invitation that is spent, and one that is for somebody else", async () => {
    const [invited, stranger] = [await newPerson("invited"), await newPerson("stranger")];
    const { ticket_id: invitation } = await invite(acme, config.clientMetadata(), invited.email);
    const parameters = { organization: acme.id, invitation };
    const accepting = async (person) => {
      const page = await newBrowser();
      const exchange = await begin(page, config, parameters);
      await page.getByRole("button", { name: "I have an account" }).click();
      await signIn(page, person);
      return exchange();
    };
    const foreign = "the specified account is not allowed to accept the current invitation";
    await assert.rejects(accepting(stranger), refused("access_denied", foreign));
    assert.equal((await accepting(invited)).claims().org_id, acme.id);
    const spent = await begin(await newBrowser(), config, parameters);
    const used = "invalid_user_invitation_ticket: ticket has already been used";
    await assert.rejects(spent(), refused("invalid_request", used));
  });
});

describe("when the session is over", () => {
  const signedIn = async () => {
    const page = await newBrowser();
    const scope = "openid offline_access";
    const exchange = await begin(page, config, { organization: acme.id, scope });
    await signIn(page, person);
    return { page, tokens: await exchange() };
  };

  const asked = async (page) => {
    const silently = await begin(page, config, { organization: acme.id, prompt: "none" });
    await assert.rejects(silently(), refused("login_required", "Login required"));
    await begin(page, config, { organization: acme.id });
    await page.getByLabel("Email or username").waitFor();
  };

  for (const lifetime of ["session_lifetime", "idle_session_lifetime"]) {
    it(`the person is asked again: by its ${lifetime}`, async () => {
      const { page } = await whileSessionsLast({ [lifetime]: 3 / 3600 }, signedIn);
      await untilSessionsHaveExpired(person);
      await asked(page);
    });
  }

  it("the person is asked again: by the vendor, who leaves offline access alone", async () => {
    const { page, tokens } = await signedIn();
    await endSessions(person);
    await asked(page);
    const next = await client.refreshTokenGrant(config, tokens.refresh_token);
    assert.equal(next.claims().org_id, acme.id);
  });

  it("there is no refresh either, where the vendor has revoked the session", async () => {
    const { page, tokens } = await signedIn();
    assert.equal((await client.tokenIntrospection(config, tokens.refresh_token)).active, true);
    await revokeSessions(person);
    assert.equal((await client.tokenIntrospection(config, tokens.refresh_token)).active, false);
    await assert.rejects(client.refreshTokenGrant(config, tokens.refresh_token), refused("invalid_grant"));
    await asked(page);
  });
});
