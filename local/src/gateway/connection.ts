import { WebSocket } from "ws";
import type { ConnectionInfo } from "./events.ts";

/**
 * How many bytes may wait for a client that does not read before posts to it are refused. The number
 * is unverified: here it is the longest message.
 */
const SEND_BUFFER = 128 * 1024;

/** The reasons that API Gateway tells the client and $disconnect if a close frame has none. */
const REASONS: Readonly<Record<number, string>> = {
  1000: "Connection Closed Normally",
  1001: "Going away",
  1005: "Client-side close frame status not set",
  1006: "Connection closed abnormally",
};

/** What becomes of a text: the connection has ended, or its client does not read and the buffer is full. */
export type Sent = "sent" | "gone" | "full";

/** An open connection of a client. */
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
    // 1001 is known for the idle timeout and assumed for the lifetime.
    this.#idle = setTimeout(() => this.close(1001), clocks.idle);
    this.#lifetime = setTimeout(() => this.close(1001), clocks.lifetime);
    // Errors for which ws closes, such as text that is not UTF-8, come as a close event too.
    socket.on("error", () => {});
    socket.on("close", (code, reason) => this.#end(code, reason.toString()));
  }

  get open(): boolean {
    return this.#open && this.#socket.readyState === WebSocket.OPEN;
  }

  /**
   * Notes a message in either direction. Whether pings count too is unverified: here they do not.
   */
  active(): void {
    this.lastActiveAt = Date.now();
    this.#idle.refresh();
  }

  /** Puts a text into the send buffer. */
  send(text: string): Sent {
    if (!this.open) return "gone";
    if (this.#socket.bufferedAmount > SEND_BUFFER) return "full";
    this.#socket.send(text);
    this.active();
    return "sent";
  }

  /** Ends the connection now; the client has 30 s to answer the close frame. */
  close(code: number): void {
    if (this.open) this.#socket.close(code, REASONS[code]);
    this.#end(code, "");
  }

  /** Ends the connection without a close frame, as a broken network does. */
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
