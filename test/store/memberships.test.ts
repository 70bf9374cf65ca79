import { expect } from "vitest";
import type * as memberships from "../../functions/store/memberships.ts";
import {
  addMention,
  countMemberships,
  deleteMember,
  deleteMembership,
  dropMentions,
  getMember,
  getMembership,
  isMember,
  putMember,
  putMembership,
  queryAllMembers,
  queryMembers,
  queryMemberships,
  raiseRead,
  setMemberUser,
} from "../../functions/store/memberships.ts";
import { ada, bob, contract, newId } from "./contract.ts";

const unread = { seq: 0, count: 0 };

async function newMembership(room = newId(), userId = newId()) {
  await putMembership(userId, { room, since: 5, read: unread });
  return { room, userId };
}

/** A room with two that are listed in it, in the order of their ids. */
async function newRoom(): Promise<string> {
  const room = newId();
  await putMember(room, { user: bob, since: 7 });
  await putMember(room, { user: ada, since: 5 });
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
    "leaves one who is a member as it is": async () => {
      const { room, userId } = await newMembership();
      const again = { room, since: 9, read: { seq: 1, count: 1 } };
      expect(await putMembership(userId, again)).toBe(false);
      expect(await getMembership(userId, room)).toMatchObject({ since: 5, read: unread });
    },
  },

  getMembership: {
    "gives nothing to who is no member": async () => {
      expect(await getMembership(newId(), newId())).toBeUndefined();
    },
  },

  isMember: {
    "says who is a member": async () => {
      const { room, userId } = await newMembership();
      expect(await isMember(userId, room)).toBe(true);
      expect(await isMember(userId, newId())).toBe(false);
    },
  },

  raiseRead: {
    "moves the mark forward alone": async () => {
      const { room, userId } = await newMembership();
      expect(await raiseRead(userId, room, { seq: 5, count: 4 })).toMatchObject({
        read: { seq: 5, count: 4 },
      });
      for (const seq of [4, 5]) {
        expect(await raiseRead(userId, room, { seq, count: 3 })).toBeUndefined();
      }
      expect((await getMembership(userId, room))?.read).toEqual({ seq: 5, count: 4 });
    },
    "makes no member": async () => {
      const [userId, room] = [newId(), newId()];
      expect(await raiseRead(userId, room, { seq: 1, count: 1 })).toBeUndefined();
      expect(await isMember(userId, room)).toBe(false);
    },
  },

  addMention: {
    "notes each mention once": async () => {
      const { room, userId } = await newMembership();
      for (const seq of [3, 10, 3]) expect(await addMention(userId, room, seq)).toBe(true);
      expect((await getMembership(userId, room))?.mentions).toEqual(new Set([3, 10]));
    },
    "notes none that is read already, nor with who is no member": async () => {
      const { room, userId } = await newMembership();
      await raiseRead(userId, room, { seq: 5, count: 5 });
      for (const seq of [4, 5]) expect(await addMention(userId, room, seq)).toBe(false);
      expect(await addMention(userId, newId(), 6)).toBe(false);
      expect((await getMembership(userId, room))?.mentions).toEqual(new Set());
    },
    "keeps a hundred of them": async () => {
      const { room, userId } = await newMembership();
      for (let seq = 1; seq <= 100; seq++) await addMention(userId, room, seq);
      expect(await addMention(userId, room, 101)).toBe(false);
      expect((await getMembership(userId, room))?.mentions.size).toBe(100);
    },
  },

  dropMentions: {
    "drops what is there, until there is none": async () => {
      const { room, userId } = await newMembership();
      for (const seq of [1, 2]) await addMention(userId, room, seq);
      await dropMentions(userId, room, [1, 7]);
      expect((await getMembership(userId, room))?.mentions).toEqual(new Set([2]));
      await dropMentions(userId, room, [2]);
      expect((await getMembership(userId, room))?.mentions).toEqual(new Set());
    },
    "makes no member": async () => {
      const [userId, room] = [newId(), newId()];
      await dropMentions(userId, room, [1]);
      expect(await isMember(userId, room)).toBe(false);
    },
  },

  deleteMembership: {
    "says whether there was one": async () => {
      const { room, userId } = await newMembership();
      expect(await deleteMembership(userId, room)).toBe(true);
      expect(await deleteMembership(userId, room)).toBe(false);
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

  countMemberships: {
    "counts a person's rooms": async () => {
      const { userId } = await newMembership();
      await newMembership("another", userId);
      expect(await countMemberships(userId)).toBe(2);
      expect(await countMemberships(newId())).toBe(0);
    },
  },

  putMember: {
    "lists a member, and lists one anew": async () => {
      const room = await newRoom();
      await putMember(room, { user: { ...ada, name: "Eve" }, since: 9 });
      expect(await getMember(room, ada.id)).toEqual({ user: { ...ada, name: "Eve" }, since: 9 });
    },
  },

  getMember: {
    "gives who is listed": async () => {
      const room = await newRoom();
      expect(await getMember(room, bob.id)).toEqual({ user: bob, since: 7 });
      expect(await getMember(room, "cy")).toBeUndefined();
    },
  },

  setMemberUser: {
    "names one who is listed anew, and lists nobody": async () => {
      const room = await newRoom();
      await setMemberUser(room, { ...ada, name: "Eve" });
      expect(await getMember(room, ada.id)).toEqual({ user: { ...ada, name: "Eve" }, since: 5 });
      await setMemberUser(room, { id: "cy", name: "Cy" });
      expect(await getMember(room, "cy")).toBeUndefined();
    },
  },

  deleteMember: {
    "takes one from the list, and may be repeated": async () => {
      const room = await newRoom();
      for (let n = 0; n < 2; n++) await deleteMember(room, ada.id);
      expect(await queryAllMembers(room)).toEqual([{ user: bob, since: 7 }]);
    },
  },

  queryMembers: {
    "gives the next ones by their ids, from the first one or after one": async () => {
      const room = await newRoom();
      const idsOf = (found: memberships.Member[]) => found.map(({ user }) => user.id);
      expect(idsOf(await queryMembers(room, undefined, 1))).toEqual(["ada"]);
      expect(idsOf(await queryMembers(room, "ada", 5))).toEqual(["bob"]);
      expect(idsOf(await queryMembers(room, "aa", 5))).toEqual(["ada", "bob"]);
      expect(await queryMembers(room, "bob", 5)).toEqual([]);
    },
  },

  queryAllMembers: {
    "gives all of them, by their ids": async () => {
      expect(await queryAllMembers(await newRoom())).toEqual([
        { user: ada, since: 5 },
        { user: bob, since: 7 },
      ]);
      expect(await queryAllMembers(newId())).toEqual([]);
    },
  },
});
