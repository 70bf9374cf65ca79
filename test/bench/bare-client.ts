import { randomUUID } from "node:crypto";
import { once } from "node:events";
import { setTimeout as sleep } from "node:timers/promises";
import { WebSocket } from "ws";

/** Somebody in a room, at a bare WebSocket: what the client costs is next to nothing. */
export abstract class BareClient {
  protected readonly ws: WebSocket;
  /** The messages of others that it has heard. */
  heard = 0;
  onHear = () => {};
  #acks = new Map<number, (ok: boolean) => void>();
  #count = 0;

  protected constructor(ws: WebSocket) {
    this.ws = ws;
    ws.on("message", (data) => this.hear(String(data)));
  }

  abstract join(room: string): Promise<void>;
  /** @returns whether the message was taken */
  abstract say(room: string, text: string): Promise<boolean>;

  close(): void {
    this.ws.close();
  }

  /** Sends what `frame` makes of the number that its ack will have. */
  protected ask(frame: (id: number) => string): Promise<boolean> {
    const id = this.#count++;
    this.ws.send(frame(id));
    return new Promise((resolve) => this.#acks.set(id, resolve));
  }

  protected abstract hear(frame: string): void;

  protected acknowledged(id: number, ok: boolean): void {
    this.#acks.get(id)?.(ok);
    this.#acks.delete(id);
  }

  protected told(): void {
    this.heard += 1;
    this.onHear();
  }
}

const TRIES = 20;

/** Tries again what a stack with too much to do refuses. */
async function insist(attempt: () => Promise<boolean>): Promise<void> {
  for (let count = 0; count < TRIES; count++) {
    if (await attempt()) return;
    await sleep(200);
  }
  throw new Error(`Refused ${TRIES} times`);
}

/** Somebody at Natter, who speaks in envelopes. */
export class NatterClient extends BareClient {
  #answered = (_isWelcome: boolean) => {};
  #token: string | undefined;

  /** @param like a client of the same person */
  static async open(origin: string, name: string, like?: BareClient): Promise<NatterClient> {
    const ws = new WebSocket(`${origin.replace("http", "ws")}/ws`);
    await once(ws, "open");
    const client = new NatterClient(ws);
    client.#token = like instanceof NatterClient ? like.#token : undefined;
    const auth = client.#token === undefined ? { name } : { token: client.#token };
    await insist(() => {
      ws.send(JSON.stringify({ action: "connect", data: auth }));
      return new Promise((resolve) => {
        client.#answered = resolve;
      });
    });
    return client;
  }

  async join(room: string): Promise<void> {
    await insist(() =>
      this.ask((id) => JSON.stringify({ action: "joinRoom", data: [{ room }], id })),
    );
  }

  say(room: string, text: string): Promise<boolean> {
    const message = { room, id: randomUUID(), text };
    return this.ask((id) => JSON.stringify({ action: "message", data: [message], id }));
  }

  protected hear(frame: string): void {
    const { action, id, data } = JSON.parse(frame);
    if (action === "message") this.told();
    else if (action === "session") {
      this.#token ??= data[0].token;
      this.#answered(true);
    } else if (action === "connect_error") this.#answered(false);
    else if (action === "ack") this.acknowledged(id, data[0].ok);
  }
}

/** Somebody at stock socket.io. */
export class SocketIoClient extends BareClient {
  static async open(origin: string): Promise<SocketIoClient> {
    const url = `${origin.replace("http", "ws")}/socket.io/?EIO=4&transport=websocket`;
    const ws = new WebSocket(url);
    await once(ws, "message");
    const client = new SocketIoClient(ws);
    ws.send("40");
    await once(ws, "message");
    return client;
  }

  async join(room: string): Promise<void> {
    await this.ask((id) => `42${id}${JSON.stringify(["joinRoom", room])}`);
  }

  say(room: string, text: string): Promise<boolean> {
    return this.ask((id) => `42${id}${JSON.stringify(["message", { room, text }])}`);
  }

  protected hear(frame: string): void {
    if (frame === "2") this.ws.send("3");
    else if (frame.startsWith("43")) this.acknowledged(Number.parseInt(frame.slice(2), 10), true);
    else if (frame.startsWith("42")) this.told();
  }
}
