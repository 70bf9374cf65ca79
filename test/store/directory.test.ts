import { expect } from "vitest";
import type * as directory from "../../functions/store/directory.ts";
import {
  getListings,
  listIfNew,
  noteActivity,
  queryDirectory,
  updateListing,
} from "../../functions/store/directory.ts";
import { contract, newId } from "./contract.ts";

async function newListing(): Promise<string> {
  const id = newId();
  await listIfNew({ id, name: "Tea", topic: "Leaves", owner: "ada" });
  return id;
}

async function listingOf(id: string) {
  const [listing] = await getListings([id]);
  return listing;
}

contract<typeof directory>({
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
