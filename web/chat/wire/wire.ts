import type { DefaultEventsMap } from "@socket.io/component-emitter";
import { io, type Socket } from "socket.io-client";
import { natter } from "../../../protocol/client/natter.ts";
import { ClientError, type ErrorInfo, errorCodes } from "../../../protocol/errors.ts";
import type {
  Ack,
  AckData,
  AuthData,
  ClientEventName,
  ClientInput,
  ServerEvents,
} from "../../../protocol/events.ts";
import type { Session } from "../../../protocol/model.ts";
import { backoff } from "./backoff.ts";
import { createRenewal } from "./renewal.ts";

/** ms that an answer is waited for. */
export const ANSWER_TIMEOUT_MS = 10_000;

/** From 0 to 3 s at first: a thousand clients that are cut off at once stay under 500 a second. */
const RECONNECTION = {
  reconnectionDelay: 1_500,
  reconnectionDelayMax: 10_000,
  randomizationFactor: 1,
};

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

/** The server's events, each with a handler, and one for all changes of messages. */
type Notices = Pick<
  ServerEvents,
  "message" | "joined" | "left" | "presence" | "typing" | "room" | "read"
> & { changed: ServerEvents["edit"] };

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
  /** Disconnects, until `connect`. */
  close(): void;
  /** Connects now, where the next try would have waited. */
  hurry(): void;
  /** @throws {ClientError} the server's error @throws {NoAnswer} none came for `patience` ms */
  request<E extends ClientEventName>(
    event: E,
    data: ClientInput<E>,
    patience?: number,
  ): Promise<AckData[E]>;
}

/** The one place that talks to the socket. */
export function createWire(origin: string, handlers: WireHandlers): Wire {
  let socket = listen(create());
  /** The one that takes its place, while that is made. */
  let next: TypedSocket | undefined;
  let again: ReturnType<typeof setTimeout> | undefined;
  let refusals = 0;
  let unanswered = 0;
  const renewal = createRenewal(() => unanswered === 0 && socket.connected, renew);

  function create(): TypedSocket {
    return io(origin, {
      ...natter,
      ...RECONNECTION,
      autoConnect: false,
      forceNew: true,
      timeout: ANSWER_TIMEOUT_MS,
      // Without its `pid` nothing is told again: the page knows what it lacks, and reads that.
      auth: (send) => send({ ...handlers.auth(), pid: undefined }),
    });
  }

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

  function arrived(session: Session): void {
    clearTimeout(again);
    again = undefined;
    refusals = 0;
    renewal.start();
    handlers.up(session);
  }

  /** @param known whether the session has come */
  function listen(socket: TypedSocket, known = false): TypedSocket {
    socket.on("connect", () => {
      // Either of the two may come first.
      if (known) return;
      clearTimeout(again);
      // The session comes beside `connect`; without it the connection is of no use.
      again = setTimeout(reconnect, ANSWER_TIMEOUT_MS);
    });
    socket.on("session", (session) => {
      known = true;
      arrived(session);
    });
    socket.on("disconnect", () => {
      known = false;
      renewal.stop();
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
    socket.on("edit", handlers.changed);
    socket.on("delete", handlers.changed);
    socket.on("react", handlers.changed);
    socket.on("joined", handlers.joined);
    socket.on("left", handlers.left);
    socket.on("presence", handlers.presence);
    socket.on("typing", handlers.typing);
    socket.on("room", handlers.room);
    socket.on("read", handlers.read);
    return socket;
  }

  /** Goes over to a new connection while the old one still serves; if that fails, it goes on to. */
  function renew(): void {
    const made = create();
    next = made;
    const giveUp = setTimeout(() => made.disconnect(), ANSWER_TIMEOUT_MS);
    made.once("connect_error", () => made.disconnect());
    made.once("session", (session) => {
      clearTimeout(giveUp);
      const old = socket;
      old.off();
      // What was asked on it last may still be answered.
      setTimeout(() => old.disconnect(), ANSWER_TIMEOUT_MS);
      made.off();
      socket = listen(made, true);
      arrived(session);
    });
    made.connect();
  }

  return {
    connect,
    reconnect,
    close() {
      clearTimeout(again);
      again = undefined;
      renewal.stop();
      for (const one of [socket, next]) one?.off().disconnect();
      // Somebody else may sign in.
      socket = listen(create());
    },
    hurry() {
      if (!socket.connected && (socket.active || again !== undefined)) reconnect();
    },
    async request(event, data, patience = ANSWER_TIMEOUT_MS) {
      if (!socket.connected) throw new NoAnswer(false);
      const asked = socket;
      const answering: Answering = asked.timeout(patience);
      unanswered++;
      const answer = await answering
        .emitWithAck(event, data)
        .catch(() => {
          throw new NoAnswer(asked.connected);
        })
        .finally(() => {
          unanswered--;
        });
      if (answer.ok) return answer;
      const { code, message } = answer.error;
      // The server has forgotten the connection, as it does after two hours.
      if (code === "unauthorized") later(reconnect);
      throw new ClientError(code, message);
    },
  };
}

type TypedSocket = Socket<ServerEvents, DefaultEventsMap>;

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
