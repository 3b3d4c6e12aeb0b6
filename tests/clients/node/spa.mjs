// A vendor's single-page application with the stock `@auth0/auth0-spa-js`, in a browser.
import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { arrival, newBrowser, signIn } from "./browser.mjs";
import { domain } from "./guildhall.mjs";
import { newClient, rotating } from "./vendor.mjs";
import { serve, serveOverTls } from "./web.mjs";

const sdk = new URL("../auth0-spa-js.production.js", import.meta.resolve("@auth0/auth0-spa-js"));
const files = {
  "/auth0-spa-js.js": ["text/javascript", readFileSync(sdk)],
  "/": ["text/html", readFileSync(new URL("spa.html", import.meta.url))],
};

const callbackOf = (origin) => `${origin}/callback`;

/**
 * Serves the application, and registers it. Browsers keep the session's cookie from frames in pages of other sites. So
 * it lives twice: at another site, where it refreshes by tokens, and at the server's own, where a frame tells it who is
 * signed in.
 */
export async function singlePageApplication({ audience }, settings = {}) {
  const handler = (request, response) => {
    const [type, body] = files[request.url] ?? files["/"];
    response.setHeader("content-type", type).end(body);
  };
  const elsewhere = await serve(handler);
  const sameSite = await serveOverTls(handler, "127.0.0.1");
  const origins = [elsewhere, sameSite];
  const client = await newClient({
    app_type: "spa",
    token_endpoint_auth_method: "none",
    grant_types: ["authorization_code", "refresh_token", "implicit"],
    callbacks: origins.map(callbackOf),
    web_origins: origins,
    allowed_logout_urls: origins,
    initiate_login_uri: "https://app.example/sign-in",
    organization_usage: "allow",
    refresh_token: rotating,
    ...settings,
  });
  return { audience, client, elsewhere, sameSite };
}

/** The application in a person's browser. `call` calls the SDK there. */
export async function open(spa, page, { refreshTokens = false, ...authorizationParams } = {}) {
  const origin = refreshTokens ? spa.elsewhere : spa.sameSite;
  const options = {
    domain,
    clientId: spa.client.client_id,
    cacheLocation: "localstorage",
    useRefreshTokens: refreshTokens,
    authorizationParams: {
      audience: spa.audience, scope: "openid profile email", redirect_uri: callbackOf(origin), ...authorizationParams,
    },
  };
  if (!page.url().startsWith(origin)) await page.goto(origin);
  const call = (method, ...parameters) => page.evaluate(async ([options, method, parameters]) => {
    const application = new auth0.Auth0Client(options);
    try {
      return { value: await application[method](...parameters) };
    } catch (error) {
      return { error: error.error ?? error.name, description: error.error_description ?? error.message };
    }
  }, [options, method, parameters]);
  return { page, call, origin };
}

/** Begins a sign-in, which leads the browser away. */
export async function leave({ page, call, origin }, parameters) {
  const away = page.waitForURL((url) => !url.href.startsWith(origin) || url.pathname === "/callback");
  await Promise.all([away, call("loginWithRedirect", { authorizationParams: parameters }).catch(() => {})]);
}

/** The browser is back, the SDK takes the answer, and the application takes it out of the address. */
export async function back(application) {
  const url = await arrival(application.page, callbackOf(application.origin));
  const taken = await application.call("handleRedirectCallback", url.href);
  await application.page.evaluate(() => history.replaceState({}, "", "/"));
  return taken;
}

/** A person signs in to an organization. */
export async function signedIn(spa, person, organization, options) {
  const application = await open(spa, await newBrowser(), options);
  await leave(application, { organization: organization.id });
  await signIn(application.page, person);
  assert.deepEqual((await back(application)).error, undefined);
  return application;
}

/** Asks for a token without the person: by refresh token, or by the session in a frame. */
export const refreshed = (application, authorizationParams) =>
  application.call("getTokenSilently", { cacheMode: "off", authorizationParams });
