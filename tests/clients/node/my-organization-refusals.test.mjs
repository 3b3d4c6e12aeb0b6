// What the My Organization API refuses, and how: problem JSON, the same for what is of another organization as for what
// does not exist.
import assert from "node:assert/strict";
import { before, describe, it } from "node:test";
import { accessToken, bootstrap, managementAudience, unique } from "./guildhall.mjs";
import { hand, newProduct, refusal } from "./my-organization.mjs";
import { guildhall, join, newCustomer, newPerson } from "./vendor.mjs";

/** Bounds what the customer may confer; the SDK does not know envelopes. */
async function enveloped(envelope) {
  const token = await accessToken(bootstrap, { audience: managementAudience });
  const url = `${managementAudience}organizations/${acme.id}/envelope`;
  const headers = { authorization: `Bearer ${token}`, "content-type": "application/json" };
  const { status } = await fetch(url, { method: "PUT", headers, body: JSON.stringify(envelope) });
  assert.equal(status, 200);
}

let product, api, acme, umbrella, ada, una, bob, adas, unas, bobs;

before(async () => {
  product = await newProduct();
  api = product.api;
  [acme, umbrella] = [await newCustomer("acme"), await newCustomer("umbrella")];
  [ada, bob, una] = [await newPerson("ada"), await newPerson("bob"), await newPerson("una")];
  await join(acme, ada, product.admin);
  await join(acme, bob);
  await join(umbrella, una, product.admin);
  [adas, bobs, unas] = await Promise.all([
    product.signedIn(ada, acme), product.signedIn(bob, acme), product.signedIn(una, umbrella),
  ]).then((all) => all.map(({ access_token }) => access_token));
});

const member = ({ user_id }, path = "") => `/members/${encodeURIComponent(user_id)}${path}`;

describe("who does not belong there", () => {
  it("has no token, or one that is not for this API", async () => {
    await refusal(undefined, "401-0002", "get", "/details");
    await refusal("not.a.token", "401-0001", "get", "/details");
    await refusal(await accessToken(bootstrap, { audience: managementAudience }), "401-0001", "get", "/details");
    const { access_token } = await product.signedIn(ada, acme, { audience: api.audience, scope: "openid" });
    await refusal(access_token, "401-0001", "get", "/details");
  });

  it("is a member without rights, who sees only that", async () => {
    assert.deepEqual((await hand(bobs).get("/me")).permissions, []);
    for (const path of ["/details", "/members", "/member-invitations", "/roles", "/clients", "/client-grants", "/logs",
      "/domains", "/config", "/permissions"]) await refusal(bobs, "403-0002", "get", path);
    await refusal(bobs, "403-0002", "post", member(bob, "/roles"), { role_ids: [product.admin.id] });
    await refusal(bobs, "403-0002", "post", "/clients", { name: "Mine", access: [] });
  });

  it("comes by a client that the vendor did not set up for it", async () => {
    const { client_id } = product.config.clientMetadata();
    const { my_organization_configuration } = await guildhall.clients.get(client_id);
    await guildhall.clients.update(client_id, { my_organization_configuration: null });
    try {
      await refusal(adas, "409-0001", "get", "/details");
    } finally {
      await guildhall.clients.update(client_id, { my_organization_configuration });
    }
    assert.equal((await hand(adas).get("/details")).id, acme.id);
  });

  it("was put out, or lost the right, after the token was issued", async () => {
    const eve = await newPerson("eve");
    await join(acme, eve, product.admin);
    const { access_token } = await product.signedIn(eve, acme);
    await hand(access_token).get("/members");
    await hand(adas).delete(member(eve, "/roles"), { role_ids: [product.admin.id] });
    await refusal(access_token, "403-0002", "get", "/members");
    await hand(adas).post("/delete-memberships", { members: [eve.user_id] });
    await refusal(access_token, "401-0001", "get", "/me");
  });
});

describe("what is of another organization", () => {
  it("is refused word for word as what does not exist", async () => {
    const scope = [{ resource_server_identifier: api.audience, scope: ["read:reports"] }];
    const theirs = {
      role: (await hand(unas).post("/roles", { name: "Theirs" })).id,
      client: (await hand(unas).post("/clients", { name: "Theirs", access: scope })).client_id,
      domain: (await hand(unas).post("/domains", { domain: `${unique("umbrella")}.example` })).id,
      invitation: (await hand(unas).post("/member-invitations", {
        invitees: [{ email: `${unique("someone")}@people.example` }],
      }))[0].id,
      log: (await hand(unas).get("/logs")).logs[0].log_id,
      member: encodeURIComponent(una.user_id),
    };
    const unknown = {
      role: "rol_0000000000000000", client: "0".repeat(32), domain: "dom_0000000000000000",
      invitation: "uinv_0000000000000000", log: "0".repeat(40), member: encodeURIComponent("auth0|000000000000"),
    };
    const calls = [
      ["get", ({ member }) => `/members/${member}`],
      ["get", ({ member }) => `/members/${member}/roles`],
      ["post", ({ member }) => `/members/${member}/roles`, () => ({ role_ids: [api.reader.id] })],
      ["post", () => "/delete-memberships", ({ member }) => ({ members: [decodeURIComponent(member)] })],
      ["get", ({ role }) => `/roles/${role}`],
      ["patch", ({ role }) => `/roles/${role}`, () => ({ name: "Ours" })],
      ["get", ({ role }) => `/roles/${role}/permissions`],
      ["get", ({ role }) => `/roles/${role}/deletion`],
      ["delete", ({ role }) => `/roles/${role}`],
      ["get", ({ client }) => `/clients/${client}`],
      ["patch", ({ client }) => `/clients/${client}`, () => ({ disabled: true })],
      ["post", ({ client }) => `/clients/${client}/rotate-secret`],
      ["delete", ({ client }) => `/clients/${client}`],
      ["get", ({ domain }) => `/domains/${domain}`],
      ["post", ({ domain }) => `/domains/${domain}/verify`],
      ["delete", ({ domain }) => `/domains/${domain}`],
      ["get", ({ invitation }) => `/member-invitations/${invitation}`],
      ["delete", ({ invitation }) => `/member-invitations/${invitation}`],
      ["post", () => "/delete-member-invitations", ({ invitation }) => ({ invitations: [invitation] })],
      ["get", ({ log }) => `/logs/${log}`],
    ];
    for (const [method, path, body] of calls) {
      const [foreign, none] = await Promise.all([theirs, unknown].map((ids) => (
        refusal(adas, "404-0002", method, path(ids), body?.(ids)))));
      assert.deepEqual(foreign, none, `${method} ${path(theirs)}`);
    }
    const given = await Promise.all([theirs, unknown].map(({ role }) => (
      refusal(adas, "400-0001", "post", member(bob, "/roles"), { role_ids: [role] }))));
    assert.deepEqual(...given.map((problem, at) => (
      JSON.parse(JSON.stringify(problem).replaceAll([theirs, unknown][at].role, "the role")))));
  });
});

describe("nobody confers", () => {
  it("what they do not hold", async () => {
    const deleting = `https://${unique("archive")}.example`;
    await guildhall.resourceServers.create({ identifier: deleting, scopes: [{ value: "delete:archive" }] });
    const held = { resource_server_identifier: deleting, permission_name: "delete:archive" };
    const never = { resource_server_identifier: deleting, permission_name: "no:such" };
    const destroyer = await guildhall.roles.create({ name: unique("Destroyer") });
    await guildhall.roles.permissions.add(destroyer.id, { permissions: [held] });

    await refusal(adas, "403-0003", "post", member(bob, "/roles"), { role_ids: [destroyer.id] });
    const refused = await Promise.all([held, never].map((permission) => (
      refusal(adas, "403-0003", "post", "/roles", { name: "Destroyer", permissions: [permission] }))));
    assert.equal(refused[0].title, refused[1].title);
    const invitees = [{ email: `${unique("someone")}@people.example`, roles: [destroyer.id] }];
    await refusal(adas, "403-0003", "post", "/member-invitations", { invitees });
    const access = [{ resource_server_identifier: api.audience, scope: ["delete:reports"] }];
    await refusal(adas, "403-0003", "post", "/clients", { name: "Destroyer", access });
  });

  it("what the vendor's envelope excludes, which is suspended where it was conferred before", async () => {
    const permission = { resource_server_identifier: api.audience, permission_name: "write:reports" };
    const role = await hand(adas).post("/roles", { name: "Writer", permissions: [permission] });
    const grantable_permissions = [{ ...permission, permission_name: "read:reports" }];
    const envelope = { grantable_permissions, assignable_roles: [product.admin.id], own_roles: 1 };
    await enveloped(envelope);
    try {
      await refusal(adas, "403-0003", "post", `/roles/${role.id}/permissions`, { permissions: [permission] });
      await refusal(adas, "403-0003", "post", "/roles", { name: "One too many" });
      await refusal(adas, "400-0001", "post", member(bob, "/roles"), { role_ids: [api.reader.id] });
      await refusal(adas, "404-0002", "get", `/roles/${api.reader.id}`);
      const suspended = async () => (await hand(adas).get(`/roles/${role.id}/permissions`)).permissions[0].suspended;
      assert.equal(await suspended(), true);
      await enveloped({});
      assert.equal(await suspended(), undefined);
    } finally {
      await enveloped({});
    }
  });

  it("anything to nobody: the last admin stays", async () => {
    await refusal(adas, "409-0001", "post", "/delete-memberships", { members: [ada.user_id] });
    await refusal(adas, "409-0001", "post", member(ada, "/unassign-roles"), { role_ids: [product.admin.id] });
    await refusal(adas, "409-0001", "post", "/me/leave");
  });
});

describe("what cannot be", () => {
  it("is said by field", async () => {
    const { validation_errors } = await refusal(adas, "400-0003", "patch", "/details", { display_name: 7 });
    assert.equal(validation_errors[0].source, "body");
    for (const [method, path, body, field] of [
      ["patch", "/details", { name: "Not A Name!" }, "name"],
      ["post", member(bob, "/roles"), { role_ids: [] }, "role_ids"],
      ["post", "/domains", { domain: "not a domain" }, "domain"],
      ["post", "/member-invitations", { invitees: [] }, "invitees"],
      ["post", "/member-invitations", { invitees: [{ email: "nobody" }] }, "invitees[0].email"],
      ["post", "/roles", { name: "<b>" }, "name"],
    ]) {
      const { validation_errors: [error] } = await refusal(adas, "400-0003", method, path, body);
      assert.equal(error.field, field, path);
      assert.equal(error.pointer, `/${field.replace("[0].", "/0/")}`);
    }
    for (const body of [{ surprise: true }, [], { name: null, name2: 1 }]) {
      await refusal(adas, "400-0003", "patch", "/details", body);
    }
    for (const path of ["/members?take=101", "/members?take=x", "/members?from=nowhere", "/members?surprise=1"]) {
      const { validation_errors: [error] } = await refusal(adas, "400-0003", "get", path);
      assert.equal(error.source, "query");
    }
  });

  it("is a name that is taken", async () => {
    const { name } = await guildhall.organizations.get(umbrella.id);
    await refusal(adas, "409-0003", "patch", "/details", { name });
    const role = { name: unique("Twice") };
    await hand(adas).post("/roles", role);
    await refusal(adas, "409-0003", "post", "/roles", role);
  });
});
