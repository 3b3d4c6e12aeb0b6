// People without a mouse, and without anyone who would read the pages to them: every way through them.
import assert from "node:assert/strict";
import { before, describe, it } from "node:test";
import * as client from "openid-client";
import { errorPage, newBrowser, press, tabTo, typeInto } from "./browser.mjs";
import { claimsOf, issuer, unique } from "./guildhall.mjs";
import { letterTo } from "./letters.mjs";
import { newPortal } from "./openid.mjs";
import { guildhall, invite, newCustomer, newPerson, password } from "./vendor.mjs";

let api, begin, configuration;

before(async () => { ({ api, begin, configuration } = await newPortal()); });

describe("the keyboard alone", () => {
  const typedIn = async (page, person, secret = password) => {
    await typeInto(page, "Email or username", person.email);
    await typeInto(page, "Password", secret);
    await page.keyboard.press("Enter");
  };

  it("is enough for a wrong password, and for a consent", async () => {
    const theirs = await configuration({ is_first_party: false });
    const person = await newPerson("ken");
    const page = await newBrowser();
    const exchange = await begin(page, theirs);
    await page.keyboard.type(person.email);
    await page.keyboard.press("Tab");
    await page.keyboard.type("wrong");
    await page.keyboard.press("Enter");
    await page.getByRole("alert").waitFor();
    assert.equal(await page.getByLabel("Email or username").inputValue(), person.email);

    await tabTo(page, page.getByLabel("Email or username"));
    await page.keyboard.press("Control+A");
    await page.keyboard.type(person.email);
    await tabTo(page, page.getByLabel("Password", { exact: true }));
    await page.keyboard.type(password);
    await tabTo(page, page.getByRole("button", { name: "Continue" }));
    await page.keyboard.press("Enter");
    const allow = page.getByRole("button", { name: "Allow", exact: true });
    await allow.waitFor();
    await tabTo(page, allow);
    await page.keyboard.press("Space");
    assert.equal((await exchange()).claims().sub, person.user_id);
  });

  it("is enough to name an organization and to sign up", async () => {
    const asking = await configuration({
      organization_usage: "require", organization_require_behavior: "pre_login_prompt",
    });
    const open = await newCustomer("open");
    const enabled = await guildhall.organizations.enabledConnections.list(open.id);
    await guildhall.organizations.enabledConnections.update(open.id, enabled.data[0].connection_id, {
      assign_membership_on_login: true, is_signup_enabled: true,
    });
    const page = await newBrowser();
    const exchange = await begin(page, asking);
    await page.getByLabel("Name of the organization").waitFor();
    await page.keyboard.type("no-such-organization");
    await page.keyboard.press("Enter");
    await page.getByRole("alert").waitFor();
    await tabTo(page, page.getByLabel("Name of the organization"));
    await page.keyboard.press("Control+A");
    await page.keyboard.type(open.name);
    await page.keyboard.press("Enter");
    await page.getByRole("heading", { name: "Sign in to Open" }).waitFor();
    await tabTo(page, page.getByRole("link", { name: "Sign up" }));
    await page.keyboard.press("Enter");
    await page.getByRole("heading", { name: "Sign up for Open" }).waitFor();
    const email = `${unique("new")}@people.example`;
    await page.keyboard.type(email);
    await page.keyboard.press("Tab");
    await page.keyboard.type(password);
    await page.keyboard.press("Enter");
    const claims = (await exchange()).claims();
    assert.deepEqual([claims.email, claims.org_id], [email, open.id]);
  });

  describe("is enough for an invitation", () => {
    let app, acme;

    before(async () => {
      app = await configuration({ organization_usage: "allow" });
      acme = await newCustomer("acme");
    });

    /** The invited person follows the letter, through the application. */
    const invited = async (email) => {
      const { client_id } = app.clientMetadata();
      await invite(acme, { client_id }, email, { send_invitation_email: true, roles: [api.reader.id] });
      const { link } = await letterTo(email);
      const { searchParams } = new URL(link);
      const page = await newBrowser();
      const { invitation, organization } = Object.fromEntries(searchParams);
      return { page, exchange: await begin(page, app, { invitation, organization }) };
    };

    it("of a new person", async () => {
      const email = `${unique("nora")}@people.example`;
      const { page, exchange } = await invited(email);
      await press(page, "button", "Create an account");
      await page.getByRole("heading", { name: "Sign up for Acme" }).waitFor();
      await typeInto(page, "Password", password);
      await page.keyboard.press("Enter");
      const tokens = await exchange();
      const { email: confirmed, org_id } = tokens.claims();
      assert.deepEqual([confirmed, org_id], [email, acme.id]);
      assert.deepEqual(claimsOf(tokens.access_token).permissions, ["read:reports"]);
    });

    it("of a person with an account, who then accepts another without signing in", async () => {
      const omar = await newPerson("omar");
      const { page, exchange } = await invited(omar.email);
      await press(page, "button", "I have an account");
      await typedIn(page, omar);
      const { sub, org_id } = (await exchange()).claims();
      assert.deepEqual([sub, org_id], [omar.user_id, acme.id]);

      const other = await newCustomer("other");
      const { client_id } = app.clientMetadata();
      const { ticket_id: invitation } = await invite(other, { client_id }, omar.email);
      const again = await begin(page, app, { invitation, organization: other.id });
      await press(page, "button", "Accept invitation");
      assert.equal((await again()).claims().org_id, other.id);
    });
  });

  it("is enough to connect a device, and to refuse one", async () => {
    const television = await configuration({
      app_type: "native",
      token_endpoint_auth_method: "none",
      callbacks: undefined,
      grant_types: ["urn:ietf:params:oauth:grant-type:device_code"],
    });
    const dora = await newPerson("dora");
    const page = await newBrowser();
    const asked = async () => {
      const code = await client.initiateDeviceAuthorization(television, { scope: "openid" });
      await page.goto(code.verification_uri);
      await typeInto(page, "Code", code.user_code.toLowerCase());
      await page.keyboard.press("Enter");
      return code;
    };
    await asked();
    await typedIn(page, dora);
    await press(page, "button", "Don’t connect");
    await page.getByRole("heading", { name: "Device not connected" }).waitFor();

    const code = await asked();
    await page.getByText(code.user_code).waitFor();
    await press(page, "button", "Connect");
    await page.getByRole("heading", { name: "Device connected" }).waitFor();
    const tokens = await client.pollDeviceAuthorizationGrant(television, code);
    assert.equal(tokens.claims().sub, dora.user_id);
  });

  it("is enough to stay signed in, and to sign out", async () => {
    const app = await configuration({});
    const sam = await newPerson("sam");
    const page = await newBrowser();
    const exchange = await begin(page, app);
    await typedIn(page, sam);
    await exchange();
    await page.goto(`${issuer}oidc/logout`);
    await page.getByText(`Signed in as ${sam.email}`).waitFor();
    await press(page, "button", "Stay signed in");
    await page.getByRole("heading", { name: "You are still signed in" }).waitFor();
    assert.equal((await (await begin(page, app, { prompt: "none" }))()).claims().sub, sam.user_id);

    await page.goto(`${issuer}oidc/logout`);
    await press(page, "button", "Sign out");
    await page.getByRole("heading", { name: "You are signed out" }).waitFor();
    await begin(page, app);
    await page.getByLabel("Email or username").waitFor();
  });

  it("reaches everything on a page that says what went wrong", async () => {
    const app = await configuration({});
    const page = await newBrowser();
    await begin(page, app, { redirect_uri: "https://elsewhere.example/callback" });
    await errorPage(page);
    for (const target of await page.locator("a[href], button:visible").all()) await tabTo(page, target);
  });
});
