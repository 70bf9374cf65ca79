import { afterAll, beforeAll, expect, test } from "vitest";
import { newMessage, newRoom, ok } from "../support/acks.ts";
import { type Client, openBare } from "../support/clients.ts";
import { type Stack, startStack } from "../support/stack.ts";

/** Many people at once, in a separate stack: they would crowd the lobby of the shared one. */

let stack: Stack;
beforeAll(async () => {
  stack = await startStack();
});
afterAll(async () => {
  await stack.remove();
});

/** Sends again what the server was too busy for, as clients do. */
async function sayAtLast(person: Client, message: ReturnType<typeof newMessage>) {
  for (;;) {
    const ack = await person.emit("message", message);
    if (ack.ok || ack.error.code !== "busy") return ok(ack);
  }
}

test("50 people who speak at once, one of them 5 times, see one order without a hole (promise 2)", async () => {
  const room = newRoom();
  const people = await Promise.all(
    Array.from({ length: 50 }, (_, n) => openBare(stack.origin, { name: `p${n}` })),
  );
  await Promise.all(people.map(async (person) => ok(await person.emit("joinRoom", { room }))));
  const [ada] = people;
  if (!ada) throw new Error("There is nobody");
  const acks = await Promise.all(
    [...people, ada, ada, ada, ada].map((person) => sayAtLast(person, newMessage(room, "now"))),
  );
  const seqs = acks.map(({ entry }) => entry.seq).toSorted((a, b) => a - b);
  expect(seqs).toEqual(Array.from({ length: 54 }, (_, n) => n + 1));

  const { entries } = ok(await ada.emit("history", { room, limit: 100 }));
  expect(entries.map(({ seq }) => seq)).toEqual(seqs);
  const times = entries.map(({ at }) => at);
  expect(times.every((at, n) => n === 0 || at > (times[n - 1] ?? 0))).toBe(true);

  for (const person of people) {
    // Everyone sees every message: the others' by push, the own by its ack.
    for (const { entry } of acks) {
      if (entry.author.id === person.session.user.id) continue;
      await person.heard.next("message", ({ id }) => id === entry.id);
    }
  }
  await Promise.all(people.map((person) => person.close()));
});
