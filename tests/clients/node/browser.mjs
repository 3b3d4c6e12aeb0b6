// People at a browser: headless Chromium, and the pages they meet, found as a person finds them, by label and role.
import { existsSync } from "node:fs";
import { delimiter, join } from "node:path";
import { after } from "node:test";
import { chromium } from "playwright-core";
import { issuer } from "./guildhall.mjs";
import { password } from "./vendor.mjs";

let running;

/** A page in a browser of a person's own, that remembers nothing. */
export async function newBrowser(options = {}) {
  running ??= chromium.launch({ executablePath: chromiumItself(), args: ["--no-sandbox"] });
  const context = await (await running).newContext({ ignoreHTTPSErrors: true, locale: "en-US", ...options });
  context.setDefaultTimeout(20_000);
  return context.newPage();
}

/** The person is at the sign-in page, and signs in. */
export async function signIn(page, person, secret = password) {
  await page.getByLabel("Email or username").fill(person.email);
  await page.getByLabel("Password", { exact: true }).fill(secret);
  await page.getByRole("button", { name: "Continue" }).click();
}

/** The address where a client awaits the answer, once the browser is there. */
export async function arrival(page, callback) {
  await page.waitForURL((url) => url.href.startsWith(callback));
  return new URL(page.url());
}

/** A person goes to a client's authorization request, signs in, and arrives with the answer. */
export async function signInAt(page, address, person, callback) {
  await page.goto(address.href ?? address);
  await signIn(page, person);
  return arrival(page, callback);
}

/** The page that refuses, shown by the server itself: what it says. The browser was sent nowhere else. */
export async function errorPage(page) {
  await page.getByRole("heading", { name: "Something went wrong" }).waitFor();
  if (!page.url().startsWith(issuer)) throw new Error(`the browser was sent to ${page.url()}`);
  return page.getByRole("main").innerText();
}

/** Changes parameters of the next authorization request, on its way from a page of the client to the server. */
export async function alterRequest(page, changes) {
  const alter = (route) => route.continue({ url: altered(route.request().url(), changes) });
  await page.route(`${issuer}authorize?**`, alter, { times: 1 });
}

/** Goes where a client's address leads, with parameters of the authorization request changed on the way. */
export async function followAltered(page, address, changes) {
  const answer = await page.request.get(address, { maxRedirects: 0 });
  await page.goto(altered(answer.headers().location, changes));
}

function altered(address, changes) {
  const url = new URL(address);
  for (const [name, value] of Object.entries(changes)) url.searchParams.set(name, value);
  return url.href;
}

/** Presses the tab key until what matches has the focus: as whoever has no mouse. */
export async function tabTo(page, target) {
  for (let presses = 0; presses < 60; presses++) {
    if (await target.evaluate((element) => element === document.activeElement)) return;
    await page.keyboard.press("Tab");
  }
  throw new Error("the tab key does not lead there");
}

/** Goes to a link or button by the tab key, and presses Enter. */
export async function press(page, role, name) {
  const target = page.getByRole(role, { name, exact: true });
  await target.waitFor();
  await tabTo(page, target);
  await page.keyboard.press("Enter");
}

/** Goes to a field by the tab key, and types over what is there. */
export async function typeInto(page, label, text) {
  const field = page.getByLabel(label, { exact: true });
  await field.waitFor();
  await tabTo(page, field);
  await page.keyboard.press("Control+A");
  await page.keyboard.type(text);
}

after(async () => {
  if (running) await (await running).close();
});

function chromiumItself() {
  const names = ["chromium", "chromium-browser", "google-chrome"];
  const paths = process.env.PATH.split(delimiter).flatMap((folder) => names.map((name) => join(folder, name)));
  const found = process.env.CHROMIUM ?? paths.find((path) => existsSync(path));
  if (!found) throw new Error("Chromium is not installed: run tests/install");
  return found;
}
