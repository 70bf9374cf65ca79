import { randomUUID } from "node:crypto";
import { afterEach, describe, expect, test, vi } from "vitest";
import {
  emit,
  emptyBudget,
  fillBudget,
  interleave,
  mockPosts,
  newPair,
  newPerson,
  newRoomId,
  pushes,
} from "./world.ts";

/** What costs more than a few reads is paid for (promise 11). */
mockPosts();
afterEach(() => void vi.useRealTimers());

const limited = { ok: false, error: { code: "rate_limited" } };

describe("a person whose budget is empty", () => {
  async function scene() {
    const { room, ada, bob } = await newPair();
    const cy = await newPerson("cy");
    await emptyBudget(ada);
    const ask = (event: string, data: object) => emit(ada.connectionId, event, data);
    return { room, ada, bob, cy, ask };
  }

  test("does nothing that costs more than a few reads", async () => {
    const { room, bob, cy, ask } = await scene();
    const name = randomUUID().slice(0, 20);
    const asked = {
      joinNew: await ask("joinRoom", { room: newRoomId() }),
      createRoom: await ask("createRoom", { name }),
      createPrivate: await ask("createRoom", { name, kind: "private" }),
      setRoom: await ask("setRoom", { room, topic: "Trains" }),
      invite: await ask("invite", { room, user: cy.user.id }),
      direct: await ask("direct", { user: cy.user.id }),
      rename: await ask("rename", { name: "Eve" }),
      search: await ask("search", { text: "hi", room }),
      searchAll: await ask("search", { text: "hi" }),
    };
    for (const [event, ack] of Object.entries(asked)) expect(ack, event).toMatchObject(limited);
    expect((await ask("rooms", { query: name })).rooms).toEqual([]);
    expect(pushes(bob.connectionId, "room")).toEqual([]);
    expect(pushes(cy.connectionId, "room")).toEqual([]);
    expect(
      (await ask("people", { room })).people.map(({ name }: { name: string }) => name),
    ).toEqual(expect.arrayContaining(["ada", "bob"]));
  });

  test("talks, reads, enters rooms that are there, and leaves them", async () => {
    const { room, ask, bob } = await scene();
    const other = newRoomId();
    await emit(bob.connectionId, "joinRoom", { room: other });
    for (const [event, data] of [
      ["message", { room, id: randomUUID(), text: "hi" }],
      ["history", { room }],
      ["rooms", {}],
      ["people", { room }],
      ["joinRoom", { room: other }],
      ["leaveRoom", { room: other }],
    ] as const) {
      expect(await ask(event, data), event).toMatchObject({ ok: true });
    }
  });
});

test("a newcomer makes six rooms, and another one some minutes later", async () => {
  const { connectionId } = await newPerson();
  vi.useFakeTimers({ toFake: ["Date"] });
  const make = (id = randomUUID()) => emit(connectionId, "createRoom", { name: "Tea", id });
  const id = randomUUID();
  for (let n = 0; n < 5; n++) expect(await make()).toMatchObject({ ok: true });
  const { room } = await make(id);
  expect(await make()).toMatchObject(limited);
  // What has been made is there for whoever did not hear of it.
  expect((await make(id)).room.id).toBe(room.id);
  vi.setSystemTime(Date.now() + 150_000);
  expect(await make()).toMatchObject({ ok: true });
  expect(await make()).toMatchObject(limited);
});

test("nobody makes rooms by the hundred, not by leaving each of them either", async () => {
  const ada = await newPerson();
  const { connectionId } = ada;
  await fillBudget(ada);
  vi.useFakeTimers({ toFake: ["Date"] });
  const begin = Date.now();
  let made = 0;
  for (let minute = 0; minute <= 60; minute++) {
    vi.setSystemTime(begin + minute * 60_000);
    const room = newRoomId();
    while ((await emit(connectionId, "joinRoom", { room: `${room}-${made}` })).ok) {
      await emit(connectionId, "leaveRoom", { room: `${room}-${made}` });
      made += 1;
    }
  }
  expect(made).toBe(48);
});

test("two who make rooms of one name at once pay for one room each", () =>
  interleave(async () => {
    const [ada, bob] = [await newPerson("ada"), await newPerson("bob")];
    const name = randomUUID().slice(0, 20);
    const makeAs = ({ connectionId }: typeof ada) => emit(connectionId, "createRoom", { name });
    return {
      first: () => makeAs(ada),
      second: () => makeAs(bob),
      check: async (position) => {
        for (let n = 0; n < 5; n++) expect(await makeAs(ada), position).toMatchObject({ ok: true });
        expect(await makeAs(ada), position).toMatchObject(limited);
      },
    };
  }));

test("several at once pay each", async () => {
  const { connectionId } = await newPerson();
  const make = () => emit(connectionId, "createRoom", { name: "Tea" });
  const acks = await Promise.all(Array.from({ length: 8 }, make));
  expect(acks.filter(({ ok }) => ok).length).toBe(6);
});
