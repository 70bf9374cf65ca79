import { afterEach, expect, test, vi } from "vitest";
import { finishSignIn } from "../../web/join/sign-in.ts";

afterEach(() => vi.unstubAllGlobals());

test("the answer to a sign-in that this tab has not begun is refused before anything is sent", async () => {
  const sent = vi.fn(async () => new Response("{}"));
  vi.stubGlobal("fetch", sent);
  vi.stubGlobal("location", { origin: "https://chat.example", hash: "" });
  const provider = { issuer: "https://id.example", clientId: "natter" };
  for (const begun of [null, "{}", '{"state":"undefined","nonce":"undefined"}']) {
    vi.stubGlobal("sessionStorage", { getItem: () => begun, removeItem: () => {} });
    const answer = finishSignIn(provider, "?state=undefined&code=of-somebody-else");
    await expect(answer).rejects.toThrow("This tab has begun no sign-in");
  }
  expect(sent).not.toHaveBeenCalled();
});
