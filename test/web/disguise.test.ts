import { expect, inject, test } from "vitest";
import { newMessage, ok } from "../support/acks.ts";
import { openBare } from "../support/clients.ts";
import { enterOther, named, pageTests, rows, shows } from "./world.ts";

pageTests("a disguise", ({ join, origin }) => {
  test("of a name or a room is followed by a part of the id, wherever it is shown", async () => {
    const come = (name: string) => openBare(inject("origin"), { name });
    const [ada, eve] = await Promise.all([come(named("Ada")), come(named("Аda"))]);
    const { room } = ok(await eve.emit("createRoom", { name: "Lоbby" }));
    ok(await ada.emit("joinRoom", { room: room.id }));
    const { seq } = ok(await ada.emit("message", newMessage(room.id, "I am Ada"))).entry;
    ok(await eve.emit("message", { ...newMessage(room.id, "No, I am"), replyTo: seq }));

    const page = await join(named("Bob"));
    await page.goto(`${origin}/#${room.id}`);
    await page.getByRole("main").getByText(room.id, { exact: true }).first().waitFor();
    await enterOther(page);
    await shows(page, ["I am Ada", "No, I am"]);
    for (const [text, author] of [
      ["I am Ada", ada],
      ["No, I am", eve],
    ] as const) {
      const row = rows(page).filter({ hasText: text }).last();
      await row.getByText(author.session.user.id.slice(0, 4), { exact: true }).first().waitFor();
    }
    await page.getByRole("heading", { name: "Lоbby" }).getByText(room.id).waitFor();
    const shown = (id: string) =>
      page.getByRole("navigation").locator(`a[href="#${id}"] :is(bdi, small)`).allTextContents();
    expect(await shown(room.id)).toEqual(["Lоbby", room.id]);
    expect(await shown("lobby")).toEqual(["Lobby"]);
    await Promise.all([ada.close(), eve.close()]);
  });

  test("of a link shows where it leads, and a text that turns its direction turns nothing else", async () => {
    const page = await join("Ada", "#links");
    const eve = await openBare(inject("origin"), { name: "Eve" });
    const room = named("links");
    ok(await eve.emit("joinRoom", { room }));
    const say = async (text: string) => ok(await eve.emit("message", newMessage(room, text)));
    await say("[https://bank.example/login](https://evil.example/login)");
    await say("\u202Ednab https://bank.example");
    await rows(page).first().getByText("https://bank.example/login (evil.example)").waitFor();
    const after = page.getByRole("link", { name: "https://bank.example", exact: true });
    const text = rows(page).last().locator("p bdi");
    const [before, link] = [await text.boundingBox(), await after.boundingBox()];
    expect(link?.x).toBeGreaterThanOrEqual((before?.x ?? 0) + (before?.width ?? 0) - 1);
    await eve.close();
  });
});
