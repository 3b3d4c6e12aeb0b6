// Customers whose own admins run them: what the vendor sets up for that, and the My Organization API in someone's hands.
import assert from "node:assert/strict";
import { newBrowser, signIn } from "./browser.mjs";
import { documented } from "./documented.mjs";
import { issuer, unique } from "./guildhall.mjs";
import { newPortal } from "./openid.mjs";
import { guildhall } from "./vendor.mjs";

export const audience = `${issuer}my-org/`;
const differences = documented("my-organization");

/** A call of the API; without a token, by nobody. What it answers is as the document says. */
async function call(token, method, path, body) {
  const headers = { ...token && { authorization: `Bearer ${token}` }, ...body && { "content-type": "application/json" } };
  const init = { method: method.toUpperCase(), headers, body: body && JSON.stringify(body) };
  const response = await fetch(`${issuer}my-org/v1${path}`, init);
  const [type, text] = [response.headers.get("content-type") ?? "", await response.text()];
  const answer = { status: response.status, type, text, body: /[/+]json$/.test(type) ? JSON.parse(text) : undefined };
  assert.deepEqual(differences(method, `/my-org/v1${path}`, answer), [], text);
  return answer;
}

/** The API in the hands of whoever has the token: what answers, or what was done without an answer. */
export function hand(token) {
  const method = (method) => async (path, body) => {
    const { status, body: answer, text } = await call(token, method, path, body);
    assert.ok(status < 300, `${method} ${path}: ${status} ${text}`);
    return answer ?? text;
  };
  return Object.fromEntries(["get", "post", "put", "patch", "delete"].map((name) => [name, method(name)]));
}

/** A call that is refused, as `404-0002` or the like: the problem, which is problem JSON. */
export async function refusal(token, expected, method, path, body) {
  const answer = await call(token, method, path, body);
  const shown = `${method} ${path}: ${answer.status} ${answer.text}`;
  assert.equal(answer.type, "application/problem+json", shown);
  assert.equal(answer.body.type, `https://auth0.com/api-errors#A0E-${expected}`, shown);
  assert.equal(answer.body.status, answer.status, shown);
  assert.ok(answer.body.title && answer.body.detail, shown);
  return answer.body;
}

/** The vendor's API and application, the role of admins, and how people sign in to be admins. */
export async function newProduct() {
  const portal = await newPortal();
  const { scopes: all } = await guildhall.resourceServers.get(audience);
  const scopes = all.map(({ value }) => value);
  const config = await portal.configuration({ organization_usage: "require" });
  const { client_id } = config.clientMetadata();
  await guildhall.clients.update(client_id, {
    my_organization_configuration: {
      allowed_strategies: ["okta"], connection_deletion_behavior: "allow_if_empty", invitation_landing_client_id: client_id,
    },
  });
  await guildhall.clientGrants.create({ client_id, audience, subject_type: "user", scope: scopes });

  const admin = await guildhall.roles.create({ name: unique("Admin"), description: "Runs the organization" });
  const held = [
    ...scopes.map((permission_name) => ({ permission_name, resource_server_identifier: audience })),
    ...["read:reports", "write:reports"].map((permission_name) => (
      { permission_name, resource_server_identifier: portal.api.audience })),
  ];
  await guildhall.roles.permissions.add(admin.id, { permissions: held });

  /** The tokens of a person who signs in to an organization; for the vendor's own API where that is asked for. */
  async function signedIn(person, organization, parameters = {}) {
    const page = await newBrowser();
    const request = { organization: organization.id, audience, scope: `openid ${scopes.join(" ")}`, ...parameters };
    const exchange = await portal.begin(page, config, request);
    await signIn(page, person);
    return exchange();
  }

  return { ...portal, config, admin, scopes, signedIn };
}
