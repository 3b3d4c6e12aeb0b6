// Customers run their own organization on the pages of the server: by pointer, by keyboard, on a phone.
import assert from "node:assert/strict";
import { before, describe, it } from "node:test";
import { violations } from "../../browser/axe.mjs";
import { newBrowser, press, signIn, tabTo, typeInto } from "./browser.mjs";
import { claimsOf, issuer, unique } from "./guildhall.mjs";
import { letterTo } from "./letters.mjs";
import { newPortal } from "./openid.mjs";
import { guildhall, join, newCustomer, newPerson, password } from "./vendor.mjs";

let api, begin, configuration, adminRole;

before(async () => {
  ({ api, begin, configuration } = await newPortal());
  const audience = `${issuer}my-org/`;
  const { data } = await guildhall.resourceServers.list({ identifiers: [audience] });
  const scopes = data.find((server) => server.identifier === audience).scopes.map(({ value }) => value);
  adminRole = await guildhall.roles.create({ name: unique("Admin") });
  const of = (resource_server_identifier) => (permission_name) => ({ permission_name, resource_server_identifier });
  const permissions = [...scopes.map(of(audience)), ...["read:reports", "write:reports"].map(of(api.audience))];
  await guildhall.roles.permissions.add(adminRole.id, { permissions });
});

const isAccessible = async (page) => assert.deepEqual(await violations(page), [], page.url());
const at = (page, name) => page.getByRole("heading", { level: 1, name }).waitFor();

/** Someone who runs a customer, in the portal. */
async function newAdmin(options) {
  const organization = await newCustomer("aurora");
  const admin = await newPerson("ada");
  await join(organization, admin, adminRole);
  const page = await newBrowser({ reducedMotion: "reduce", ...options });
  await page.goto(`${issuer}portal?organization=${organization.id}`);
  await signIn(page, admin);
  await at(page, organization.display_name);
  return { organization, admin, page };
}

/** The invited person follows the letter in a browser of their own, and makes an account. */
async function accepted(email) {
  const { link } = await letterTo(email);
  const page = await newBrowser();
  await page.goto(link);
  await page.getByRole("button", { name: "Create an account" }).click();
  await page.getByLabel("Password", { exact: true }).fill(password);
  await page.getByRole("button", { name: "Create account" }).click();
  await page.waitForURL(`${issuer}portal`);
  await page.getByText("You have no permissions to manage this organization.").waitFor();
  return page;
}

describe("an admin", () => {
  it("invites someone, makes a role and gives it: the person's token has its permissions, and the log tells of all",
    async () => {
      const { organization, page } = await newAdmin();
      const email = `${unique("zoe")}@people.example`;
      await page.getByRole("link", { name: "Invitations" }).click();
      await page.getByLabel("E-mail addresses").fill(email);
      await page.getByRole("button", { name: "Invite" }).click();
      await page.getByText("Invited. The letters are on their way.").waitFor();
      await isAccessible(page);
      const theirs = await accepted(email);

      await page.getByRole("link", { name: "Roles", exact: true }).click();
      await page.getByRole("link", { name: "New role" }).click();
      const roleName = unique("Reports reader");
      await page.getByLabel("Name", { exact: true }).fill(roleName);
      await page.getByLabel("read:reports").check();
      await isAccessible(page);
      await page.getByRole("button", { name: "Make the role" }).click();
      await at(page, roleName);

      await page.getByRole("link", { name: "Members", exact: true }).click();
      await page.getByRole("row", { name: email }).getByRole("link").click();
      await page.getByLabel(roleName).check();
      await page.getByRole("button", { name: "Give", exact: true }).click();
      await page.getByText("The role was given.").waitFor();
      await page.getByRole("link", { name: /^Why\?/ }).click();
      await page.getByLabel("API").selectOption(api.audience);
      await page.getByRole("main").getByRole("button", { name: "Search" }).click();
      await page.getByText(`Through the role ${roleName}.`).waitFor();
      await isAccessible(page);

      const config = await configuration({ organization_usage: "allow" });
      const exchange = await begin(theirs, config, { organization: organization.id });
      const tokens = await exchange();
      const claims = claimsOf(tokens.access_token);
      assert.equal(claims.org_id, organization.id);
      assert.deepEqual(claims.permissions, ["read:reports"]);

      await page.getByRole("link", { name: "Audit log" }).click();
      for (const action of ["organization.member_roles_added", "organization.invitation_created", "role.created"]) {
        await page.getByRole("main").getByText(action).first().waitFor();
      }
    });

  it("does it by the keyboard alone, and on a phone", async () => {
    const viewport = { width: 320, height: 640 };
    const { organization, page } = await newAdmin({ viewport, colorScheme: "dark" });
    const colleague = await newPerson("max");
    await join(organization, colleague);
    const overflow = () => page.evaluate(() => document.documentElement.scrollWidth - innerWidth);
    for (const name of ["Invitations", "Roles", "Machine clients", "Access of applications", "Audit log", "Organization"]) {
      await press(page, "link", name);
      await page.locator(`nav a[aria-current="page"]:text-is("${name}")`).waitFor();
      assert.ok((await overflow()) <= 0, `${name}: ${await overflow()} pixels too wide`);
      await isAccessible(page);
    }
    await typeInto(page, "Name", "Aurora of the north");
    await tabTo(page, page.getByRole("button", { name: "Save" }));
    await page.keyboard.press("Enter");
    await page.getByText("Saved.").waitFor();
    await press(page, "link", "Members");
    await press(page, "link", colleague.email);
    const remove = page.getByRole("button", { name: "Remove from the organization" });
    await remove.waitFor();
    assert.ok((await overflow()) <= 0);
    await isAccessible(page);
    await tabTo(page, remove);
    await page.keyboard.press("Enter");
    await press(page, "button", "Remove");
    await page.getByText("The membership was ended.").waitFor();
  });

  it("gives a role to many at once, and sees how far it is", async () => {
    const { organization, page } = await newAdmin();
    for (let number = 0; number < 5; number++) await join(organization, await newPerson(`crew${number}`));
    await page.getByRole("link", { name: "Members", exact: true }).click();
    await page.getByLabel("Select all on this page").check();
    await page.getByLabel("Role", { exact: true }).selectOption({ label: api.reader.name });
    await page.getByRole("button", { name: "Give the role" }).click();
    await page.getByText("This concerns 6 members.").waitFor();
    await page.getByRole("button", { name: "Begin" }).click();
    await page.getByText("Done for 6 members.").waitFor();
  });
});
