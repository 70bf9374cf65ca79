import { expect } from "vitest";
import type * as users from "../../functions/store/users.ts";
import {
  flipPresence,
  getUser,
  getUsers,
  putUser,
  raisePresence,
  whoIsOnline,
} from "../../functions/store/users.ts";
import { contract, newId } from "./contract.ts";

async function newUser(name = "Ada") {
  const user = { id: newId(), name };
  await putUser(user);
  return user;
}

contract<typeof users>({
  putUser: {
    "keeps a person, and a new name": async () => {
      const user = await newUser();
      expect(await getUser(user.id)).toEqual(user);
      await putUser({ ...user, name: "Eve" });
      expect(await getUser(user.id)).toEqual({ ...user, name: "Eve" });
    },
  },

  getUser: {
    "gives nothing for who is not known": async () => {
      expect(await getUser(newId())).toBeUndefined();
    },
  },

  getUsers: {
    "gives those who exist among any number": async () => {
      const users = [await newUser("Ada"), await newUser("Bob")];
      const ids = [...Array.from({ length: 120 }, newId), ...users.map(({ id }) => id)];
      const found = await getUsers(ids);
      expect(found.toSorted((a, b) => a.name.localeCompare(b.name))).toEqual(users);
      expect(await getUsers([])).toEqual([]);
    },
  },

  flipPresence: {
    "numbers the times a person comes and goes": async () => {
      const userId = newId();
      expect(await flipPresence(userId, false)).toBeUndefined();
      expect(await flipPresence(userId, true)).toBe(1);
      expect(await flipPresence(userId, true)).toBeUndefined();
      expect(await flipPresence(userId, false)).toBe(2);
      expect(await flipPresence(userId, false)).toBeUndefined();
      expect(await flipPresence(userId, true)).toBe(3);
    },
  },

  raisePresence: {
    "raises the number of a person who is online": async () => {
      const userId = newId();
      expect(await raisePresence(userId)).toBeUndefined();
      await flipPresence(userId, true);
      expect(await raisePresence(userId)).toBe(2);
      await flipPresence(userId, false);
      expect(await raisePresence(userId)).toBeUndefined();
      expect(await flipPresence(userId, true)).toBe(4);
    },
  },

  whoIsOnline: {
    "says who is, of any number": async () => {
      const [here, gone] = [newId(), newId()];
      for (const id of [here, gone]) await flipPresence(id, true);
      await flipPresence(gone, false);
      const ids = [...Array.from({ length: 120 }, newId), here, gone];
      expect(await whoIsOnline(ids)).toEqual(new Set([here]));
      expect(await whoIsOnline([])).toEqual(new Set());
    },
  },
});
