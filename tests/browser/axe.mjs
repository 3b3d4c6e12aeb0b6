// What axe finds on a page, by element.
import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { createRequire } from "node:module";

const axe = readFileSync(createRequire(import.meta.url).resolve("axe-core/axe.min.js"), "utf8");

export async function violations(page) {
  // Not by a script element, which the policy of the pages forbids.
  await page.evaluate(axe);
  const options = { rules: { "target-size": { enabled: true } }, resultTypes: ["violations"] };
  const found = await page.evaluate((options) => globalThis.axe.run(document, options), options);
  assert.ok(found.passes.length > 10, "axe has looked");
  return found.violations.map(({ id, nodes }) => `${id}: ${nodes.map((node) => node.html).join(" ")}`);
}
