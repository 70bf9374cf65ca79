import { afterEach, expect, vi } from "vitest";
import { CONNECTION_SECONDS } from "../../functions/store/items.ts";
import type * as live from "../../functions/store/live.ts";
import {
  countCustom,
  deleteLive,
  getLive,
  noteTyping,
  putLive,
  putLiveIfNew,
  queryLive,
  setLiveUser,
} from "../../functions/store/live.ts";
import { ada, bob, contract, newId } from "./contract.ts";

afterEach(() => void vi.useRealTimers());

const subscribed = { user: ada, dialect: "envelope", watching: false } as const;

async function newLive(channel = newId()) {
  const connectionId = newId();
  await putLive(channel, { ...subscribed, connectionId });
  return { channel, connectionId };
}

contract<typeof live>({
  putLive: {
    "subscribes a connection": async () => {
      const { channel, connectionId } = await newLive();
      expect(await getLive(channel, connectionId)).toMatchObject({ ...subscribed, connectionId });
    },
    "replaces a live item": async () => {
      const { channel, connectionId } = await newLive();
      await putLive(channel, { ...subscribed, user: bob, watching: true, connectionId });
      expect(await getLive(channel, connectionId)).toMatchObject({ user: bob, watching: true });
    },
  },

  putLiveIfNew: {
    "subscribes a connection, and does not change one that is subscribed": async () => {
      const { channel, connectionId } = { channel: newId(), connectionId: newId() };
      await putLiveIfNew(channel, { ...subscribed, watching: true, connectionId });
      await putLiveIfNew(channel, { ...subscribed, connectionId });
      expect(await getLive(channel, connectionId)).toMatchObject({ user: ada, watching: true });
    },
  },

  getLive: {
    "gives nothing for a live item that does not exist or has expired": async () => {
      const { channel, connectionId } = await newLive();
      expect(await getLive(channel, "absent")).toBeUndefined();
      vi.useFakeTimers({ toFake: ["Date"], now: Date.now() + CONNECTION_SECONDS * 1_000 + 1_000 });
      expect(await getLive(channel, connectionId)).toBeUndefined();
    },
  },

  setLiveUser: {
    "renames the user, if the live item exists": async () => {
      const { channel, connectionId } = await newLive();
      await setLiveUser(channel, connectionId, { ...ada, name: "Eve" });
      expect((await getLive(channel, connectionId))?.user.name).toBe("Eve");
      await setLiveUser(channel, "absent", ada);
      expect(await getLive(channel, "absent")).toBeUndefined();
    },
  },

  noteTyping: {
    "notes typing once in the given time": async () => {
      const { channel, connectionId } = await newLive();
      vi.useFakeTimers({ toFake: ["Date"], now: 1_700_000_000_000 });
      expect(await noteTyping(channel, connectionId, 3_000)).toMatchObject({ connectionId });
      vi.setSystemTime(Date.now() + 2_999);
      expect(await noteTyping(channel, connectionId, 3_000)).toBeUndefined();
      vi.setSystemTime(Date.now() + 1);
      expect(await noteTyping(channel, connectionId, 3_000)).toMatchObject({ connectionId });
    },
    "notes nothing for a connection that is gone": async () => {
      const channel = newId();
      expect(await noteTyping(channel, "absent", 0)).toBeUndefined();
      expect(await queryLive(channel)).toEqual([]);
    },
  },

  countCustom: {
    "lets so many of a second through at once, and one more in each part of it": async () => {
      const { channel, connectionId } = await newLive();
      vi.useFakeTimers({ toFake: ["Date"], now: 1_700_000_000_000 });
      const count = async () => (await countCustom(channel, connectionId, 5)) !== undefined;
      const counted: boolean[] = [];
      for (let n = 0; n < 7; n++) counted.push(await count());
      expect(counted).toEqual([true, true, true, true, true, false, false]);
      vi.setSystemTime(Date.now() + 199);
      expect(await count()).toBe(false);
      vi.setSystemTime(Date.now() + 1);
      expect([await count(), await count()]).toEqual([true, false]);
      vi.setSystemTime(Date.now() + 1_000);
      expect(await countCustom(channel, connectionId, 5)).toMatchObject({ connectionId });
      await expect(getLive(channel, connectionId)).resolves.toMatchObject({ user: ada });
    },
    "counts nothing of a connection that is gone": async () => {
      const channel = newId();
      expect(await countCustom(channel, "absent", 5)).toBeUndefined();
      expect(await queryLive(channel)).toEqual([]);
    },
  },

  deleteLive: {
    "unsubscribes a connection, and may be repeated": async () => {
      const { channel, connectionId } = await newLive();
      await deleteLive(channel, connectionId);
      await deleteLive(channel, connectionId);
      expect(await getLive(channel, connectionId)).toBeUndefined();
    },
  },

  queryLive: {
    "gives a channel's connections, or the first of them": async () => {
      const { channel } = await newLive();
      await newLive(channel);
      await newLive();
      expect(await queryLive(channel)).toHaveLength(2);
      expect(await queryLive(channel, 1)).toHaveLength(1);
      expect(await queryLive(newId())).toEqual([]);
    },
    "leaves out connections that have expired": async () => {
      const { channel } = await newLive();
      vi.useFakeTimers({ toFake: ["Date"], now: Date.now() + CONNECTION_SECONDS * 1_000 + 1_000 });
      const { connectionId } = await newLive(channel);
      expect(await queryLive(channel)).toMatchObject([{ connectionId }]);
    },
  },
});
