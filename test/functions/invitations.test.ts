import { expect, test } from "vitest";
import {
  connect,
  emit,
  fillBudget,
  mockPosts,
  newConnectionId,
  newPerson,
  newTab,
  pushes,
} from "./world.ts";

/** Invitations: codes with which people join a private room. */

mockPosts();

const notFound = { ok: false, error: { code: "not_found" } };
const forbidden = { ok: false, error: { code: "forbidden" } };

/** A private room with an invitation. */
async function newInvitation() {
  const owner = await newPerson("ada");
  await fillBudget(owner);
  const { room } = await emit(owner.connectionId, "createRoom", { name: "Tea", kind: "private" });
  const answer = await emit(owner.connectionId, "setRoom", { room: room.id, invite: true });
  const set = (data: object) => emit(owner.connectionId, "setRoom", { room: room.id, ...data });
  return { owner, room: room.id, invite: answer.invite, answer, set };
}

test("who has the code sees the room, and joins it; who has another does neither", async () => {
  const { room, invite } = await newInvitation();
  const { connectionId } = await newPerson("bob");
  for (const wrong of [undefined, "", `${invite}x`, "undefined"]) {
    for (const event of ["getRoom", "joinRoom"]) {
      expect(await emit(connectionId, event, { room, invite: wrong })).toMatchObject(notFound);
    }
  }
  const seen = await emit(connectionId, "getRoom", { room, invite });
  expect(seen).toMatchObject({ ok: true, room: { name: "Tea", kind: "private" } });
  expect(seen.room).not.toHaveProperty("invite");
  expect(await emit(connectionId, "history", { room })).toMatchObject(notFound);
  const joined = await emit(connectionId, "joinRoom", { room, invite, create: false });
  expect(joined).toMatchObject({ ok: true, room: { id: room } });
  expect(joined.room).not.toHaveProperty("invite");
  expect(await emit(connectionId, "history", { room })).toMatchObject({ ok: true });
});

test("a new code, and its end, make the former one worthless; who has joined stays", async () => {
  const { room, invite, set } = await newInvitation();
  const [bob, cy] = [await newPerson("bob"), await newPerson("cy")];
  await emit(bob.connectionId, "joinRoom", { room, invite });
  const { invite: second } = await set({ invite: true });
  expect(second).not.toBe(invite);
  expect(await emit(cy.connectionId, "joinRoom", { room, invite })).toMatchObject(notFound);
  const ended = await set({ invite: false });
  expect(ended.room).not.toHaveProperty("invite");
  expect(await emit(cy.connectionId, "getRoom", { room, invite: second })).toMatchObject(notFound);
  expect(await emit(bob.connectionId, "history", { room })).toMatchObject({ ok: true });
});

test("the code is shown to the owner alone, also to a new one", async () => {
  const { owner, room, invite, answer, set } = await newInvitation();
  expect(answer.room.invite).toBe(invite);
  const bob = await newPerson("bob");
  await emit(bob.connectionId, "joinRoom", { room, invite });
  const own = (session: { rooms: { id: string }[] }) => session.rooms.find(({ id }) => id === room);
  expect(own(await connect(newConnectionId(), { token: owner.token }))).toMatchObject({ invite });
  const before = own(await connect(newConnectionId(), { token: bob.token }));
  expect(before).not.toHaveProperty("invite");
  await set({ topic: "Leaves", owner: bob.user.id });
  expect(JSON.stringify(pushes(bob.connectionId, "room"))).not.toContain(invite);
  expect(own(await connect(newConnectionId(), { token: bob.token }))).toMatchObject({ invite });
  expect(own(await connect(newConnectionId(), { token: owner.token }))).not.toHaveProperty(
    "invite",
  );
});

test("a new one is not told to whoever makes it while handing the room over", async () => {
  const { room, set } = await newInvitation();
  const bob = await newPerson("bob");
  await emit(bob.connectionId, "joinRoom", { room, invite: (await set({ invite: true })).invite });
  const answer = await set({ owner: bob.user.id, invite: true });
  expect(answer).toMatchObject({ ok: true, room: { owner: bob.user.id } });
  expect(answer).not.toHaveProperty("invite");
});

test("only an owner makes one, and only of a private room", async () => {
  const { room, invite, owner } = await newInvitation();
  const bob = await newPerson("bob");
  await emit(bob.connectionId, "joinRoom", { room, invite });
  expect(await emit(bob.connectionId, "setRoom", { room, invite: true })).toMatchObject(forbidden);
  const tab = await newTab(owner.token);
  const { room: open } = await emit(tab, "createRoom", { name: "Open" });
  expect(await emit(tab, "setRoom", { room: open.id, invite: true })).toMatchObject(forbidden);
});
