import { expect, test } from "vitest";
import { refuseFirst, switchable, throttleFirst } from "./network.ts";
import { joinAs, named, pageTests, rows, say, shows, until } from "./world.ts";

pageTests("a connection that goes and comes back", ({ join, visit, blank, friend }) => {
  test("messages written offline wait, and then stand in the same order for both people (promise 2)", async () => {
    const ada = await blank();
    await ada.clock.install();
    const network = await switchable(ada);
    await join("Ada", "#offline", ada);
    const bob = await join("Bob", "#offline");
    await say(ada, "before");
    await shows(bob, ["before"]);

    await network.cut();
    // It is said after five seconds.
    await ada.clock.fastForward(5_000);
    await ada.getByText("Reconnecting…").waitFor();
    await say(bob, "meanwhile 1", "meanwhile 2");
    await say(ada, "offline 1", "offline 2");
    await until(() => ada.locator("[data-state=pending]").count()).toBe(2);
    await until(() => ada.getByRole("log").getByText("Not sent yet.").count()).toBe(2);
    network.mend();
    await ada.evaluate(() => window.dispatchEvent(new Event("online")));

    const all = ["before", "meanwhile 1", "meanwhile 2", "offline 1", "offline 2"];
    await shows(ada, all);
    await shows(bob, all);
    expect(await ada.getByText("Reconnecting…").count()).toBe(0);
    expect(await ada.getByText("Not sent yet.").count()).toBe(0);
  });

  test("ten quick messages on an unsteady network appear once and in order for both people (promise 3)", async () => {
    const bob = await friend("Bob", "flapping");
    const ada = await blank();
    const network = await switchable(ada);
    await join("Ada", "#flapping", ada);
    const texts = Array.from({ length: 10 }, (_, n) => `quick ${n + 1}`);
    await say(ada, ...texts.slice(0, 3));
    await network.cut();
    await say(ada, ...texts.slice(3, 6));
    network.mend();
    await say(ada, ...texts.slice(6, 8));
    await network.cut();
    network.mend();
    await say(ada, ...texts.slice(8));
    await shows(ada, texts);
    await until(bob.heard).toEqual(texts);
  });

  test("a page that API Gateway throttles goes on a little later, over the same connection", async () => {
    const ada = await blank();
    const { throttled, connections } = await throttleFirst(ada, ["connect", "message"]);
    await join("Ada", "#throttled", ada);
    await say(ada, "one", "two");
    await shows(ada, ["one", "two"]);
    expect(throttled()).toEqual(["connect", "message"]);
    expect(connections()).toBe(1);
  });

  test("the page says nothing about a connection that comes back at once", async () => {
    const page = await blank();
    const network = await switchable(page);
    await visit("#short", page);
    await page.evaluate(() => {
      new MutationObserver(() => {
        if (document.body.innerText.includes("Reconnecting")) document.title = "It was said";
      }).observe(document.body, { childList: true, subtree: true, characterData: true });
    });
    await joinAs(page, "Ada");
    await network.cut();
    network.mend();
    await say(page, "still here");
    await shows(page, ["still here"]);
    expect(await page.title()).toBe(`${named("short")} · Natter`);
  });

  test("a message whose answer is lost is sent again on a new connection, and appears once (promise 3)", async () => {
    const bob = await friend("Bob", "unanswered");
    const ada = await blank();
    await ada.clock.install();
    let lost = 0;
    await ada.routeWebSocket("**/ws*", (socket) => {
      const server = socket.connectToServer();
      const sent = new Set<number>();
      socket.onMessage((frame) => {
        const { action, id } = JSON.parse(String(frame));
        if (action === "message") sent.add(id);
        server.send(frame);
      });
      server.onMessage((frame) => {
        const { action, id } = JSON.parse(String(frame));
        if (action === "ack" && sent.has(id) && lost++ === 0) return;
        socket.send(frame);
      });
    });
    await join("Ada", "#unanswered", ada);
    await say(ada, "once", "twice");
    await until(() => lost).toBeGreaterThan(0);
    await ada.clock.fastForward(5_000);
    await until(bob.heard).toEqual(["once", "twice"]);
    await shows(ada, ["once", "twice"]);
  });

  test("the page tries again by itself to join a room", async () => {
    const page = await blank();
    const left = await refuseFirst(page, 2, "joinRoom", "busy");
    await join("Ada", "#later", page);
    await say(page, "here after all");
    await shows(page, ["here after all"]);
    expect(left()).toBe(0);
  });

  test("a message that the server refuses can be sent again or deleted", async () => {
    const page = await blank();
    await refuseFirst(page, 2, "message", "forbidden");
    await join("Ada", "#refused", page);
    await say(page, "one", "two");
    await rows(page).filter({ hasText: "one" }).getByText("Not sent. Not now").waitFor();
    await rows(page).filter({ hasText: "one" }).getByRole("button", { name: "Retry" }).click();
    await rows(page).filter({ hasText: "two" }).getByRole("button", { name: "Delete" }).click();
    await shows(page, ["one"]);
  });
});
