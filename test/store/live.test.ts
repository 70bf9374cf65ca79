import { afterEach, expect, vi } from "vitest";
import { putConnection } from "../../functions/store/connections.ts";
import { CONNECTION_SECONDS } from "../../functions/store/items.ts";
import type * as live from "../../functions/store/live.ts";
import {
  askLive,
  countSent,
  deleteLive,
  getLive,
  putLive,
  putLiveIfNew,
  queryLive,
  setLiveUser,
} from "../../functions/store/live.ts";
import { deleteMembership, putMembership } from "../../functions/store/memberships.ts";
import { putRoom } from "../../functions/store/room-records.ts";
import { getTogether } from "../../functions/store/table.ts";
import { putPerson } from "../../functions/store/users.ts";
import { DIRECT_PREFIX } from "../../protocol/rooms.ts";
import { ada, bob, contract, newId } from "./contract.ts";

afterEach(() => void vi.useRealTimers());

const TYPING = { most: 1, ms: 3_000 };
const CUSTOM = { most: 5, ms: 1_000 };

const subscribed = { user: ada, dialect: "envelope", watching: false } as const;

async function newLive(channel = newId()) {
  const connectionId = newId();
  await putLive(channel, { ...subscribed, connectionId });
  return { channel, connectionId };
}

/** A direct room of Ada, who has a connection, and of Bob, who has left it. */
async function newPair() {
  const room = DIRECT_PREFIX + newId();
  const people = [
    { id: newId(), name: "Ada" },
    { id: newId(), name: "Bob" },
  ];
  await putRoom({ id: room, kind: "direct", name: "", users: people.map(({ id }) => id) });
  const tabs: string[] = [];
  for (const user of people) {
    const connectionId = newId();
    const expiresAt = Math.floor(Date.now() / 1_000) + CONNECTION_SECONDS;
    const tab = { connectionId, user, dialect: "raw", expiresAt, connectedAt: 0 } as const;
    await Promise.all([
      putPerson(tab),
      putConnection({ ...tab, connectedAt: 0 }, false),
      putMembership(user.id, { room, since: 1, read: { seq: 0, count: 0 } }),
    ]);
    tabs.push(connectionId);
  }
  const [ada, bob] = people;
  await deleteMembership(bob?.id ?? "", room);
  const [own = "", other = ""] = tabs;
  return {
    room,
    own,
    other,
    live: { connectionId: own, user: ada, dialect: "raw", watching: true },
  };
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
    "gives a member's connection in a direct room, and no other one": async () => {
      const { room, own, other, live } = await newPair();
      expect(await getLive(room, own)).toEqual(live);
      expect(await getLive(room, other)).toBeUndefined();
      expect(await getLive(room, newId())).toBeUndefined();
    },
  },

  askLive: {
    "finds a live item beside another": async () => {
      const [one, other] = [await newLive(), await newLive()];
      const found = await getTogether(
        askLive(other.channel, other.connectionId),
        askLive(one.channel, one.connectionId),
      );
      expect(found).toMatchObject([
        { connectionId: other.connectionId },
        { connectionId: one.connectionId },
      ]);
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

  countSent: {
    "counts typing once in the given time": async () => {
      const { channel, connectionId } = await newLive();
      vi.useFakeTimers({ toFake: ["Date"], now: 1_700_000_000_000 });
      expect(await countSent(channel, connectionId, "typedAt", TYPING)).toMatchObject({
        connectionId,
      });
      vi.setSystemTime(Date.now() + 2_999);
      expect(await countSent(channel, connectionId, "typedAt", TYPING)).toBeUndefined();
      vi.setSystemTime(Date.now() + 1);
      expect(await countSent(channel, connectionId, "typedAt", TYPING)).toMatchObject({
        connectionId,
      });
    },
    "counts what a member sends in a direct room, and no one else": async () => {
      const { room, own, other, live } = await newPair();
      expect(await countSent(room, own, "typedAt", TYPING)).toEqual(live);
      expect(await countSent(room, own, "typedAt", TYPING)).toBeUndefined();
      expect(await countSent(room, other, "typedAt", TYPING)).toBeUndefined();
    },
    "lets so many of a second through at once, and one more in each part of it": async () => {
      const { channel, connectionId } = await newLive();
      vi.useFakeTimers({ toFake: ["Date"], now: 1_700_000_000_000 });
      const count = async () =>
        (await countSent(channel, connectionId, "customAt", CUSTOM)) !== undefined;
      const counted: boolean[] = [];
      for (let n = 0; n < 7; n++) counted.push(await count());
      expect(counted).toEqual([true, true, true, true, true, false, false]);
      vi.setSystemTime(Date.now() + 199);
      expect(await count()).toBe(false);
      vi.setSystemTime(Date.now() + 1);
      expect([await count(), await count()]).toEqual([true, false]);
      vi.setSystemTime(Date.now() + 1_000);
      expect(await countSent(channel, connectionId, "customAt", CUSTOM)).toMatchObject({
        connectionId,
      });
      await expect(getLive(channel, connectionId)).resolves.toMatchObject({ user: ada });
    },
    "counts nothing of a connection that is gone": async () => {
      const channel = newId();
      expect(await countSent(channel, "absent", "customAt", CUSTOM)).toBeUndefined();
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
    "gives the connections of a direct room's members": async () => {
      const { room, live } = await newPair();
      expect(await queryLive(room)).toMatchObject([live]);
      expect(await queryLive(DIRECT_PREFIX + newId())).toEqual([]);
    },
    "leaves out connections that have expired": async () => {
      const { channel } = await newLive();
      vi.useFakeTimers({ toFake: ["Date"], now: Date.now() + CONNECTION_SECONDS * 1_000 + 1_000 });
      const { connectionId } = await newLive(channel);
      expect(await queryLive(channel)).toMatchObject([{ connectionId }]);
    },
  },
});
