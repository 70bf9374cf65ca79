import { randomUUID } from "node:crypto";
import { setTimeout as sleep } from "node:timers/promises";
import { WebSocket } from "ws";

// One client that does its worst, in a separate process so that it does not slow the clocks of
// others.

export interface Attack {
  kind: "pings" | "handshakes" | "dearest" | "unread" | "alternating";
  origin: string;
  /** The room of the honest people. */
  room: string;
  /** A room whose log costs as much to read as a client can make it cost. */
  archive: string;
  ms: number;
}

const { kind, origin, room, archive, ms }: Attack = JSON.parse(process.argv[2] ?? "");
const url = origin.replace("http", "ws");
const until = Date.now() + ms;

const attacks: Record<Attack["kind"], () => Promise<void>> = {
  /** 4,000 pings at once, again and again, on a connection that has not even connected. */
  async pings() {
    const pings = '{"action":"ping"}';
    while (Date.now() < until) {
      const ws = await open("/ws");
      while (Date.now() < until && ws.readyState === WebSocket.OPEN) {
        for (let count = 0; count < 4_000; count++) ws.send(pings);
        await sleep(250);
      }
      ws.terminate();
    }
  },

  /** 200 handshakes of stock clients a second that hang up at once. */
  async handshakes() {
    while (Date.now() < until) {
      for (let count = 0; count < 10; count++) {
        const ws = new WebSocket(`${url}/socket.io/?EIO=4&transport=websocket`);
        ws.on("error", () => {});
        ws.on("open", () => ws.terminate());
      }
      await sleep(50);
    }
  },

  /** The most expensive frame of each kind, as fast as the frame limit allows. */
  async dearest() {
    const text = "я".repeat(4_000);
    const frames = () => [
      event("message", { room, id: randomUUID(), text, after: 1 }),
      event("message", { room: archive, id: randomUUID(), text, after: 1 }),
      event("search", { text: "nothing has this word" }),
      event("search", { text: "nothing", room: archive }),
      event("history", { room: archive, after: 0, limit: 100 }),
      event("joinRoom", { room: archive }),
      event("joinRoom", { room: `new-${randomUUID()}` }),
      event("createRoom", { name: "New", kind: "private" }),
      event("people", { query: "a", limit: 100 }),
      event("rooms", { query: "nothing", limit: 100 }),
      event("rename", { name: "Another" }),
      event("react", { room, id: randomUUID(), seq: 1, emoji: "👍", on: Math.random() < 0.5 }),
      event("heads", { rooms: { [room]: 0, [archive]: 0 } }),
      event("read", { room, seq: 1_000_000 }),
      event("typing", { room }),
    ];
    while (Date.now() < until) {
      const ws = await enter("Dear");
      while (Date.now() < until && ws.readyState === WebSocket.OPEN) {
        for (const frame of frames()) {
          ws.send(frame);
          await sleep(100);
        }
      }
      ws.terminate();
    }
  },

  /** Asks for history, and does not read the answers. */
  async unread() {
    const ws = await enter("Deaf");
    // TCP's window fills, and then API Gateway's buffer.
    ws.pause();
    for (let asked = 0; Date.now() < until && ws.readyState === WebSocket.OPEN; asked++) {
      ws.send(event("history", { room: archive, after: 0, limit: 100 }, asked));
      await sleep(110);
    }
    ws.terminate();
  },

  /** Two guests who write in turns, so that neither is most of a room's newest entries. */
  async alternating() {
    const two = await Promise.all([enter("Tweedledum"), enter("Tweedledee")]);
    while (Date.now() < until) {
      for (const ws of two) {
        if (ws.readyState === WebSocket.OPEN)
          ws.send(event("message", { room, id: randomUUID(), text: "mine" }));
      }
      await sleep(20);
    }
    for (const ws of two) ws.terminate();
  },
};

await attacks[kind]();
process.exit(0);

async function open(path: string): Promise<WebSocket> {
  const ws = new WebSocket(url + path);
  ws.on("error", () => {});
  await heard(ws, "open");
  return ws;
}

/** A guest in both rooms. */
async function enter(name: string): Promise<WebSocket> {
  const ws = await open("/ws");
  ws.send(JSON.stringify({ action: "connect", data: { name } }));
  await heard(ws, "message");
  if (ws.readyState !== WebSocket.OPEN) return ws;
  for (const one of [room, archive]) ws.send(event("joinRoom", { room: one }));
  await sleep(500);
  return ws;
}

/** Waits for an event, or for the end of the connection. */
function heard(ws: WebSocket, name: "open" | "message"): Promise<void> {
  return new Promise((resolve) => {
    // A connection that has ended says nothing more.
    if (ws.readyState > WebSocket.OPEN) resolve();
    ws.once(name, () => resolve());
    ws.once("close", () => resolve());
  });
}

function event(action: string, data: object, id?: number): string {
  return JSON.stringify({ action, data: [data], id });
}
