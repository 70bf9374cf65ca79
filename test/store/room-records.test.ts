import { expect } from "vitest";
import type * as records from "../../functions/store/room-records.ts";
import {
  askRoom,
  changeRoom,
  getListings,
  getRoom,
  getRooms,
  listIfNew,
  noteActivity,
  noteOnline,
  putPublicRoom,
  putRoom,
  queryDirectory,
  updateListing,
} from "../../functions/store/room-records.ts";
import { getTogether } from "../../functions/store/table.ts";
import { contract, newId } from "./contract.ts";

async function newRoom(more: { owner?: string; topic?: string } = { owner: "ada" }) {
  const room = { id: newId(), name: "Tea", kind: "private", ...more } as const;
  await putRoom(room);
  return room.id;
}

async function newListing(): Promise<string> {
  const id = newId();
  await listIfNew({ id, name: "Tea", topic: "Leaves", owner: "ada" });
  return id;
}

async function listingOf(id: string) {
  const [listing] = await getListings([id]);
  return listing;
}

contract<typeof records>({
  getRoom: {
    "gives nothing for a room that does not exist": async () => {
      expect(await getRoom(newId())).toBeUndefined();
    },
  },

  askRoom: {
    "finds a room beside another": async () => {
      const [one, other] = [await newRoom(), await newRoom()];
      const found = await getTogether(askRoom(other), askRoom(newId()), askRoom(one));
      expect(found.map((room) => room?.id)).toEqual([other, undefined, one]);
    },
  },

  getRooms: {
    "gives the rooms that exist among any number of ids, in that order": async () => {
      const ids = [await newRoom(), await newRoom(), await newRoom()].toSorted().toReversed();
      const asked = [...Array.from({ length: 120 }, newId), ...ids];
      expect((await getRooms(asked)).map(({ id }) => id)).toEqual(ids);
      expect(await getRooms([])).toEqual([]);
    },
  },

  putRoom: {
    "creates a room of each kind": async () => {
      const rooms: Omit<records.RoomRecord, "id" | "rev">[] = [
        { kind: "private", name: "Tea", owner: "ada", topic: "Leaves" },
        { kind: "public", name: "Lobby" },
        { kind: "direct", name: "", users: ["ada", "bob"] },
      ];
      for (const one of rooms) {
        const room = { ...one, id: newId() };
        expect(await putRoom(room)).toEqual({ ...room, rev: 0 });
        expect(await getRoom(room.id)).toEqual({ ...room, rev: 0 });
      }
    },
    "gives an existing room without changing it": async () => {
      const id = await newRoom();
      expect(await putRoom({ id, name: "Coffee", kind: "public" })).toMatchObject({
        name: "Tea",
        kind: "private",
        owner: "ada",
      });
    },
  },

  putPublicRoom: {
    "creates a room that the directory lists": async () => {
      const id = newId();
      await putPublicRoom({ id, name: "Tea", owner: "ada" });
      expect(await getRoom(id)).toMatchObject({ kind: "public", name: "Tea", owner: "ada" });
      expect(await getListings([id])).toEqual([{ id, name: "Tea", owner: "ada", rev: 0 }]);
    },
    "gives an existing room, and does not change its listing": async () => {
      const id = newId();
      await putPublicRoom({ id, name: "Tea" });
      expect(await putPublicRoom({ id, name: "Coffee" })).toMatchObject({ name: "Tea" });
      expect(await getListings([id])).toMatchObject([{ name: "Tea" }]);
    },
  },

  changeRoom: {
    "changes the name, the topic or both, and raises `rev`": async () => {
      const id = await newRoom();
      expect(await changeRoom(id, "ada", { name: "Coffee" })).toMatchObject({
        name: "Coffee",
        rev: 1,
      });
      expect(await changeRoom(id, "ada", { topic: "Beans" })).toMatchObject({
        name: "Coffee",
        topic: "Beans",
        rev: 2,
      });
      const changed = await changeRoom(id, "ada", { name: "Tea", topic: "" });
      expect(changed).toMatchObject({ name: "Tea", rev: 3 });
      expect(changed).not.toHaveProperty("topic");
      expect(await getRoom(id)).toEqual(changed);
    },
    "hands a room over to another owner": async () => {
      const id = await newRoom();
      expect(await changeRoom(id, "ada", { owner: "bob" })).toMatchObject({ owner: "bob", rev: 1 });
      expect(await changeRoom(id, "ada", { owner: "ada" })).toBeUndefined();
      expect(await getRoom(id)).toMatchObject({ owner: "bob", name: "Tea", rev: 1 });
    },
    "changes no room of another owner": async () => {
      for (const id of [await newRoom(), await newRoom({}), newId()]) {
        expect(await changeRoom(id, "bob", { name: "Mine" })).toBeUndefined();
        expect((await getRoom(id))?.name).not.toBe("Mine");
      }
    },
    "passes a room on, also from or to nobody": async () => {
      const id = await newRoom();
      expect(await changeRoom(id, "ada", { owner: "bob" })).toMatchObject({ owner: "bob", rev: 1 });
      const nobodys = await changeRoom(id, "bob", { owner: undefined });
      expect(nobodys).toMatchObject({ rev: 2 });
      expect(nobodys).not.toHaveProperty("owner");
      expect(await changeRoom(id, undefined, { owner: "cy" })).toMatchObject({
        owner: "cy",
        rev: 3,
      });
    },
    "does not take a room from another owner": async () => {
      const id = await newRoom();
      expect(await changeRoom(id, "bob", { owner: "cy" })).toBeUndefined();
      expect(await changeRoom(id, undefined, { owner: "cy" })).toBeUndefined();
      expect(await changeRoom(newId(), undefined, { owner: "cy" })).toBeUndefined();
      expect((await getRoom(id))?.owner).toBe("ada");
    },
  },

  listIfNew: {
    "lists a room, with or without a topic and an owner": async () => {
      const [full, bare] = [newId(), newId()];
      expect(await listIfNew({ id: full, name: "Tea", topic: "Leaves", owner: "ada" })).toBe(true);
      expect(await listIfNew({ id: bare, name: "Lobby" })).toBe(true);
      expect(await listingOf(full)).toEqual({
        id: full,
        name: "Tea",
        topic: "Leaves",
        owner: "ada",
        rev: 0,
      });
      expect(await listingOf(bare)).toEqual({ id: bare, name: "Lobby", rev: 0 });
    },
    "does not change the listing of a room that is listed": async () => {
      const id = await newListing();
      expect(await listIfNew({ id, name: "Coffee" })).toBe(false);
      expect(await listingOf(id)).toMatchObject({ name: "Tea" });
    },
  },

  updateListing: {
    "replaces a listing, without attributes that the room no longer has": async () => {
      const id = await newListing();
      await updateListing({ id, name: "Coffee", rev: 1 });
      expect(await listingOf(id)).toEqual({ id, name: "Coffee", rev: 1 });
      const whole = { id, name: "Coffee", topic: "Beans", owner: "bob", rev: 2 };
      await updateListing(whole);
      expect(await listingOf(id)).toEqual(whole);
    },
    "lists a room that is not listed yet": async () => {
      const id = newId();
      await updateListing({ id, name: "Coffee", rev: 0 });
      expect(await listingOf(id)).toEqual({ id, name: "Coffee", rev: 0 });
    },
    "does not replace a listing by an older state of the room": async () => {
      const id = await newListing();
      await updateListing({ id, name: "Newer", rev: 2 });
      await updateListing({ id, name: "Older", rev: 1 });
      expect(await listingOf(id)).toMatchObject({ name: "Newer" });
      await updateListing({ id, name: "The same", rev: 2 });
      expect(await listingOf(id)).toMatchObject({ name: "The same" });
    },
    "keeps the activity that a sweep has noted": async () => {
      const id = await newListing();
      await noteActivity(id, { online: 2, activeAt: 5, head: 7 });
      await updateListing({ id, name: "Coffee", rev: 1 });
      expect(await listingOf(id)).toMatchObject({ online: 2, activeAt: 5, head: 7 });
    },
  },

  noteActivity: {
    "notes the activity of a listed room": async () => {
      const id = await newListing();
      await noteActivity(id, { online: 2, activeAt: 5, head: 7 });
      await noteActivity(id, { online: 0, activeAt: 6, head: 8 });
      expect(await listingOf(id)).toMatchObject({ name: "Tea", online: 0, activeAt: 6, head: 8 });
    },
    "lists no room that is not listed": async () => {
      const id = newId();
      await noteActivity(id, { online: 1, activeAt: 1, head: 1 });
      expect(await listingOf(id)).toBeUndefined();
    },
  },

  noteOnline: {
    "notes how many are online in a room, and makes none": async () => {
      const id = await newRoom();
      await noteOnline(id, 7);
      expect(await getRoom(id)).toMatchObject({ name: "Tea", rev: 0, online: 7 });
      const nothing = newId();
      await noteOnline(nothing, 7);
      expect(await getRoom(nothing)).toBeUndefined();
    },
  },

  getListings: {
    "gives the listings that exist among any number of ids": async () => {
      const ids = await Promise.all(Array.from({ length: 3 }, newListing));
      const absent = Array.from({ length: 120 }, newId);
      const found = await getListings([...absent, ...ids]);
      expect(found.map(({ id }) => id).toSorted()).toEqual(ids.toSorted());
      expect(await getListings([])).toEqual([]);
    },
  },

  queryDirectory: {
    "gives the next listings by their ids, from the first one or after one": async () => {
      const prefix = newId();
      const ids = ["1", "2", "3"].map((n) => `${prefix}-${n}`);
      for (const id of ids.toReversed()) await listIfNew({ id, name: "Tea" });
      const page = await queryDirectory(`${prefix}-0`, 2);
      expect(page.map(({ id }) => id)).toEqual(ids.slice(0, 2));
      expect((await queryDirectory(page.at(-1)?.id, 1)).map(({ id }) => id)).toEqual([ids[2]]);
      const [first] = await queryDirectory(undefined, 1);
      expect(first && first.id <= `${prefix}-1`).toBe(true);
    },
    "gives fewer than the limit only at the end": async () => {
      await newListing();
      expect(await queryDirectory("zzz", 10)).toEqual([]);
    },
  },
});
