import { randomUUID } from "node:crypto";
import { describe, expect, test } from "vitest";
import { putEntry } from "../../functions/store/entries.ts";

import { emit, mockPosts, newMessage, newPair, posted } from "./world.ts";

mockPosts();

describe("a message that is sent again (promise 3)", () => {
  async function filledRoom(entries: number) {
    const { room, ada } = await newPair();
    const ids: string[] = [];
    for (let seq = 1; seq <= entries; seq++) {
      const id = randomUUID();
      ids.push(id);
      await putEntry({
        room,
        seq,
        kind: "message",
        id,
        author: ada.user,
        at: seq,
        text: "x",
        count: seq,
      });
    }
    return { room, ada, ids };
  }

  test("is found within the last 25 entries without an after, and delivered again", async () => {
    const { room, ada, ids } = await filledRoom(30);
    const ack = await emit(ada.connectionId, "message", { room, id: ids[5], text: "x" });
    expect(ack.entry.seq).toBe(6);
    expect(posted.some(({ packet }) => packet.type === "event" && packet.name === "message")).toBe(
      true,
    );
  });

  test("is found up to 1,000 entries after its after, and stale beyond them", async () => {
    const { room, ada, ids } = await filledRoom(1_040);
    const { connectionId } = ada;
    const found = await emit(connectionId, "message", { room, id: ids[999], text: "x", after: 0 });
    expect(found.entry.seq).toBe(1_000);

    const unknown = { room, id: randomUUID(), text: "x" };
    expect(await emit(connectionId, "message", { ...unknown, after: 0 })).toMatchObject({
      error: { code: "stale" },
    });
    // Everything from there on can be looked through.
    const raised = await emit(connectionId, "message", { ...unknown, after: 40 });
    expect(raised.entry.seq).toBe(1_041);
  });

  test("counts an after beyond the head as absent", async () => {
    const { room, ada } = await filledRoom(3);
    const ack = await emit(ada.connectionId, "message", { ...newMessage(room), after: 99 });
    expect(ack.entry.seq).toBe(4);
  });

  test("of another person with the same id is another message", async () => {
    const { room, ada, bob } = await newPair();
    const message = newMessage(room);
    const first = await emit(ada.connectionId, "message", message);
    const second = await emit(bob.connectionId, "message", message);
    expect([first.entry.seq, second.entry.seq]).toEqual([1, 2]);
  });
});
