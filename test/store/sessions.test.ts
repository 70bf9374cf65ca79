import { afterEach, expect, vi } from "vitest";
import type * as sessions from "../../functions/store/sessions.ts";
import {
  askLeft,
  askSession,
  deleteSession,
  putLeft,
  putSession,
  querySessions,
  renewSession,
} from "../../functions/store/sessions.ts";
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

async function newSession() {
  const [userId, hash] = [newId(), newId()];
  await putSession(userId, hash);
  return { userId, hash };
}

contract<typeof sessions>({
  putSession: {
    "begins a session, which lasts a year without being used": async () => {
      const { userId, hash } = await newSession();
      wait(366);
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

  renewSession: {
    "renews one that is half over, and no other": async () => {
      for (const [days, isRenewed] of [
        [200, true],
        [100, false],
      ] as const) {
        const { userId, hash } = await newSession();
        wait(days);
        const session = await getSession(userId, hash);
        if (!session) throw new Error("It is not there");
        await renewSession(userId, session);
        wait(300);
        expect((await getSession(userId, hash)) !== undefined).toBe(isRenewed);
        vi.useRealTimers();
      }
    },
    "does not bring back what was deleted": async () => {
      const { userId, hash } = await newSession();
      wait(200);
      const session = await getSession(userId, hash);
      await deleteSession(userId, hash);
      if (session) await renewSession(userId, session);
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
    "gives the hashes of one person's sessions": async () => {
      const userId = newId();
      for (const hash of ["b", "a"]) await putSession(userId, hash);
      await newSession();
      expect((await querySessions(userId)).toSorted()).toEqual(["a", "b"]);
      expect(await querySessions(newId())).toEqual([]);
    },
  },

  putLeft: {
    "notes that a client has left a socket, for as long as a session lasts": async () => {
      const userId = newId();
      await putLeft(userId, "sid");
      for (const [days, isKnown] of [
        [360, true],
        [6, false],
      ] as const) {
        wait(days);
        const [left] = await getTogether(askLeft(userId, "sid"));
        expect(left !== undefined).toBe(isKnown);
      }
    },
  },

  askLeft: {
    "finds a socket by its person and its sid": async () => {
      const userId = newId();
      await putLeft(userId, "sid");
      const asked = [askLeft(userId, "sid"), askLeft(userId, "other"), askLeft(newId(), "sid")];
      const found = await getTogether(...asked);
      expect(found.map((one) => one !== undefined)).toEqual([true, false, false]);
    },
  },
});
