import { FrameError } from "./errors.ts";
import { MAIN, type Packet } from "./packet.ts";

/**
 * The envelope dialect: one JSON text frame per packet, `{"action","data","id"?,"nsp"?}`, so that
 * API Gateway's `$request.body.action` routes on the event's name.
 */
export function encodeEnvelope(packet: Packet): string {
  switch (packet.type) {
    case "ping":
      return PING;
    case "event":
      return frame(packet.name, packet.nsp, packet.args, packet.id);
    case "ack":
      return frame("ack", packet.nsp, packet.args, packet.id);
    case "disconnect":
      return frame("disconnect", packet.nsp);
    default:
      return frame(packet.type, packet.nsp, packet.data);
  }
}

/** The keepalive, and its answer. */
export const PING = '{"action":"ping"}';

/** Actions that are packet types, which therefore cannot be the names of events. */
export const RESERVED_ACTIONS: ReadonlySet<string> = new Set([
  "ack",
  "connect",
  "connect_error",
  "disconnect",
  "ping",
]);

function frame(action: string, nsp: string, data?: unknown, id?: number): string {
  return JSON.stringify({ action, data, id, nsp: nsp === MAIN ? undefined : nsp });
}

/** @throws {FrameError} on anything that is not a packet. */
export function decodeEnvelope(text: string): Packet {
  const body = parseObject(text);
  const id = optionalId(body.id);
  const { action, data, nsp = MAIN } = body;
  if (typeof nsp !== "string" || !nsp.startsWith("/")) {
    throw new FrameError('"nsp" must be a string that begins with "/"', id);
  }
  const packet = { nsp };
  if (typeof action !== "string" || action === "") {
    throw new FrameError('"action" must be the name of an event', id);
  }
  switch (action) {
    case "ping":
      return { type: "ping" };
    case "connect":
      return { type: "connect", ...packet, data };
    case "disconnect":
      return { type: "disconnect", ...packet };
    case "connect_error": {
      if (!isObject(data) || typeof data.message !== "string") {
        throw new FrameError('"data" must hold a message', id);
      }
      return { type: "connect_error", ...packet, data: { ...data, message: data.message } };
    }
    default: {
      const args: unknown = data ?? [];
      if (!Array.isArray(args)) {
        throw new FrameError(`"data" must be the array of the arguments of "${action}"`, id);
      }
      if (action !== "ack") return { type: "event", ...packet, name: action, args, id };
      if (id === undefined) throw new FrameError('an ack needs its "id"');
      return { type: "ack", ...packet, id, args };
    }
  }
}

// Checked by hand: valibot for this alone would be a sixteenth of the page's script.

function parseObject(text: string): Record<string, unknown> {
  let body: unknown;
  try {
    body = JSON.parse(text);
  } catch {}
  if (isObject(body)) return body;
  throw new FrameError('a frame is a JSON object: {"action":…,"data":[…]}');
}

function isObject(value: unknown): value is Record<string, unknown> {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}

function optionalId(id: unknown): number | undefined {
  if (id === undefined || id === null) return undefined;
  if (typeof id === "number" && Number.isSafeInteger(id) && id >= 0) return id;
  throw new FrameError('"id" must be a whole number from 0 on');
}
