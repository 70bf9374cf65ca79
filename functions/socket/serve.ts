import { FrameError } from "../../protocol/envelope.ts";
import { ClientError, type ErrorInfo } from "../../protocol/errors.ts";
import { type EventPacket, MAIN, type Packet } from "../../protocol/packet.ts";
import { isThrottled } from "../store/client.ts";
import type { Dialect } from "../store/items.ts";
import type { Context } from "./context.ts";
import { dialects } from "./dialects.ts";
import type { SocketEvent, SocketResult } from "./event.ts";
import { log } from "./log.ts";

type EventHandler = (context: Context, args: readonly unknown[]) => Promise<object>;

/** What packets lead to. Errors that the client may read are thrown as `ClientError`. */
export interface Handlers {
  /** @returns the packet that tells the client who it is */
  connect(context: Context, auth: unknown): Promise<Packet>;
  disconnect(context: Context): Promise<void>;
  events: Readonly<Record<string, EventHandler>>;
  /** Answers an event that is not among them. */
  unknown: EventHandler;
}

/** Serves a frame: decodes it, runs it, and answers by the route response. Never throws. */
export async function serve(event: SocketEvent, handlers: Handlers): Promise<SocketResult> {
  const { connectionId, connectedAt } = event.requestContext;
  const dialect: Dialect = "envelope";
  const codec = dialects[dialect];
  const context = { connectionId, dialect, connectedAt, wantsAck: false };
  let packet: Packet;
  try {
    packet = codec.decode(event.body ?? "");
  } catch (error) {
    const id = error instanceof FrameError ? error.id : undefined;
    const info = toErrorInfo(error, context);
    log.info("event", { connectionId, event: "malformed", id, code: info.code });
    return reply(refusal({ nsp: MAIN, id }, info));
  }
  return reply(await answer(packet, context, handlers));

  function reply(body: Packet | undefined): SocketResult {
    return { statusCode: 200, ...(body && { body: codec.encode(body) }) };
  }
}

async function answer(
  packet: Packet,
  context: Context,
  handlers: Handlers,
): Promise<Packet | undefined> {
  switch (packet.type) {
    case "ping":
      return packet;
    case "connect":
      return answerConnect(packet, context, handlers);
    case "disconnect":
      return answerDisconnect(packet, context, handlers);
    case "event":
      return answerEvent(packet, { ...context, wantsAck: packet.id !== undefined }, handlers);
    case "ack":
      // The server asks for none.
      return undefined;
    case "connect_error": {
      const message = "Only the server sends this packet";
      return refusal({ nsp: packet.nsp }, { code: "bad_request", message });
    }
  }
}

async function answerConnect(
  { nsp, data }: Packet & { type: "connect" },
  context: Context,
  handlers: Handlers,
): Promise<Packet> {
  const { connectionId } = context;
  try {
    if (nsp !== MAIN) throw new ClientError("not_found", "Invalid namespace");
    const session = await handlers.connect(context, data);
    log.info("event", { connectionId, event: "connect" });
    return session;
  } catch (error) {
    const { code, message } = toErrorInfo(error, context);
    log.info("event", { connectionId, event: "connect", code });
    return { type: "connect_error", nsp, data: { message, data: { code } } };
  }
}

async function answerDisconnect(
  { nsp }: Packet & { type: "disconnect" },
  context: Context,
  handlers: Handlers,
): Promise<Packet | undefined> {
  try {
    if (nsp === MAIN) await handlers.disconnect(context);
    return undefined;
  } catch (error) {
    return refusal({ nsp }, toErrorInfo(error, context));
  }
}

async function answerEvent(
  packet: EventPacket,
  context: Context,
  handlers: Handlers,
): Promise<Packet | undefined> {
  const { nsp, name, args, id } = packet;
  const { connectionId } = context;
  const known = Object.hasOwn(handlers.events, name);
  const run = (known && handlers.events[name]) || handlers.unknown;
  // A name that is not ours may hold anything.
  const event = known ? name : "unknown";
  try {
    if (nsp !== MAIN) throw new ClientError("unauthorized", "Connect to the namespace first");
    const result = await run(context, args);
    log.info("event", { connectionId, event, id });
    if (id === undefined) return undefined;
    return { type: "ack", nsp, id, args: [{ ok: true, ...result }] };
  } catch (error) {
    const info = toErrorInfo(error, context);
    log.info("event", { connectionId, event, id, code: info.code });
    return refusal(packet, info);
  }
}

/** An ack where one is wanted, else the event `error`. */
function refusal({ nsp, id }: { nsp: string; id?: number | undefined }, error: ErrorInfo): Packet {
  return id === undefined
    ? { type: "event", nsp, name: "error", args: [error] }
    : { type: "ack", nsp, id, args: [{ ok: false, error }] };
}

function toErrorInfo(error: unknown, { connectionId }: Context): ErrorInfo {
  if (error instanceof ClientError) return { code: error.code, message: error.message };
  if (isThrottled(error)) {
    return { code: "busy", message: "Too much is going on at once; try again" };
  }
  log.error("failed", { connectionId, error: error instanceof Error ? error : String(error) });
  return { code: "internal", message: "Something went wrong here; try again" };
}
