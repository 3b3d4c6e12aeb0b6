// A customer's own admin runs their organization by the documented calls of the My Organization API. Its npm package is not
// on the registry; each answer is compared with the committed document instead.
import assert from "node:assert/strict";
import { before, describe, it } from "node:test";
import { newBrowser } from "./browser.mjs";
import { accessToken, askForToken, bootstrap, claimsOf, issuer, managementAudience, unique } from "./guildhall.mjs";
import { letterTo } from "./letters.mjs";
import { hand, newProduct, refusal } from "./my-organization.mjs";
import { guildhall, join, newCustomer, newPerson, password } from "./vendor.mjs";

let product, api, acme, umbrella, ada, una, adas, tokens;

before(async () => {
  product = await newProduct();
  api = product.api;
  [acme, umbrella] = [await newCustomer("acme"), await newCustomer("umbrella")];
  [ada, una] = [await newPerson("ada"), await newPerson("una")];
  await join(acme, ada, product.admin);
  await join(umbrella, una, product.admin);
  tokens = await product.signedIn(ada, acme);
  adas = hand(tokens.access_token);
});

const permission = (permission_name) => ({ permission_name, resource_server_identifier: api.audience });
const of = (user_id, path = "") => `/members/${encodeURIComponent(user_id)}${path}`;
const effective = () => `/effective-permissions?resource_server_identifier=${encodeURIComponent(api.audience)}`;
const names = ({ permissions }) => permissions.map(({ permission_name }) => permission_name);

/** What the vendor's API is told of someone: the permissions in a new token for it. */
async function permissionsOf(person) {
  const { access_token } = await product.signedIn(person, acme, { audience: api.audience, scope: "openid" });
  return claimsOf(access_token).permissions;
}

describe("the admin", () => {
  it("sees what she may do, in the ID token and by asking", async () => {
    const held = tokens.claims()["urn:auth0:my_org_current_user_permissions"];
    assert.deepEqual(held.toSorted(), product.scopes.toSorted());
    const me = await adas.get("/me");
    assert.deepEqual([me.organization_id, me.user_id], [acme.id, ada.user_id]);
    assert.deepEqual(me.permissions.toSorted(), product.scopes.toSorted());
  });

  it("gives the organization another look", async () => {
    const branding = { logo_url: "https://acme.example/logo.png", colors: { primary: "#112233", page_background: "#ffffff" } };
    const changed = await adas.patch("/details", { display_name: "Acme & Daughters", branding });
    assert.deepEqual(await adas.get("/details"), changed);
    assert.deepEqual([changed.id, changed.display_name, changed.branding], [acme.id, "Acme & Daughters", branding]);
  });

  it("reads what the organization can do itself", async () => {
    const configuration = await adas.get("/config");
    assert.deepEqual(configuration.allowed_strategies, ["okta"]);
    assert.equal(configuration.connection_deletion_behavior, "allow_if_empty");
    assert.equal((await adas.get("/config/identity-providers")).organization.can_set_show_as_button, false);
    assert.equal((await adas.get("/config/envelope")).used.seats, 1);
  });

  it("has a domain of her own", async () => {
    const { id } = await adas.post("/domains", { domain: `${unique("acme")}.example` });
    assert.deepEqual((await adas.get("/domains")).organization_domains.map((domain) => domain.id), [id]);
    assert.match((await adas.get(`/domains/${id}`)).verification_txt, /./);
    assert.deepEqual(await adas.get(`/domains/${id}/identity-providers`), { identity_providers: [] });
    assert.equal((await adas.post(`/domains/${id}/verify`)).status, "failed");
    await adas.delete(`/domains/${id}`);
  });
});

describe("roles of the organization's own", () => {
  let own, templated;

  it("are made of permissions that the admin holds", async () => {
    const { permissions } = await adas.get("/permissions");
    assert.ok(permissions.some((one) => one.permission_name === "read:reports" && one.held));
    own = await adas.post("/roles", { name: "Auditor", description: "Looks", permissions: [permission("read:reports")] });
    assert.deepEqual([own.name, own.type], ["Auditor", "organization"]);
    assert.equal((await adas.patch(`/roles/${own.id}`, { description: "Looks at reports" })).description, "Looks at reports");
    assert.deepEqual(names(await adas.get(`/roles/${own.id}/permissions`)), ["read:reports"]);
  });

  it("begin with what a role of the vendor's permits, and tell where they differ", async () => {
    templated = await adas.post("/roles", { name: "Our writer", template_id: api.writer.id });
    assert.deepEqual(templated.omitted, []);
    await adas.delete(`/roles/${templated.id}/permissions`, { permissions: [permission("write:reports")] });
    const { template } = await adas.get(`/roles/${templated.id}`);
    assert.equal(template.id, api.writer.id);
    assert.deepEqual([template.added.map((one) => one.permission_name), template.removed], [["write:reports"], []]);
    await adas.post(`/roles/${templated.id}/permissions`, { permissions: [permission("write:reports")] });
    assert.deepEqual((await adas.get(`/roles/${templated.id}`)).template.added, []);
  });

  it("are listed beside those of the vendor's that can be given", async () => {
    const { roles } = await adas.get("/roles?take=100");
    const types = Object.fromEntries(roles.map(({ id, type }) => [id, type]));
    assert.deepEqual([types[own.id], types[api.reader.id]], ["organization", "tenant"]);
    const { roles: found } = await adas.get("/roles?type=organization&name=audit");
    assert.deepEqual(found.map(({ id }) => id), [own.id]);
  });

  it("are not deleted before it is clear who loses what", async () => {
    const bob = await newPerson("bob");
    await join(acme, bob);
    await adas.post(of(bob.user_id, "/roles"), { role_ids: [templated.id] });
    const { concerned, subjects } = await adas.get(`/roles/${templated.id}/deletion`);
    assert.deepEqual([concerned, subjects], [1, 1]);
    await refusal(tokens.access_token, "409-0001", "delete", `/roles/${templated.id}`);
    await adas.delete(`/roles/${templated.id}?confirm=true`);
    assert.deepEqual((await adas.get(of(bob.user_id, "/roles"))).roles, []);
    await adas.post("/delete-memberships", { members: [bob.user_id] });
  });
});

describe("people", () => {
  let carl, role;

  before(async () => {
    carl = { email: `${unique("carl")}@people.example` };
    role = (await adas.get("/roles?type=organization&name=Auditor")).roles[0];
  });

  it("are invited, follow the letter in a browser of their own, and hold what the admin gave", async () => {
    const [made, other] = await adas.post("/member-invitations", {
      invitees: [{ email: carl.email, roles: [role.id] }, { email: `${unique("nobody")}@people.example` }],
      inviter: { name: "Ada of Acme" },
    });
    assert.deepEqual((await adas.get(`/member-invitations/${made.id}/roles`)).roles.map(({ name }) => name), ["Auditor"]);
    const { invitations } = await adas.get("/member-invitations?sort=created_at:1");
    assert.deepEqual(invitations.map(({ id }) => id).toSorted(), [made.id, other.id].toSorted());
    await adas.delete(`/member-invitations/${other.id}`);

    const { link, text } = await letterTo(carl.email);
    assert.match(text, /Acme/);
    const { invitation, organization } = Object.fromEntries(new URL(link).searchParams);
    assert.deepEqual([invitation, organization], [made.ticket_id, acme.id]);
    const page = await newBrowser();
    const parameters = { invitation, organization, audience: api.audience, scope: "openid" };
    const exchange = await product.begin(page, product.config, parameters);
    await page.getByRole("button", { name: "Create an account" }).click();
    await page.getByLabel("Password", { exact: true }).fill(password);
    await page.keyboard.press("Enter");
    const { access_token } = await exchange();
    carl.user_id = claimsOf(access_token).sub;
    assert.deepEqual(claimsOf(access_token).permissions, ["read:reports"]);
    assert.deepEqual((await adas.get("/member-invitations")).invitations, []);
  });

  it("are found among the members", async () => {
    const { members } = await adas.get("/members");
    assert.deepEqual(members.map(({ user_id }) => user_id).toSorted(), [ada.user_id, carl.user_id].toSorted());
    const { members: found } = await adas.get(`/members?q=${carl.email.toUpperCase()}&role_id=${role.id}`);
    assert.deepEqual(found.map(({ email, roles }) => [email, roles[0].id]), [[carl.email, role.id]]);
    const few = await adas.get(of(carl.user_id, "?fields=user_id,email"));
    assert.deepEqual(few, { user_id: carl.user_id, email: carl.email });
    const first = await adas.get("/members?take=1");
    const second = await adas.get(`/members?take=1&from=${encodeURIComponent(first.next)}`);
    assert.deepEqual([first.members.length, second.members.length, second.next], [1, 1, undefined]);
  });

  it("get roles and lose them, and it is told through what they hold something", async () => {
    await adas.post(of(carl.user_id, "/roles"), { role_ids: [api.writer.id] });
    assert.deepEqual(await permissionsOf(carl), ["read:reports", "write:reports"]);
    const held = await adas.get(of(carl.user_id, effective()));
    assert.deepEqual(names(held), ["read:reports", "write:reports"]);
    await adas.delete(of(carl.user_id, "/roles"), { role_ids: [api.writer.id] });
    await adas.post(of(carl.user_id, "/unassign-roles"), { role_ids: [role.id] });
    assert.deepEqual((await adas.get(of(carl.user_id, "/roles"))).roles, []);
    assert.deepEqual(await permissionsOf(carl), []);
    await adas.post(of(carl.user_id, "/roles"), { role_ids: [role.id] });
  });

  it("leave by themselves", async () => {
    const { access_token } = await product.signedIn(carl, acme);
    await hand(access_token).post("/me/leave");
    await refusal(tokens.access_token, "404-0002", "get", of(carl.user_id));
    await refusal(access_token, "401-0001", "get", "/me");
  });
});

describe("a machine client of the organization's own", () => {
  let machine, credentials;

  it("is made, and gets a token by the standard call alone", async () => {
    const access = [{ resource_server_identifier: api.audience, scope: ["read:reports"] }];
    machine = await adas.post("/clients", { name: "Nightly export", access });
    credentials = { clientId: machine.client_id, clientSecret: machine.client_secret };
    const claims = claimsOf(await accessToken(credentials, { audience: api.audience }));
    assert.deepEqual([claims.org_id, claims.permissions], [acme.id, ["read:reports"]]);
    assert.equal(claims.sub, `${machine.client_id}@clients`);
    const nowhere = await askForToken(credentials, { audience: api.audience, organization: umbrella.id });
    assert.ok([400, 403].includes(nowhere.status), JSON.stringify(nowhere));
  });

  it("is listed without its secret, with its last use", async () => {
    const { clients } = await adas.get("/clients?q=night");
    assert.deepEqual(clients.map(({ client_id, client_secret }) => [client_id, client_secret]), [[machine.client_id, undefined]]);
    const shown = await adas.get(`/clients/${machine.client_id}`);
    assert.deepEqual(shown.access[0].scope, ["read:reports"]);
    assert.deepEqual(names(await adas.get(`/clients/${machine.client_id}${effective()}`)), ["read:reports"]);
  });

  it("gets another secret, more to do, and is turned off and deleted", async () => {
    const path = `/clients/${machine.client_id}`;
    const { client_secret } = await adas.post(`${path}/rotate-secret`, { revoke_now: true });
    assert.equal((await askForToken(credentials, { audience: api.audience })).status, 401);
    credentials = { ...credentials, clientSecret: client_secret };
    const access = [{ resource_server_identifier: api.audience, scope: ["read:reports", "write:reports"] }];
    await adas.put(`${path}/access`, { access });
    const claims = claimsOf(await accessToken(credentials, { audience: api.audience }));
    assert.deepEqual(claims.permissions, ["read:reports", "write:reports"]);
    assert.equal((await adas.patch(path, { disabled: true })).disabled, true);
    assert.equal((await askForToken(credentials, { audience: api.audience })).status, 401);
    await adas.delete(path);
    await refusal(tokens.access_token, "404-0002", "get", path);
  });
});

describe("a partner's client", () => {
  let partner, grant, credentials;
  const ask = (organization) => askForToken(credentials, { audience: api.audience, organization: organization.id });

  before(async () => {
    partner = await guildhall.clients.create({
      name: unique("partner"), app_type: "non_interactive", grant_types: ["client_credentials"], is_first_party: false,
    });
    credentials = { clientId: partner.client_id, clientSecret: partner.client_secret };
    grant = await guildhall.clientGrants.create({
      client_id: partner.client_id, audience: api.audience, scope: ["read:reports", "write:reports"],
      organization_usage: "require", allow_organization_approval: true,
    });
  });

  it("is let in by each organization as far as its admin says, and turned out by one alone", async () => {
    const unas = hand((await product.signedIn(una, umbrella)).access_token);
    const { client_grants: available } = await adas.get("/client-grants/available");
    assert.ok(available.some(({ grant_id, client_name }) => grant_id === grant.id && client_name === partner.name));
    await adas.post("/client-grants", { grant_id: grant.id, scope: ["read:reports"] });
    await unas.post("/client-grants", { grant_id: grant.id, scope: ["write:reports"] });
    assert.deepEqual(claimsOf((await ask(acme)).body.access_token).permissions, ["read:reports"]);
    assert.deepEqual(claimsOf((await ask(umbrella)).body.access_token).permissions, ["write:reports"]);

    await adas.delete(`/client-grants/${grant.id}`);
    assert.notEqual((await ask(acme)).status, 200);
    assert.equal((await ask(umbrella)).status, 200);
  });

  it("asks to be let in, and is", async () => {
    const vendors = await accessToken(bootstrap, { audience: managementAudience });
    const asked = await fetch(`${issuer}api/v2/organizations/${acme.id}/client-grant-requests`, {
      method: "POST",
      headers: { authorization: `Bearer ${vendors}`, "content-type": "application/json" },
      body: JSON.stringify({ grant_id: grant.id, scope: ["read:reports"], message: "For the dashboard" }),
    });
    assert.equal(asked.status, 201, await asked.clone().text());
    const { client_grant_requests: [request] } = await adas.get("/client-grant-requests");
    assert.deepEqual([request.client_id, request.message], [partner.client_id, "For the dashboard"]);
    const done = await adas.post(`/client-grant-requests/${request.id}/approve`);
    assert.deepEqual([done.scope, done.by_organization], [["read:reports"], true]);
    assert.deepEqual(claimsOf((await ask(acme)).body.access_token).permissions, ["read:reports"]);
    assert.deepEqual((await adas.get("/client-grants")).client_grants.map(({ grant_id }) => grant_id), [grant.id]);
  });
});

describe("the log", () => {
  it("tells what happened in this organization alone, and who did it", async () => {
    const { logs } = await adas.get("/logs?take=100");
    const done = logs.filter(({ actor }) => actor.id === ada.user_id && actor.name).map(({ action }) => action);
    for (const action of ["organization.updated", "role.created", "client.created", "organization.member_roles_added"]) {
      assert.ok(done.includes(action), `${action} is not among ${done}`);
    }
    const [change] = logs.filter(({ action }) => action === "organization.updated");
    assert.deepEqual(await adas.get(`/logs/${change.log_id}`), change);
    assert.deepEqual([change.before.display_name, change.after.display_name], ["Acme", "Acme & Daughters"]);
    const { logs: signIns } = await adas.get(`/logs?q=${encodeURIComponent(`type:s AND user_id:"${ada.user_id}"`)}`);
    assert.ok(signIns.length > 0 && signIns.every(({ type, ip }) => type === "s" && ip));
    assert.ok(!JSON.stringify(logs).includes(umbrella.id));
  });

  it("is written out as JSON lines and as a table", async () => {
    const lines = (await adas.get("/logs/export?format=jsonl")).trim().split("\n").map((line) => JSON.parse(line));
    assert.ok(lines.some(({ action }) => action === "role.created"));
    const [head, ...rows] = (await adas.get("/logs/export?format=csv&q=action:role.created")).trim().split("\r\n");
    assert.match(head, /^log_id,date,type,/);
    assert.ok(rows.length > 0 && rows.every((row) => row.includes("role.created")));
  });
});

describe("the last admin", () => {
  it("cannot leave before another member is one", async () => {
    const dora = await newPerson("dora");
    await join(acme, dora);
    await refusal(tokens.access_token, "409-0001", "post", "/me/leave");
    const { roles } = await adas.post("/me/hand-over", { user_id: dora.user_id });
    assert.deepEqual(roles.map(({ id }) => id), [product.admin.id]);
    await refusal(tokens.access_token, "403-0002", "get", "/members");
    await adas.post("/me/leave");
    const { access_token } = await product.signedIn(dora, acme);
    assert.deepEqual((await hand(access_token).get("/members")).members.map(({ user_id }) => user_id), [dora.user_id]);
  });
});
