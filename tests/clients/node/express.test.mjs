// A vendor's API, guarded by the stock `express-oauth2-jwt-bearer` middleware, under both token strategies.
import assert from "node:assert/strict";
import { after, before, describe, it } from "node:test";
import express from "express";
import { auth, claimCheck, claimEquals, claimIncludes, requiredScopes } from "express-oauth2-jwt-bearer";
import {
  accessToken, audienceOf, bootstrap, claimsOf, issuer, managementAs, managementAudience, unique,
} from "./guildhall.mjs";

const guildhall = managementAs();
const reports = `https://${unique("reports")}.example`;
const invoices = `https://${unique("invoices")}.example`;
const shortLived = `https://${unique("short")}.example`;
const running = [];

let machine, acme, globex, initech, umbrella;
const tokenFor = (audience, organization) => accessToken(machine, { audience, organization: organization.id });

before(async () => {
  const client = await guildhall.clients.create({
    name: unique("robot"), app_type: "non_interactive", grant_types: ["client_credentials"],
  });
  machine = { clientId: client.client_id, clientSecret: client.client_secret };
  const customer = (name, token_strategy) => guildhall.organizations.create({ name: unique(name), token_strategy });
  acme = await customer("acme", "claim");
  globex = await customer("globex", "claim");
  initech = await customer("initech", "audience");
  umbrella = await customer("umbrella", "audience");

  for (const [identifier, token_lifetime] of [[reports, 3600], [invoices, 3600], [shortLived, 1]]) {
    await guildhall.resourceServers.create({
      identifier,
      token_lifetime,
      scopes: [{ value: "read:reports" }, { value: "write:reports" }],
      enforce_policies: true,
      token_dialect: "access_token_authz",
    });
    const grant = await guildhall.clientGrants.create({
      client_id: machine.clientId, audience: identifier, scope: ["read:reports"], organization_usage: "require",
    });
    for (const organization of [acme, globex, initech, umbrella]) {
      await guildhall.organizations.clientGrants.create(organization.id, { grant_id: grant.id });
    }
  }
});

after(() => running.forEach((server) => server.close()));

describe("an API that serves one customer by the claim", () => {
  let get;

  before(async () => {
    get = await serve({ audience: reports, checks: [claimEquals("org_id", acme.id)] });
  });

  it("accepts the right token", async () => {
    const answer = await get("/reports", await tokenFor(reports, acme));
    assert.equal(answer.status, 200);
    assert.equal((await answer.json()).organization, acme.id);
  });

  it("refuses a call without a token", async () => {
    assert.equal((await get("/reports")).status, 401);
  });

  it("refuses a permission that the token does not carry", async () => {
    assert.equal((await get("/reports/new", await tokenFor(reports, acme))).status, 403);
  });

  it("refuses the other organization's token", async () => {
    await refused(get("/reports", await tokenFor(reports, globex)), "Unexpected 'org_id' value");
    await refused(get("/reports", await tokenFor(reports, umbrella)), "Unexpected 'aud' value");
  });

  it("refuses a token for the other API", async () => {
    await refused(get("/reports", await tokenFor(invoices, acme)), "Unexpected 'aud' value");
  });

  it("refuses a token with a changed byte", async () => {
    const token = await tokenFor(reports, acme);
    const [header, payload, signature] = token.split(".");
    await refused(get("/reports", [header, withChangedByte(payload), signature].join(".")));
    await refused(get("/reports", [header, payload, withChangedByte(signature)].join(".")));
    const promoted = { ...claimsOf(token), permissions: ["read:reports", "write:reports"] };
    const forged = Buffer.from(JSON.stringify(promoted)).toString("base64url");
    await refused(get("/reports", [header, forged, signature].join(".")));
  });

  it("refuses an expired token", async () => {
    const getShort = await serve({ audience: shortLived, checks: [claimEquals("org_id", acme.id)] });
    const token = await tokenFor(shortLived, acme);
    assert.equal(claimsOf(token).exp - claimsOf(token).iat, 1);
    await expired(token);
    await refused(getShort("/reports", token), '"exp" claim timestamp check failed');
  });
});

describe("an API that serves many customers by the audience", () => {
  let get, audiences;

  before(async () => {
    audiences = await publishedAudiences(reports);
    get = await serveByAudience(audiences);
  });

  it("finds each customer in the published list", () => {
    for (const organization of [initech, umbrella]) {
      const entry = audiences.find((item) => item.organization_id === organization.id);
      assert.equal(entry.audience, audienceOf(reports, organization));
      assert.equal(entry.status, "current");
    }
  });

  it("accepts the right tokens and knows whose they are", async () => {
    for (const organization of [initech, umbrella]) {
      const answer = await get("/reports", await tokenFor(reports, organization));
      assert.equal(answer.status, 200);
      assert.equal((await answer.json()).organization, organization.id);
    }
  });

  it("accepts a token that was asked for by the audience alone", async () => {
    const token = await accessToken(machine, { audience: audienceOf(reports, umbrella) });
    assert.equal((await get("/reports", token)).status, 200);
  });

  it("refuses an organization that is not in the list", async () => {
    await refused(get("/reports", await tokenFor(reports, acme)), "Unexpected 'aud' value");
    const initechOnly = await serveByAudience(audiences.filter((item) => item.organization_id === initech.id));
    await refused(initechOnly("/reports", await tokenFor(reports, umbrella)), "Unexpected 'aud' value");
  });

  it("refuses the organization's token for the other API", async () => {
    await refused(get("/reports", await tokenFor(invoices, umbrella)), "Unexpected 'aud' value");
  });

  it("refuses a permission that the token does not carry", async () => {
    assert.equal((await get("/reports/new", await tokenFor(reports, umbrella))).status, 403);
  });

  it("refuses a token with a changed byte", async () => {
    const [header, payload, signature] = (await tokenFor(reports, umbrella)).split(".");
    await refused(get("/reports", [header, payload, withChangedByte(signature)].join(".")));
  });

  it("refuses an expired token", async () => {
    const getShort = await serveByAudience(await publishedAudiences(shortLived));
    const token = await tokenFor(shortLived, umbrella);
    await expired(token);
    await refused(getShort("/reports", token), '"exp" claim timestamp check failed');
  });

  it("keeps accepting old tokens while a customer moves to the claim", async () => {
    const old = await tokenFor(reports, umbrella);
    await guildhall.organizations.update(umbrella.id, { token_strategy: "claim" });
    assert.equal(claimsOf(await tokenFor(reports, umbrella)).aud, reports);

    const published = await publishedAudiences(reports);
    const entry = published.find((item) => item.organization_id === umbrella.id);
    assert.equal(entry.audience, claimsOf(old).aud);
    assert.equal(entry.status, "retiring");
    assert.ok(new Date(entry.retires_at).getTime() >= claimsOf(old).exp * 1000);
    const reconfigured = await serveByAudience(published);
    assert.equal((await reconfigured("/reports", old)).status, 200);
  });
});

/** Starts a vendor's API and gives a function that calls it. */
async function serve({ audience, checks }) {
  const app = express();
  app.use(auth({ issuerBaseURL: issuer, audience, clockTolerance: 0 }), ...checks);
  const answer = (request, response) => response.json({ organization: request.auth.payload.org_id });
  app.get("/reports", requiredScopes("read:reports"), claimIncludes("permissions", "read:reports"), answer);
  app.get("/reports/new", requiredScopes("write:reports"), answer);
  app.use((error, _request, response, _next) => response.status(error.status ?? 500).set(error.headers ?? {}).end());
  const server = app.listen(0, "127.0.0.1");
  running.push(server);
  await new Promise((listening) => server.once("listening", listening));
  const base = `http://127.0.0.1:${server.address().port}`;
  return (path, token) => fetch(base + path, { headers: token ? { authorization: `Bearer ${token}` } : {} });
}

/** The same API, told by the published list which audiences are its own and whose each is. */
function serveByAudience(audiences) {
  const owner = new Map(audiences.map((item) => [item.audience, item.organization_id]));
  const sameOrganization = claimCheck((claims) => owner.get(claims.aud) === claims.org_id);
  return serve({ audience: [...owner.keys()], checks: [sameOrganization] });
}

/** Every audience of an API, read as an API would: page by page, and not again while the ETag holds. */
async function publishedAudiences(identifier) {
  const { id } = await guildhall.resourceServers.get(identifier);
  const token = await accessToken(bootstrap, { audience: managementAudience });
  const audiences = [];
  let from;
  do {
    const url = new URL(`${managementAudience}resource-servers/${id}/audiences`);
    if (from) url.searchParams.set("from", from);
    const headers = { authorization: `Bearer ${token}` };
    const answer = await fetch(url, { headers });
    assert.equal(answer.status, 200);
    const etag = answer.headers.get("etag");
    assert.ok(etag, "the list must have an ETag");
    assert.equal((await fetch(url, { headers: { ...headers, "if-none-match": etag } })).status, 304);
    const page = await answer.json();
    audiences.push(...page.audiences);
    from = page.next;
  } while (from);
  return audiences;
}

async function refused(call, reason) {
  const answer = await call;
  const challenge = answer.headers.get("www-authenticate") ?? "";
  assert.equal(answer.status, 401, challenge);
  assert.match(challenge, /invalid_token/);
  if (reason) assert.ok(challenge.includes(reason.replaceAll('"', "'")) || challenge.includes(reason), challenge);
}

function withChangedByte(part) {
  const bytes = Buffer.from(part, "base64url");
  bytes[Math.floor(bytes.length / 2)] ^= 1;
  return bytes.toString("base64url");
}

async function expired(token) {
  const { exp } = claimsOf(token);
  while (Date.now() < exp * 1000 + 100) await new Promise((later) => setTimeout(later, 50));
}
