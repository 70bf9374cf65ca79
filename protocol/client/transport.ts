import { NodeWebSocket } from "engine.io-client";
import { decodeEnvelope, encodeEnvelope, PING } from "../envelope.ts";
import type { ErrorInfo } from "../errors.ts";
import { KEEPALIVE_MS, KEEPALIVE_TIMEOUT_MS, MAX_FRAME_BYTES } from "../limits.ts";
import { MAIN, type Packet } from "../packet.ts";
import { isThrottled, Unanswered } from "./unanswered.ts";

type EngineData = Parameters<NodeWebSocket["doWrite"]>[1];
type EnginePacket = Parameters<NodeWebSocket["doWrite"]>[0];

const utf8 = new TextEncoder();

/**
 * ms in which nothing is sent after too much was: random, so that clients do not go on together.
 */
const MIN_PAUSE_MS = 1_000;
const MAX_PAUSE_MS = 3_000;

/**
 * A transport for socket.io-client's `transports` option that carries the envelope dialect: text
 * frames without Engine.IO's framing, and a keepalive after four quiet minutes, since API Gateway
 * sends none. When the server or API Gateway says that too much is sent, it waits before the next
 * frame. (`NodeWebSocket` is the browser's WebSocket wherever a bundler builds for browsers.)
 */
export class EnvelopeTransport extends NodeWebSocket {
  readonly #unanswered = new Unanswered();
  #keepalive: ReturnType<typeof setTimeout> | undefined;
  #paused: ReturnType<typeof setTimeout> | undefined;
  /** What is sent after the pause. The engine has one write in progress at a time. */
  #waiting: EnginePacket[] | undefined;

  /** Engine.IO's query is left out: to the server, `EIO` in it means a client of the raw dialect. */
  protected override createUri(schema: string, query: Record<string, string> = {}): string {
    const { EIO: _, transport: __, ...own } = query;
    return super.createUri(schema, own);
  }

  /** The server sends no Engine.IO handshake, so the engine gets one from here. */
  protected override onOpen(): void {
    super.onOpen();
    const handshake = {
      sid: "",
      upgrades: [],
      pingInterval: KEEPALIVE_MS,
      pingTimeout: KEEPALIVE_TIMEOUT_MS,
      maxPayload: MAX_FRAME_BYTES,
    };
    this.onPacket({ type: "open", data: JSON.stringify(handshake) });
    this.#heard();
  }

  protected override onData(data: EngineData): void {
    this.#heard();
    const frame = String(data);
    if (frame === PING) return;
    if (this.#unanswered.heard(frame)) this.#pause();
    const frames = isThrottled(frame) ? this.#unanswered.fail() : [frame];
    for (const data of frames) this.onPacket({ type: "message", data });
  }

  override write(packets: EnginePacket[]): void {
    this.writable = false;
    if (this.#paused === undefined) super.write(packets);
    else this.#waiting = packets;
  }

  override doWrite(packet: EnginePacket): void {
    // The engine's `pong` answers a ping that `#heard` made up.
    if (packet.type !== "message") return;
    const text = String(packet.data);
    if (utf8.encode(text).byteLength > MAX_FRAME_BYTES) {
      this.#refuse(text, {
        code: "too_large",
        message: `A frame holds at most ${MAX_FRAME_BYTES} bytes`,
      });
      return;
    }
    this.#unanswered.sent(text);
    super.doWrite(packet, text);
  }

  protected override onClose(details?: { description: string; context?: unknown }): void {
    clearTimeout(this.#keepalive);
    clearTimeout(this.#paused);
    super.onClose(details);
  }

  #pause(): void {
    const ms = MIN_PAUSE_MS + Math.random() * (MAX_PAUSE_MS - MIN_PAUSE_MS);
    this.#paused ??= setTimeout(() => this.#goOn(), ms);
  }

  #goOn(): void {
    this.#paused = undefined;
    // Only CONNECT is sent before its answer, so CONNECT was dropped.
    const { connect } = this.#unanswered;
    if (connect !== undefined) this.ws?.send(connect);
    const packets = this.#waiting;
    this.#waiting = undefined;
    if (packets) super.write(packets);
  }

  /** Every frame shows that the connection is alive; the engine learns that only from a `ping`. */
  #heard(): void {
    clearTimeout(this.#keepalive);
    this.onPacket({ type: "ping" });
    this.#keepalive = setTimeout(() => this.ws?.send(PING), KEEPALIVE_MS);
  }

  /** API Gateway would close the connection (1009), so such a frame is answered here. */
  #refuse(text: string, error: ErrorInfo): void {
    const packet = decodeEnvelope(text);
    const { nsp, id } = packet.type === "event" ? packet : { nsp: MAIN };
    const answer: Packet =
      id === undefined
        ? { type: "event", nsp, name: "error", args: [error] }
        : { type: "ack", nsp, id, args: [{ ok: false, error }] };
    this.onPacket({ type: "message", data: encodeEnvelope(answer) });
  }
}
