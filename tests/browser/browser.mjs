// The browser of these tests, and the example server that `tests/browser/run` has started.
import { existsSync } from "node:fs";
import { delimiter, join } from "node:path";
import { chromium } from "playwright-core";

export const server = process.env.TEST_PAGES ?? "http://127.0.0.1:8080";

export function launch() {
  return chromium.launch({ executablePath: chromiumItself(), args: ["--no-sandbox"] });
}

function chromiumItself() {
  const names = ["chromium", "chromium-browser", "google-chrome"];
  const paths = process.env.PATH.split(delimiter).flatMap((folder) => names.map((name) => join(folder, name)));
  const found = process.env.CHROMIUM ?? paths.find((path) => existsSync(path));
  if (!found) throw new Error("Chromium is not installed: run tests/install");
  return found;
}

// The address of a page, shown with these settings.
export function at(name, settings = {}) {
  const query = new URLSearchParams(settings).toString();
  return `${server}/${name}${query ? `?${query}` : ""}`;
}

export async function names() {
  return (await fetch(server)).json();
}

// What a page must never do: break its policy, or fail in a script.
export function complaintsOf(page) {
  const complaints = [];
  page.on("pageerror", (error) => complaints.push(String(error)));
  page.on("console", (message) => {
    const expected = message.text().includes("the server responded with a status of 400");
    if (message.type() === "error" && !expected) complaints.push(message.text());
  });
  return complaints;
}
