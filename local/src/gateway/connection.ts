import { WebSocket } from "ws";
import type { ConnectionInfo } from "./events.ts";
import { SEND_BUFFER } from "./quotas.ts";

/** What API Gateway tells the client and $disconnect where a close frame gave no reason. */
const REASONS: Readonly<Record<number, string>> = {
  1000: "Connection Closed Normally",
  1001: "Going away",
  1005: "Client-side close frame status not set",
  1006: "Connection closed abnormally",
};

/** A text cannot be sent: the connection has ended, or its client does not read. */
export class SendError extends Error {
  override name = "SendError";
  readonly why: "gone" | "full";

  constructor(why: "gone" | "full") {
    super(`The connection is ${why}`);
    this.why = why;
  }
}

/** An open socket and what is known of it. */
export class Connection {
  readonly info: ConnectionInfo;
  lastActiveAt = Date.now();
  readonly #socket: WebSocket;
  readonly #ended: (code: number, reason: string) => void;
  readonly #idle: NodeJS.Timeout;
  readonly #lifetime: NodeJS.Timeout;
  #open = true;

  constructor(
    info: ConnectionInfo,
    socket: WebSocket,
    clocks: { readonly idle: number; readonly lifetime: number },
    ended: (code: number, reason: string) => void,
  ) {
    this.info = info;
    this.#socket = socket;
    this.#ended = ended;
    // The idle clock's code is known, that of the lifetime is assumed.
    this.#idle = setTimeout(() => this.close(1001), clocks.idle);
    this.#lifetime = setTimeout(() => this.close(1001), clocks.lifetime);
    // What ws itself closes for, such as text that is no UTF-8, comes as a close event too.
    socket.on("error", () => {});
    socket.on("close", (code, reason) => this.#end(code, reason.toString()));
  }

  get open(): boolean {
    return this.#open && this.#socket.readyState === WebSocket.OPEN;
  }

  /** A message came or went. Whether a ping counts too is unverified: here it does not. */
  active(): void {
    this.lastActiveAt = Date.now();
    this.#idle.refresh();
  }

  /** Puts a text into the send buffer, or fails with a SendError. */
  send(text: string): void {
    if (!this.open) throw new SendError("gone");
    if (this.#socket.bufferedAmount > SEND_BUFFER) throw new SendError("full");
    this.#socket.send(text);
    this.active();
  }

  /** Sends what nobody waits for. */
  push(text: string): void {
    try {
      this.send(text);
    } catch (error) {
      if (!(error instanceof SendError)) throw error;
    }
  }

  /** Ends the connection at once, for us; the client has ws's 30 s to answer. */
  close(code: number): void {
    if (this.open) this.#socket.close(code, REASONS[code]);
    this.#end(code, "");
  }

  /** Ends it as a network that fails does. */
  terminate(): void {
    this.#socket.terminate();
  }

  #end(code: number, reason: string): void {
    if (!this.#open) return;
    this.#open = false;
    clearTimeout(this.#idle);
    clearTimeout(this.#lifetime);
    this.#ended(code, reason || (REASONS[code] ?? ""));
  }
}
