import { afterEach, expect, vi } from "vitest";
import type * as sessions from "../../functions/store/sessions.ts";
import {
  deleteSession,
  getRecovery,
  hasSession,
  putRecovery,
  putSession,
  querySessions,
  setLeft,
} from "../../functions/store/sessions.ts";
import { contract, newId } from "./contract.ts";

afterEach(() => void vi.useRealTimers());

const DAY_MS = 24 * 60 * 60 * 1_000;

/** Lets the time of day go on for so long. */
function wait(days: number): void {
  vi.useFakeTimers({ toFake: ["Date"], now: Date.now() + days * DAY_MS });
}

contract<typeof sessions>({
  putSession: {
    "begins a session, which lasts a year without being used": async () => {
      const userId = newId();
      await putSession(userId, "hash");
      wait(366);
      expect(await hasSession(userId, "hash")).toBe(false);
    },
  },

  hasSession: {
    "finds a session by its person and its hash": async () => {
      const userId = newId();
      await putSession(userId, "hash");
      expect(await hasSession(userId, "hash")).toBe(true);
      expect(await hasSession(userId, "other")).toBe(false);
      expect(await hasSession(newId(), "hash")).toBe(false);
    },
    "renews a session that is half over": async () => {
      const userId = newId();
      await putSession(userId, "hash");
      for (const days of [200, 300]) {
        wait(days);
        expect(await hasSession(userId, "hash")).toBe(true);
      }
    },
    "does not renew a session before that": async () => {
      const userId = newId();
      await putSession(userId, "hash");
      wait(100);
      expect(await hasSession(userId, "hash")).toBe(true);
      wait(300);
      expect(await hasSession(userId, "hash")).toBe(false);
    },
  },

  deleteSession: {
    "ends a session, and may be repeated": async () => {
      const userId = newId();
      await putSession(userId, "hash");
      for (let n = 0; n < 2; n++) await deleteSession(userId, "hash");
      expect(await hasSession(userId, "hash")).toBe(false);
    },
  },

  querySessions: {
    "gives the hashes of one person's sessions": async () => {
      const userId = newId();
      for (const hash of ["b", "a"]) await putSession(userId, hash);
      await putSession(newId(), "c");
      expect((await querySessions(userId)).toSorted()).toEqual(["a", "b"]);
      expect(await querySessions(newId())).toEqual([]);
    },
  },

  putRecovery: {
    "stores what a client can recover, for 30 days": async () => {
      const userId = newId();
      const recovery = { sid: "sid", connectedAt: 5, session: "hash" };
      await putRecovery(userId, "pid", recovery);
      expect(await getRecovery(userId, "pid")).toMatchObject(recovery);
      wait(31);
      expect(await getRecovery(userId, "pid")).toBeUndefined();
    },
  },

  getRecovery: {
    "gives nothing for another pid or another person": async () => {
      const userId = newId();
      await putRecovery(userId, "pid", { sid: "sid", connectedAt: 5, session: "hash" });
      expect(await getRecovery(userId, "other")).toBeUndefined();
      expect(await getRecovery(newId(), "pid")).toBeUndefined();
    },
    "renews a recovery that is half over": async () => {
      const userId = newId();
      await putRecovery(userId, "pid", { sid: "sid", connectedAt: 5, session: "hash" });
      for (const days of [20, 25]) {
        wait(days);
        expect(await getRecovery(userId, "pid")).toMatchObject({ sid: "sid" });
      }
    },
  },

  setLeft: {
    "notes that a client has disconnected, if its recovery exists": async () => {
      const userId = newId();
      await putRecovery(userId, "pid", { sid: "sid", connectedAt: 5, session: "hash" });
      expect(await getRecovery(userId, "pid")).toMatchObject({ left: false });
      for (const pid of ["pid", "other"]) await setLeft(userId, pid);
      expect(await getRecovery(userId, "pid")).toMatchObject({ sid: "sid", left: true });
      expect(await getRecovery(userId, "other")).toBeUndefined();
    },
  },
});
