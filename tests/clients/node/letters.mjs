// The letters that the server has sent, which it puts into a folder.
import { existsSync, readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import PostalMime from "postal-mime";
import { required } from "./guildhall.mjs";

const folder = required("TEST_MAIL");
const opened = new Set();

/** Waits for a letter to an address, and opens it: what it is about, what it says, and where its link leads. */
export async function letterTo(email) {
  const patience = Date.now() + 20_000;
  while (Date.now() < patience) {
    for (const name of existsSync(folder) ? readdirSync(folder).filter((name) => !opened.has(name)) : []) {
      const { to, subject, text, html } = await PostalMime.parse(readFileSync(join(folder, name)));
      const link = text?.match(/https:\/\/\S+/)?.[0];
      if (to?.[0]?.address !== email || !link || !html) continue;
      opened.add(name);
      return { subject, text, html, link };
    }
    await new Promise((later) => setTimeout(later, 50));
  }
  throw new Error(`no letter to ${email} has come`);
}
