import { describe, expect, test } from "vitest";
import { finishTodos } from "../../functions/chat/jobs.ts";
import { handler as deliver } from "../../functions/deliver.ts";
import { putLive } from "../../functions/store/live.ts";
import { getPerson } from "../../functions/store/users.ts";
import { MAX_CONNECTIONS, MAX_POSTS } from "../../protocol/limits.ts";
import {
  closeConnection,
  closed,
  connect,
  costOf,
  emit,
  invoked,
  lambdaContext,
  mockPosts,
  newConnectionId,
  newPerson,
  newRoomId,
  newTab,
  pushes,
  sendFrame,
  traces,
} from "./world.ts";

/** How many there may be of what one client can make: connections, and new guests. */
mockPosts();

describe(`a person's ${MAX_CONNECTIONS} connections (promise 11)`, () => {
  async function withMost() {
    const ada = await newPerson("ada");
    const tabs = [ada.connectionId];
    while (tabs.length < MAX_CONNECTIONS) tabs.push(await newTab(ada.token));
    return { ada, tabs };
  }

  test("can be open side by side", async () => {
    const { tabs } = await withMost();
    expect(closed).toEqual([]);
    for (const tab of tabs) expect(await emit(tab, "rooms")).toMatchObject({ ok: true });
  });

  test("remain when another one comes, which closes the oldest one and leaves nothing of it", async () => {
    const { ada, tabs } = await withMost();
    const last = await newTab(ada.token);
    expect(closed).toHaveLength(1);
    const [oldest = ""] = closed;
    expect(tabs).toContain(oldest);
    expect(await traces(oldest)).toEqual([]);
    const left = (await getPerson(ada.user.id))?.tabs.map(({ connectionId }) => connectionId);
    expect(left).toHaveLength(MAX_CONNECTIONS);
    expect(left).toContain(last);
  });

  test("of somebody in many rooms end by signing out everywhere: what takes too many writes is left to their $disconnect", async () => {
    const { ada, tabs } = await withMost();
    for (let n = 0; n < 3; n++) {
      expect(await emit(ada.connectionId, "joinRoom", { room: newRoomId() })).toMatchObject({
        ok: true,
      });
    }
    const signOut = () => emit(ada.connectionId, "signOut", { everywhere: true });
    expect(await signOut()).toEqual({ ok: true });
    const others = tabs.filter((tab) => tab !== ada.connectionId);
    expect(closed.toSorted()).toEqual(others.toSorted());
    expect(await traces(ada.connectionId)).toEqual([]);
    for (const tab of others) {
      expect(await emit(tab, "rooms")).toMatchObject({ error: { code: "unauthorized" } });
      await closeConnection(tab);
      expect(await traces(tab)).toEqual([]);
    }
    expect((await getPerson(ada.user.id))?.tabs).toEqual([]);
  });

  test("remain when ten more come at once, and work", async () => {
    const { ada } = await withMost();
    await Promise.all(Array.from({ length: 10 }, () => newTab(ada.token)));
    const tabs = (await getPerson(ada.user.id))?.tabs ?? [];
    expect(tabs.length).toBeLessThanOrEqual(MAX_CONNECTIONS);
    for (const { connectionId } of tabs) {
      expect(await emit(connectionId, "rooms")).toMatchObject({ ok: true });
    }
  });
});

describe("a second new guest by one connection", () => {
  const goes = (connectionId: string) => sendFrame(connectionId, '{"action":"disconnect"}');

  test("is forbidden, also if another person has connected in between", async () => {
    const [guest, other] = [await newPerson("guest"), await newPerson("other")];
    const { connectionId } = guest;
    const again = () => connect(connectionId, { name: "another" });
    expect((await again()).data.data.code).toBe("bad_request");
    await goes(connectionId);
    expect((await again()).data.data.code).toBe("forbidden");
    expect(await connect(connectionId, { token: other.token })).toMatchObject({ v: 1 });
    await goes(connectionId);
    expect((await again()).data.data.code).toBe("forbidden");
    expect(await connect(connectionId, { token: guest.token })).toMatchObject({ v: 1 });
  });

  test("is forbidden when both come at once", async () => {
    const connectionId = newConnectionId();
    const answers = await Promise.all(
      Array.from({ length: 5 }, () => connect(connectionId, { name: "ada" })),
    );
    expect(answers.filter(({ v }) => v === 1)).toHaveLength(1);
  });
});

describe(`more than ${MAX_POSTS} connections that a frame concerns (promise 11)`, () => {
  /** Adds connections of as many people, who watch the room. */
  async function watch(room: string, count: number): Promise<string[]> {
    const ids = Array.from({ length: count }, newConnectionId);
    for (const connectionId of ids) {
      const user = { id: connectionId, name: "one" };
      await putLive(room, { connectionId, user, dialect: "envelope", watching: true });
    }
    return ids;
  }
  /** How many were told, also by `deliver`, which gets what a slow machine does not post in time. */
  async function told(ids: readonly string[], event: string): Promise<number> {
    for (const { payload } of invoked.splice(0)) {
      if ("connectionIds" in Object(payload)) await deliver(payload, lambdaContext());
    }
    return ids.filter((id) => pushes(id, event).length > 0).length;
  }

  test("are not all read by whoever looks at the room or joins it", async () => {
    const costs = [];
    for (const count of [MAX_POSTS + 50, 1_000]) {
      const [ada, bob] = await Promise.all([newPerson("ada"), newPerson("bob")]);
      const { room } = await emit(ada.connectionId, "createRoom", { name: "Large" });
      await watch(room.id, count);
      for (const event of ["getRoom", "joinRoom"]) {
        costs.push(await costOf(() => emit(bob.connectionId, event, { room: room.id })));
      }
    }
    const [looking, joining, ...others] = costs;
    expect(others).toEqual([looking, joining]);
  });

  test("are told by a job that a room has changed", async () => {
    const ada = await newPerson("ada");
    const { room } = await emit(ada.connectionId, "createRoom", { name: "Large" });
    const watchers = await watch(room.id, MAX_POSTS + 1);
    await emit(ada.connectionId, "setRoom", { room: room.id, topic: "All" });
    expect(await told(watchers, "room")).toBe(0);
    await finishTodos(0);
    expect(await told(watchers, "room")).toBe(watchers.length);
    expect(pushes(watchers[0] ?? "", "room")[0]).toMatchObject({ id: room.id, topic: "All" });
  });

  test("are not all told that a person is online", async () => {
    const ada = await newPerson("ada");
    const watchers: string[] = [];
    for (const name of ["One", "Two", "Three"]) {
      const { room } = await emit(ada.connectionId, "createRoom", { name });
      watchers.push(...(await watch(room.id, 90)));
    }
    await closeConnection(ada.connectionId);
    expect(await told(watchers, "presence")).toBe(MAX_POSTS - MAX_CONNECTIONS);
  });
});
