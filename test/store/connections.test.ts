import { afterEach, expect, vi } from "vitest";
import type * as connections from "../../functions/store/connections.ts";
import {
  addRooms,
  deleteConnection,
  getConnection,
  getDialect,
  putConnection,
  putHandshake,
  releaseConnection,
  removeRoom,
  scanConnections,
  setUser,
  takeConnection,
} from "../../functions/store/connections.ts";
import { CONNECTION_SECONDS } from "../../functions/store/items.ts";
import { ada, bob, contract, newId } from "./contract.ts";

afterEach(() => void vi.useRealTimers());

const connectedAt = 1_700_000_000_000;

/** A connection of a person who connects now. */
const fresh = () => ({
  user: ada,
  dialect: "envelope" as const,
  connectedAt,
  expiresAt: Math.floor(Date.now() / 1_000) + CONNECTION_SECONDS,
});

async function newConnection(rooms: string[] = [], guest = false): Promise<string> {
  const connectionId = newId();
  await putConnection({ ...fresh(), connectionId }, guest);
  if (rooms.length > 0) await addRooms(connectionId, rooms);
  return connectionId;
}

async function scanned(connectionId: string) {
  const found = [];
  for await (const page of scanConnections()) {
    found.push(...page.filter((one) => one.connectionId === connectionId));
  }
  return found;
}

contract<typeof connections>({
  putHandshake: {
    "stores a raw connection without a user": async () => {
      const connectionId = newId();
      await putHandshake(connectionId, connectedAt);
      expect(await getDialect(connectionId)).toBe("raw");
      expect(await getConnection(connectionId)).toBeUndefined();
    },
  },

  putConnection: {
    "stores a connection with its user, after a handshake or without one": async () => {
      for (const isKnown of [true, false]) {
        const connectionId = newId();
        if (isKnown) await putHandshake(connectionId, connectedAt);
        const connection = { ...fresh(), connectionId, dialect: "raw", session: "hash" } as const;
        expect(await putConnection(connection, false)).toBe(true);
        expect(await getConnection(connectionId)).toMatchObject(connection);
      }
    },
    "does not replace a user": async () => {
      const connectionId = await newConnection();
      expect(await putConnection({ ...fresh(), connectionId, user: bob }, false)).toBe(false);
      expect((await getConnection(connectionId))?.user).toEqual(ada);
    },
    "does not store a user while another one is being removed": async () => {
      const connectionId = await newConnection();
      await takeConnection(connectionId);
      expect(await putConnection({ ...fresh(), connectionId, user: bob }, false)).toBe(false);
    },
    "brings one new guest by each connection, whoever else comes by it": async () => {
      const connectionId = await newConnection([], true);
      const comes = (guest: boolean) => putConnection({ ...fresh(), connectionId }, guest);
      const goes = async (forgetGuest?: boolean) => {
        await takeConnection(connectionId);
        await releaseConnection(connectionId, forgetGuest);
      };
      await goes();
      expect(await comes(true)).toBe(false);
      expect(await comes(false)).toBe(true);
      await goes();
      expect(await comes(true)).toBe(false);
      expect(await comes(false)).toBe(true);
      await goes(true);
      expect(await comes(true)).toBe(true);
    },
  },

  getConnection: {
    "gives nothing for a connection that does not exist": async () => {
      expect(await getConnection(newId())).toBeUndefined();
    },
    "gives an empty set for a connection without rooms": async () => {
      expect((await getConnection(await newConnection()))?.rooms).toEqual(new Set());
    },
    "gives nothing for a connection that has expired": async () => {
      const connectionId = await newConnection();
      vi.useFakeTimers({ toFake: ["Date"], now: Date.now() + CONNECTION_SECONDS * 1_000 + 1_000 });
      expect(await getConnection(connectionId)).toBeUndefined();
    },
  },

  getDialect: {
    "gives the dialect of a connection, with or without a user": async () => {
      expect(await getDialect(await newConnection())).toBe("envelope");
      expect(await getDialect(newId())).toBeUndefined();
    },
  },

  addRooms: {
    "adds to the rooms, and gives the updated connection": async () => {
      const connectionId = await newConnection(["a"]);
      const connection = await addRooms(connectionId, ["a", "b"]);
      expect(connection?.rooms).toEqual(new Set(["a", "b"]));
      expect(await getConnection(connectionId)).toEqual(connection);
    },
    "does nothing to a connection that is gone, or has no user": async () => {
      const [gone, taken, raw] = [newId(), await newConnection(), newId()];
      await takeConnection(taken);
      await putHandshake(raw, connectedAt);
      for (const id of [gone, taken, raw]) expect(await addRooms(id, ["a"])).toBeUndefined();
      expect(await scanned(gone)).toEqual([]);
    },
  },

  removeRoom: {
    "removes one room, the last one too": async () => {
      const connectionId = await newConnection(["a", "b"]);
      await removeRoom(connectionId, "a");
      expect((await getConnection(connectionId))?.rooms).toEqual(new Set(["b"]));
      await removeRoom(connectionId, "b");
      expect((await getConnection(connectionId))?.rooms).toEqual(new Set());
      await removeRoom(connectionId, "b");
    },
    "does nothing for a connection that is gone": async () => {
      const connectionId = newId();
      await removeRoom(connectionId, "a");
      expect(await scanned(connectionId)).toEqual([]);
    },
  },

  setUser: {
    "renames the user, and gives the updated connection": async () => {
      const connectionId = await newConnection(["a"]);
      const renamed = { ...ada, name: "Eve" };
      expect(await setUser(connectionId, renamed)).toMatchObject({ user: renamed });
      expect(await getConnection(connectionId)).toMatchObject({
        user: renamed,
        rooms: new Set(["a"]),
      });
    },
    "does nothing to a connection without a user": async () => {
      const connectionId = await newConnection();
      await takeConnection(connectionId);
      expect(await setUser(connectionId, ada)).toBeUndefined();
      expect(await setUser(newId(), ada)).toBeUndefined();
    },
  },

  takeConnection: {
    "gives the user and the rooms, also when it is called again": async () => {
      const connectionId = await newConnection(["a", "b"]);
      for (let n = 0; n < 2; n++) {
        expect(await takeConnection(connectionId)).toMatchObject({
          connectionId,
          user: ada,
          rooms: new Set(["a", "b"]),
        });
        expect(await getConnection(connectionId)).toBeUndefined();
      }
      expect(await scanned(connectionId)).toMatchObject([{ ended: ada }]);
    },
    "gives nothing for a connection without a user": async () => {
      const connectionId = newId();
      expect(await takeConnection(connectionId)).toBeUndefined();
      await putHandshake(connectionId, connectedAt);
      expect(await takeConnection(connectionId)).toBeUndefined();
    },
  },

  deleteConnection: {
    "deletes a connection, and may be repeated": async () => {
      const connectionId = await newConnection();
      await deleteConnection(connectionId);
      await deleteConnection(connectionId);
      expect(await scanned(connectionId)).toEqual([]);
    },
  },

  releaseConnection: {
    "leaves what the handshake stored, for another user": async () => {
      const connectionId = await newConnection(["a"]);
      await takeConnection(connectionId);
      await releaseConnection(connectionId);
      const [left] = await scanned(connectionId);
      expect(left).toMatchObject({ connectionId, dialect: "envelope", rooms: new Set() });
      expect(left).not.toHaveProperty("ended");
      expect(await putConnection({ ...fresh(), connectionId, user: bob }, true)).toBe(true);
    },
    "does nothing to a connection that was not taken, or is gone": async () => {
      const connectionId = await newConnection(["a"]);
      await releaseConnection(connectionId);
      expect((await getConnection(connectionId))?.rooms).toEqual(new Set(["a"]));
      const gone = newId();
      await releaseConnection(gone);
      expect(await scanned(gone)).toEqual([]);
    },
  },

  scanConnections: {
    "gives every connection once, with or without a user": async () => {
      const [connected, taken, raw] = [await newConnection(), await newConnection(), newId()];
      await takeConnection(taken);
      await putHandshake(raw, connectedAt);
      for (const id of [connected, taken, raw]) expect(await scanned(id)).toHaveLength(1);
    },
  },
});
