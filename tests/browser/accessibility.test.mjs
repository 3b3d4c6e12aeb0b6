// axe over every page: in both languages, light and dark, on a desktop and on a phone, without and with brands.
import assert from "node:assert/strict";
import { after, before, describe, test } from "node:test";
import { violations } from "./axe.mjs";
import { at, complaintsOf, launch, names } from "./browser.mjs";

const screens = { desktop: { width: 1280, height: 800 }, phone: { width: 320, height: 640 } };
const looks = [{ language: "en" }, { language: "de", brand: "aurora" }, { language: "en", brand: "yellow" }];
// A page of the portal holds fifty rows, each with its links and boxes.
const most = (name) => (name.startsWith("portal-") ? 60_000 : 30_000);

// This page is seen by programs only.
const seen = (await names()).filter((name) => name !== "web-message");
let browser;
before(async () => (browser = await launch()));
after(() => browser.close());

const shown = ["light", "dark"].flatMap((colorScheme) =>
  Object.keys(screens).flatMap((screen) => looks.map((look) => ({ colorScheme, screen, look }))));

describe("every page", { concurrency: 2 }, () => {
  for (const { colorScheme, screen, look } of shown) {
    const title = `${colorScheme}, ${screen}, ${Object.values(look).join(", ")}`;
    test(`nothing is found on ${seen.length} pages: ${title}`, async () => {
      const context = await browser.newContext({ viewport: screens[screen], colorScheme, reducedMotion: "reduce" });
      const page = await context.newPage();
      // The page that submits itself would be gone before it can be looked at.
      await page.route("**/form-post.*.js", (route) => route.fulfill({ body: "", contentType: "text/javascript" }));
      const complaints = complaintsOf(page);
      for (const name of seen) {
        await page.goto(at(name, look));
        assert.deepEqual(await violations(page), [], `${name}: ${title}`);
        assert.equal(await overflow(page), 0, `${name} is wider than the screen: ${title}`);
      }
      assert.deepEqual(complaints, []);
      await context.close();
    });
  }
});

test("no page is larger than it may be, with its stylesheets and scripts", async () => {
  const context = await browser.newContext();
  const sizes = {};
  for (const name of seen.filter((name) => name !== "form-post")) {
    const page = await context.newPage();
    const parts = [];
    page.on("response", (response) => {
      if (!["image", "other"].includes(response.request().resourceType())) parts.push(response.body());
    });
    await page.goto(at(name, { brand: "aurora" }), { waitUntil: "networkidle" });
    sizes[name] = (await Promise.all(parts)).reduce((sum, part) => sum + part.length, 0);
    await page.close();
  }
  const [largest, smallest] = [Math.max(...Object.values(sizes)), Math.min(...Object.values(sizes))];
  console.log(`    from ${smallest} to ${largest} bytes`);
  for (const [name, size] of Object.entries(sizes)) assert.ok(size < most(name), `${name} has ${size} bytes`);
  assert.ok(smallest > 5_000, "stylesheets and scripts are counted");
  await context.close();
});

const overflow = (page) =>
  page.evaluate(() => Math.max(0, document.documentElement.scrollWidth - document.documentElement.clientWidth));
