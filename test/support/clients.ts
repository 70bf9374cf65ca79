import { once } from "node:events";
import { io } from "socket.io-client";
import { io as oldIo } from "socket.io-client-4.2";
import { WebSocket } from "ws";
import { natter } from "../../protocol/client/natter.ts";
import { decodeEnvelope } from "../../protocol/envelope.ts";
import type { Ack, AnyEventName, ClientInput } from "../../protocol/events.ts";
import type { Session } from "../../protocol/model.ts";

type AuthInput = { name: string } | { token: string } | { link: string };

/** A person with one of several kinds of client, as the behaviour tests see it. */
export interface Client {
  session: Session;
  emit<E extends AnyEventName>(event: E, data: ClientInput<E>): Promise<Ack<E>>;
  /** Emits without asking for an ack. */
  send<E extends AnyEventName>(event: E, data: ClientInput<E>): void;
  heard: Heard;
  close(): Promise<void>;
}

export type OpenClient = (origin: string, auth: AuthInput) => Promise<Client>;

/** The events that a client has received, and those for which a test waits. */
export class Heard {
  readonly events: { name: string; args: unknown[] }[] = [];
  #waiting: (() => void)[] = [];

  add(name: string, args: unknown[]): void {
    this.events.push({ name, args });
    for (const look of this.#waiting.splice(0)) look();
  }

  /** The arguments of the first event of that name, now or later, that `matches`. */
  async next(name: string, matches: (arg: never) => boolean = () => true): Promise<unknown[]> {
    for (let from = 0; ; ) {
      for (; from < this.events.length; from++) {
        const event = this.events[from];
        if (event?.name === name && matches(event.args[0] as never)) return event.args;
      }
      await new Promise<void>((resolve) => this.#waiting.push(resolve));
    }
  }

  all(name: string): unknown[][] {
    return this.events.filter((event) => event.name === name).map(({ args }) => args);
  }
}

/** The real socket.io-client with the adapter. */
export const openAdapter: OpenClient = (origin, auth) =>
  client(io(origin, { ...natter, ...ONCE, auth }));

/** The unchanged socket.io-client. */
export const openStock: OpenClient = (origin, auth) =>
  client(io(origin, { transports: ["websocket"], ...ONCE, auth }));

/** The unchanged socket.io-client of September 2021. */
const openOldStock: OpenClient = (origin, auth) =>
  client(oldIo(origin, { transports: ["websocket"], ...ONCE, auth }));

export const CLIENTS = [
  ["the adapter", openAdapter],
  ["socket.io-client 4.8", openStock],
  ["socket.io-client 4.2", openOldStock],
  ["a bare WebSocket", openBare],
] as const;

const ONCE = { forceNew: true, reconnection: false };

async function client(socket: ReturnType<typeof io>): Promise<Client> {
  const heard = new Heard();
  socket.onAny((name: string, ...args: unknown[]) => heard.add(name, args));
  socket.on("disconnect", (reason) => heard.add("disconnect", [reason]));
  socket.on("connect", () => heard.add("connect", [{ sid: socket.id }]));
  const failed = new Promise<never>((_, reject) => socket.on("connect_error", reject));
  const [session] = await Promise.race([heard.next("session"), failed]);
  failed.catch(() => {});
  return {
    session: session as Session,
    emit: (event, data) => new Promise((resolve) => socket.emit(event, data, resolve)),
    send: (event, data) => {
      socket.emit(event, data);
    },
    heard,
    async close() {
      const closed = new Promise((resolve) => socket.io.engine.once("close", resolve));
      socket.disconnect();
      await closed;
    },
  };
}

/** @returns undefined for a frame of API Gateway's own */
function decode(frame: string) {
  return frame.startsWith('{"message": ') ? undefined : decodeEnvelope(frame);
}

/** A bare WebSocket that writes frames by hand. */
export class BareSocket {
  readonly heard = new Heard();
  readonly ws: WebSocket;
  #id = 0;

  private constructor(ws: WebSocket) {
    this.ws = ws;
    ws.on("close", (code) => this.heard.add("disconnect", [code]));
    ws.on("message", (data) => {
      const packet = decode(String(data));
      if (packet === undefined) this.heard.add("frame", [String(data)]);
      else if (packet.type === "event") this.heard.add(packet.name, packet.args);
      else if (packet.type === "ack") this.heard.add(`ack ${packet.id}`, packet.args);
      else if (packet.type === "connect") this.heard.add("connect", [packet.data]);
      else if (packet.type === "connect_error") this.heard.add("connect_error", [packet.data]);
      else this.heard.add(packet.type, []);
    });
  }

  static async open(origin: string, path = "/ws"): Promise<BareSocket> {
    const ws = new WebSocket(origin.replace("http", "ws") + path);
    const socket = new BareSocket(ws);
    await once(ws, "open");
    return socket;
  }

  async connect(auth: unknown): Promise<Session> {
    this.frame({ action: "connect", data: auth });
    const [session] = await this.heard.next("session");
    return session as Session;
  }

  frame(frame: unknown): void {
    this.ws.send(typeof frame === "string" ? frame : JSON.stringify(frame));
  }

  // biome-ignore lint/suspicious/noExplicitAny: what is in an ack is for the tests to say
  async emit(action: string, data?: unknown): Promise<any> {
    const id = this.#id++;
    this.frame({ action, data: data === undefined ? undefined : [data], id });
    const [ack] = await this.heard.next(`ack ${id}`);
    return ack;
  }

  async close(): Promise<void> {
    if (this.ws.readyState === WebSocket.CLOSED) return;
    const closed = once(this.ws, "close");
    this.ws.close();
    await closed;
  }
}

export async function openBare(origin: string, auth: AuthInput): Promise<Client> {
  const socket = await BareSocket.open(origin);
  return {
    session: await socket.connect(auth),
    emit: (event, data) => socket.emit(event, data),
    send: (action, data) => socket.frame({ action, data: [data] }),
    heard: socket.heard,
    close: () => socket.close(),
  };
}

/** A bare WebSocket that writes Engine.IO's packets by hand. */
export class RawSocket {
  readonly ws: WebSocket;
  readonly frames: string[] = [];
  /** The code that it was closed with. */
  readonly closed: Promise<number>;
  #waiting: (() => void)[] = [];

  private constructor(ws: WebSocket) {
    this.ws = ws;
    ws.on("message", (data) => {
      this.frames.push(String(data));
      for (const look of this.#waiting.splice(0)) look();
    });
    this.closed = new Promise((resolve) => ws.once("close", resolve));
  }

  /** Opens, and waits for the handshake of Engine.IO. */
  static async open(origin: string, path = "/socket.io/"): Promise<RawSocket> {
    const url = `${origin.replace("http", "ws")}${path}?EIO=4&transport=websocket`;
    const ws = new WebSocket(url);
    const socket = new RawSocket(ws);
    await once(ws, "open");
    await socket.next("0");
    return socket;
  }

  /** The data of Engine.IO's handshake. */
  get handshake() {
    return JSON.parse(this.frames[0]?.slice(1) ?? "");
  }

  send(...frames: string[]): void {
    for (const frame of frames) this.ws.send(frame);
  }

  /**
   * Takes the first frame, now or later, that begins like this; the handshake is not taken away.
   */
  async next(prefix: string): Promise<string> {
    for (;;) {
      const index = this.frames.findIndex((frame) => frame.startsWith(prefix));
      const frame = this.frames[index];
      if (frame !== undefined) {
        if (!frame.startsWith("0")) this.frames.splice(index, 1);
        return frame;
      }
      await new Promise<void>((resolve) => this.#waiting.push(resolve));
    }
  }

  async close(): Promise<void> {
    this.ws.close();
    await this.closed;
  }
}
