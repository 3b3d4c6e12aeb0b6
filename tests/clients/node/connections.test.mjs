// Connections, discovery domains and invitations of an organization, through the unmodified `auth0` Node SDK.
import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { everythingFrom, managementAs, unique } from "./guildhall.mjs";

const guildhall = managementAs();
const name = unique("people");
const password = "Correct-horse-battery-staple-1";

let connection, other, acme, web, role, invitation;

describe("the vendor makes connections", () => {
  it("creates a database connection and one of another kind", async () => {
    connection = await guildhall.connections.create({ name, strategy: "auth0", options: { passwordPolicy: "fair" } });
    assert.match(connection.id, /^con_[A-Za-z0-9]{16}$/);
    assert.deepEqual(connection.realms, [name]);
    other = await guildhall.connections.create({
      name: unique("corp"), strategy: "oidc", options: { client_id: "x", client_secret: "y", type: "back_channel" },
    });
    assert.equal((await guildhall.connections.get(other.id)).options.client_secret, "y");
  });

  it("changes and lists them", async () => {
    const changed = await guildhall.connections.update(connection.id, { display_name: "People" });
    assert.equal(changed.display_name, "People");
    assert.equal(changed.options.passwordPolicy, "fair");
    const found = await everythingFrom(await guildhall.connections.list({ name }));
    assert.deepEqual(found.map((item) => item.id), [connection.id]);
  });

  it("enables one for a client", async () => {
    web = await guildhall.clients.create({
      name: "Web", app_type: "regular_web", organization_usage: "require",
      initiate_login_uri: "https://app.vendor.example/login",
    });
    await guildhall.connections.clients.update(other.id, [{ client_id: web.client_id, status: false }]);
    const enabled = async (id) => everythingFrom(await guildhall.connections.clients.get(id));
    assert.ok((await enabled(connection.id)).some((item) => item.client_id === web.client_id));
    assert.ok((await enabled(other.id)).every((item) => item.client_id !== web.client_id));
    const ofClient = await everythingFrom(await guildhall.clients.connections.get(web.client_id));
    assert.ok(ofClient.some((item) => item.id === connection.id));
  });

  it("deletes a user by address", async () => {
    await guildhall.users.create({ connection: name, email: "gone@example.com", password });
    await guildhall.connections.users.deleteByEmail(connection.id, { email: "gone@example.com" });
    assert.deepEqual(await guildhall.users.listUsersByEmail({ email: "gone@example.com" }), []);
  });
});

describe("an organization has connections and domains", () => {
  it("starts with one", async () => {
    acme = await guildhall.organizations.create({
      name: unique("acme"), enabled_connections: [{ connection_id: connection.id, assign_membership_on_login: true }],
    });
    assert.equal(acme.enabled_connections[0].connection.name, name);
  });

  it("adds, changes and removes another", async () => {
    const { enabledConnections } = guildhall.organizations;
    await enabledConnections.add(acme.id, { connection_id: other.id });
    const changed = await enabledConnections.update(acme.id, other.id, { show_as_button: false });
    assert.equal(changed.show_as_button, false);
    assert.equal((await everythingFrom(await enabledConnections.list(acme.id))).length, 2);
    await enabledConnections.delete(acme.id, other.id);
    await assert.rejects(enabledConnections.get(acme.id, other.id), { statusCode: 404 });
  });

  it("sees them in the newer view as well", async () => {
    const { connections } = guildhall.organizations;
    await connections.create(acme.id, { connection_id: other.id, is_enabled: false });
    const all = await everythingFrom(await connections.list(acme.id));
    assert.deepEqual(all.map((item) => item.is_enabled).sort(), [false, true]);
    const changed = await connections.update(acme.id, other.id, { organization_access_level: "readonly" });
    assert.equal(changed.organization_access_level, "readonly");
    assert.equal((await connections.get(acme.id, other.id)).connection.strategy, "oidc");
    await connections.delete(acme.id, other.id);
  });

  it("is found by domains", async () => {
    const { discoveryDomains } = guildhall.organizations;
    const made = await discoveryDomains.create(acme.id, { domain: "acme.example" });
    assert.equal(made.verification_host, `_ss-verification.${acme.id}.acme.example`);
    const verified = await discoveryDomains.update(acme.id, made.id, { status: "verified" });
    assert.equal(verified.status, "verified");
    assert.equal((await discoveryDomains.getByName(acme.id, "acme.example")).id, made.id);
    assert.equal((await everythingFrom(await discoveryDomains.list(acme.id))).length, 1);
    await discoveryDomains.delete(acme.id, made.id);
    await assert.rejects(discoveryDomains.get(acme.id, made.id), { statusCode: 404 });
  });
});

describe("someone is invited", () => {
  it("by a link that leads to the application", async () => {
    role = await guildhall.roles.create({ name: unique("Reader") });
    invitation = await guildhall.organizations.invitations.create(acme.id, {
      inviter: { name: "Ada" }, invitee: { email: "bo@example.com" }, client_id: web.client_id,
      connection_id: connection.id, roles: [role.id], send_invitation_email: false,
    });
    const url = new URL(invitation.invitation_url);
    assert.equal(url.origin + url.pathname, "https://app.vendor.example/login");
    assert.deepEqual(Object.fromEntries(url.searchParams),
      { invitation: invitation.ticket_id, organization: acme.id, organization_name: acme.name });
  });

  it("is listed, read and taken back", async () => {
    const { invitations } = guildhall.organizations;
    assert.deepEqual((await everythingFrom(await invitations.list(acme.id))).map((item) => item.id), [invitation.id]);
    assert.equal((await invitations.get(acme.id, invitation.id)).ticket_id, invitation.ticket_id);
    await invitations.delete(acme.id, invitation.id);
    await assert.rejects(invitations.get(acme.id, invitation.id), { statusCode: 404 });
  });

  it("is refused a client without organizations", async () => {
    const machine = await guildhall.clients.create({ name: "Machine", app_type: "non_interactive" });
    const wanted = { inviter: { name: "Ada" }, invitee: { email: "bo@example.com" }, client_id: machine.client_id };
    await assert.rejects(guildhall.organizations.invitations.create(acme.id, wanted), { statusCode: 400 });
  });
});

describe("a connection ends", () => {
  it("with its place in the organization", async () => {
    await guildhall.connections.delete(connection.id);
    assert.deepEqual(await everythingFrom(await guildhall.organizations.enabledConnections.list(acme.id)), []);
    await assert.rejects(guildhall.connections.get(connection.id), { statusCode: 404 });
  });
});
