// What the policies of the pages let a browser do on the way back to a client, which is a server of its own here.
import assert from "node:assert/strict";
import { once } from "node:events";
import { createServer } from "node:http";
import { after, before, test } from "node:test";
import { at, complaintsOf, launch } from "./browser.mjs";

let browser;
let client;
let origin;

// Answers with what it was sent; `/frame?of=` frames a page and shows the first message that it sends.
function answer(request, response) {
  const url = new URL(request.url, "http://client");
  const frame = url.searchParams.get("of");
  const listen = "addEventListener('message', (e) => { document.body.dataset.got = JSON.stringify([e.origin, e.data]); })";
  response.setHeader("content-type", "text/html");
  if (frame) return response.end(`<!doctype html><script>${listen}</script><body><iframe src="${frame}"></iframe>`);
  let body = "";
  request.on("data", (part) => (body += part));
  request.on("end", () => response.end(`${request.method} ${url.pathname} ${body}`));
}

before(async () => {
  browser = await launch();
  client = createServer(answer).listen(0, "127.0.0.1");
  await once(client, "listening");
  origin = `http://127.0.0.1:${client.address().port}`;
});
after(async () => {
  await browser.close();
  client.closeAllConnections();
  client.close();
});

test("the answer to a form may lead to the client", async () => {
  const page = await browser.newPage();
  const complaints = complaintsOf(page);
  await page.goto(at("invitation-signed-in", { client: origin }));
  await page.getByRole("button").press("Enter");
  await page.waitForURL(`${origin}/callback`);
  assert.deepEqual(complaints, []);
});

test("the answer to a form may not lead elsewhere", async () => {
  const page = await browser.newPage();
  const refused = page.waitForEvent("console", (message) => message.text().includes("form-action"));
  await page.goto(at("invitation-signed-in", { client: "http://localhost:1" }));
  // The form of a page for one client, led to another.
  await page.evaluate((client) => (document.forms[0].action = `/posted?client=${client}`), origin);
  await page.getByRole("button").press("Enter");
  await refused;
  assert.equal(new URL(page.url()).origin, new URL(at("")).origin);
});

for (const javaScriptEnabled of [true, false]) {
  test(`an answer is posted to the client ${javaScriptEnabled ? "by itself" : "by a button"}`, async () => {
    const context = await browser.newContext({ javaScriptEnabled });
    const page = await context.newPage();
    const complaints = complaintsOf(page);
    await page.goto(at("form-post", { client: origin }));
    if (!javaScriptEnabled) await page.getByRole("button", { name: "Continue" }).press("Enter");
    await page.waitForURL(`${origin}/callback`);
    assert.equal(await page.locator("body").textContent(), "POST /callback code=abc&state=xyz");
    assert.deepEqual(complaints, []);
    await context.close();
  });
}

test("an answer is told to the page that frames it", async () => {
  const page = await browser.newPage();
  const complaints = complaintsOf(page);
  await page.goto(`${origin}/frame?of=${encodeURIComponent(at("web-message", { client: origin }))}`);
  const body = page.locator("body[data-got]");
  await body.waitFor();
  const [from, message] = JSON.parse(await body.getAttribute("data-got"));
  assert.equal(from, new URL(at("")).origin);
  assert.deepEqual(message, { type: "authorization_response", response: { code: "abc", state: "xyz" } });
  assert.deepEqual(complaints, []);
});

test("no other page frames an answer, and none frames a form", async () => {
  for (const address of [at("web-message", { client: "http://localhost:1" }), at("sign-in", { client: origin })]) {
    const page = await browser.newPage();
    const refused = page.waitForEvent("console", (message) => message.text().includes("frame-ancestors"));
    await page.goto(`${origin}/frame?of=${encodeURIComponent(address)}`);
    await refused;
    assert.equal(await page.locator("body[data-got]").count(), 0);
    await page.close();
  }
});
