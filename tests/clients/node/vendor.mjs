// What vendors set up before anyone signs in, through the Management API: an API, roles, customers, people, clients.
import { everythingFrom, managementAs, unique } from "./guildhall.mjs";

export const guildhall = managementAs();
export const password = "correct-horse-battery-staple-1";

/** An API with two permissions, and a role for each of reading and writing. */
export async function newApi() {
  const audience = `https://${unique("reports")}.example`;
  await guildhall.resourceServers.create({
    name: "Reports",
    identifier: audience,
    scopes: [
      { value: "read:reports", description: "Read reports" },
      { value: "write:reports", description: "Write reports" },
    ],
    enforce_policies: true,
    token_dialect: "access_token_authz",
    allow_offline_access: true,
    skip_consent_for_verifiable_first_party_clients: true,
  });
  const role = async (name, permissions) => {
    const created = await guildhall.roles.create({ name: unique(name) });
    const held = permissions.map((permission_name) => ({ permission_name, resource_server_identifier: audience }));
    await guildhall.roles.permissions.add(created.id, { permissions: held });
    return created;
  };
  const reader = await role("Reader", ["read:reports"]);
  const writer = await role("Writer", ["read:reports", "write:reports"]);
  return { audience, reader, writer };
}

/** A customer whose people sign in with passwords. */
export async function newCustomer(name, token_strategy = "claim") {
  const display_name = name[0].toUpperCase() + name.slice(1);
  const organization = await guildhall.organizations.create({ name: unique(name), display_name, token_strategy });
  await letPasswordsIn(organization);
  return organization;
}

/** Lets people with passwords sign in to an organization; `settings` may say who becomes a member by that. */
export async function letPasswordsIn(organization, settings = {}) {
  const { id } = await passwords();
  await guildhall.organizations.enabledConnections.add(organization.id, { connection_id: id, ...settings });
}

/** A person with a password. */
export async function newPerson(name) {
  const email = `${unique(name)}@people.example`;
  const connection = "Username-Password-Authentication";
  const { user_id } = await guildhall.users.create({ connection, email, password, email_verified: true });
  return { user_id, email };
}

/** Makes a person a member, with roles. */
export async function join(organization, person, ...roles) {
  await guildhall.organizations.members.create(organization.id, { members: [person.user_id] });
  if (roles.length > 0) {
    const ids = roles.map((role) => role.id);
    await guildhall.organizations.members.roles.assign(organization.id, person.user_id, { roles: ids });
  }
}

/** Invites an address to an organization, through a client; the vendor hands over the ticket, no letter is sent. */
export const invite = (organization, client, email, more = {}) =>
  guildhall.organizations.invitations.create(organization.id, {
    inviter: { name: "Ada of Acme" },
    invitee: { email },
    client_id: client.client_id,
    send_invitation_email: false,
    ...more,
  });

/** Ends the sessions of a person. What was issued for offline use lives on. */
export const endSessions = (person) => guildhall.users.sessions.delete(person.user_id);

/** Ends the sessions of a person, and revokes the refresh tokens that began in them. */
export async function revokeSessions(person) {
  for (const { id } of await sessionsOf(person)) await guildhall.sessions.revoke(id);
}

/** Lets people sign in while sessions last no longer than this; what they began lasts no longer afterwards either. */
export async function whileSessionsLast(settings, signIn) {
  await guildhall.tenants.settings.update(settings);
  try {
    return await signIn();
  } finally {
    await guildhall.tenants.settings.update(Object.fromEntries(Object.keys(settings).map((name) => [name, null])));
  }
}

/** Waits until no session of a person counts any more, which must be soon. Looking does not prolong them. */
export async function untilSessionsHaveExpired(person) {
  const patience = Date.now() + 20_000;
  while ((await sessionsOf(person)).length > 0) {
    if (Date.now() > patience) throw new Error("a session lasts longer than it may");
    await new Promise((later) => setTimeout(later, 50));
  }
}

const sessionsOf = async (person) => everythingFrom(await guildhall.users.sessions.list(person.user_id));

/** A client whose people sign in with passwords. */
export async function newClient(settings) {
  const client = await guildhall.clients.create({ name: unique("app"), oidc_conformant: true, ...settings });
  const { id } = await passwords();
  await guildhall.connections.clients.update(id, [{ client_id: client.client_id, status: true }]);
  return client;
}

/** A refresh token that is replaced whenever it is used. */
export const rotating = {
  rotation_type: "rotating", expiration_type: "expiring", leeway: 0, token_lifetime: 3600, idle_token_lifetime: 1800,
  infinite_token_lifetime: false, infinite_idle_token_lifetime: false,
};

let database;

function passwords() {
  database ??= guildhall.connections.list({ name: "Username-Password-Authentication" }).then(({ data }) => data[0]);
  return database;
}
