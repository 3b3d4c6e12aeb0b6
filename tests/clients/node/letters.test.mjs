// What letters lead to, by the keyboard alone: a forgotten password becomes a new one, an address is verified.
import assert from "node:assert/strict";
import { before, describe, it } from "node:test";
import { newBrowser, press, typeInto } from "./browser.mjs";
import { issuer, unique } from "./guildhall.mjs";
import { letterTo } from "./letters.mjs";
import { newPortal } from "./openid.mjs";
import { guildhall, join, newCustomer, newPerson, password } from "./vendor.mjs";

const chosen = "another-horse-battery-staple-2";
let begin, config;

before(async () => {
  const portal = await newPortal();
  begin = portal.begin;
  config = await portal.configuration({ organization_usage: "allow" });
});

const at = (page, heading) => page.getByRole("heading", { name: heading, exact: true }).waitFor();

async function typedIn(page, email, secret) {
  await typeInto(page, "Email or username", email);
  await typeInto(page, "Password", secret);
  await page.keyboard.press("Enter");
}

/** The link of a letter is followed on a phone, which never saw the browser that asked for it. */
async function onPhone(link) {
  assert.ok(link.startsWith(issuer), link);
  const phone = await newBrowser({ viewport: { width: 320, height: 640 }, colorScheme: "dark" });
  await phone.goto(link);
  const overflow = await phone.evaluate(() => document.documentElement.scrollWidth - innerWidth);
  assert.ok(overflow <= 0, `${overflow} pixels too wide`);
  return phone;
}

/** A link counts once. */
async function isSpent(page, link) {
  assert.equal((await page.goto(link)).status(), 400);
  await at(page, "This link is no longer valid");
}

describe("a person who forgot the password", () => {
  let person, organization;

  before(async () => {
    person = await newPerson("fern");
    organization = await newCustomer("acme");
    await join(organization, person);
  });

  it("asks for a letter, chooses a new one and signs in with it; the old one and older sessions count no more",
    async () => {
      const elsewhere = await newBrowser();
      const before = await begin(elsewhere, config, { organization: organization.id });
      await typedIn(elsewhere, person.email, password);
      await before();

      const page = await newBrowser();
      const exchange = await begin(page, config, { organization: organization.id });
      await press(page, "link", "Forgot your password?");
      await at(page, "Forgot your password?");
      await typeInto(page, "Email", person.email);
      await page.keyboard.press("Enter");
      await at(page, "Check your email");

      const letter = await letterTo(person.email);
      assert.match(letter.subject, /password/i);
      assert.ok(letter.html.includes(letter.link.replaceAll("&", "&amp;")), "both forms of the letter have the link");
      const phone = await onPhone(letter.link);
      await at(phone, "Set a new password");
      await phone.getByText(person.email).waitFor();
      await typeInto(phone, "New password", "short");
      await phone.keyboard.press("Enter");
      await phone.getByRole("alert").waitFor();
      await typeInto(phone, "New password", chosen);
      await phone.keyboard.press("Enter");
      await at(phone, "Password saved");
      await isSpent(phone, letter.link);

      await press(page, "link", "Go to sign-in");
      await typedIn(page, person.email, password);
      await page.getByRole("alert").waitFor();
      await typedIn(page, person.email, chosen);
      const claims = (await exchange()).claims();
      assert.deepEqual([claims.sub, claims.org_id], [person.user_id, organization.id]);

      const silently = await begin(elsewhere, config, { organization: organization.id, prompt: "none" });
      await assert.rejects(silently(), ({ error }) => error === "login_required");
    });

  it("is told nothing about which accounts there are", async () => {
    const said = async (email) => {
      const page = await newBrowser();
      await begin(page, config);
      await press(page, "link", "Forgot your password?");
      await typeInto(page, "Email", email);
      await page.keyboard.press("Enter");
      await at(page, "Check your email");
      return (await page.getByRole("main").innerText()).replace(email, "…");
    };
    assert.equal(await said(person.email), await said(`${unique("nobody")}@people.example`));
  });
});

describe("a person whose address is not verified", () => {
  it("verifies it by the letter, once, and only by the button", async () => {
    const email = `${unique("vera")}@people.example`;
    const connection = "Username-Password-Authentication";
    const { user_id } = await guildhall.users.create({
      connection, email, password, email_verified: false, verify_email: false,
    });
    const verified = async () => (await guildhall.users.get(user_id)).email_verified;
    await guildhall.jobs.verificationEmail.create({ user_id });
    const { link } = await letterTo(email);
    const phone = await onPhone(link);
    await at(phone, "Verify your email address");
    // Whoever looks at the links of letters follows them too.
    assert.equal(await verified(), false);
    await press(phone, "button", "Verify address");
    await at(phone, "Email address verified");
    assert.equal(await verified(), true);
    await isSpent(phone, link);
  });
});
