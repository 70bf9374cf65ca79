import { vi } from "vitest";
import type { ClientEventName } from "../../protocol/events.ts";
import type { MessageEntry, Room } from "../../protocol/model.ts";
import { withEntries } from "../../web/chat/log/room-log.ts";
import { emptyLog, newView } from "../../web/chat/state.ts";
import type { Unsent } from "../../web/chat/storage/unsent.ts";
import { createChatStore } from "../../web/chat/store.ts";
import type { Wire } from "../../web/chat/wire/wire.ts";
import type { Uploads } from "../../web/chat/writing/uploads.ts";

export const ada = { id: "a1a1", name: "Ada" };
export const bob = { id: "b2b2", name: "Bob" };

export function room(id: string, known: Partial<Room> = {}): Room {
  return { id, name: id, kind: "public", head: 0, unread: 0, mentions: 0, rev: 0, ...known };
}

export function message(seq: number, more: Partial<MessageEntry> = {}): MessageEntry {
  const text = `message ${seq}`;
  return { room: "tea", seq, kind: "message", id: `m${seq}`, author: bob, at: seq, text, ...more };
}

/** A state in which Ada has opened the room "tea", with these entries in it. */
export function teaStore(entries: readonly MessageEntry[] = [], known: Partial<Room> = {}) {
  const store = createChatStore({ phase: "joined", open: "tea" });
  store.setState({
    connection: "up",
    user: ada,
    rooms: { tea: room("tea", known) },
    mine: new Set(["tea"]),
    views: { tea: { ...newView, status: "ready", log: withEntries(emptyLog, entries) } },
  });
  return store;
}

/** A wire that answers as `answer` says, and remembers what it was asked. */
export function fakeWire(answer: (event: ClientEventName, data: never) => unknown = () => ({})) {
  const asked: [event: string, data: unknown][] = [];
  const wire: Wire = {
    open: vi.fn(),
    reconnect: vi.fn(),
    close: vi.fn(),
    hurry: vi.fn(),
    async request(event, data) {
      asked.push([event, data]);
      const said = await answer(event, data as never);
      // The tests answer with what the event's ack holds.
      return { ok: true, ...(said as object) } as never;
    },
  };
  return { wire, asked };
}

/** A storage that stores nothing. */
export const noStorage: Unsent["outbox"] = {
  load: async () => [],
  put: async () => {},
  change: async (message, change) => ({ ...message, ...change(message) }),
  remove: async () => {},
};

/** Takes no files. */
export const noUploads: Uploads = {
  attach: async () => [],
  enlarge: async (files) => files,
  forget: async () => {},
  isUploaded: () => true,
  upload: async () => undefined,
};
