// The pages by keyboard alone, with scripts and without.
import assert from "node:assert/strict";
import { after, before, test } from "node:test";
import { at, launch, names } from "./browser.mjs";

let browser;
before(async () => (browser = await launch()));
after(() => browser.close());

async function opened(name, settings, options) {
  const context = await browser.newContext(options);
  const page = await context.newPage();
  await page.goto(at(name, settings));
  // The focus is set after the page has loaded, when it is first drawn.
  const first = page.locator("[autofocus]");
  if (await first.count()) await first.and(page.locator(":focus")).waitFor({ state: "attached" });
  return page;
}

const focused = (page) => page.evaluate(() => document.activeElement?.id || document.activeElement?.textContent.trim());
// What was posted, which the example server shows.
async function posted(page) {
  const shown = page.getByText(/^state=/);
  await shown.waitFor();
  return new URLSearchParams(await shown.textContent());
}

for (const javaScriptEnabled of [true, false]) {
  const how = javaScriptEnabled ? "with scripts" : "without scripts";

  test(`a person signs in, ${how}`, async () => {
    const page = await opened("sign-in", {}, { javaScriptEnabled });
    assert.equal(await focused(page), "username");
    await page.keyboard.type("ada@example.com");
    await page.keyboard.press("Tab");
    await page.keyboard.type("correct horse");
    await page.keyboard.press("Enter");
    const fields = await posted(page);
    assert.deepEqual([...fields.keys()], ["state", "csrf", "username", "password"]);
    assert.equal(fields.get("password"), "correct horse");
  });

  test(`a failed form speaks of what failed, and leads to the field, ${how}`, async () => {
    const page = await opened("sign-in-failed", {}, { javaScriptEnabled });
    assert.equal(await focused(page), "problem");
    assert.match(await page.title(), /^Error: /);
    await page.keyboard.press("Tab");
    await page.keyboard.press("Enter");
    assert.equal(await focused(page), "password");
  });

  test(`one of five hundred organizations is found by typing, ${how}`, async () => {
    const page = await opened("picker-hundreds", {}, { javaScriptEnabled });
    assert.equal(await focused(page), "q");
    await page.keyboard.type("juniper health 3");
    if (javaScriptEnabled) {
      await page.getByRole("status").filter({ hasText: /^1 organization$/ }).waitFor({ state: "attached" });
      await page.keyboard.press("Enter");
    } else {
      await page.keyboard.press("Enter");
      await page.waitForURL("**q=juniper*");
      assert.equal(await page.locator("#q").inputValue(), "juniper health 3");
      // The field, the button beside it, the organization.
      await page.keyboard.press("Tab");
      await page.keyboard.press("Tab");
      await page.keyboard.press("Enter");
    }
    const fields = await posted(page);
    assert.deepEqual([...fields.keys()], ["state", "csrf", "organization"]);
    assert.match(fields.get("organization"), /^org_\d{16}$/);
  });
}

test("the arrows walk through the organizations", async () => {
  const page = await opened("picker-hundreds");
  await page.keyboard.press("ArrowDown");
  await page.keyboard.press("ArrowDown");
  await page.keyboard.press("ArrowUp");
  assert.match(await focused(page), /Aurora Shipping$/);
  await page.keyboard.press("Enter");
  assert.equal((await posted(page)).get("organization"), "org_0000000000000000");
});

test("Enter before the answer to what was typed waits for it", async () => {
  const page = await opened("picker-hundreds");
  await page.keyboard.type("beacon insurance 2");
  await page.keyboard.press("Enter");
  assert.ok((await posted(page)).get("organization"));
});

test("nothing found is said", async () => {
  const page = await opened("picker-hundreds");
  await page.keyboard.type("nobody");
  await page.getByText("No organization of that name.").waitFor();
  assert.equal(await page.locator("#organizations li").count(), 0);
});

test("a password is shown and hidden, and sent as a password", async () => {
  const page = await opened("sign-in-invited");
  assert.equal(await focused(page), "password");
  await page.keyboard.type("secret");
  await page.keyboard.press("Tab");
  assert.equal(await focused(page), "Show");
  await page.keyboard.press("Space");
  assert.equal(await page.locator("#password").getAttribute("type"), "text");
  assert.equal(await focused(page), "Hide");
  await page.keyboard.press("Space");
  assert.equal(await page.locator("#password").getAttribute("type"), "password");
});

test("every link, field and button is reached in the order in which it is read, and is seen to be", async () => {
  const special = ["web-message", "form-post", "picker-hundreds"];
  for (const name of (await names()).filter((name) => !special.includes(name))) {
    const page = await opened(name);
    const all = await page.locator(reachable).count();
    const reached = [];
    // Once around, from wherever the page begins: over the end of the page it goes on at its top.
    for (let i = 0; i <= all; i += 1) {
      await page.keyboard.press("Tab");
      const { place, seen, is } = await page.evaluate(here);
      if (is === "BODY") continue;
      assert.ok(seen, `${name}: no focus is seen on ${is}`);
      reached.push(place);
    }
    const top = reached.indexOf(Math.min(...reached));
    const fromTop = [...reached.slice(top), ...reached.slice(0, top)].filter((place, i, list) => list.indexOf(place) === i);
    assert.equal(fromTop.length, all, `${name}: ${reached}`);
    assert.deepEqual(fromTop, fromTop.toSorted((a, b) => a - b), name);
    await page.context().close();
  }
});

const reachable = "a[href], button:visible, input:not([type=hidden]):not([tabindex]), select, textarea, summary, pre";

// Where the focus is on the page, and whether it is seen there.
function here() {
  const focused = document.activeElement;
  const { outlineStyle, outlineWidth } = getComputedStyle(focused);
  const seen = outlineStyle !== "none" && parseFloat(outlineWidth) >= 2;
  return { place: [...document.querySelectorAll("*")].indexOf(focused), seen, is: focused.id || focused.tagName };
}
