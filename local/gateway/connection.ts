import { WebSocket } from "ws";
import type { ConnectionInfo } from "./events.ts";

/** What API Gateway tells $disconnect where the close frame gave no reason. */
const REASONS: Readonly<Record<number, string>> = {
  1000: "Connection Closed Normally",
  1001: "Going away",
  1005: "Client-side close frame status not set",
  1006: "Connection closed abnormally",
};

/** An open socket and what is known of it. */
export class Connection {
  readonly info: ConnectionInfo;
  lastActiveAt = Date.now();
  readonly #socket: WebSocket;
  readonly #ended: (code: number, reason: string) => void;
  #open = true;

  constructor(
    info: ConnectionInfo,
    socket: WebSocket,
    ended: (code: number, reason: string) => void,
  ) {
    this.info = info;
    this.#socket = socket;
    this.#ended = ended;
    // What ws itself closes for, such as a frame that is too large, comes as a close event too.
    socket.on("error", () => {});
    socket.on("close", (code, reason) => this.#end(code, reason.toString()));
  }

  /** Fails if the socket is gone. */
  send(text: string): Promise<void> {
    this.lastActiveAt = Date.now();
    return new Promise((resolve, reject) => {
      this.#socket.send(text, (error) => (error ? reject(error) : resolve()));
    });
  }

  /** Sends what nobody waits for. */
  push(text: string): void {
    if (this.#socket.readyState === WebSocket.OPEN) this.send(text).catch(() => {});
  }

  /** Ends the connection at once, for us; the client has ws's 30 s to answer. */
  close(code: number): void {
    this.#socket.close(code);
    this.#end(code, "");
  }

  terminate(): void {
    this.#socket.terminate();
  }

  #end(code: number, reason: string): void {
    if (!this.#open) return;
    this.#open = false;
    this.#ended(code, reason || (REASONS[code] ?? ""));
  }
}
