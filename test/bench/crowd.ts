import type { Page, WebSocketRoute } from "playwright-core";
import type { MessageEntry } from "../../protocol/model.ts";

const TEXTS = [
  "On my way.",
  "Can somebody look whether the crane is free at ten?",
  "It is: I have **booked** it from `10:00` to `11:30`, see https://example.org/cranes/2.",
  "> from 10:00 to 11:30\n\nPerfect, then we have time for a coffee at the pier before it begins.",
  "👋",
];

/** A message of one of twelve people. */
export function made(room: string, seq: number, at: number): MessageEntry {
  const person = (seq * 7) % 12;
  const author = { id: person.toString(16).padStart(20, "0"), name: `Person ${person}` };
  const text = TEXTS[seq % TEXTS.length] ?? "";
  return { room, seq, kind: "message", id: `made-${seq}`, author, at, text };
}

export interface Crowd {
  /** Tells the page that a message has come. */
  push(entry: MessageEntry): void;
}

/** Stands between the page and the server: the room that is opened holds made-up messages. */
export async function crowd(page: Page, entries: readonly MessageEntry[]): Promise<Crowd> {
  let client: WebSocketRoute | undefined;
  await page.routeWebSocket("**/ws*", (socket) => {
    const server = socket.connectToServer();
    const joining = new Set<number>();
    client = socket;
    socket.onMessage((frame) => {
      const { action, id } = JSON.parse(String(frame));
      if (action === "joinRoom") joining.add(id);
      // The server does not know the made-up messages.
      if (action !== "read") server.send(frame);
    });
    server.onMessage((frame) => {
      const { action, id, data } = JSON.parse(String(frame));
      if (action !== "ack" || !joining.has(id)) return socket.send(frame);
      const room = { ...data[0].room, head: entries.length };
      const made = entries.map((entry) => ({ ...entry, room: room.id }));
      const answer = { ...data[0], room, entries: made, more: false };
      return socket.send(JSON.stringify({ action, id, data: [answer] }));
    });
  });
  return {
    push(entry) {
      client?.send(JSON.stringify({ action: "message", data: [entry, `${entry.seq}`] }));
    },
  };
}

/** Enters a room of the crowd. */
export async function enter(page: Page, origin: string, room: string): Promise<void> {
  await page.goto(`${origin}/#${room}`);
  await page.getByLabel("Your name").fill("Ada");
  await page.keyboard.press("Enter");
  await page.getByRole("button", { name: /^(Join|Make) the room$/ }).click();
}
