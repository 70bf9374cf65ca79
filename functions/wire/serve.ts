import * as v from "valibot";
import { ClientError, type ErrorInfo, FrameError } from "../../protocol/errors.ts";
import { type Dialect, type EventPacket, MAIN, type Packet } from "../../protocol/packet.ts";
import { BinaryError, NOOP } from "../../protocol/raw.ts";
import { close } from "../aws/posts.ts";
import { log, loggable } from "../log.ts";
import type { SocketEvent, SocketResult } from "./api-gateway.ts";
import { dialectOf, dialects } from "./dialects.ts";
import { toClientError, toErrorInfo } from "./errors.ts";

/** What an event's code may know of where the event came from. */
export interface Context {
  connectionId: string;
  dialect: Dialect;
  /** The namespace. */
  nsp: string;
  /** ms since the epoch */
  connectedAt: number;
  /** The connection that the ack tells; undefined if the client asked for none. */
  acked?: string | undefined;
}

/** Runs an event. @returns the arguments of its ack @throws {ClientError} what the client is told */
export type EventHandler = (context: Context, args: readonly unknown[]) => Promise<unknown[]>;

/** What packets of a namespace lead to. */
export interface Namespace {
  /** @returns the packet that tells the client who it is @throws {ClientError} a refusal */
  connect(context: Context, auth: unknown): Promise<Packet>;
  disconnect(context: Context): Promise<void>;
  events: Readonly<Record<string, EventHandler>>;
  /** @throws {ClientError} `unauthorized` if nobody has connected */
  requireConnected(context: Context): Promise<unknown>;
}

export interface App {
  namespaces: Readonly<Record<string, Namespace>>;
  /** Whether a connection opened, or connected, as one of the raw dialect. */
  isRaw(connectionId: string): Promise<boolean>;
}

/** An event's code behind its schema; what the code returns is added to the ack's `{"ok":true}`. */
export function handle<S extends v.GenericSchema>(
  schema: S,
  run: (context: Context, data: v.InferOutput<S>) => Promise<object>,
): EventHandler {
  return async (context, [data = {}]) => [
    { ok: true, ...(await run(context, check(schema, data))) },
  ];
}

/** @throws {ClientError} `too_large` for what exceeds a limit, else `bad_request` */
export function check<S extends v.GenericSchema>(schema: S, input: unknown): v.InferOutput<S> {
  // To valibot an array is an object too.
  if (Array.isArray(input)) {
    throw new ClientError("bad_request", "data must be an object, not an array");
  }
  const result = v.safeParse(schema, input);
  if (result.success) return result.output;
  throw toClientError(result.issues[0]);
}

/** Serves a frame: decodes it, runs it, and answers by the route response. Never throws. */
export async function serve(event: SocketEvent, app: App): Promise<SocketResult> {
  const { connectionId, connectedAt } = event.requestContext;
  const frame = event.body ?? "";
  const dialect = dialectOf(frame);
  const context = { connectionId, dialect, nsp: MAIN, connectedAt };
  try {
    const packet = dialects[dialect].decode(frame);
    if (packet.type === "noop") return respond(undefined, dialect);
    if (packet.type === "close") {
      throw new FrameError('The close packet ("1") is for connections of Engine.IO');
    }
    return respond(await answer(packet, context, app), dialect);
  } catch (error) {
    return refuseFrame(error, context, app);
  }
}

/**
 * The route response. A stock client may have to be sent something: one report has it that API
 * Gateway sends an empty frame for a response without a body, which ends such a client. Engine.IO's
 * noop means nothing to it. Envelope clients ignore empty frames.
 */
function respond(packet: Packet | undefined, dialect: Dialect): SocketResult {
  if (packet) return { statusCode: 200, body: dialects[dialect].encode(packet) };
  return dialect === "raw" ? { statusCode: 200, body: NOOP } : { statusCode: 200 };
}

/** A frame that is no packet ends a raw connection; an envelope connection is told, and stays. */
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
  return respond(refusal({ nsp: MAIN, id }, info), "envelope");
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
    case "event": {
      const acked = packet.id === undefined ? undefined : context.connectionId;
      return answerEvent(packet, { ...here, acked }, namespace);
    }
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
  const { dialect, nsp } = context;
  try {
    if (namespace === undefined) throw new ClientError("not_found", "Invalid namespace");
    const session = await namespace.connect(context, auth);
    log.info("event", { event: "connect" });
    return session;
  } catch (error) {
    const { code, message } = toErrorInfo(error);
    log.info("event", { event: "connect", code });
    // Socket.IO's protocol spells this one refusal out, without `data`.
    const isSpelledOut = namespace === undefined && dialect === "raw";
    const data = isSpelledOut ? { message } : { message, data: { code } };
    return { type: "connect_error", nsp, data };
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
    return refusal(context, toErrorInfo(error));
  }
}

async function answerEvent(
  packet: EventPacket,
  context: Context,
  namespace: Namespace | undefined,
): Promise<Packet | undefined> {
  const { nsp, name, args, id } = packet;
  const run =
    namespace && Object.hasOwn(namespace.events, name) ? namespace.events[name] : undefined;
  // A name that is not ours may hold anything.
  const event = run === undefined ? "unknown" : name;
  try {
    if (!namespace) throw new ClientError("unauthorized", "Connect to the namespace first");
    const acknowledged = await (run ?? refuseUnknown)(context, args);
    log.info("event", { event, id });
    return id === undefined ? undefined : { type: "ack", nsp, id, args: acknowledged };
  } catch (error) {
    const info = toErrorInfo(await orUnauthorized(error, context, namespace));
    log.info("event", { event, id, code: info.code });
    return refusal(packet, info);
  }
}

async function refuseUnknown(): Promise<never> {
  throw new ClientError("bad_request", "There is no such event");
}

/** Whoever has not connected is told so first, whatever else is wrong with the event. */
async function orUnauthorized(
  error: unknown,
  context: Context,
  namespace: Namespace | undefined,
): Promise<unknown> {
  const isInput = error instanceof ClientError && /bad_request|too_large/.test(error.code);
  try {
    if (isInput) await namespace?.requireConnected(context);
    return error;
  } catch (other) {
    return other;
  }
}

/** An ack where one is wanted, else the event `error`. */
function refusal({ nsp, id }: { nsp: string; id?: number | undefined }, error: ErrorInfo): Packet {
  return id === undefined
    ? { type: "event", nsp, name: "error", args: [error] }
    : { type: "ack", nsp, id, args: [{ ok: false, error }] };
}
