import { describe, expect, test, vi } from "vitest";
import { createTransfers } from "../../web/files/transfers.ts";
import { once } from "../../web/load.ts";
import { fakeWire, teaStore } from "./state.ts";
import { pageTests, rows, say } from "./world.ts";

describe("what is loaded once", () => {
  test("is asked for again after it did not load", async () => {
    const fates = [false, true];
    const ask = vi.fn(async () => {
      if (!fates.shift()) throw new Error("offline");
      return "there";
    });
    const loaded = once(ask);
    await expect(loaded()).rejects.toThrow("offline");
    expect([await loaded(), await loaded(), ask.mock.calls.length]).toEqual(["there", "there", 2]);
  });
});

describe("a file", () => {
  test("that is larger than the deployment takes is refused when it is picked, by its name", async () => {
    const store = teaStore();
    const { wire } = fakeWire();
    const storage = { put: async () => {}, get: async () => undefined, remove: async () => {} };
    const config = async () => ({ maxFileMB: 1 });
    const { attach } = createTransfers({ store, wire, storage, config });
    const over = new File([new Uint8Array(1024 * 1024 + 1)], "over.zip");
    const taken = await attach([over, new File(["small"], "small.txt")], []);
    expect(taken.map(({ name }) => name)).toEqual(["small.txt"]);
    expect(store.getState().problem).toBe("over.zip is larger than 1 MB.");
  });
});

pageTests("a part of the page that did not load", ({ join }) => {
  test("loads once there is a network again, and a file that was picked meanwhile is kept", async () => {
    const ada = await join("Ada", "#parts");
    let loads = false;
    await ada.route("**/assets/*.js*", (route) => (loads ? route.continue() : route.abort()));
    await ada.getByRole("button", { name: "New room" }).click();
    await ada.getByText("This did not load.").waitFor();
    const asked = ada.waitForEvent("requestfailed");
    const file = { name: "notes.txt", mimeType: "text/plain", buffer: Buffer.from("kept") };
    await ada.locator("input[type=file]").setInputFiles(file);
    await asked;
    loads = true;
    await ada.getByRole("button", { name: "New room" }).click();
    await ada.getByRole("dialog", { name: "New room" }).waitFor();
    await ada.keyboard.press("Escape");
    await ada.getByRole("list", { name: "Files to send" }).getByText("notes.txt").waitFor();
    await say(ada, "with a file");
    const row = rows(ada).filter({ hasText: "with a file" });
    await row.getByRole("button", { name: "Download notes.txt" }).waitFor();
  });
});
