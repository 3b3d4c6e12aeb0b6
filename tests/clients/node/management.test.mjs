// The whole life of two organizations, told through the unmodified `auth0` Node SDK.
import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { Management } from "auth0";
import {
  accessToken, askForToken, audienceOf, claimsOf, domain, everythingFrom, managementAs, managementAudience, unique,
} from "./guildhall.mjs";

const guildhall = managementAs();
const audience = `https://${unique("reports")}.example`;
const password = "correct-horse-battery-staple-1";

let api, reader, writer, machine, grant, acme, umbrella, alice;

describe("the vendor sets up an API", () => {
  it("creates it with permissions", async () => {
    api = await guildhall.resourceServers.create({
      name: "Reports",
      identifier: audience,
      scopes: [
        { value: "read:reports", description: "Read reports" },
        { value: "write:reports", description: "Write reports" },
      ],
      enforce_policies: true,
      token_dialect: "access_token_authz",
    });
    assert.equal(api.identifier, audience);
    assert.equal(api.signing_alg, "RS256");
    assert.equal(api.token_lifetime, 86400);
    assert.equal(api.enforce_policies, true);
  });

  it("finds it by id and by identifier", async () => {
    assert.equal((await guildhall.resourceServers.get(api.id)).identifier, audience);
    assert.equal((await guildhall.resourceServers.get(audience)).id, api.id);
  });

  it("adds a permission later", async () => {
    const scopes = [...api.scopes, { value: "delete:reports", description: "Delete reports" }];
    const updated = await guildhall.resourceServers.update(api.id, { scopes });
    assert.deepEqual(updated.scopes.map((scope) => scope.value).sort(),
      ["delete:reports", "read:reports", "write:reports"]);
  });

  it("makes roles out of the permissions", async () => {
    reader = await guildhall.roles.create({ name: unique("Reader"), description: "Reads" });
    writer = await guildhall.roles.create({ name: unique("Writer"), description: "Reads and writes" });
    assert.match(reader.id, /^rol_/);
    const permission = (name) => ({ resource_server_identifier: audience, permission_name: name });
    await guildhall.roles.permissions.add(reader.id, { permissions: [permission("read:reports")] });
    await guildhall.roles.permissions.add(writer.id, {
      permissions: [permission("read:reports"), permission("write:reports"), permission("delete:reports")],
    });
    await guildhall.roles.permissions.delete(writer.id, { permissions: [permission("delete:reports")] });
    const held = await everythingFrom(await guildhall.roles.permissions.list(writer.id));
    assert.deepEqual(held.map((item) => item.permission_name), ["read:reports", "write:reports"]);
    assert.equal(held[0].resource_server_name, "Reports");
  });

  it("renames a role", async () => {
    const renamed = await guildhall.roles.update(reader.id, { description: "Only reads" });
    assert.equal(renamed.description, "Only reads");
    assert.equal((await guildhall.roles.get(reader.id)).name, reader.name);
  });
});

describe("the vendor signs two customers", () => {
  it("creates an organization of each token strategy", async () => {
    acme = await guildhall.organizations.create({
      name: unique("acme"),
      display_name: "Acme",
      metadata: { plan: "gold", region: "eu" },
      branding: { logo_url: "https://acme.example/logo.png", colors: { primary: "#112233", page_background: "#ffffff" } },
      token_strategy: "claim",
    });
    umbrella = await guildhall.organizations.create({
      name: unique("umbrella"),
      display_name: "Umbrella",
      token_strategy: "audience",
    });
    assert.match(acme.id, /^org_/);
    assert.equal(acme.token_strategy, "claim");
    assert.equal(umbrella.token_strategy, "audience");
    assert.equal(acme.branding.colors.primary, "#112233");
  });

  it("finds them by id and by name", async () => {
    assert.equal((await guildhall.organizations.get(acme.id)).name, acme.name);
    assert.equal((await guildhall.organizations.getByName(umbrella.name)).id, umbrella.id);
  });

  it("replaces metadata as a whole and keeps the rest", async () => {
    const updated = await guildhall.organizations.update(acme.id, { metadata: { plan: "platinum" } });
    assert.deepEqual(updated.metadata, { plan: "platinum" });
    assert.equal(updated.display_name, "Acme");
    assert.equal(updated.branding.logo_url, "https://acme.example/logo.png");
    assert.equal((await guildhall.organizations.update(acme.id, { metadata: {} })).metadata, undefined);
  });
});

describe("a person joins a customer", () => {
  it("is created", async () => {
    alice = await guildhall.users.create({
      connection: "Username-Password-Authentication",
      email: `${unique("alice")}@acme.example`,
      password,
      user_metadata: { language: "en" },
    });
    assert.match(alice.user_id, /^auth0\|/);
    assert.equal((await guildhall.users.get(alice.user_id)).email, alice.email);
    assert.equal((await guildhall.users.listUsersByEmail({ email: alice.email }))[0].user_id, alice.user_id);
  });

  it("has metadata that merges", async () => {
    const updated = await guildhall.users.update(alice.user_id, { user_metadata: { theme: "dark" } });
    assert.deepEqual(updated.user_metadata, { language: "en", theme: "dark" });
  });

  it("becomes a member with a role in one organization only", async () => {
    await guildhall.organizations.members.create(acme.id, { members: [alice.user_id] });
    await guildhall.organizations.members.create(umbrella.id, { members: [alice.user_id] });
    await guildhall.organizations.members.roles.assign(acme.id, alice.user_id, { roles: [reader.id, writer.id] });
    await guildhall.organizations.members.roles.delete(acme.id, alice.user_id, { roles: [reader.id] });

    const inAcme = await everythingFrom(await guildhall.organizations.members.roles.list(acme.id, alice.user_id));
    assert.deepEqual(inAcme.map((role) => role.id), [writer.id]);
    const inUmbrella = await everythingFrom(await guildhall.organizations.members.roles.list(umbrella.id, alice.user_id));
    assert.deepEqual(inUmbrella, []);
  });

  it("is listed as a member, and lists the organizations", async () => {
    const members = await everythingFrom(await guildhall.organizations.members.list(acme.id));
    assert.deepEqual(members.map((member) => member.user_id), [alice.user_id]);
    const withRoles = await guildhall.organizations.members.list(acme.id, { fields: "user_id,roles" });
    assert.deepEqual(withRoles.data[0], { user_id: alice.user_id, roles: [{ id: writer.id, name: writer.name }] });
    const organizations = await everythingFrom(await guildhall.users.organizations.list(alice.user_id));
    assert.deepEqual(organizations.map((organization) => organization.id).sort(), [acme.id, umbrella.id].sort());
  });

  it("leaves again", async () => {
    await guildhall.organizations.members.delete(umbrella.id, { members: [alice.user_id] });
    assert.deepEqual(await everythingFrom(await guildhall.organizations.members.list(umbrella.id)), []);
  });
});

describe("a machine works for the customers", () => {
  let credentials;
  const ask = (parameters) => askForToken(credentials, { audience, ...parameters });

  it("is a client with a grant that requires an organization", async () => {
    machine = await guildhall.clients.create({
      name: unique("robot"),
      app_type: "non_interactive",
      grant_types: ["client_credentials"],
    });
    credentials = { clientId: machine.client_id, clientSecret: machine.client_secret };
    grant = await guildhall.clientGrants.create({
      client_id: machine.client_id,
      audience,
      scope: ["read:reports"],
      organization_usage: "require",
      allow_any_organization: false,
    });
    assert.match(grant.id, /^cgr_/);
    assert.equal(grant.organization_usage, "require");
  });

  it("gets nothing before a customer lets it in", async () => {
    const refused = await ask({ organization: acme.id });
    const unknown = await ask({ organization: "org_0000000000000000" });
    assert.ok(refused.status === 400 || refused.status === 403, JSON.stringify(refused));
    assert.deepEqual([refused.status, refused.body.error], [unknown.status, unknown.body.error]);
    assert.equal((await ask({})).status, 400);
  });

  it("is let in", async () => {
    for (const organization of [acme, umbrella]) {
      const association = await guildhall.organizations.clientGrants.create(organization.id, { grant_id: grant.id });
      assert.equal(association.grant_id, grant.id);
      assert.equal(association.client_id, machine.client_id);
    }
    const associated = await everythingFrom(await guildhall.organizations.clientGrants.list(acme.id));
    assert.deepEqual(associated.map((item) => item.id), [grant.id]);
    const organizations = await everythingFrom(await guildhall.clientGrants.organizations.list(grant.id));
    assert.deepEqual(organizations.map((organization) => organization.id).sort(), [acme.id, umbrella.id].sort());
  });

  it("gets a token whose claim says the organization", async () => {
    const claims = claimsOf(await accessToken(credentials, { audience, organization: acme.id }));
    assert.equal(claims.iss, `https://${domain}/`);
    assert.equal(claims.sub, `${machine.client_id}@clients`);
    assert.equal(claims.azp, machine.client_id);
    assert.equal(claims.gty, "client-credentials");
    assert.equal(claims.aud, audience);
    assert.equal(claims.org_id, acme.id);
    assert.equal(claims.scope, "read:reports");
    assert.deepEqual(claims.permissions, ["read:reports"]);
    assert.equal(claims.exp - claims.iat, 86400);
  });

  it("gets a token whose audience says the organization, asked for in either way", async () => {
    const requests = [{ audience, organization: umbrella.id }, { audience: audienceOf(audience, umbrella) }];
    for (const request of requests) {
      const claims = claimsOf(await accessToken(credentials, request));
      assert.equal(claims.aud, audienceOf(audience, umbrella));
      assert.equal(claims.org_id, umbrella.id);
      assert.deepEqual(claims.permissions, ["read:reports"]);
    }
  });

  it("gets more when the grant grows, and nothing once it is turned out", async () => {
    const wider = await guildhall.clientGrants.update(grant.id, { scope: ["read:reports", "write:reports"] });
    assert.deepEqual(wider.scope, ["read:reports", "write:reports"]);
    const claims = claimsOf(await accessToken(credentials, { audience, organization: acme.id }));
    assert.equal(claims.scope, "read:reports write:reports");

    await guildhall.organizations.clientGrants.delete(acme.id, grant.id);
    assert.notEqual((await ask({ organization: acme.id })).status, 200);
    assert.equal((await ask({ organization: umbrella.id })).status, 200);
  });

  it("gets a new secret", async () => {
    const rotated = await guildhall.clients.rotateSecret(machine.client_id);
    assert.notEqual(rotated.client_secret, machine.client_secret);
    credentials = { clientId: machine.client_id, clientSecret: rotated.client_secret };
    assert.equal((await ask({ organization: umbrella.id })).status, 200);
  });
});

describe("lists come in pages", () => {
  const created = { organizations: [], roles: [] };

  it("of the checkpoint kind", async () => {
    for (let i = 0; i < 5; i++) {
      created.organizations.push((await guildhall.organizations.create({ name: unique(`paged-${i}`) })).id);
    }
    let page = await guildhall.organizations.list({ take: 2 });
    const seen = [];
    let pages = 0;
    for (;;) {
      assert.ok(page.data.length <= 2);
      assert.equal("total" in page.response, false);
      seen.push(...page.data.map((organization) => organization.id));
      pages += 1;
      if (!page.hasNextPage()) break;
      page = await page.getNextPage();
    }
    assert.ok(pages >= 4, `7 organizations in pages of 2 came in ${pages} pages`);
    assert.equal(new Set(seen).size, seen.length);
    for (const id of [...created.organizations, acme.id, umbrella.id]) assert.ok(seen.includes(id), id);
  });

  it("and of the offset kind", async () => {
    const prefix = unique("Paged");
    for (let i = 0; i < 5; i++) created.roles.push((await guildhall.roles.create({ name: `${prefix} ${i}` })).id);
    const page = await guildhall.roles.list({ per_page: 2, page: 1, name_filter: prefix, include_totals: true });
    const { start, limit, total } = page.response;
    assert.deepEqual({ start, limit, total }, { start: 2, limit: 2, total: 5 });
    assert.equal(page.data.length, 2);
    const all = await everythingFrom(await guildhall.roles.list({ per_page: 2, name_filter: prefix }));
    assert.deepEqual(all.map((role) => role.id).sort(), created.roles.sort());
  });

  it("and can be deleted one by one", async () => {
    for (const id of created.organizations) await guildhall.organizations.delete(id);
    for (const id of created.roles) await guildhall.roles.delete(id);
    const left = await everythingFrom(await guildhall.organizations.list());
    for (const id of created.organizations) assert.ok(!left.some((organization) => organization.id === id));
  });
});

describe("refusals arrive as the SDK's own errors", () => {
  it("404 for what does not exist", async () => {
    await assert.rejects(guildhall.organizations.get("org_0000000000000000"), (error) => {
      assert.ok(error instanceof Management.NotFoundError);
      assert.equal(error.body.message, "No organization found by that id or name");
      return true;
    });
    await assert.rejects(guildhall.roles.get("rol_0000000000000000"), Management.NotFoundError);
  });

  it("409 for a name that is taken", async () => {
    await assert.rejects(guildhall.organizations.create({ name: acme.name }), (error) => {
      assert.ok(error instanceof Management.ConflictError);
      assert.equal(error.body.errorCode, "organization_conflict");
      return true;
    });
    await assert.rejects(guildhall.resourceServers.create({ identifier: audience }), Management.ConflictError);
  });

  it("400 for a body that does not fit, and nothing is stored", async () => {
    const name = unique("never");
    for (const body of [{ name: "Not A Name!" }, { name, surprise: true }, { name, display_name: 7 }, {}]) {
      await assert.rejects(guildhall.organizations.create(body), (error) => {
        assert.ok(error instanceof Management.BadRequestError, JSON.stringify(body));
        assert.equal(error.body.errorCode, "invalid_body");
        return true;
      });
    }
    await assert.rejects(guildhall.organizations.getByName(name), Management.NotFoundError);
  });

  it("401 for a token that is none", async () => {
    const stranger = managementAs({ token: "not.a.token" });
    await assert.rejects(stranger.organizations.list(), Management.UnauthorizedError);
  });

  it("403 for a client that may only read", async () => {
    const onlooker = await guildhall.clients.create({
      name: unique("onlooker"), app_type: "non_interactive", grant_types: ["client_credentials"],
    });
    await guildhall.clientGrants.create({
      client_id: onlooker.client_id, audience: managementAudience, scope: ["read:organizations"],
    });
    const reading = managementAs({ clientId: onlooker.client_id, clientSecret: onlooker.client_secret });
    assert.equal((await reading.organizations.get(acme.id)).id, acme.id);
    await assert.rejects(reading.organizations.create({ name: unique("never") }), (error) => {
      assert.ok(error instanceof Management.ForbiddenError);
      assert.equal(error.body.errorCode, "insufficient_scope");
      assert.match(error.body.message, /create:organizations/);
      return true;
    });
    await guildhall.clients.delete(onlooker.client_id);
  });
});

describe("everything ends", () => {
  it("and is gone afterwards", async () => {
    await guildhall.organizations.delete(acme.id);
    await guildhall.organizations.delete(umbrella.id);
    await guildhall.clientGrants.delete(grant.id);
    await guildhall.clients.delete(machine.client_id);
    await guildhall.roles.delete(reader.id);
    await guildhall.roles.delete(writer.id);
    const person = await guildhall.users.get(alice.user_id);
    assert.equal(person.user_id, alice.user_id, "deleting an organization must leave its people alone");
    await guildhall.users.delete(alice.user_id);
    await guildhall.resourceServers.delete(api.id);

    for (const gone of [
      () => guildhall.organizations.get(acme.id),
      () => guildhall.clients.get(machine.client_id),
      () => guildhall.roles.get(writer.id),
      () => guildhall.users.get(alice.user_id),
      () => guildhall.resourceServers.get(api.id),
    ]) await assert.rejects(gone(), Management.NotFoundError);
  });
});
