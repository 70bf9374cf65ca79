import { afterEach, expect, vi } from "vitest";
import type * as sessions from "../../functions/store/session-records.ts";
import {
  askLeft,
  askSession,
  deleteSession,
  type NewSession,
  noteUse,
  putLeft,
  putLink,
  putSession,
  querySessions,
  takeLink,
} from "../../functions/store/session-records.ts";
import { getTogether } from "../../functions/store/table.ts";
import { contract, newId } from "./contract.ts";

afterEach(() => void vi.useRealTimers());

const DAY_MS = 24 * 60 * 60 * 1_000;

/** Advances the clock. */
function wait(days: number): void {
  vi.useFakeTimers({ toFake: ["Date"], now: Date.now() + days * DAY_MS });
}

async function getSession(userId: string, hash: string) {
  const [session] = await getTogether(askSession(userId, hash));
  return session;
}

const GUEST: NewSession = { device: "Firefox", signedIn: false };

async function newSession(session = GUEST) {
  const [userId, hash] = [newId(), newId()];
  await putSession(userId, hash, session);
  return { userId, hash };
}

/** Uses a session some days later. @returns its end, in days from the beginning, if it is there */
async function useAfter(days: number, session: NewSession) {
  const begun = Date.now();
  const { userId, hash } = await newSession(session);
  wait(days);
  const found = await getSession(userId, hash);
  if (!found) throw new Error("It is not there");
  await noteUse(userId, found);
  const { expiresAt = 0, seenAt } = (await getSession(userId, hash)) ?? {};
  vi.useRealTimers();
  const inDays = (ms = 0) => Math.round((ms - begun) / DAY_MS);
  return { ends: inDays(expiresAt * 1_000), seen: inDays(seenAt) };
}

contract<typeof sessions>({
  putSession: {
    "begins a session, which lasts 90 days without being used": async () => {
      const { userId, hash } = await newSession();
      expect(await getSession(userId, hash)).toMatchObject({ id: hash, device: "Firefox" });
      wait(91);
      expect(await getSession(userId, hash)).toBeUndefined();
    },
  },

  askSession: {
    "finds a session by its person and its hash": async () => {
      const { userId, hash } = await newSession();
      expect(await getSession(userId, hash)).toBeDefined();
      expect(await getSession(userId, "other")).toBeUndefined();
      expect(await getSession(newId(), hash)).toBeUndefined();
    },
  },

  noteUse: {
    "notes the day, and renews a guest's session that is half over": async () => {
      expect(await useAfter(0, GUEST)).toEqual({ ends: 90, seen: 0 });
      expect(await useAfter(40, GUEST)).toEqual({ ends: 90, seen: 40 });
      expect(await useAfter(50, GUEST)).toEqual({ ends: 140, seen: 50 });
    },
    "leaves the end of a session that began with a sign-in": async () => {
      const expiresAt = Math.floor(Date.now() / 1_000) + 30 * 24 * 60 * 60;
      const session = { device: "", signedIn: true, expiresAt };
      expect(await useAfter(29, session)).toEqual({ ends: 30, seen: 29 });
    },
    "does not bring back what was deleted": async () => {
      const { userId, hash } = await newSession();
      wait(60);
      const session = await getSession(userId, hash);
      await deleteSession(userId, hash);
      if (session) await noteUse(userId, session);
      expect(await querySessions(userId)).toEqual([]);
    },
  },

  deleteSession: {
    "ends a session, and may be repeated": async () => {
      const { userId, hash } = await newSession();
      for (let n = 0; n < 2; n++) await deleteSession(userId, hash);
      expect(await getSession(userId, hash)).toBeUndefined();
    },
  },

  querySessions: {
    "gives one person's sessions": async () => {
      const userId = newId();
      for (const hash of ["b", "a"]) await putSession(userId, hash, GUEST);
      await newSession();
      expect((await querySessions(userId)).map(({ id }) => id).toSorted()).toEqual(["a", "b"]);
      expect(await querySessions(newId())).toEqual([]);
    },
  },

  putLeft: {
    "notes that a client has left a socket, for as long as a session lasts": async () => {
      const sid = newId();
      await putLeft(sid);
      for (const [days, isKnown] of [
        [89, true],
        [91, false],
      ] as const) {
        wait(days);
        const [left] = await getTogether(askLeft(sid));
        expect(left !== undefined).toBe(isKnown);
      }
    },
  },

  putLink: {
    "keeps a code for as long as it is told": async () => {
      const userId = newId();
      await putLink(userId, "hash", Math.floor(Date.now() / 1_000) + 300, "id");
      vi.useFakeTimers({ toFake: ["Date"], now: Date.now() + 301_000 });
      expect(await takeLink(userId, "hash")).toBeUndefined();
    },
  },

  takeLink: {
    "uses a code up, with the session that asked for it": async () => {
      const [userId, expiresAt] = [newId(), Math.floor(Date.now() / 1_000) + 300];
      await putLink(userId, "hash", expiresAt, "id");
      expect(await takeLink(newId(), "hash")).toBeUndefined();
      expect(await takeLink(userId, "other")).toBeUndefined();
      expect(await takeLink(userId, "hash")).toEqual({ expiresAt, session: "id" });
      expect(await takeLink(userId, "hash")).toBeUndefined();
    },
  },

  askLeft: {
    "finds a socket by its sid, and by the person who says so": async () => {
      const [one, other, none] = [newId(), newId(), newId()];
      await putLeft(one);
      await putLeft(other, "ada");
      const asked = [askLeft(one), askLeft(other, "ada"), askLeft(other), askLeft(none)];
      const found = await getTogether(...asked);
      expect(found.map((left) => left !== undefined)).toEqual([true, true, false, false]);
    },
  },
});
