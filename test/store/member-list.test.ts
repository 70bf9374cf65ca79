import { expect } from "vitest";
import type * as list from "../../functions/store/member-list.ts";
import {
  getListed,
  keepListed,
  listMember,
  queryMemberList,
  renameListed,
  unlistMember,
} from "../../functions/store/member-list.ts";
import { ada, bob, contract, newId } from "./contract.ts";

/** A room with two listed members, in the order of their ids. */
async function newRoom(): Promise<string> {
  const room = newId();
  await listMember(room, { user: bob, since: 7 });
  await listMember(room, { user: ada, since: 5 });
  return room;
}

contract<typeof list>({
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
      const idsOf = (found: list.Member[]) => found.map(({ user }) => user.id);
      expect(idsOf(await queryMemberList(room, undefined, 1))).toEqual(["ada"]);
      expect(idsOf(await queryMemberList(room, "ada", 5))).toEqual(["bob"]);
      expect(idsOf(await queryMemberList(room, "aa", 5))).toEqual(["ada", "bob"]);
      expect(await queryMemberList(room, "bob", 5)).toEqual([]);
    },
  },
});
