import { UpdateCommand } from "@aws-sdk/lib-dynamodb";
import { describe, expect, test, vi } from "vitest";
import { finishTodos } from "../../functions/chat/jobs.ts";
import { db } from "../../functions/store/client.ts";
import { getConnection } from "../../functions/store/connections.ts";
import { queryLive } from "../../functions/store/live.ts";
import { getListed, getMembership } from "../../functions/store/memberships.ts";
import { getListings, getRoom } from "../../functions/store/room-records.ts";
import { handler as sweep } from "../../functions/sweep.ts";
import { documents } from "../support/tables/setup.ts";
import {
  closeConnection,
  connect,
  emit,
  failEachStep,
  lambdaContext,
  mockPosts,
  newConnectionId,
  newMessage,
  newPerson,
  newRoomId,
  newTab,
  pushes,
} from "./world.ts";

mockPosts();

async function pairIn(kind: "public" | "private") {
  const [ada, bob] = await Promise.all([newPerson("ada"), newPerson("bob")]);
  const { room } = await emit(ada.connectionId, "createRoom", { name: newRoomId(), kind });
  await emit(ada.connectionId, "invite", { room: room.id, user: bob.user.id });
  return { ada, bob, room: room.id as string };
}

describe("a failure at any step", () => {
  test("of remove is completed by the next try, which takes the person out of the room", () =>
    failEachStep(async () => {
      const { ada, bob, room } = await pairIn("private");
      await newTab(bob.token);
      const remove = () => emit(ada.connectionId, "remove", { room, user: bob.user.id });
      return {
        action: remove,
        check: async (position) => {
          const again = await remove();
          expect(again.ok || again.error.code === "not_found", position).toBe(true);
          const left = (await queryLive(room)).filter(({ user }) => user.id === bob.user.id);
          expect(left, position).toEqual([]);
          expect(await getListed(room, bob.user.id), position).toBeUndefined();
          expect(pushes(bob.connectionId, "room").at(-1), position).toEqual({
            id: room,
            gone: true,
            n: expect.any(Number),
          });
        },
      };
    }));

  test("of leaveRoom by the owner is completed by the next try, which passes the room on", () =>
    failEachStep(async () => {
      const { ada, bob, room } = await pairIn("private");
      return {
        action: () => emit(ada.connectionId, "leaveRoom", { room }),
        check: async (position) => {
          await emit(ada.connectionId, "leaveRoom", { room });
          expect(await getMembership(ada.user.id, room), position).toBeUndefined();
          const ack = await emit(bob.connectionId, "setRoom", { room, topic: "Mine" });
          expect(ack.room?.owner, position).toBe(bob.user.id);
          expect(await queryLive(room), position).toHaveLength(1);
        },
      };
    }));

  test.each(["invite", "direct"] as const)(
    "of %s is completed by the next try, in all of the person's tabs",
    (event) =>
      failEachStep(async () => {
        const ada = await newPerson("ada");
        const cy = await newPerson("cy");
        await newTab(cy.token);
        const { room } = await emit(ada.connectionId, "createRoom", {
          name: newRoomId(),
          kind: "private",
        });
        let id = room.id;
        const run = async () => {
          const data = event === "invite" ? { room: room.id } : {};
          const ack = await emit(ada.connectionId, event, { ...data, user: cy.user.id });
          if (ack.room) id = ack.room.id;
        };
        return {
          action: run,
          check: async (position) => {
            await run();
            const lives = (await queryLive(id)).filter(({ user }) => user.id === cy.user.id);
            expect(lives, position).toHaveLength(2);
            expect(await getListed(id, cy.user.id), position).toBeDefined();
          },
        };
      }),
  );

  test("of joinRoom is completed by the next try, in all of the person's tabs", () =>
    failEachStep(async () => {
      const [ada, cy] = await Promise.all([newPerson("ada"), newPerson("cy")]);
      const tab = await newTab(cy.token);
      const room = newRoomId();
      await emit(ada.connectionId, "joinRoom", { room });
      const join = () => emit(cy.connectionId, "joinRoom", { room });
      return {
        action: join,
        check: async (position) => {
          await join();
          const lives = (await queryLive(room)).filter(({ user }) => user.id === cy.user.id);
          expect(lives, position).toHaveLength(2);
          expect(pushes(tab, "room"), position).toContainEqual(
            expect.objectContaining({ id: room }),
          );
          expect(await getListed(room, cy.user.id), position).toBeDefined();
        },
      };
    }));

  test("of rename and of setRoom is completed by the next try", () =>
    failEachStep(async () => {
      const { ada, bob, room } = await pairIn("public");
      const run = async () => {
        await emit(ada.connectionId, "rename", { name: "Eve" });
        await emit(ada.connectionId, "setRoom", { room, name: "Garden" });
      };
      return {
        action: run,
        check: async (position) => {
          await run();
          await finishTodos(0);
          expect((await getListings([room]))[0]?.name, position).toBe("Garden");
          expect((await getListed(room, ada.user.id))?.user.name, position).toBe("Eve");
          const { entry } = await emit(ada.connectionId, "message", newMessage(room));
          expect(entry.author.name, position).toBe("Eve");
          expect(pushes(bob.connectionId, "room").at(-1), position).toMatchObject({
            name: "Garden",
          });
        },
      };
    }));

  test("of signOut leaves either no connection or one that can sign out again", () =>
    failEachStep(async () => {
      const ada = await newPerson("ada");
      const tab = await newTab(ada.token);
      return {
        action: () => emit(ada.connectionId, "signOut", {}),
        check: async (position) => {
          await emit(ada.connectionId, "signOut", {});
          for (const id of [ada.connectionId, tab]) await closeConnection(id);
          const refused = await connect(newConnectionId(), { token: ada.token });
          expect(refused, position).toMatchObject({ type: "connect_error" });
          expect(await getConnection(ada.connectionId), position).toBeUndefined();
        },
      };
    }));
});

describe("the directory", () => {
  async function listed(room: string) {
    const stranger = await newPerson("stranger");
    const { name } = (await getRoom(room)) ?? {};
    const { rooms } = await emit(stranger.connectionId, "rooms", { query: name });
    return rooms[0];
  }

  test("shows the last activity and the people online (not tabs) as of the last sweep", async () => {
    const { ada, bob, room } = await pairIn("public");
    const tab = await newTab(ada.token);
    expect(await listed(room)).not.toHaveProperty("online");
    const { entry } = await emit(ada.connectionId, "message", newMessage(room));
    await sweep({}, lambdaContext());
    const then = { id: room, online: 2, activeAt: entry.at, head: 1 };
    expect(await listed(room)).toMatchObject({ ...then, unread: 0 });
    const { rooms } = await emit(ada.connectionId, "rooms", { query: (await getRoom(room))?.name });
    expect(rooms[0]).toMatchObject({ ...then, read: 1 });

    for (const id of [ada.connectionId, tab, bob.connectionId]) await closeConnection(id);
    await sweep({}, lambdaContext());
    expect(await listed(room)).toMatchObject({ online: 0, activeAt: entry.at });
  });

  test("lists no private and no direct room after a sweep", async () => {
    const { ada, bob, room } = await pairIn("private");
    const { room: pair } = await emit(ada.connectionId, "direct", { user: bob.user.id });
    await sweep({}, lambdaContext());
    expect(await getListings([room, pair.id])).toEqual([]);
  });

  test("reads no room that is not one's own", async () => {
    const { room } = await pairIn("public");
    const stranger = await newPerson("stranger");
    const send = vi.spyOn(db, "send");
    await emit(stranger.connectionId, "rooms", {});
    const asked = send.mock.calls.map(([{ input }]) => input);
    send.mockRestore();
    expect(JSON.stringify(asked)).not.toContain(`"${room}"`);
    expect(JSON.stringify(asked)).toContain('"lobby"');
  });
});

test("typing is announced again after 3 seconds", async () => {
  const { ada, bob, room } = await pairIn("public");
  await emit(bob.connectionId, "joinRoom", { room });
  const type = () => emit(ada.connectionId, "typing", { room });
  await type();
  await type();
  expect(pushes(bob.connectionId, "typing")).toHaveLength(1);
  await documents.send(
    new UpdateCommand({
      TableName: process.env.ROOMS_TABLE,
      Key: { room, entry: `live#${ada.connectionId}` },
      UpdateExpression: "SET typedAt = :then",
      ExpressionAttributeValues: { ":then": Date.now() - 3_000 },
    }),
  );
  await type();
  expect(pushes(bob.connectionId, "typing")).toHaveLength(2);
});
