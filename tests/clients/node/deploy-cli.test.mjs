// `auth0-deploy-cli` carries a tenant to others: exported, imported where there is nothing, and exported again.
import assert from "node:assert/strict";
import { execFile, spawn } from "node:child_process";
import { mkdtemp, readFile, readdir, rm, writeFile } from "node:fs/promises";
import { connect, createServer } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { createInterface } from "node:readline";
import { after, before, describe, it } from "node:test";
import { promisify } from "node:util";
import { domain, managementAs } from "./guildhall.mjs";
import { rotating } from "./vendor.mjs";

/** What Guildhall has, in the tool's words. */
const INCLUDED = [
  "organizations", "roles", "resourceServers", "clients", "clientGrants", "connections", "databases", "tenant",
  "actions", "triggers",
];

/** What the tool puts into a connection that it imports, and what a domain is proved by: each organization's own. */
const NOT_CARRIED = /^.*(disable_self_service_change_password: false|verification_host|verification_txt).*\n/gm;

const run = promisify(execFile);
const cleanups = [];
let folder;
let vendor;

before(async () => {
  folder = await mkdtemp(join(tmpdir(), "guildhall-deploy-"));
  cleanups.push(() => rm(folder, { recursive: true }));
  vendor = await newTenant("vendor");
  await furnish(managementAs(vendor));
});
after(async () => {
  for (const cleanup of cleanups.reverse()) await cleanup();
});

describe("auth0-deploy-cli carries a tenant", () => {
  it("whole, as YAML", async () => {
    const second = await newTenant("second");
    const first = await exported(vendor, "whole", "yaml");
    for (const name of ["Portal", "Nightly export", "partner", "people", "aurora", "borealis", "aurora.example", "Plan in tokens"]) {
      assert.ok(first["tenant.yaml"].includes(name), `${name} was not exported`);
    }
    await deploy(second, "import", ["--input_file", join(folder, "whole", "tenant.yaml")]);
    assert.deepEqual(await exported(second, "whole-again", "yaml"), first);

    const deleting = { AUTH0_ALLOW_DELETE: "true" };
    await deploy(second, "import", ["--input_file", join(folder, "whole", "tenant.yaml")], deleting);
    assert.deepEqual(await exported(second, "whole-twice", "yaml"), first, "importing it again changed something");
  });

  it("of the demo: whole, and as far as Guildhall goes", async () => {
    const original = await demo();
    for (const [name, settings] of [["demo", {}], ["part-of-demo", { AUTH0_INCLUDED_ONLY: JSON.stringify(INCLUDED) }]]) {
      const copy = await newTenant(name);
      const first = await exported(original, name, "yaml", settings);
      for (const one of ["Invoices", "Reader", "borealis", "Plan for people", "read:my_org:members"]) {
        assert.ok(first["tenant.yaml"].includes(one), `${one} was not exported`);
      }
      await deploy(copy, "import", ["--input_file", join(folder, name, "tenant.yaml")], settings);
      assert.deepEqual(await exported(copy, `${name}-again`, "yaml", settings), first);
    }
  });

  it("as far as Guildhall goes, as a directory", async () => {
    const third = await newTenant("third");
    const only = { AUTH0_INCLUDED_ONLY: JSON.stringify(INCLUDED) };
    const first = await exported(vendor, "part", "directory", only);
    assert.ok(Object.keys(first).includes(join("organizations", "aurora.json")), Object.keys(first).join(" "));
    await deploy(third, "import", ["--input_file", join(folder, "part")], only);
    assert.deepEqual(await exported(third, "part-again", "directory", only), first);
  });
});

/** What the tool wrote, by file, without what it cannot carry. The tenant's own address stands there as a keyword. */
async function exported(tenant, name, format, settings = {}) {
  const output = join(folder, name);
  await deploy(tenant, "export", ["--format", format, "--output_folder", output], settings);
  const entries = await readdir(output, { recursive: true, withFileTypes: true });
  const files = entries.filter((entry) => entry.isFile()).map((entry) => join(entry.parentPath ?? entry.path, entry.name));
  const contents = files.map(async (file) => {
    const text = (await readFile(file, "utf8")).replaceAll(tenant.domain, "##DOMAIN##");
    await writeFile(file, text);
    return [file.slice(output.length + 1), text.replaceAll(/["',]/g, "").replaceAll(NOT_CARRIED, "")];
  });
  return Object.fromEntries((await Promise.all(contents)).sort());
}

async function deploy(tenant, command, parameters, settings = {}) {
  const env = {
    ...process.env,
    AUTH0_DOMAIN: tenant.domain,
    AUTH0_CLIENT_ID: tenant.clientId,
    AUTH0_CLIENT_SECRET: tenant.clientSecret,
    // Every tenant has its own, under its own address.
    AUTH0_EXCLUDED_RESOURCE_SERVERS: JSON.stringify(["Auth0 My Organization API"]),
    // The tool exports secrets of connections as names of such mappings.
    AUTH0_KEYWORD_REPLACE_MAPPINGS: JSON.stringify({ CONNECTIONS_OIDC_SECRET: "correct horse", DOMAIN: tenant.domain }),
    ...settings,
  };
  const tool = join(import.meta.dirname, "node_modules", ".bin", "a0deploy");
  const once = () => run(tool, [command, ...parameters], { env, maxBuffer: 1 << 24 });
  await once().catch((error) => {
    if (!gaveUpBeforehand(error)) throw error;
    return once();
  }).catch((error) => {
    throw new Error(`${command} of ${tenant.domain} failed:\n${error.stdout}\n${error.stderr}`);
  });
}

/**
 * The tool compiles its schemas before an import for so long, on a busy machine, that Node's clock for its first
 * connection has run out by then.
 */
function gaveUpBeforehand(error) {
  const said = `${error.stdout}${error.stderr}`;
  return said.includes("during stage validate") && said.includes("fetch failed");
}

/** An empty tenant of the same server, at a port of its own that leads to the server's. */
async function newTenant(name) {
  const [host, port] = domain.split(":");
  const forwarder = createServer((incoming) => {
    const outgoing = connect(Number(port), host);
    incoming.pipe(outgoing).pipe(incoming);
    for (const [one, other] of [[incoming, outgoing], [outgoing, incoming]]) one.on("error", () => other.destroy());
  });
  await new Promise((resolve) => forwarder.listen(0, host, resolve));
  cleanups.push(() => new Promise((resolve) => forwarder.close(resolve)));
  const own = `${host}:${forwarder.address().port}`;
  const { stdout } = await run(process.env.TEST_GUILDHALL, ["tenants", "add", name, "--issuer", `https://${own}/`]);
  const served = async () => (await (await fetch(`https://${own}/.well-known/openid-configuration`)).json()).issuer;
  const patience = Date.now() + 20_000;
  while ((await served()) !== `https://${own}/`) assert.ok(Date.now() < patience, `${name} is not served`);
  return { domain: own, clientId: /client_id +(\S+)/.exec(stdout)[1], clientSecret: /client_secret +(\S+)/.exec(stdout)[1] };
}

/** A started demo, at ports of its own. */
async function demo() {
  const [http, tls] = [await freePort(), await freePort()];
  const own = `127.0.0.1:${tls}`;
  const server = spawn(process.env.TEST_GUILDHALL, [
    "demo", "--listen", `127.0.0.1:${http}`, "--tls-listen", own, "--public-url", `https://${own}/`,
  ], { stdio: ["ignore", "pipe", "inherit"] });
  cleanups.push(() => new Promise((resolve) => server.once("exit", resolve).kill()));
  for await (const line of createInterface({ input: server.stdout })) {
    const known = /client_id (\S+) client_secret (\S+)/.exec(line);
    if (known) return { domain: own, clientId: known[1], clientSecret: known[2] };
  }
  throw new Error("the demo ended");
}

async function freePort() {
  const holder = createServer();
  await new Promise((resolve) => holder.listen(0, "127.0.0.1", resolve));
  const { port } = holder.address();
  await new Promise((resolve) => holder.close(resolve));
  return port;
}

/** An action that is deployed and bound. */
async function newAction(guildhall, name, id, version, exported) {
  const code = `exports.${exported} = async (event, api) => {\n  api.accessToken.setCustomClaim("plan", "pro");\n};\n`;
  const action = await guildhall.actions.create({
    name, code, supported_triggers: [{ id, version }], runtime: "node22",
  });
  await guildhall.actions.deploy(action.id);
  const bindings = [{ ref: { type: "action_id", value: action.id }, display_name: name }];
  await guildhall.actions.triggers.bindings.updateMany(id, { bindings });
}

/** A vendor with customers of both kinds, and something of everything that can be carried. */
async function furnish(guildhall) {
  const audience = "https://reports.example";
  const held = { permission_name: "read:reports", resource_server_identifier: audience };
  await guildhall.resourceServers.create({
    name: "Reports", identifier: audience, scopes: [{ value: "read:reports", description: "Read reports" }],
    enforce_policies: true, token_dialect: "access_token_authz", allow_offline_access: true,
  });
  const reader = await guildhall.roles.create({ name: "Reader", description: "Reads reports" });
  await guildhall.roles.permissions.add(reader.id, { permissions: [held] });
  const web = await guildhall.clients.create({
    name: "Portal", app_type: "regular_web", callbacks: ["https://portal.example/callback"],
    allowed_logout_urls: ["https://portal.example"], initiate_login_uri: "https://portal.example/login",
    grant_types: ["authorization_code", "refresh_token"], client_metadata: { tier: "gold" },
    organization_usage: "require", organization_require_behavior: "post_login_prompt",
  });
  await guildhall.clients.create({
    name: "Dashboard", app_type: "spa", callbacks: ["https://{organization_name}.spa.example"],
    web_origins: ["https://spa.example"], token_endpoint_auth_method: "none",
    grant_types: ["authorization_code", "refresh_token"], refresh_token: rotating,
  });
  const robot = await guildhall.clients.create({
    name: "Nightly export", description: "Copies invoices", app_type: "non_interactive",
    grant_types: ["client_credentials"],
  });
  const grant = await guildhall.clientGrants.create({
    client_id: robot.client_id, audience, scope: ["read:reports"], organization_usage: "require",
  });
  const people = await guildhall.connections.create({
    name: "people", display_name: "People", strategy: "auth0",
    options: { passwordPolicy: "good", disable_signup: true },
  });
  const partner = await guildhall.connections.create({
    name: "partner", strategy: "oidc", show_as_button: true,
    options: {
      type: "back_channel", client_id: "guildhall", client_secret: "correct horse", issuer: "https://idp.example/",
      authorization_endpoint: "https://idp.example/authorize", token_endpoint: "https://idp.example/token",
      jwks_uri: "https://idp.example/jwks", scope: "openid profile email",
    },
  });
  await guildhall.connections.clients.update(people.id, [{ client_id: web.client_id, status: true }]);
  await guildhall.connections.clients.update(partner.id, [
    { client_id: web.client_id, status: true }, { client_id: robot.client_id, status: false },
  ]);
  await newAction(guildhall, "Plan in tokens", "post-login", "v3", "onExecutePostLogin");
  await newAction(guildhall, "Tier of machines", "credentials-exchange", "v2", "onExecuteCredentialsExchange");
  for (const [name, token_strategy] of [["aurora", "claim"], ["borealis", "audience"]]) {
    const { id } = await guildhall.organizations.create({
      name, display_name: name.toUpperCase(), token_strategy, metadata: { plan: "pro" },
      branding: { logo_url: "https://cdn.example/logo.png", colors: { primary: "#112233", page_background: "#ffffff" } },
    });
    await guildhall.organizations.enabledConnections.add(id, {
      connection_id: people.id, assign_membership_on_login: true,
    });
    await guildhall.organizations.enabledConnections.add(id, { connection_id: partner.id, show_as_button: false });
    await guildhall.organizations.clientGrants.create(id, { grant_id: grant.id });
    await guildhall.organizations.discoveryDomains.create(id, { domain: `${name}.example`, status: "verified" });
  }
  await guildhall.tenants.settings.update({
    friendly_name: "Vendor", support_email: "help@vendor.example", default_audience: audience, session_lifetime: 24,
    allow_organization_name_in_authentication_api: true, flags: { revoke_refresh_token_grant: true },
  });
}
