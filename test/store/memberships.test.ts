import { expect } from "vitest";
import type * as memberships from "../../functions/store/memberships.ts";
import {
  addMention,
  askMembership,
  deleteMembership,
  dropMentions,
  getListed,
  getMembership,
  isMember,
  keepListed,
  keepMembership,
  listMember,
  lowerRead,
  putMembership,
  queryMemberList,
  queryMemberships,
  raiseRead,
  renameListed,
  unlistMember,
} from "../../functions/store/memberships.ts";
import { getTogether } from "../../functions/store/table.ts";
import { ada, bob, contract, newId } from "./contract.ts";

const unread = { seq: 0, count: 0 };

async function newMembership(room = newId(), userId = newId()) {
  await putMembership(userId, { room, since: 5, read: unread });
  return { room, userId };
}

/** A room with two listed members, in the order of their ids. */
async function newRoom(): Promise<string> {
  const room = newId();
  await listMember(room, { user: bob, since: 7 });
  await listMember(room, { user: ada, since: 5 });
  return room;
}

contract<typeof memberships>({
  putMembership: {
    "makes a member": async () => {
      const { room, userId } = await newMembership();
      expect(await getMembership(userId, room)).toEqual({
        room,
        since: 5,
        read: unread,
        mentions: new Set(),
      });
    },
    "does not change an existing membership": async () => {
      const { room, userId } = await newMembership();
      const again = { room, since: 9, read: { seq: 1, count: 1 } };
      expect(await putMembership(userId, again)).toBe(false);
      expect(await getMembership(userId, room)).toMatchObject({ since: 5, read: unread });
    },
  },

  keepMembership: {
    "sets when a membership ends, after which the person can be made a member again": async () => {
      const { room, userId } = await newMembership();
      await keepMembership(userId, room, 1);
      expect(await isMember(userId, room)).toBe(false);
      expect(await putMembership(userId, { room, since: 6, read: unread })).toBe(true);
    },
    "removes the end, and makes nobody a member": async () => {
      const { room, userId } = await newMembership();
      await keepMembership(userId, room, 1);
      await keepMembership(userId, room, undefined);
      expect(await isMember(userId, room)).toBe(true);
      await keepMembership(userId, newId(), undefined);
      expect(await queryMemberships(userId)).toHaveLength(1);
    },
  },

  getMembership: {
    "gives nothing for a person who is no member": async () => {
      expect(await getMembership(newId(), newId())).toBeUndefined();
    },
  },

  askMembership: {
    "finds a membership beside another": async () => {
      const [one, other] = [await newMembership(), await newMembership()];
      const found = await getTogether(
        askMembership(other.userId, other.room),
        askMembership(newId(), one.room),
        askMembership(one.userId, one.room),
      );
      expect(found.map((membership) => membership?.room)).toEqual([
        other.room,
        undefined,
        one.room,
      ]);
    },
  },

  isMember: {
    "tells whether a person is a member": async () => {
      const { room, userId } = await newMembership();
      expect(await isMember(userId, room)).toBe(true);
      expect(await isMember(userId, newId())).toBe(false);
    },
  },

  raiseRead: {
    "moves the read mark only forward": async () => {
      const { room, userId } = await newMembership();
      expect(await raiseRead(userId, room, { seq: 5, count: 4 })).toMatchObject({
        read: { seq: 5, count: 4 },
      });
      for (const seq of [4, 5]) {
        expect(await raiseRead(userId, room, { seq, count: 3 })).toBeUndefined();
      }
      expect((await getMembership(userId, room))?.read).toEqual({ seq: 5, count: 4 });
    },
    "does not create a membership": async () => {
      const [userId, room] = [newId(), newId()];
      expect(await raiseRead(userId, room, { seq: 1, count: 1 })).toBeUndefined();
      expect(await isMember(userId, room)).toBe(false);
    },
  },

  lowerRead: {
    "moves the mark back alone, and notes mentions anew": async () => {
      const { room, userId } = await newMembership();
      await raiseRead(userId, room, { seq: 5, count: 4 });
      expect(await lowerRead(userId, room, { seq: 2, count: 2 }, new Set([3, 4]))).toMatchObject({
        read: { seq: 2, count: 2 },
        mentions: new Set([3, 4]),
      });
      for (const seq of [2, 3]) {
        expect(await lowerRead(userId, room, { seq, count: 1 }, new Set())).toBeUndefined();
      }
      expect((await getMembership(userId, room))?.read).toEqual({ seq: 2, count: 2 });
    },
    "keeps no more mentions than 100 and those of one call": async () => {
      const { room, userId } = await newMembership();
      await raiseRead(userId, room, { seq: 500, count: 500 });
      for (let seq = 400; seq > 0; seq -= 25) {
        const mentions = new Set(Array.from({ length: 25 }, (_, n) => seq + n));
        const lowered = await lowerRead(userId, room, { seq, count: seq }, mentions);
        expect(lowered).toMatchObject({ read: { seq } });
        expect(lowered?.mentions.size).toBeLessThan(125);
      }
    },
    "makes no member": async () => {
      const [userId, room] = [newId(), newId()];
      expect(await lowerRead(userId, room, { seq: 1, count: 1 }, new Set())).toBeUndefined();
      expect(await isMember(userId, room)).toBe(false);
    },
  },

  addMention: {
    "notes each mention once": async () => {
      const { room, userId } = await newMembership();
      for (const seq of [3, 10, 3]) expect(await addMention(userId, room, seq)).toBe(true);
      expect((await getMembership(userId, room))?.mentions).toEqual(new Set([3, 10]));
    },
    "notes no mention that is read already, and none of a person who is no member": async () => {
      const { room, userId } = await newMembership();
      await raiseRead(userId, room, { seq: 5, count: 5 });
      for (const seq of [4, 5]) expect(await addMention(userId, room, seq)).toBe(false);
      expect(await addMention(userId, newId(), 6)).toBe(false);
      expect((await getMembership(userId, room))?.mentions).toEqual(new Set());
    },
    "keeps at most a hundred mentions": async () => {
      const { room, userId } = await newMembership();
      for (let seq = 1; seq <= 100; seq++) await addMention(userId, room, seq);
      expect(await addMention(userId, room, 101)).toBe(false);
      expect((await getMembership(userId, room))?.mentions.size).toBe(100);
    },
  },

  dropMentions: {
    "drops mentions, the last one too": async () => {
      const { room, userId } = await newMembership();
      for (const seq of [1, 2]) await addMention(userId, room, seq);
      await dropMentions(userId, room, [1, 7]);
      expect((await getMembership(userId, room))?.mentions).toEqual(new Set([2]));
      await dropMentions(userId, room, [2]);
      expect((await getMembership(userId, room))?.mentions).toEqual(new Set());
    },
    "does not create a membership": async () => {
      const [userId, room] = [newId(), newId()];
      await dropMentions(userId, room, [1]);
      expect(await isMember(userId, room)).toBe(false);
    },
  },

  deleteMembership: {
    "gives the membership as it was, if there was one": async () => {
      const { room, userId } = await newMembership();
      expect(await deleteMembership(userId, room)).toMatchObject({ room, since: 5 });
      expect(await deleteMembership(userId, room)).toBeUndefined();
      expect(await isMember(userId, room)).toBe(false);
    },
  },

  queryMemberships: {
    "gives all of a person's rooms, by their ids": async () => {
      const userId = newId();
      for (const room of ["tea", "coffee", "lobby"]) await newMembership(room, userId);
      await newMembership("other");
      const found = await queryMemberships(userId);
      expect(found.map(({ room }) => room)).toEqual(["coffee", "lobby", "tea"]);
      expect(await queryMemberships(newId())).toEqual([]);
    },
  },

  listMember: {
    "lists a member, and replaces one that is listed": async () => {
      const room = await newRoom();
      await listMember(room, { user: { ...ada, name: "Eve" }, since: 9 });
      expect(await getListed(room, ada.id)).toEqual({ user: { ...ada, name: "Eve" }, since: 9 });
    },
  },

  getListed: {
    "gives a member who is listed": async () => {
      const room = await newRoom();
      expect(await getListed(room, bob.id)).toEqual({ user: bob, since: 7 });
      expect(await getListed(room, "cy")).toBeUndefined();
    },
  },

  renameListed: {
    "renames a listed member, and lists nobody else": async () => {
      const room = await newRoom();
      await renameListed(room, { ...ada, name: "Eve" });
      expect(await getListed(room, ada.id)).toEqual({ user: { ...ada, name: "Eve" }, since: 5 });
      await renameListed(room, { id: "cy", name: "Cy" });
      expect(await getListed(room, "cy")).toBeUndefined();
    },
  },

  keepListed: {
    "sets and removes the end of a listing, and lists nobody": async () => {
      const room = await newRoom();
      await keepListed(room, ada.id, 1);
      expect(await getListed(room, ada.id)).toBeUndefined();
      await keepListed(room, ada.id, undefined);
      expect(await getListed(room, ada.id)).toEqual({ user: ada, since: 5 });
      await keepListed(room, "cy", undefined);
      expect(await getListed(room, "cy")).toBeUndefined();
    },
  },

  unlistMember: {
    "removes a member from the list, and may be repeated": async () => {
      const room = await newRoom();
      for (let n = 0; n < 2; n++) await unlistMember(room, ada.id);
      expect(await queryMemberList(room, undefined, 10)).toEqual([{ user: bob, since: 7 }]);
    },
  },

  queryMemberList: {
    "gives the next members by their ids, from the first one or after one": async () => {
      const room = await newRoom();
      const idsOf = (found: memberships.Member[]) => found.map(({ user }) => user.id);
      expect(idsOf(await queryMemberList(room, undefined, 1))).toEqual(["ada"]);
      expect(idsOf(await queryMemberList(room, "ada", 5))).toEqual(["bob"]);
      expect(idsOf(await queryMemberList(room, "aa", 5))).toEqual(["ada", "bob"]);
      expect(await queryMemberList(room, "bob", 5)).toEqual([]);
    },
  },
});
