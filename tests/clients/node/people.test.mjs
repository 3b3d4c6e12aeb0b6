// What a person meets at the pages: hundreds of organizations, another language, a phone.
import assert from "node:assert/strict";
import { before, describe, it } from "node:test";
import { newBrowser, signIn } from "./browser.mjs";
import { claimsOf, issuer, unique } from "./guildhall.mjs";
import { newPortal } from "./openid.mjs";
import { guildhall, join, letPasswordsIn, newPerson, password } from "./vendor.mjs";

const HUNDREDS = 500;
let api, begin, configuration;

before(async () => { ({ api, begin, configuration } = await newPortal()); });

describe(`a person of ${HUNDREDS} organizations`, () => {
  let person, wanted, config;

  before(async () => {
    config = await configuration({ organization_usage: "require", organization_require_behavior: "post_login_prompt" });
    person = await newPerson("grace");
    const numbers = [...Array(HUNDREDS).keys()];
    const mark = unique("branch");
    await inTurns(numbers, 8, async (number) => {
      const name = `${mark}-${String(number).padStart(3, "0")}`;
      const display_name = `Branch ${number} of ${CITIES[number % CITIES.length]}`;
      const organization = await guildhall.organizations.create({ name, display_name });
      await letPasswordsIn(organization);
      // Elsewhere they may only read.
      await join(organization, person, number === 347 ? api.writer : api.reader);
      if (number === 347) wanted = organization;
    });
  });

  it("finds one by typing, and lands there with the rights held there", async () => {
    const page = await newBrowser();
    const exchange = await begin(page, config);
    await signIn(page, person);
    const choices = page.locator("#organizations").getByRole("button");
    await page.getByLabel("Find an organization").waitFor();
    assert.ok(await choices.count() <= 40, "a page shows only some of them");
    await page.getByLabel("Find an organization").pressSequentially("branch 347");
    await page.getByRole("button", { name: "Branch 347" }).waitFor();
    await page.waitForFunction(() => document.querySelectorAll("#organizations li").length === 1);
    await choices.first().click();
    const tokens = await exchange();
    assert.equal(tokens.claims().org_id, wanted.id);
    const claims = claimsOf(tokens.access_token);
    assert.equal(claims.org_id, wanted.id);
    assert.deepEqual(claims.permissions, ["read:reports", "write:reports"]);
  });

  it("finds it by the keyboard alone, from the first page on", async () => {
    const page = await newBrowser();
    const exchange = await begin(page, config);
    await page.keyboard.type(person.email);
    await page.keyboard.press("Tab");
    await page.keyboard.type(password);
    await page.keyboard.press("Enter");
    await page.getByLabel("Find an organization").waitFor();
    await page.keyboard.type("347");
    await page.waitForFunction(() => document.querySelectorAll("#organizations li").length === 1);
    await page.keyboard.press("ArrowDown");
    await page.keyboard.press("Enter");
    assert.equal((await exchange()).claims().org_id, wanted.id);
  });

  it("finds it also without scripts", async () => {
    const page = await newBrowser({ javaScriptEnabled: false });
    const exchange = await begin(page, config);
    await signIn(page, person);
    await page.getByLabel("Find an organization").fill("347");
    await page.getByRole("button", { name: "Search" }).click();
    await page.getByRole("button", { name: "Branch 347" }).click();
    assert.equal((await exchange()).claims().org_id, wanted.id);
  });

  it("sees the one of last time first", async () => {
    const page = await newBrowser();
    const first = await begin(page, config);
    await signIn(page, person);
    await page.getByLabel("Find an organization").fill("347");
    await page.waitForFunction(() => document.querySelectorAll("#organizations li").length === 1);
    await page.getByRole("button", { name: "Branch 347" }).click();
    await first();
    await begin(page, config);
    await page.getByRole("heading", { name: "Recent" }).waitFor();
    assert.match(await page.locator("#organizations").getByRole("button").first().innerText(), /Branch 347 /);
  });
});

describe("the pages", () => {
  let config;

  before(async () => { config = await configuration({}); });

  it("speak the language of the request, or of the browser", async () => {
    const english = await newBrowser();
    await begin(english, config, { ui_locales: "fr de" });
    assert.equal(await english.locator("html").getAttribute("lang"), "de");
    const german = await newBrowser({ locale: "de-AT" });
    await begin(german, config);
    assert.equal(await german.locator("html").getAttribute("lang"), "de");
  });

  it("know who will probably sign in", async () => {
    const page = await newBrowser();
    await begin(page, config, { login_hint: "someone@people.example" });
    assert.equal(await page.getByLabel("Email or username").inputValue(), "someone@people.example");
  });

  it("fit a phone", async () => {
    const page = await newBrowser({ viewport: { width: 320, height: 640 } });
    await begin(page, config);
    const overflow = await page.evaluate(() => document.documentElement.scrollWidth - innerWidth);
    assert.ok(overflow <= 0, `${overflow} pixels too wide`);
  });

  it("cannot be framed, and cannot be sent to from elsewhere", async () => {
    const page = await newBrowser();
    await begin(page, config);
    const answer = await page.reload();
    assert.match(answer.headers()["content-security-policy"], /frame-ancestors 'none'/);
    const form = { username: "a", password: "b", state: "c", csrf: "d" };
    const forged = await page.request.post(`${issuer}u/login`, { form });
    assert.equal(forged.status(), 400);
  });

  it("of one browser are of no use in another", async () => {
    const page = await newBrowser();
    await begin(page, config);
    const other = await newBrowser();
    assert.equal((await other.goto(page.url())).status(), 400);
  });

  it("say nothing about which accounts there are", async () => {
    const person = await newPerson("olaf");
    const said = async (email) => {
      const page = await newBrowser();
      await begin(page, config);
      await signIn(page, { email }, "not the password");
      return page.getByRole("alert").innerText();
    };
    assert.equal(await said(person.email), await said(`${unique("nobody")}@people.example`));
  });
});

const CITIES = ["Aarhus", "Bern", "Cork", "Delft", "Évora", "Freiburg", "Gdańsk"];

/** Does something for each item, some of them at a time. */
async function inTurns(items, width, act) {
  const waiting = [...items];
  const worker = async () => { while (waiting.length > 0) await act(waiting.shift()); };
  await Promise.all(Array.from({ length: width }, worker));
}
