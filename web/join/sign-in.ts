import * as oauth from "oauth4webapi";
import type { Config } from "./config.ts";

/** Signing in with a provider: the authorization code flow with PKCE, by oauth4webapi. */

type Provider = NonNullable<Config["signIn"]>;

/** In `sessionStorage`: what was begun. In `localStorage`: whether the provider knows this browser. */
const BEGUN = "natter.sign-in";
const SIGNED_IN = "natter.signed-in";

const home = () => `${location.origin}/`;

/** On one machine a provider may do without TLS. */
const options = ({ issuer }: Provider) => ({
  [oauth.allowInsecureRequests]: issuer.startsWith("http:"),
});

async function discover(provider: Provider): Promise<oauth.AuthorizationServer> {
  const issuer = new URL(provider.issuer);
  const found = await oauth.discoveryRequest(issuer, options(provider));
  return oauth.processDiscoveryResponse(issuer, found);
}

/** Leads to the provider, which leads back to the page. */
export async function beginSignIn(provider: Provider): Promise<void> {
  const { authorization_endpoint: endpoint = "" } = await discover(provider);
  const verifier = oauth.generateRandomCodeVerifier();
  const [state, nonce] = [oauth.generateRandomState(), oauth.generateRandomNonce()];
  const begun = { verifier, state, nonce, hash: location.hash };
  sessionStorage.setItem(BEGUN, JSON.stringify(begun));
  const url = new URL(endpoint);
  const query = {
    client_id: provider.clientId,
    redirect_uri: home(),
    response_type: "code",
    scope: "openid profile",
    code_challenge: await oauth.calculatePKCECodeChallenge(verifier),
    code_challenge_method: "S256",
    state,
    nonce,
  };
  for (const [name, value] of Object.entries(query)) url.searchParams.set(name, value);
  location.assign(url);
}

/**
 * Exchanges the code that the provider has given.
 * @param query of the address to which it led back
 * @returns the ID token
 */
export async function finishSignIn(provider: Provider, query: string): Promise<string> {
  const { verifier, state, nonce, hash } = JSON.parse(sessionStorage.getItem(BEGUN) ?? "{}");
  sessionStorage.removeItem(BEGUN);
  // A link can bring the answer to a sign-in that somebody else has begun, elsewhere.
  if (![verifier, state, nonce].every((one) => typeof one === "string")) {
    throw new Error("This tab has begun no sign-in");
  }
  if (hash) location.hash = hash;
  const server = await discover(provider);
  const client = { client_id: provider.clientId };
  const { clientSecret } = provider;
  const answer = await oauth.authorizationCodeGrantRequest(
    server,
    client,
    clientSecret === undefined ? oauth.None() : oauth.ClientSecretPost(clientSecret),
    oauth.validateAuthResponse(server, client, new URLSearchParams(query), state),
    home(),
    verifier,
    options(provider),
  );
  const required = { expectedNonce: nonce, requireIdToken: true };
  const tokens = await oauth.processAuthorizationCodeResponse(server, client, answer, required);
  localStorage.setItem(SIGNED_IN, provider.issuer);
  return tokens.id_token ?? "";
}

/** Signs out at the provider too, if somebody has signed in there with this browser. */
export async function leaveProvider(provider: Provider): Promise<void> {
  if (localStorage.getItem(SIGNED_IN) !== provider.issuer) return;
  localStorage.removeItem(SIGNED_IN);
  const { end_session_endpoint: endpoint } = await discover(provider);
  if (endpoint === undefined) return;
  const url = new URL(endpoint);
  url.searchParams.set("client_id", provider.clientId);
  // Cognito has a name of its own for it. No ID token goes along: it would stand in the address.
  for (const name of ["post_logout_redirect_uri", "logout_uri"]) url.searchParams.set(name, home());
  location.assign(url);
}
