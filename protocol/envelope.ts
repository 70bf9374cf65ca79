import * as v from "valibot";
import { ClientError } from "./errors.ts";
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

/** The keepalive: the answer is the same text. */
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

/** A frame that is not of the envelope dialect; `id` is there when an ack can still be given. */
export class FrameError extends ClientError {
  readonly id: number | undefined;

  constructor(message: string, id?: number) {
    super("bad_request", message);
    this.id = id;
  }
}

const Id = v.pipe(v.number(), v.safeInteger(), v.minValue(0));
const Nsp = v.optional(v.pipe(v.string(), v.startsWith("/")), MAIN);
const Refusal = v.object({ message: v.string(), data: v.optional(v.unknown()) });

/** @throws {FrameError} on anything that is not a packet. */
export function decodeEnvelope(text: string): Packet {
  const body = parseObject(text);
  const id = optionalId(body.id);
  const nsp = v.safeParse(Nsp, body.nsp);
  if (!nsp.success) throw new FrameError('"nsp" must be a string that begins with "/"', id);
  const packet = { nsp: nsp.output };
  const { action, data } = body;
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
      const refusal = v.safeParse(Refusal, data);
      if (!refusal.success) throw new FrameError('"data" must hold a message', id);
      return { type: "connect_error", ...packet, data: refusal.output };
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

function parseObject(text: string): Record<string, unknown> {
  let body: unknown;
  try {
    body = JSON.parse(text);
  } catch {
    throw new FrameError('a frame is a JSON object: {"action":…,"data":[…]}');
  }
  const object = v.safeParse(v.record(v.string(), v.unknown()), body);
  if (!object.success || Array.isArray(body)) {
    throw new FrameError('a frame is a JSON object: {"action":…,"data":[…]}');
  }
  return object.output;
}

function optionalId(value: unknown): number | undefined {
  const id = v.safeParse(v.nullish(Id), value);
  if (!id.success) throw new FrameError('"id" must be a whole number from 0 on');
  return id.output ?? undefined;
}
