import * as v from "valibot";
import { describe, expect, test } from "vitest";
import { finishTodos } from "../../functions/chat/jobs.ts";
import { parallel } from "../../functions/parallel.ts";
import {
  addRooms,
  getConnection,
  getDialect,
  putConnection,
} from "../../functions/store/connections.ts";
import { DialectPart, secondsFromNow, UserPart } from "../../functions/store/items.ts";
import { putLive, queryLive } from "../../functions/store/live.ts";
import { getListed, isMember } from "../../functions/store/memberships.ts";
import { kind } from "../../functions/store/table.ts";
import { getTodo, putTodo, queryTodos } from "../../functions/store/todos.ts";
import { addTab, dropTab, setName } from "../../functions/store/users.ts";

import { handler as sweep } from "../../functions/sweep.ts";
import { bodies, newConnected, newRaw } from "./raw.ts";
import {
  asked,
  closeConnection,
  closed,
  emit,
  failEachStep,
  fillBudget,
  gone,
  lambdaContext,
  mockPosts,
  newConnectionId,
  newPair,
  newPerson,
  pushes,
  statuses,
  traces,
} from "./world.ts";

mockPosts();

const Aged = v.object({
  connectedAt: v.number(),
  expiresAt: v.number(),
  dialect: DialectPart,
  user: v.optional(UserPart),
  ended: v.optional(UserPart),
});
const connections = kind(process.env.CONNECTIONS_TABLE ?? "", Aged, (connectionId: string) => ({
  connectionId,
}));

/** Of a connection that is still known, also among those of its person. */
async function setAge(connectionId: string, ms: number): Promise<void> {
  const known = await connections.get(connectionId);
  const user = known?.user ?? known?.ended;
  const connectedAt = Date.now() - ms;
  await connections.update([connectionId], { set: { connectedAt } });
  if (!known || !user) return;
  const tab = { ...known, connectionId, user };
  if (await dropTab(tab)) await addTab({ ...tab, connectedAt });
}

describe("the sweep", () => {
  test("ends a connection whose $disconnect never came, and tells the others (promise 8)", async () => {
    const { ada, bob } = await newPair();
    await setAge(bob.connectionId, 61_000);
    gone.add(bob.connectionId);
    await sweep({}, lambdaContext());
    expect(await traces(bob.connectionId)).toEqual([]);
    expect(pushes(ada.connectionId, "presence")).toContainEqual(
      expect.objectContaining({ user: bob.user, online: false }),
    );
  });

  test.each(["closes", "signs out"] as const)(
    "finishes ending a connection that %s, whichever step of that failed (promise 8)",
    (how) =>
      failEachStep(async () => {
        const { room, ada, bob } = await newPair();
        const { connectionId } = bob;
        return {
          action: () =>
            how === "closes"
              ? closeConnection(connectionId).catch(() => undefined)
              : emit(connectionId, "signOut", {}),
          check: async (position) => {
            gone.add(connectionId);
            if (how === "signs out") await closeConnection(connectionId);
            await setAge(connectionId, 61_000);
            await sweep({}, lambdaContext());
            expect(await traces(connectionId), position).toEqual([]);
            const { people } = await emit(ada.connectionId, "people", { room });
            const { online } = people.find(({ id }: { id: string }) => id === bob.user.id);
            expect(online, position).toBe(false);
          },
        };
      }),
  );

  test("finishes a removal that crashed, whichever step of it failed: the person hears and reads no more", () =>
    failEachStep(async () => {
      const [ada, bob] = await Promise.all([newPerson("ada"), newPerson("bob")]);
      const { room } = await emit(ada.connectionId, "createRoom", {
        name: "Secret",
        kind: "private",
      });
      const user = bob.user.id;
      await emit(ada.connectionId, "invite", { room: room.id, user });
      return {
        action: () => emit(ada.connectionId, "remove", { room: room.id, user }),
        check: async (position) => {
          await finishTodos(0);
          // A removal that failed before it deleted the membership has removed nobody.
          const expected = (await isMember(user, room.id)) ? [user] : [];
          const lives = (await queryLive(room.id)).map((live) => live.user.id);
          expect(
            lives.filter((id) => id === user),
            position,
          ).toEqual(expected);
          const listed = (await getListed(room.id, user)) ? [user] : [];
          expect(listed, position).toEqual(expected);
          expect(await queryTodos(), position).toEqual([]);
          if (expected.length > 0) return;
          const history = await emit(bob.connectionId, "history", { room: room.id });
          expect(history.error?.code, position).toBe("not_found");
          expect(pushes(bob.connectionId, "room"), position).toContainEqual(
            expect.objectContaining({ id: room.id, gone: true }),
          );
        },
      };
    }));

  test("finishes a rename that crashed, and leaves a younger note to its own invocation", async () => {
    const { room, ada } = await newPair();
    await setName({ ...ada.user, name: "Eve" });
    const id = await putTodo({ kind: "rename", user: ada.user.id });
    await sweep({}, lambdaContext());
    expect((await getListed(room, ada.user.id))?.user.name).toBe("ada");
    await sweep({ todo: id }, lambdaContext());
    expect((await getListed(room, ada.user.id))?.user.name).toBe("Eve");
    expect(await getTodo(id)).toBeUndefined();
  });

  test("closes a connection whose signOut crashed", () =>
    failEachStep(async () => {
      const { bob } = await newPair();
      return {
        action: () => emit(bob.connectionId, "signOut", {}),
        check: async (position) => {
          const again = await emit(bob.connectionId, "signOut", {});
          if (again.ok) return;
          await setAge(bob.connectionId, 61_000);
          await sweep({}, lambdaContext());
          const left = (await traces(bob.connectionId)).length > 0;
          expect(closed.includes(bob.connectionId), position).toBe(left);
        },
      };
    }));

  test("keeps connections that exist, that are younger than a minute, or that it gets no answer about", async () => {
    const { ada, bob } = await newPair();
    const young = await newPerson("young");
    await setAge(ada.connectionId, 61_000);
    await setAge(bob.connectionId, 61_000);
    statuses.set(bob.connectionId, [429, 429, 429]);
    gone.add(young.connectionId);
    await sweep({}, lambdaContext());
    for (const { connectionId } of [ada, bob, young]) {
      expect(await getConnection(connectionId)).toBeDefined();
    }
  });

  test("pings raw connections and asks the service about the others", async () => {
    const raw = await newConnected();
    const { connectionId } = await newPerson();
    for (const id of [raw, connectionId]) await setAge(id, 120_000);
    await sweep({}, lambdaContext());
    expect(bodies(raw)).toContain("2");
    expect(bodies(connectionId)).not.toContain("2");
    expect(asked).toContain(connectionId);
    expect(asked).not.toContain(raw);
  });

  test("pings a young raw connection too, and does not end it after a 410", async () => {
    const connectionId = await newConnected();
    await sweep({}, lambdaContext());
    expect(bodies(connectionId)).toContain("2");
    gone.add(connectionId);
    await sweep({}, lambdaContext());
    expect(await getConnection(connectionId)).toBeDefined();
    await setAge(connectionId, 120_000);
    await sweep({}, lambdaContext());
    expect(await traces(connectionId)).toEqual([]);
  });

  test("does not ping a raw connection before its CONNECT, which would end the client's connection", async () => {
    const connectionId = await newRaw();
    await sweep({}, lambdaContext());
    expect(bodies(connectionId)).toEqual([]);
    expect(await getDialect(connectionId)).toBe("raw");
  });

  test("counts who is online in a private room with more connections than one reads", async () => {
    const ada = await newPerson();
    await fillBudget(ada);
    const asked = { name: "Many", kind: "private" };
    const { room } = await emit(ada.connectionId, "createRoom", asked);
    await parallel(Array(250).keys(), async () => {
      const connectionId = newConnectionId();
      const user = { id: connectionId, name: "one" };
      const live = { connectionId, user, dialect: "envelope" as const };
      await putLive(room.id, { ...live, watching: true });
      const times = { connectedAt: Date.now(), expiresAt: secondsFromNow(60) };
      await putConnection({ ...live, ...times }, false);
      await addRooms(connectionId, [room.id]);
    });
    await sweep({}, lambdaContext());
    const { online } = await emit(ada.connectionId, "getRoom", { room: room.id });
    expect(online).toEqual({ count: 251 });
  });

  test("closes a connection without a CONNECT after a minute", async () => {
    const [young, old, connected] = [await newRaw(), await newRaw(), await newConnected()];
    for (const id of [old, connected]) await setAge(id, 120_000);
    await sweep({}, lambdaContext());
    expect(closed).toContain(old);
    expect(closed).not.toContain(young);
    expect(closed).not.toContain(connected);
    gone.add(old);
    await sweep({}, lambdaContext());
    expect(await traces(old)).toEqual([]);
  });
});
