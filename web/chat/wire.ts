import type { DefaultEventsMap } from "@socket.io/component-emitter";
import { io, type Socket } from "socket.io-client";
import { natter } from "../../protocol/client/natter.ts";
import { ClientError, type ErrorInfo, errorCodes } from "../../protocol/errors.ts";
import type {
  Ack,
  AckData,
  AuthData,
  ClientEventName,
  ClientInput,
  ServerEvents,
} from "../../protocol/events.ts";
import type { Session } from "../../protocol/model.ts";
import { backoff } from "./backoff.ts";

const ANSWER_TIMEOUT_MS = 10_000;

/** An event that the server did not answer: it may have been done, or not. */
export class NoAnswer extends Error {
  override readonly name = "NoAnswer";
  /** Whether the connection seemed to be there all the time. */
  readonly connected: boolean;

  constructor(connected: boolean) {
    super("The server did not answer");
    this.connected = connected;
  }
}

type Notices = Omit<ServerEvents, "session" | "error">;

export interface WireHandlers extends Notices {
  auth(): AuthData;
  /** Connected, and this is who one is. */
  up(session: Session): void;
  /** No longer connected; the wire connects anew by itself. */
  down(): void;
  /** The server does not want this auth: nothing more happens until `connect`. */
  refused(error: ErrorInfo): void;
  /** A try to connect has failed; the next one follows by itself. */
  unreachable(): void;
}

export interface Wire {
  connect(): void;
  /** Gives up the connection, which may be dead, for a new one. */
  reconnect(): void;
  /** Connects now, where the next try would have waited. */
  hurry(): void;
  /** @throws {ClientError} the server's error @throws {NoAnswer} */
  request<E extends ClientEventName>(event: E, data: ClientInput<E>): Promise<AckData[E]>;
}

/** The one place that talks to the socket. */
export function createWire(origin: string, handlers: WireHandlers): Wire {
  const socket: Socket<ServerEvents, DefaultEventsMap> = io(origin, {
    ...natter,
    autoConnect: false,
    timeout: ANSWER_TIMEOUT_MS,
    auth: (send) => send(handlers.auth()),
  });
  let again: ReturnType<typeof setTimeout> | undefined;
  let refusals = 0;

  function connect(): void {
    clearTimeout(again);
    again = undefined;
    socket.connect();
  }

  function reconnect(): void {
    socket.disconnect();
    connect();
  }

  function isNewGuest(): boolean {
    return "name" in handlers.auth();
  }

  function later(action: () => void): void {
    if (again === undefined) again = setTimeout(action, backoff(refusals++));
  }

  socket.on("connect", () => {
    clearTimeout(again);
    // The session comes beside `connect`; without it the connection is of no use.
    again = setTimeout(reconnect, ANSWER_TIMEOUT_MS);
  });
  socket.on("session", (session) => {
    clearTimeout(again);
    again = undefined;
    refusals = 0;
    handlers.up(session);
  });
  socket.on("disconnect", () => {
    handlers.down();
    if (!socket.active) later(connect);
  });
  socket.on("connect_error", (error) => {
    const refusal = toErrorInfo(error);
    if (socket.active) handlers.unreachable();
    else if (refusal.code === "unauthorized" || (isNewGuest() && isAboutName(refusal.code))) {
      handlers.refused(refusal);
    } else {
      handlers.unreachable();
      // On a new connection: this one may be half made at the server.
      later(reconnect);
    }
  });
  socket.on("message", handlers.message);
  socket.on("joined", handlers.joined);
  socket.on("left", handlers.left);
  socket.on("presence", handlers.presence);

  return {
    connect,
    reconnect,
    hurry() {
      if (!socket.connected && socket.active) reconnect();
    },
    async request(event, data) {
      if (!socket.connected) throw new NoAnswer(false);
      const answering: Answering = socket.timeout(ANSWER_TIMEOUT_MS);
      const answer = await answering.emitWithAck(event, data).catch(() => {
        throw new NoAnswer(socket.connected);
      });
      if (answer.ok) return answer;
      const { code, message } = answer.error;
      // The server has forgotten the connection, as it does after two hours.
      if (code === "unauthorized") later(reconnect);
      throw new ClientError(code, message);
    },
  };
}

/** Socket.IO's types do not follow an event's name that is a type parameter; this does. */
interface Answering {
  emitWithAck<E extends ClientEventName>(event: E, data: ClientInput<E>): Promise<Ack<E>>;
}

function isAboutName(code: ErrorInfo["code"]): boolean {
  return code === "bad_request" || code === "too_large";
}

/** What the server said in its `connect_error`; the network's failures carry no code. */
function toErrorInfo(error: Error): ErrorInfo {
  const data: unknown = "data" in error ? error.data : undefined;
  const said = typeof data === "object" && data !== null && "code" in data ? data.code : undefined;
  const code = errorCodes.find((known) => known === said) ?? "internal";
  return { code, message: error.message };
}
