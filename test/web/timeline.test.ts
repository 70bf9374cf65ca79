import type { Page, WebSocketRoute } from "playwright-core";
import { io } from "socket.io-client";
import { expect, test } from "vitest";
import { natter } from "../../protocol/client/natter.ts";
import { RATE_LIMIT } from "../../protocol/limits.ts";
import { composer, joinAs, pageTests, rows, say, shows, until } from "./world.ts";

await pageTests("the timeline", ({ join, visit, stack }) => {
  test("older messages come in above without moving the line that is read", async () => {
    await fill(stack().origin, "long", 120);
    const page = await visit("#long");
    const pages = await holdAnswers(page, "history");
    await page.reload();
    await joinAs(page, "Ada");
    await rows(page).getByText("message 119", { exact: true }).waitFor();

    await page.getByRole("log").hover();
    await page.mouse.wheel(0, -100_000);
    await page.getByText("Loading older messages…").waitFor();
    const line = rows(page).getByText("message 75", { exact: true });
    await line.waitFor();
    const before = await line.boundingBox();
    pages.release();
    await page.getByText("Loading older messages…").waitFor({ state: "detached" });
    await settled(page);
    const after = await line.boundingBox();
    expect(Math.abs((after?.y ?? 0) - (before?.y ?? -1000))).toBeLessThanOrEqual(1);

    for (const text of ["message 40", "message 0"]) {
      await until(async () => {
        await page.mouse.wheel(0, -2_000);
        return await rows(page).getByText(text, { exact: true }).count();
      }).toBe(1);
    }
  });

  test("a page of history that does not come can be asked for again", async () => {
    await fill(stack().origin, "flaky", 60);
    const page = await visit("#flaky");
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
    await page.reload();
    await joinAs(page, "Ada");
    await rows(page).getByText("message 59", { exact: true }).waitFor();
    await page.getByRole("log").hover();
    await page.mouse.wheel(0, -100_000);
    await page.getByText("Older messages did not load.").waitFor();
    await page.getByRole("button", { name: "Try again" }).click();
    await page.mouse.move(400, 300);
    await until(async () => {
      await page.mouse.wheel(0, -2_000);
      return await rows(page).getByText("message 0", { exact: true }).count();
    }).toBe(1);
  });

  test("at the end it follows what comes; elsewhere it stays, and one's own message leads to the end", async () => {
    await fill(stack().origin, "follow", 45);
    const ada = await join("Ada", "#follow");
    const bob = await join("Bob", "#follow");
    await rows(ada).getByText("message 44", { exact: true }).waitFor();
    for (const text of ["first", "second\n".repeat(30), "third"]) await say(bob, text);
    await inView(ada, "third");

    await ada.getByRole("log").hover();
    await ada.mouse.wheel(0, -600);
    await outOfView(ada, "third");
    await settled(ada);
    const line = rows(ada).nth(10);
    const before = await line.boundingBox();
    await say(bob, "fourth", "fifth");
    await ada.getByText("Bob: fifth").waitFor({ state: "attached" });
    await settled(ada);
    expect((await line.boundingBox())?.y).toBeCloseTo(before?.y ?? 0, 0);

    await say(ada, "sixth");
    await inView(ada, "sixth");
  });

  test("a sent message shows at once, dimmed, and is the same element when it is acknowledged", async () => {
    const page = await visit("#same-node");
    const acks = await holdAnswers(page, "message");
    await page.reload();
    await joinAs(page, "Ada");
    await say(page, "hello");
    const row = rows(page).filter({ hasText: "hello" });
    expect(await row.getAttribute("data-state")).toBe("pending");
    const element = await row.elementHandle();
    acks.release();
    await until(() => row.getAttribute("data-state")).toBeNull();
    const [now] = await row.elementHandles();
    expect(await element?.evaluate((was, is) => was === is, now)).toBe(true);
  });

  test("a push that was lost is fetched once the next one shows that it is missing", async () => {
    const ada = await join("Ada", "#lost");
    const bob = await visit("#lost");
    await bob.routeWebSocket("**/ws*", (socket) => {
      const server = socket.connectToServer();
      server.onMessage((frame) => {
        const { action, data } = JSON.parse(String(frame));
        if (action !== "message" || !data[0].text.startsWith("lost")) socket.send(frame);
      });
    });
    await bob.reload();
    await joinAs(bob, "Bob");
    await say(ada, "one", "lost one", "lost two", "two");
    await shows(bob, ["one", "lost one", "lost two", "two"]);
  });

  test("P0-14: a push that was lost is fetched at once when the page is looked at again", async () => {
    const ada = await join("Ada", "#quiet");
    const bob = await visit("#quiet");
    let lost = 0;
    await bob.routeWebSocket("**/ws*", (socket) => {
      const server = socket.connectToServer();
      server.onMessage((frame) => {
        const { action } = JSON.parse(String(frame));
        if (action === "message") lost++;
        else socket.send(frame);
      });
    });
    await bob.reload();
    await joinAs(bob, "Bob");
    await say(ada, "are you there");
    await until(() => lost).toBe(1);
    await bob.evaluate(() => document.dispatchEvent(new Event("visibilitychange")));
    await shows(bob, ["are you there"]);
  });

  test("pushes that overtake each other stand in the log's order", async () => {
    const ada = await join("Ada", "#swapped");
    const bob = await visit("#swapped");
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
    await bob.reload();
    await joinAs(bob, "Bob");
    await say(ada, "one", "two", "three", "four");
    await shows(bob, ["one", "two", "three", "four"]);
    expect(await composer(bob).isVisible()).toBe(true);
  });
});

/** Fills a room with messages by as many people as the rate limit asks for. */
async function fill(origin: string, room: string, count: number): Promise<void> {
  for (let from = 0; from < count; from += RATE_LIMIT) {
    const socket = io(origin, { ...natter, auth: { name: `Guest ${from}` }, forceNew: true });
    await new Promise((resolve) => socket.once("session", resolve));
    await socket.emitWithAck("joinRoom", { room });
    for (let index = from; index < Math.min(count, from + RATE_LIMIT); index++) {
      const id = crypto.randomUUID();
      const answer = await socket.emitWithAck("message", { room, id, text: `message ${index}` });
      expect(answer.ok).toBe(true);
    }
    socket.disconnect();
  }
}

/** Keeps the answers to an event back until they are released. */
async function holdAnswers(page: Page, event: string): Promise<{ release: () => void }> {
  const held: (() => void)[] = [];
  const asked = new Set<number>();
  let open = false;
  await page.routeWebSocket("**/ws*", (socket: WebSocketRoute) => {
    const server = socket.connectToServer();
    socket.onMessage((frame) => {
      const { action, id } = JSON.parse(String(frame));
      if (action === event) asked.add(id);
      server.send(frame);
    });
    server.onMessage((frame) => {
      const { action, id } = JSON.parse(String(frame));
      if (open || action !== "ack" || !asked.has(id)) socket.send(frame);
      else held.push(() => socket.send(frame));
    });
  });
  return {
    release() {
      open = true;
      for (const send of held.splice(0)) send();
    },
  };
}

/** Two frames have been painted, so that what was measured has been laid out. */
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
