import { NodeWebSocket } from "engine.io-client";
import { decodeEnvelope, encodeEnvelope, PING } from "../envelope.ts";
import type { ErrorInfo } from "../errors.ts";
import { KEEPALIVE_MS, KEEPALIVE_TIMEOUT_MS, MAX_FRAME_BYTES } from "../limits.ts";

type EngineData = Parameters<NodeWebSocket["doWrite"]>[1];
type EnginePacket = Parameters<NodeWebSocket["doWrite"]>[0];

const utf8 = new TextEncoder();

/**
 * A transport for socket.io-client's `transports` option that carries the envelope dialect: text
 * frames without Engine.IO's framing, and a keepalive after four quiet minutes, since API Gateway
 * sends none. (`NodeWebSocket` is the browser's WebSocket wherever a bundler builds for browsers.)
 */
export class EnvelopeTransport extends NodeWebSocket {
  #keepalive: ReturnType<typeof setTimeout> | undefined;

  /** Engine.IO's query is left out: to the server, `EIO` in it means a client of the raw dialect. */
  protected override createUri(schema: string, query: Record<string, string> = {}): string {
    const { EIO: _, transport: __, ...own } = query;
    return super.createUri(schema, own);
  }

  /** The server sends no Engine.IO handshake; the engine gets one made here. */
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
    if (data !== PING) this.onPacket({ type: "message", data });
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
    super.doWrite(packet, text);
  }

  protected override onClose(details?: { description: string; context?: unknown }): void {
    clearTimeout(this.#keepalive);
    super.onClose(details);
  }

  /** Every frame proves the connection alive, which the engine learns only from a `ping`. */
  #heard(): void {
    clearTimeout(this.#keepalive);
    this.onPacket({ type: "ping" });
    this.#keepalive = setTimeout(() => this.ws?.send(PING), KEEPALIVE_MS);
  }

  /** API Gateway would close the connection (1009), so the answer to such a frame is given here. */
  #refuse(text: string, error: ErrorInfo): void {
    const packet = decodeEnvelope(text);
    const id = packet.type === "event" ? packet.id : undefined;
    const answer =
      id === undefined
        ? encodeEnvelope({ type: "event", nsp: "/", name: "error", args: [error] })
        : encodeEnvelope({ type: "ack", nsp: "/", id, args: [{ ok: false, error }] });
    this.onPacket({ type: "message", data: answer });
  }
}
