import { expect } from "vitest";
import { getListings } from "../../functions/store/directory.ts";
import type * as records from "../../functions/store/room-records.ts";
import {
  askRoom,
  changeRoom,
  getRoom,
  getRooms,
  passRoom,
  putPublicRoom,
  putRoom,
} from "../../functions/store/room-records.ts";
import { getTogether } from "../../functions/store/table.ts";
import { contract, newId } from "./contract.ts";

async function newRoom(more: { owner?: string; topic?: string } = { owner: "ada" }) {
  const room = { id: newId(), name: "Tea", kind: "private", ...more } as const;
  await putRoom(room);
  return room.id;
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
        expect(await putRoom(room)).toEqual({ room: { ...room, rev: 0 }, created: true });
        expect(await getRoom(room.id)).toEqual({ ...room, rev: 0 });
      }
    },
    "gives an existing room without changing it": async () => {
      const id = await newRoom();
      const { room, created } = await putRoom({ id, name: "Coffee", kind: "public" });
      expect(created).toBe(false);
      expect(room).toMatchObject({ name: "Tea", kind: "private", owner: "ada" });
    },
  },

  putPublicRoom: {
    "creates a room that the directory lists": async () => {
      const id = newId();
      const { created } = await putPublicRoom({ id, name: "Tea", owner: "ada" });
      expect(created).toBe(true);
      expect(await getRoom(id)).toMatchObject({ kind: "public", name: "Tea", owner: "ada" });
      expect(await getListings([id])).toEqual([{ id, name: "Tea", owner: "ada", rev: 0 }]);
    },
    "gives an existing room, and does not change its listing": async () => {
      const id = newId();
      await putPublicRoom({ id, name: "Tea" });
      const { room, created } = await putPublicRoom({ id, name: "Coffee" });
      expect([room.name, created]).toEqual(["Tea", false]);
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
  },

  passRoom: {
    "passes a room on, also from or to nobody": async () => {
      const id = await newRoom();
      expect(await passRoom(id, "ada", "bob")).toMatchObject({ owner: "bob", rev: 1 });
      const nobodys = await passRoom(id, "bob", undefined);
      expect(nobodys).toMatchObject({ rev: 2 });
      expect(nobodys).not.toHaveProperty("owner");
      expect(await passRoom(id, undefined, "cy")).toMatchObject({ owner: "cy", rev: 3 });
    },
    "does not take a room from another owner": async () => {
      const id = await newRoom();
      expect(await passRoom(id, "bob", "cy")).toBeUndefined();
      expect(await passRoom(id, undefined, "cy")).toBeUndefined();
      expect(await passRoom(newId(), undefined, "cy")).toBeUndefined();
      expect((await getRoom(id))?.owner).toBe("ada");
    },
  },
});
