// An application of the vendor's with the stock `openid-client`, for tests that are about people rather than the SDK.
import * as client from "openid-client";
import { arrival } from "./browser.mjs";
import { issuer } from "./guildhall.mjs";
import { newApi, newClient } from "./vendor.mjs";
import { landing } from "./web.mjs";

/** An API of the vendor's, and where its applications await their answers. */
export async function newPortal() {
  const [api, callback] = [await newApi(), await landing()];

  /** Registers an application, and gives the SDK's configuration for it. */
  async function configuration(settings) {
    const created = await newClient({
      app_type: "regular_web",
      callbacks: [callback],
      grant_types: ["authorization_code", "refresh_token"],
      initiate_login_uri: "https://app.example/sign-in",
      ...settings,
    });
    const authentication = created.token_endpoint_auth_method === "none" ? client.None() : undefined;
    return client.discovery(new URL(issuer), created.client_id, created.client_secret, authentication);
  }

  /** Goes to the pages, for an application; `exchange` is what the application does with the answer. */
  async function begin(page, config, parameters = {}) {
    const checks = { pkceCodeVerifier: client.randomPKCECodeVerifier(), expectedState: client.randomState() };
    const address = client.buildAuthorizationUrl(config, {
      redirect_uri: callback,
      scope: "openid email",
      audience: api.audience,
      code_challenge: await client.calculatePKCECodeChallenge(checks.pkceCodeVerifier),
      code_challenge_method: "S256",
      state: checks.expectedState,
      ...parameters,
    });
    await page.goto(address.href);
    return async () => client.authorizationCodeGrant(config, await arrival(page, callback), checks);
  }

  return { api, callback, configuration, begin };
}
