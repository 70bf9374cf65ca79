import { randomUUID } from "node:crypto";
import type { Page } from "playwright-core";
import { beforeAll, expect, test } from "vitest";
import { newMessage, ok } from "../support/acks.ts";
import { openBare } from "../support/clients.ts";
import { paintingOf } from "../support/painting.ts";
import { holdAnswers, switchable } from "./network.ts";
import {
  composer,
  fill,
  hide,
  highlighted,
  joinAs,
  keptCount,
  named,
  pageTests,
  rows,
  say,
  shows,
  until,
} from "./world.ts";

pageTests("the timeline", ({ join, visit, blank, friend, origin }) => {
  beforeAll(() => fill(origin, named("long"), 130));

  test("older messages are added above without moving the line that is being read", async () => {
    const page = await blank();
    const pages = await holdAnswers(page, "history");
    await join("Ada", "#long", page);
    await rows(page).getByText("message 129", { exact: true }).waitFor();

    await page.getByRole("log").hover();
    await page.mouse.wheel(0, -100_000);
    await page.getByText("Loading older messages…").waitFor();
    const line = rows(page).getByText("message 85", { exact: true });
    await line.waitFor();
    const before = await line.boundingBox();
    pages.release();
    await page.getByText("Loading older messages…").waitFor({ state: "detached" });
    await settled(page);
    const after = await line.boundingBox();
    expect(Math.abs((after?.y ?? 0) - (before?.y ?? -1000))).toBeLessThanOrEqual(1);

    for (const text of ["message 50", "message 0"]) {
      await until(async () => {
        // Less than what is rendered.
        await page.mouse.wheel(0, -500);
        return await rows(page).getByText(text, { exact: true }).count();
      }).toBe(1);
    }
  });

  test("a room whose newest page has nothing but changes shows the messages before them", async () => {
    const room = named("buried");
    const bo = await openBare(origin, { name: "Bo" });
    ok(await bo.emit("joinRoom", { room }));
    ok(await bo.emit("message", newMessage(room, "Still here")));
    const others = await Promise.all(["Cy", "Di"].map((name) => openBare(origin, { name })));
    for (const one of others) ok(await one.emit("joinRoom", { room }));
    await Promise.all(
      [bo, ...others].map(async (one) => {
        for (let n = 0; n < 18; n++) {
          const on = n % 2 === 0;
          ok(await one.emit("react", { room, id: randomUUID(), seq: 1, emoji: "👍", on }));
        }
        await one.close();
      }),
    );
    const page = await join("Ada", "#buried");
    await shows(page, ["Still here"]);
  });

  test("a page of history that did not load can be requested again", async () => {
    const page = await blank();
    let failures = 1;
    await page.routeWebSocket("**/ws*", (socket) => {
      const server = socket.connectToServer();
      socket.onMessage((frame) => {
        const { action, id } = JSON.parse(String(frame));
        if (action !== "history" || failures-- <= 0) return server.send(frame);
        const error = { code: "internal", message: "no" };
        return socket.send(JSON.stringify({ action: "ack", id, data: [{ ok: false, error }] }));
      });
    });
    await join("Ada", "#long", page);
    await rows(page).getByText("message 129", { exact: true }).waitFor();
    await page.getByRole("log").hover();
    await page.mouse.wheel(0, -100_000);
    await page.getByText("Older messages did not load.").waitFor();
    await page.getByRole("button", { name: "Try again" }).click();
    await page.mouse.move(400, 300);
    await until(async () => {
      // Less than what is rendered.
      await page.mouse.wheel(0, -500);
      return await rows(page).getByText("message 50", { exact: true }).count();
    }).toBe(1);
  });

  test("it follows new messages at the end, counts them elsewhere without moving, and goes to the end with one's own", async () => {
    await fill(origin, named("follow"), 45);
    const ada = await join("Ada", "#follow");
    const bob = await friend("Bob", "follow");
    await rows(ada).getByText("message 44", { exact: true }).waitFor();
    for (const text of ["first", "second\n".repeat(30), "third"]) await bob.say(text);
    await inView(ada, "third");
    // A composer that grows takes its space at the end.
    await composer(ada).fill("line\n".repeat(20));
    await settled(ada);
    await inView(ada, "third");
    await composer(ada).fill("");
    await inView(ada, "third");

    await ada.getByRole("log").hover();
    await ada.mouse.wheel(0, -600);
    await outOfView(ada, "third");
    await settled(ada);
    const line = rows(ada).nth(10);
    const before = await line.boundingBox();
    await bob.say("fourth", "fifth");
    const pill = ada.getByRole("button", { name: "2 new" });
    await pill.waitFor();
    await settled(ada);
    expect(Math.abs(((await line.boundingBox())?.y ?? 0) - (before?.y ?? -1000))).toBeLessThan(1);
    await pill.click();
    await inView(ada, "fifth");
    await pill.waitFor({ state: "detached" });

    await ada.getByRole("log").hover();
    await ada.mouse.wheel(0, -600);
    await ada.getByRole("button", { name: "Latest" }).waitFor();
    await ada.keyboard.press("Escape");
    await inView(ada, "fifth");
    await ada.mouse.wheel(0, -600);
    await outOfView(ada, "fifth");

    await say(ada, "sixth");
    await inView(ada, "sixth");
  });

  test("it stays where it is read when a message is acknowledged after an earlier one failed", async () => {
    await fill(origin, named("failed"), 45);
    const page = await blank();
    const network = await switchable(page, (frame, socket) => {
      const { action, id, data } = JSON.parse(frame);
      if (action !== "message" || data[0].text !== "fails") return false;
      const error = { code: "forbidden", message: "No" };
      socket.send(JSON.stringify({ action: "ack", id, data: [{ ok: false, error }] }));
      return true;
    });
    const ada = await join("Ada", "#failed", page);
    await say(ada, "fails");
    await rows(ada).getByText("Not sent.").waitFor();
    await network.cut();
    await say(ada, "later");
    await inView(ada, "later");
    await ada.getByRole("log").hover();
    await ada.mouse.wheel(0, -600);
    await outOfView(ada, "later");
    network.mend();
    await ada.evaluate(() => dispatchEvent(new Event("online")));
    await until(() => keptCount(ada, "outbox")).toBe(1);
    await settled(ada);
    await outOfView(ada, "later");
  });

  test("a sent message is painted dimmed in the next frame, and its ack neither moves nor replaces the element", async () => {
    const page = await blank();
    const acks = await holdAnswers(page, "message");
    await join("Ada", "#same-node", page);
    await say(page, "hello before");
    await rows(page).filter({ hasText: "hello before" }).waitFor();
    await composer(page).fill("hello");
    const painting = await paintingOf(page, "hello", () => composer(page).press("Enter"));
    expect(painting.frames).toBe(1);
    const row = rows(page).getByText("hello", { exact: true }).locator("xpath=ancestor::article");
    expect(await row.getAttribute("data-state")).toBe("pending");
    const color = (part: string) =>
      row.locator(part).evaluate((one) => getComputedStyle(one).color);
    expect(await color("p")).toBe(await color("time"));
    const element = await row.elementHandle();
    const before = await row.boundingBox();
    acks.release();
    await until(() => row.getAttribute("data-state")).toBeNull();
    const [now] = await row.elementHandles();
    expect(await element?.evaluate((was, is) => was === is, now)).toBe(true);
    expect(await row.boundingBox()).toEqual(before);
    expect(await color("p")).not.toBe(await color("time"));
  });

  test("a divider stands before the first unread message on return and on opening, until it has been read", async () => {
    const ada = await join("Ada", "#divided");
    const bob = await friend("Bob", "divided");
    await bob.say("read");
    await shows(ada, ["read"]);
    const divider = ada.getByRole("log").getByText("New", { exact: true });
    await hide(ada, true);
    await bob.say("unread 1", "unread 2");
    await shows(ada, ["read", "unread 1", "unread 2"]);
    await hide(ada, false);
    const first = rows(ada).filter({ hasText: "unread 1" });
    await divider.waitFor();
    const gap = async () =>
      ((await first.boundingBox())?.y ?? 0) - ((await divider.boundingBox())?.y ?? -1000);
    expect(await gap()).toBeGreaterThan(0);
    expect(await gap()).toBeLessThan(60);
    await bob.say("while looking");
    await shows(ada, ["read", "unread 1", "unread 2", "while looking"]);
    expect(await gap()).toBeLessThan(60);
    await hide(ada, true);
    await hide(ada, false);
    await divider.waitFor({ state: "detached" });

    const rooms = ada.getByRole("navigation");
    await rooms.getByRole("link", { name: "Lobby" }).click();
    await ada.getByRole("heading", { name: "Lobby" }).waitFor();
    await bob.say("while elsewhere");
    await rooms.getByRole("link", { name: `${named("divided")} 1 unread` }).click();
    await divider.waitFor();
    const later = await rows(ada).filter({ hasText: "while elsewhere" }).boundingBox();
    expect((later?.y ?? 0) - ((await divider.boundingBox())?.y ?? -1000)).toBeLessThan(60);
    await rooms.getByRole("link", { name: named("divided"), exact: true }).waitFor();
  });

  test("a link to a message loads the log around it and highlights it for 2 s, and Esc leads to the latest", async () => {
    const page = await visit("#long/12");
    const jumped = highlighted(page, "message 11");
    await joinAs(page, "Ada");
    await jumped;
    const row = rows(page)
      .getByText("message 11", { exact: true })
      .locator("xpath=ancestor::article");
    await inView(page, "message 11");
    await until(() => row.getAttribute("data-targeted")).toBe("false");
    expect(await rows(page).getByText("message 129", { exact: true }).count()).toBe(0);
    await page.keyboard.press("Escape");
    await inView(page, "message 129");
  });

  test("a lost push is fetched once the next push shows the hole (promise 4)", async () => {
    const ada = await friend("Ada", "lost");
    const bob = await blank();
    await bob.routeWebSocket("**/ws*", (socket) => {
      const server = socket.connectToServer();
      server.onMessage((frame) => {
        const { action, data } = JSON.parse(String(frame));
        if (action !== "message" || !data[0].text.startsWith("lost")) socket.send(frame);
      });
    });
    await join("Bob", "#lost", bob);
    await ada.say("one", "lost one", "lost two", "two");
    await shows(bob, ["one", "lost one", "lost two", "two"]);
  });

  test("a lost push is fetched when the page becomes visible (promise 5)", async () => {
    const ada = await friend("Ada", "quiet");
    const bob = await blank();
    let lost = 0;
    await bob.routeWebSocket("**/ws*", (socket) => {
      const server = socket.connectToServer();
      server.onMessage((frame) => {
        const { action } = JSON.parse(String(frame));
        if (action === "message") lost++;
        else socket.send(frame);
      });
    });
    await join("Bob", "#quiet", bob);
    await ada.say("are you there");
    await until(() => lost).toBe(1);
    await bob.evaluate(() => document.dispatchEvent(new Event("visibilitychange")));
    await shows(bob, ["are you there"]);
  });

  test("pushes that overtake each other stand in the log's order (promise 2)", async () => {
    const ada = await friend("Ada", "swapped");
    const bob = await blank();
    await bob.routeWebSocket("**/ws*", (socket) => {
      const server = socket.connectToServer();
      const late: (string | Buffer)[] = [];
      server.onMessage((frame) => {
        const { action, data } = JSON.parse(String(frame));
        if (action === "message" && data[0].seq % 2 === 1) late.push(frame);
        else {
          socket.send(frame);
          for (const earlier of late.splice(0)) socket.send(earlier);
        }
      });
    });
    await join("Bob", "#swapped", bob);
    await ada.say("one", "two", "three", "four");
    await shows(bob, ["one", "two", "three", "four"]);
    expect(await composer(bob).isVisible()).toBe(true);
  });
});

/** Waits for two frames, after which the layout is settled. */
async function settled(page: Page): Promise<void> {
  await page.evaluate(
    () =>
      new Promise((resolve) =>
        requestAnimationFrame(() => requestAnimationFrame(() => resolve(0))),
      ),
  );
}

async function inView(page: Page, text: string): Promise<void> {
  await until(() => isInView(page, text)).toBe(true);
}

async function outOfView(page: Page, text: string): Promise<void> {
  await until(() => isInView(page, text)).toBe(false);
}

async function isInView(page: Page, text: string): Promise<boolean> {
  const [row, log] = [rows(page).filter({ hasText: text }), page.getByRole("log")];
  if ((await row.count()) === 0) return false;
  const [inner, outer] = [await row.last().boundingBox(), await log.boundingBox()];
  if (inner === null || outer === null) return false;
  return inner.y >= outer.y && inner.y + inner.height <= outer.y + outer.height + 1;
}
