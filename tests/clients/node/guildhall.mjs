// What the client tests share: where the server is, and how to ask it for a token.
import { ManagementClient } from "auth0";

/** `host:port` of the server's TLS listener: the only form of address that every SDK accepts. */
export const domain = required("TEST_DOMAIN");
export const issuer = `https://${domain}/`;
export const managementAudience = `${issuer}api/v2/`;
export const bootstrap = { clientId: required("TEST_CLIENT_ID"), clientSecret: required("TEST_CLIENT_SECRET") };

/** The Management API as one machine client sees it; without arguments, as the first client of the tenant. */
export const managementAs = (credentials = bootstrap) => new ManagementClient({ domain, ...credentials });

/** A name that no other test uses. */
export const unique = (name) => `${name}-${Date.now().toString(36)}${Math.random().toString(36).slice(2, 6)}`;

/** Asks for a token as any OAuth client would, with a form. */
export async function askForToken({ clientId, clientSecret }, parameters) {
  const response = await fetch(`${issuer}oauth/token`, {
    method: "POST",
    body: new URLSearchParams({
      grant_type: "client_credentials",
      client_id: clientId,
      client_secret: clientSecret,
      ...parameters,
    }),
  });
  return { status: response.status, body: await response.json() };
}

/** The access token itself, for a request that must succeed. */
export async function accessToken(credentials, parameters) {
  const { status, body } = await askForToken(credentials, parameters);
  if (status !== 200) throw new Error(`no token: ${status} ${JSON.stringify(body)}`);
  return body.access_token;
}

/** The claims of a token, read without checking its signature. */
export const claimsOf = (token) => JSON.parse(Buffer.from(token.split(".")[1], "base64url"));

/** The audience that an organization with the `audience` strategy has of an API. */
export const audienceOf = (api, organization) => `${api}/organizations/${organization.id}`;

/** Everything a page and its successors hold. */
export async function everythingFrom(page) {
  const items = [];
  for await (const item of page) items.push(item);
  return items;
}

/** A setting that `tests/clients/run` makes. */
export function required(name) {
  const value = process.env[name];
  if (!value) throw new Error(`${name} is not set: start this through tests/clients/run`);
  return value;
}
