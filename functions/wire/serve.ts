import { ClientError, type ErrorInfo, FrameError } from "../../protocol/errors.ts";
import { type EventPacket, MAIN, type Packet } from "../../protocol/packet.ts";
import { BinaryError } from "../../protocol/raw.ts";
import { close } from "../aws/posts.ts";
import { log, loggable } from "../log.ts";
import { isThrottled } from "../store/table.ts";
import type { SocketEvent, SocketResult } from "./api-gateway.ts";
import type { Context } from "./context.ts";
import { dialectOf, dialects } from "./dialects.ts";

/** Runs an event. @returns the arguments of its ack @throws {ClientError} what the client is told */
export type EventHandler = (context: Context, args: readonly unknown[]) => Promise<unknown[]>;

/** What packets of a namespace lead to. */
export interface Namespace {
  /** @returns the packet that tells the client who it is @throws {ClientError} a refusal */
  connect(context: Context, auth: unknown): Promise<Packet>;
  disconnect(context: Context): Promise<void>;
  events: Readonly<Record<string, EventHandler>>;
  /** Answers an event that is not among them. */
  unknown: EventHandler;
}

export interface App {
  namespaces: Readonly<Record<string, Namespace>>;
  /** Whether a connection opened, or connected, as one of the raw dialect. */
  isRaw(connectionId: string): Promise<boolean>;
}

/** Serves a frame: decodes it, runs it, and answers by the route response. Never throws. */
export async function serve(event: SocketEvent, app: App): Promise<SocketResult> {
  const { connectionId, connectedAt } = event.requestContext;
  const frame = event.body ?? "";
  const dialect = dialectOf(frame);
  const context = { connectionId, dialect, nsp: MAIN, connectedAt, wantsAck: false };
  try {
    const packet = dialects[dialect].decode(frame);
    if (packet.type === "noop") return { statusCode: 200 };
    if (packet.type === "close") throw new FrameError("Only a raw connection is closed so");
    return result(await answer(packet, context, app), context);
  } catch (error) {
    return refuseFrame(error, context, app);
  }
}

function result(packet: Packet | undefined, { dialect }: Context): SocketResult {
  return { statusCode: 200, ...(packet && { body: dialects[dialect].encode(packet) }) };
}

/** A frame that is no packet ends a raw connection; an envelope connection is told, and stays. */
async function refuseFrame(error: unknown, context: Context, app: App): Promise<SocketResult> {
  const { connectionId } = context;
  const info = toErrorInfo(error, context);
  const id = error instanceof FrameError ? error.id : undefined;
  log.info("event", { connectionId, event: "malformed", id, code: info.code });
  if (error instanceof BinaryError) return result(refusal(error, info), context);
  try {
    if (await app.isRaw(connectionId)) {
      await close(connectionId);
      return { statusCode: 200 };
    }
  } catch (problem) {
    log.error("failed", { connectionId, error: loggable(problem) });
  }
  return result(refusal({ nsp: MAIN, id }, info), { ...context, dialect: "envelope" });
}

async function answer(packet: Packet, context: Context, app: App): Promise<Packet | undefined> {
  if (packet.type === "ping") return packet;
  const { nsp } = packet;
  const namespace = Object.hasOwn(app.namespaces, nsp) ? app.namespaces[nsp] : undefined;
  const here = { ...context, nsp };
  switch (packet.type) {
    case "connect":
      return answerConnect(packet.data, here, namespace);
    case "disconnect":
      return answerDisconnect(here, namespace);
    case "event":
      return answerEvent(packet, { ...here, wantsAck: packet.id !== undefined }, namespace);
    case "ack":
      // The server asks for none.
      return undefined;
    case "connect_error": {
      const message = "Only the server sends this packet";
      return refusal({ nsp }, { code: "bad_request", message });
    }
  }
}

async function answerConnect(
  auth: unknown,
  context: Context,
  namespace: Namespace | undefined,
): Promise<Packet> {
  const { connectionId, dialect, nsp } = context;
  try {
    if (namespace === undefined) throw new ClientError("not_found", "Invalid namespace");
    const session = await namespace.connect(context, auth);
    log.info("event", { connectionId, event: "connect" });
    return session;
  } catch (error) {
    const { code, message } = toErrorInfo(error, context);
    log.info("event", { connectionId, event: "connect", code });
    // Socket.IO's protocol has this one refusal to the letter.
    const isLiteral = namespace === undefined && dialect === "raw";
    return {
      type: "connect_error",
      nsp,
      data: { message, ...(!isLiteral && { data: { code } }) },
    };
  }
}

async function answerDisconnect(
  context: Context,
  namespace: Namespace | undefined,
): Promise<Packet | undefined> {
  try {
    await namespace?.disconnect(context);
    return undefined;
  } catch (error) {
    return refusal(context, toErrorInfo(error, context));
  }
}

async function answerEvent(
  packet: EventPacket,
  context: Context,
  namespace: Namespace | undefined,
): Promise<Packet | undefined> {
  const { nsp, name, args, id } = packet;
  const { connectionId } = context;
  const known = namespace !== undefined && Object.hasOwn(namespace.events, name);
  const run = (known && namespace.events[name]) || namespace?.unknown;
  // A name that is not ours may hold anything.
  const event = known ? name : "unknown";
  try {
    if (!run) throw new ClientError("unauthorized", "Connect to the namespace first");
    const acknowledged = await run(context, args);
    log.info("event", { connectionId, event, id });
    return id === undefined ? undefined : { type: "ack", nsp, id, args: acknowledged };
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
  log.error("failed", { connectionId, error: loggable(error) });
  return { code: "internal", message: "Something went wrong here; try again" };
}
