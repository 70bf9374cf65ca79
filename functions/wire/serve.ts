import { ClientError, FrameError } from "../../protocol/errors.ts";
import type { AckData, ClientData, ClientEventName } from "../../protocol/events.ts";
import { type Dialect, type EventPacket, MAIN, type Packet } from "../../protocol/packet.ts";
import { BinaryError } from "../../protocol/raw.ts";
import { close } from "../aws/posts.ts";
import { log, loggable } from "../lambda.ts";
import { dialectOf, dialects, respond, type SocketEvent, type SocketResult } from "./dialects.ts";
import { refusal, toErrorInfo } from "./errors.ts";
import { brake } from "./frame-brake.ts";

/** What an event's code knows about where the event came from. */
export interface Context {
  connectionId: string;
  dialect: Dialect;
  nsp: string;
  /** ms since the epoch */
  connectedAt: number;
  /** The client's `User-Agent`, if it sends one. */
  userAgent?: string | undefined;
  /** The connection that gets the ack; undefined if the client asked for none. */
  acked?: string | undefined;
}

/**
 * The code of an event. It gets the checked data, and returns what the ack adds to `{"ok":true}`.
 * It throws a `ClientError` for what the client is to be told.
 */
export type ChatEvent<E extends ClientEventName> = (
  context: Context,
  data: ClientData<E>,
) => Promise<AckData[E]>;

/**
 * Runs an event. @returns the arguments of its ack @throws {ClientError} what the client is told
 */
export type EventHandler = (context: Context, args: readonly unknown[]) => Promise<unknown[]>;

/** What serves the packets of a namespace. */
export interface Namespace {
  /** @returns the packet that tells the client who it is @throws {ClientError} a refusal */
  connect(context: Context, auth: unknown): Promise<Packet>;
  disconnect(context: Context): Promise<void>;
  events: Readonly<Record<string, EventHandler>>;
  /** Serves events whose names are the app's own. */
  custom?(name: string): EventHandler | undefined;
  /** @throws {ClientError} `unauthorized` if nobody has connected */
  requireConnected(context: Context): Promise<unknown>;
}

export interface App {
  namespaces: Readonly<Record<string, Namespace>>;
  /** Whether a connection opened, or has connected, in the raw dialect. */
  isRaw(connectionId: string): Promise<boolean>;
}

/** Serves a frame: decodes it, runs it, and answers with the route response. Never throws. */
export async function serve(event: SocketEvent, app: App): Promise<SocketResult> {
  const { connectionId, connectedAt, identity } = event.requestContext;
  const userAgent = identity?.userAgent ?? undefined;
  const frame = event.body ?? "";
  const dialect = dialectOf(frame);
  const braked = await brake(connectionId, frame, dialect);
  if (braked) return braked;
  const context = { connectionId, dialect, nsp: MAIN, connectedAt, userAgent };
  try {
    const packet = dialects[dialect].decode(frame);
    if (packet.type === "noop") return respond(undefined, dialect);
    if (packet.type === "close") {
      throw new FrameError('The close packet ("1") is for connections of Engine.IO');
    }
    const answered = await answer(packet, context, app);
    // A client that has disconnected waits for nothing, and the test suite of Socket.IO's protocol
    // expects no frame then.
    if (packet.type === "disconnect" && !answered) return { statusCode: 200 };
    return respond(answered, dialect);
  } catch (error) {
    return refuseFrame(error, context, app);
  }
}

/** A frame that is no packet closes a raw connection; an envelope connection gets an error. */
async function refuseFrame(error: unknown, context: Context, app: App): Promise<SocketResult> {
  const { connectionId, dialect } = context;
  const info = toErrorInfo(error);
  const id = error instanceof FrameError ? error.id : undefined;
  log.info("event", { event: "malformed", id, code: info.code });
  if (error instanceof BinaryError) return respond(refusal(error, info), dialect);
  try {
    if (await app.isRaw(connectionId)) {
      await close(connectionId);
      return respond(undefined, "raw");
    }
  } catch (problem) {
    log.error("failed", { error: loggable(problem) });
  }
  return respond(refusal({ id }, info), "envelope");
}

async function answer(packet: Packet, base: Context, app: App): Promise<Packet | undefined> {
  if (packet.type === "ping") return packet;
  const { nsp } = packet;
  const namespace = Object.hasOwn(app.namespaces, nsp) ? app.namespaces[nsp] : undefined;
  const id = packet.type === "event" ? packet.id : undefined;
  const context = { ...base, nsp, acked: id === undefined ? undefined : base.connectionId };
  const event = toLogged(packet, namespace);
  try {
    const answered = await run(packet, context, namespace);
    log.info("event", { event, id });
    return answered;
  } catch (error) {
    const info = toErrorInfo(error);
    log.info("event", { event, id, code: info.code });
    // Socket.IO's protocol defines this refusal without `data`.
    if (packet.type === "connect" && namespace === undefined && context.dialect === "raw") {
      return { type: "connect_error", nsp, data: { message: info.message } };
    }
    return refusal(packet, info);
  }
}

/** Unknown names are not logged: they may hold anything. */
function toLogged(packet: Packet, namespace: Namespace | undefined): string {
  if (packet.type !== "event") return packet.type;
  return Object.hasOwn(namespace?.events ?? {}, packet.name) ? packet.name : "unknown";
}

async function run(
  packet: Exclude<Packet, { type: "ping" }>,
  context: Context,
  namespace: Namespace | undefined,
): Promise<Packet | undefined> {
  switch (packet.type) {
    case "connect":
      if (!namespace) throw new ClientError("not_found", "Invalid namespace");
      return namespace.connect(context, packet.data);
    case "disconnect":
      await namespace?.disconnect(context);
      return undefined;
    case "event": {
      const { nsp, id } = packet;
      if (!namespace) throw new ClientError("unauthorized", "Connect to the namespace first");
      const acknowledged = await runEvent(packet, context, namespace);
      return id === undefined ? undefined : { type: "ack", nsp, id, args: acknowledged };
    }
    case "ack":
      // The server asks for no acks.
      return undefined;
    case "connect_error":
      throw new ClientError("bad_request", "Only the server sends this packet");
  }
}

/** A client without a CONNECT is told that first, whatever else is wrong. */
async function runEvent({ name, args }: EventPacket, context: Context, namespace: Namespace) {
  const { events, custom, requireConnected } = namespace;
  const handler = Object.hasOwn(events, name) ? events[name] : custom?.(name);
  try {
    if (!handler) throw new ClientError("bad_request", "There is no such event");
    return await handler(context, args);
  } catch (error) {
    const isMalformed =
      error instanceof ClientError && (error.code === "bad_request" || error.code === "too_large");
    if (isMalformed) await requireConnected(context);
    throw error;
  }
}
