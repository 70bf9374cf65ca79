import { once } from "node:events";
import { createServer, type RequestListener } from "node:http";
import type { AddressInfo } from "node:net";
import Provider from "oidc-provider";
import type { Page } from "playwright-core";
import { afterAll, beforeAll, expect, test } from "vitest";
import { type Stack, startStack } from "../support/stack.ts";
import { composer, enter, joinAs, named, pageTests, say } from "./world.ts";

/** Signing in, the whole way round: with a real provider, in a real browser. */

let stack: Stack;
let answer: RequestListener = (_, response) => response.end();
const server = createServer((request, response) => answer(request, response));
/** The addresses that the page has led to. */
const requests: string[] = [];

beforeAll(async () => {
  server.listen(0, "127.0.0.1");
  await once(server, "listening");
  const issuer = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  stack = await startStack({ args: ["-c", `oidcIssuer=${issuer}`, "-c", "oidcClientId=natter"] });
  const home = `${stack.origin}/`;
  const provider = new Provider(issuer, {
    clients: [
      {
        client_id: "natter",
        token_endpoint_auth_method: "none",
        redirect_uris: [home],
        post_logout_redirect_uris: [home],
      },
    ],
    claims: { profile: ["name"] },
    conformIdTokenClaims: false,
    clientBasedCORS: () => true,
    cookies: { keys: ["a key of the tests"] },
    // Whoever signs in as `ada` is called so.
    findAccount: (_: unknown, id: string) => ({
      accountId: id,
      claims: () => ({ sub: id, name: id }),
    }),
  });
  const callback = provider.callback();
  answer = (request, response) => {
    requests.push(request.url ?? "");
    callback(request, response);
  };
});
afterAll(async () => {
  await stack.remove();
  server.closeAllConnections();
  server.close();
});

/** Gives the provider a name, and any password, if it asks. */
async function signIn(page: Page, login: string): Promise<void> {
  await page.getByRole("button", { name: "Sign in", exact: true }).click();
  await page.locator("input[name=login]").fill(login);
  await page.locator("input[name=password]").fill("any");
  await page.getByRole("button", { name: "Sign-in" }).click();
  await page.getByRole("button", { name: "Continue" }).click();
}

const account = (page: Page) => page.getByRole("button", { name: /^You: / });
const isCalled = (page: Page, name: string) =>
  page.getByRole("button", { name: `You: ${name}` }).waitFor();

async function signOut(page: Page): Promise<void> {
  await account(page).click();
  await page.getByRole("button", { name: "Sign out", exact: true }).click();
  await page.getByText("You can come back by signing in again.").waitFor();
  await page.getByRole("button", { name: "Sign out", exact: true }).click();
}

pageTests(
  "signing in with a provider",
  ({ visit, join }) => {
    test("one chats, comes back with the session, and is signed out at the provider too", async () => {
      const login = named("ada");
      const page = await visit("#round");
      await signIn(page, login);
      await isCalled(page, login);
      expect(page.url()).toBe(`${stack.origin}/#${named("round")}`);
      await enter(page);
      await say(page, "hello");
      await page.reload();
      await isCalled(page, login);
      await signOut(page);
      // The provider asks, since it is told of no token.
      await page.getByRole("button", { name: /sign me out/i }).click();
      await page.getByLabel("Your name").waitFor();
      // It asks for the name again.
      await signIn(page, login);
      await isCalled(page, login);
      for (const url of requests) expect(url).not.toMatch(/eyJ|id_token_hint/);
    });

    test("a guest becomes the account's person, and keeps room and name", async () => {
      const login = named("bob");
      const page = await join(named("Guest"), "#own");
      await account(page).click();
      await signIn(page, login);
      await isCalled(page, named("Guest"));
      await composer(page).waitFor();
      const other = await visit();
      await signIn(other, login);
      await isCalled(other, named("Guest"));
      await other.getByRole("link", { name: named("own") }).waitFor();
    });

    test("a guest of an account that has a person already is asked, and can return", async () => {
      const login = named("cy");
      const first = await visit();
      await signIn(first, login);
      await isCalled(first, login);
      const page = await visit();
      const guest = named("Passer-by");
      await joinAs(page, guest);
      await account(page).click();
      await signIn(page, login);
      await page.getByText("You have been here with this account before").waitFor();
      await page.getByRole("button", { name: "Continue with the account" }).click();
      await isCalled(page, login);
      await account(page).click();
      await page.getByRole("button", { name: `Return to ${guest}` }).click();
      await isCalled(page, guest);
    });

    test("an answer that this page has not asked for signs nobody in", async () => {
      const page = await visit();
      await page.goto(`${stack.origin}/?code=stolen&state=forged`);
      await page.getByText("Signing in failed. Try again.").waitFor();
      expect(page.url()).toBe(`${stack.origin}/`);
    });
  },
  {
    get origin() {
      return stack.origin;
    },
  },
);
