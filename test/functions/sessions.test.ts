import { afterEach, describe, expect, test, vi } from "vitest";
import { finishTodos } from "../../functions/chat/jobs.ts";
import { getListed, getMembership } from "../../functions/store/memberships.ts";
import { LINK_SECONDS } from "../../protocol/limits.ts";
import { newRaw } from "./raw.ts";
import {
  closed,
  connect,
  emit,
  fillBudget,
  interleave,
  mockPosts,
  newConnectionId,
  newPair,
  newPerson,
  newTab,
  posted,
  pushes,
  sendFrame,
  traces,
} from "./world.ts";

mockPosts();
afterEach(() => void vi.useRealTimers());

const DAY_MS = 24 * 60 * 60 * 1_000;
const unauthorized = { type: "connect_error", data: { data: { code: "unauthorized" } } };

/** Advances the clock. */
function wait(ms: number): void {
  vi.useFakeTimers({ toFake: ["Date"], now: Date.now() + ms });
}

async function codeOf(connectionId: string): Promise<string> {
  const { code } = await emit(connectionId, "link", {});
  return code;
}

describe("a link", () => {
  test("makes another device the person's, with all rooms and a token of its own", async () => {
    const { room, ada } = await newPair();
    const answer = await emit(ada.connectionId, "link", {});
    expect(answer.expiresAt - Date.now()).toBeGreaterThan((LINK_SECONDS - 2) * 1_000);
    const session = await connect(newConnectionId(), { link: answer.code });
    expect(session).toMatchObject({ user: ada.user, token: expect.any(String) });
    expect(session.rooms.map(({ id }: { id: string }) => id)).toContain(room);
    expect(session.token).not.toBe(ada.token);
    expect(await connect(newConnectionId(), { token: session.token })).toMatchObject({
      user: ada.user,
    });
  });

  test("works once, for five minutes, and for nobody else's code", async () => {
    const { connectionId, token } = await newPerson();
    const code = await codeOf(connectionId);
    await connect(newConnectionId(), { link: code });
    expect(await connect(newConnectionId(), { link: code })).toMatchObject(unauthorized);
    const old = await codeOf(connectionId);
    const foreign = `${(await newPerson("bob")).user.id}.${(await codeOf(connectionId)).split(".")[1]}`;
    for (const link of [foreign, token, "", `${old}x`]) {
      expect(await connect(newConnectionId(), { link }), link).toMatchObject(unauthorized);
    }
    wait((LINK_SECONDS + 1) * 1_000);
    expect(await connect(newConnectionId(), { link: old })).toMatchObject(unauthorized);
  });

  test("works for stock clients too", async () => {
    const { user, connectionId } = await newPerson();
    const other = await newRaw();
    const answer = await sendFrame(
      other,
      `40${JSON.stringify({ link: await codeOf(connectionId) })}`,
    );
    expect(answer).toContain(`42["session",{"v":1,"user":{"id":"${user.id}"`);
  });

  test("is paid for from the budget", async () => {
    const someone = await newPerson();
    await fillBudget(someone);
    let made = 0;
    while ((await emit(someone.connectionId, "link", {})).ok) made++;
    expect(made).toBe(60);
  });
});

describe("the list of sessions", () => {
  test("has each device, when it was seen, and which one asks", async () => {
    const { connectionId } = await newPerson();
    const begun = Date.now();
    const phone = newConnectionId();
    await connect(phone, { link: await codeOf(connectionId) });
    const { sessions } = await emit(phone, "sessions", {});
    expect(sessions).toHaveLength(2);
    for (const { seenAt } of sessions) expect(seenAt).toBeGreaterThanOrEqual(begun);
    expect(sessions.filter(({ current }: { current: boolean }) => current)).toHaveLength(1);
  });

  test("tells nothing with which one could connect", async () => {
    const { connectionId, user } = await newPerson();
    const { sessions } = await emit(connectionId, "sessions", {});
    for (const token of [sessions[0].id, `${user.id}.${sessions[0].id}`]) {
      expect(await connect(newConnectionId(), { token })).toMatchObject(unauthorized);
    }
  });
});

describe.each([
  ["signOut", {}],
  ["signOut", { everywhere: true }],
] as const)("after %s %j", (event, data) => {
  test("a link that this session has asked for makes nobody the person", async () => {
    const { connectionId } = await newPerson();
    const code = await codeOf(connectionId);
    expect(await emit(connectionId, event, data)).toEqual({ ok: true });
    expect(await connect(newConnectionId(), { link: code })).toMatchObject(unauthorized);
  });
});

test("a link leaves no session behind, in whichever order it is opened and everything is signed out", async () => {
  const scene = async (isLinkFirst: boolean) => {
    const { connectionId, user } = await newPerson();
    const code = await codeOf(connectionId);
    let token = "";
    const open = async () => {
      ({ token = "" } = await connect(newConnectionId(), { link: code }));
    };
    const signOut = () => emit(connectionId, "signOut", { everywhere: true });
    return {
      first: isLinkFirst ? open : signOut,
      second: isLinkFirst ? signOut : open,
      async check(position: string) {
        if (token === "") return;
        const answer = await connect(newConnectionId(), { token });
        expect(answer, `${position} for ${user.id}`).toMatchObject(unauthorized);
      },
    };
  };
  await interleave(() => scene(true));
  await interleave(() => scene(false));
});

describe("a session that is ended", () => {
  test("is told so at once and closed, in all of its tabs, and others go on", async () => {
    const { connectionId, token } = await newPerson();
    const tab = await newTab(token);
    const phone = newConnectionId();
    await connect(phone, { link: await codeOf(connectionId) });
    const { sessions } = await emit(phone, "sessions", {});
    const other = sessions.find(({ current }: { current: boolean }) => !current);
    expect(await emit(phone, "endSession", { session: other.id })).toEqual({ ok: true });
    for (const ended of [connectionId, tab]) {
      expect(pushes(ended, "error")).toEqual([expect.objectContaining({ code: "unauthorized" })]);
      const told = posted.filter((post) => post.connectionId === ended);
      expect(told.at(-1)?.packet.type).toBe("disconnect");
      expect(closed).toContain(ended);
      expect(await traces(ended, "but the connection")).toEqual([]);
    }
    expect(await connect(newConnectionId(), { token })).toMatchObject(unauthorized);
    expect(await emit(phone, "rooms", {})).toMatchObject({ ok: true });
  });

  test("can be one's own, of which the ack tells", async () => {
    const { connectionId, token } = await newPerson();
    const { sessions } = await emit(connectionId, "sessions", {});
    expect(await emit(connectionId, "endSession", { session: sessions[0].id })).toEqual({
      ok: true,
    });
    expect(pushes(connectionId, "error")).toEqual([]);
    expect(await connect(newConnectionId(), { token })).toMatchObject(unauthorized);
  });

  test("is never another person's", async () => {
    const [ada, bob] = [await newPerson(), await newPerson("bob")];
    const { sessions } = await emit(ada.connectionId, "sessions", {});
    expect(await emit(bob.connectionId, "endSession", { session: sessions[0].id })).toEqual({
      ok: true,
    });
    expect(pushes(ada.connectionId, "error")).toEqual([]);
    expect(await connect(newConnectionId(), { token: ada.token })).toMatchObject({
      user: ada.user,
    });
  });
});

describe("a guest", () => {
  /** The ends of what belongs to a person in a room, in days from now. */
  async function endsOf(userId: string, room: string): Promise<number[]> {
    const found = [await getMembership(userId, room), await getListed(room, userId)];
    const now = Date.now() / 1_000;
    return found.map((one) => Math.round(((one?.expiresAt ?? 0) - now) / (DAY_MS / 1_000)));
  }

  test("who returns after half of the time has everything for 90 more days", async () => {
    const { room, ada } = await newPair();
    expect(await endsOf(ada.user.id, room)).toEqual([90, 90]);
    wait(40 * DAY_MS);
    await connect(newConnectionId(), { token: ada.token });
    await finishTodos(0);
    expect(await endsOf(ada.user.id, room)).toEqual([50, 50]);
    wait(10 * DAY_MS);
    await connect(newConnectionId(), { token: ada.token });
    await finishTodos(0);
    expect(await endsOf(ada.user.id, room)).toEqual([90, 90]);
    wait(89 * DAY_MS);
    const { rooms } = await connect(newConnectionId(), { token: ada.token });
    expect(rooms.map(({ id }: { id: string }) => id)).toContain(room);
  });

  test("who cannot come back is no longer listed, nor invited or written to", async () => {
    const { room, ada, bob } = await newPair();
    wait(50 * DAY_MS);
    await connect(newConnectionId(), { token: bob.token });
    await finishTodos(0);
    wait(45 * DAY_MS);
    expect(await connect(newConnectionId(), { token: ada.token })).toMatchObject(unauthorized);
    const tab = await newTab(bob.token);
    const { people } = await emit(tab, "people", { room });
    expect(people.map(({ id }: { id: string }) => id)).toEqual([bob.user.id]);
    for (const [event, data] of [
      ["direct", { user: ada.user.id }],
      ["invite", { room, user: ada.user.id }],
    ] as const) {
      expect(await emit(tab, event, data)).toMatchObject({ error: { code: "not_found" } });
    }
  });
});
