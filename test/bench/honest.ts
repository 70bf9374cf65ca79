import { randomUUID } from "node:crypto";
import { once } from "node:events";
import { setTimeout as sleep } from "node:timers/promises";
import { WebSocket } from "ws";

/** How long a client waits for an answer before it sends the same message again, in ms. */
const PATIENCE_MS = 3_000;
const TRIES = 10;

type Answer = { ok: boolean };

/** A person who writes over a bare WebSocket, and sends again what was not acknowledged. */
export class Honest {
  readonly #ws: WebSocket;
  readonly #waiting = new Map<number, (answer: Answer | undefined) => void>();
  /** Pushes heard. */
  heard = 0;
  #id = 0;

  private constructor(ws: WebSocket) {
    this.#ws = ws;
    ws.on("message", (data) => this.#hear(String(data)));
  }

  static async join(origin: string, name: string, room: string): Promise<Honest> {
    const ws = new WebSocket(`${origin.replace("http", "ws")}/ws`);
    await once(ws, "open");
    const one = new Honest(ws);
    const session = new Promise((resolve) => {
      ws.on("message", (data) => String(data).includes('"action":"session"') && resolve(data));
    });
    ws.send(JSON.stringify({ action: "connect", data: { name } }));
    await session;
    if ((await one.#insist("joinRoom", { room })) === undefined) {
      throw new Error(`${name} could not join ${room}`);
    }
    return one;
  }

  /** @returns ms until the message was acknowledged, undefined if no try was */
  say(room: string, text: string): Promise<number | undefined> {
    return this.#insist("message", { room, id: randomUUID(), text });
  }

  async #insist(action: string, data: object): Promise<number | undefined> {
    const begun = performance.now();
    for (let attempt = 0; attempt < TRIES; attempt++) {
      const answer = await this.#emit(action, data);
      if (answer?.ok) return performance.now() - begun;
      await sleep(100 + Math.random() * 200);
    }
    return undefined;
  }

  close(): void {
    this.#ws.close();
  }

  /** @returns undefined if API Gateway throttled the frame, or nothing came */
  async #emit(action: string, data: object): Promise<Answer | undefined> {
    const id = this.#id++;
    const answer = new Promise<Answer | undefined>((resolve) => this.#waiting.set(id, resolve));
    const given = new AbortController();
    const late = sleep(PATIENCE_MS, undefined, { signal: given.signal }).catch(() => undefined);
    this.#ws.send(JSON.stringify({ action, data: [data], id }));
    try {
      return await Promise.race([answer, late]);
    } finally {
      given.abort();
      this.#waiting.delete(id);
    }
  }

  #hear(frame: string): void {
    const { action, id, data } = JSON.parse(frame);
    if (action === "ack") this.#waiting.get(id)?.(data[0]);
    else if (action === "message") this.heard += 1;
    // API Gateway's own error frame does not tell which frame it is about.
    else if (action === undefined) for (const end of this.#waiting.values()) end(undefined);
  }
}
