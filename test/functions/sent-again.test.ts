import { randomUUID } from "node:crypto";
import { describe, expect, test } from "vitest";
import { putEntry } from "../../functions/store/entries.ts";

import { emit, mockPosts, newMessage, newPair, posted, unitsReadBy } from "./world.ts";

mockPosts();

describe("a message that is sent again (promise 3)", () => {
  async function filledRoom(entries: number, text = "x") {
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
        text,
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

  test("is found up to 200 entries after its after, and stale beyond them", async () => {
    const { room, ada, ids } = await filledRoom(240);
    const { connectionId } = ada;
    const found = await emit(connectionId, "message", { room, id: ids[49], text: "x", after: 40 });
    expect(found.entry.seq).toBe(50);

    const unknown = { room, id: randomUUID(), text: "x" };
    const stale = { ok: false, error: { code: "stale", head: 240 } };
    expect(await emit(connectionId, "message", { ...unknown, after: 39 })).toMatchObject(stale);
    // Everything after that seq can be read.
    const raised = await emit(connectionId, "message", { ...unknown, after: 40 });
    expect(raised.entry.seq).toBe(241);
  });

  test("is stale by arithmetic: what came since is not read for it", async () => {
    const { room, ada } = await filledRoom(240);
    const again = { ...newMessage(room), after: 0 };
    const units = await unitsReadBy(() => emit(ada.connectionId, "message", again));
    // The live item, and the tail.
    expect(units).toBeLessThanOrEqual(3);
  });

  test("is stale where 128 KB of what came since were read", async () => {
    const { room, ada, ids } = await filledRoom(100, "語".repeat(4_000));
    const { connectionId } = ada;
    const again = (id: string | undefined, after: number) =>
      emit(connectionId, "message", { room, id, text: "x", after });
    expect(await again(ids[5], 0)).toMatchObject({ ok: true, entry: { seq: 6 } });
    const units = await unitsReadBy(async () => {
      expect(await again(ids[60], 0)).toMatchObject({ error: { code: "stale", head: 100 } });
    });
    expect(units).toBeLessThan(200);
    expect(await again(ids[60], 55)).toMatchObject({ ok: true, entry: { seq: 61 } });
  });

  test("is limited before anything is looked up for it", async () => {
    const { room, ada } = await filledRoom(240);
    const { connectionId } = ada;
    for (let n = 0; n < 20; n++) await emit(connectionId, "message", newMessage(room));
    const again = { ...newMessage(room), after: 100 };
    const units = await unitsReadBy(async () => {
      const ack = await emit(connectionId, "message", again);
      expect(ack).toMatchObject({ error: { code: "rate_limited" } });
    });
    expect(units).toBeLessThanOrEqual(3);
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
