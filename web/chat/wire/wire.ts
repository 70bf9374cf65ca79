import type { DefaultEventsMap } from "@socket.io/component-emitter";
import { io, type Socket } from "socket.io-client";
import { natter } from "../../../protocol/client/natter.ts";
import { ClientError, type ErrorInfo } from "../../../protocol/errors.ts";
import type {
  Ack,
  AckData,
  AuthData,
  ClientEventName,
  ClientInput,
  ServerEvents,
} from "../../../protocol/events.ts";
import type { Session } from "../../../protocol/model.ts";
import { backoff } from "../timers.ts";
import { NoAnswer, refusalOf } from "./errors.ts";

/** How long to wait for an answer, in ms. */
export const ANSWER_TIMEOUT_MS = 10_000;

/** The same for a request that is sent again, on a new connection, if no answer comes. */
export const ANSWER_PATIENCE_MS = 5_000;

/** First after 0 to 3 s: a thousand clients cut off at once come back at fewer than 500 a second. */
const RECONNECTION = {
  reconnectionDelay: 1_500,
  reconnectionDelayMax: 10_000,
  randomizationFactor: 1,
};

/**
 * API Gateway ends a connection after 2 hours (WebSocket quotas). It is renewed before that, at a random
 * time, so that clients that came together are not renewed together.
 */
const RENEWAL_MS = 110 * 60_000;
const RENEWAL_SPREAD_MS = 8 * 60_000;
const RENEWAL_POLL_MS = 1_000;

const NOTICES = ["message", "joined", "left", "presence", "typing", "room", "read"] as const;

/** A handler for each event of the server, and one for all changes of messages. */
export type Notices = Pick<ServerEvents, (typeof NOTICES)[number]> & {
  changed: ServerEvents["edit"];
};

export interface WireHandlers extends Notices {
  auth(): AuthData;
  /** There is a connection, and the server has told the session. */
  up(session: Session): void;
  /** The connection is gone. The wire makes a new one by itself. */
  down(): void;
  /** The server refuses this auth. Nothing more happens until `open`. */
  refused(error: ErrorInfo): void;
  /** An attempt to connect has failed. The next one follows by itself. */
  unreachable(): void;
}

export type Wire = ReturnType<typeof createWire>;

/** The connection to the server. Only this file knows the socket. */
export function createWire({ origin }: { origin: string }) {
  let socket: TypedSocket | undefined;
  /** The socket that is to replace it, while that connects. */
  let successor: TypedSocket | undefined;
  let handlers: WireHandlers | undefined;
  let retry: ReturnType<typeof setTimeout> | undefined;
  let refusals = 0;
  let unanswered = 0;
  let renewal: ReturnType<typeof setTimeout> | undefined;

  function create({ auth }: WireHandlers): TypedSocket {
    return io(origin, {
      ...natter,
      ...RECONNECTION,
      autoConnect: false,
      forceNew: true,
      timeout: ANSWER_TIMEOUT_MS,
      // With a `pid` the server would repeat what was missed. The page reads that from the log.
      auth: (send) => send({ ...auth(), pid: undefined }),
    });
  }

  function connect(): void {
    cancelRetry();
    socket?.connect();
  }

  /** Replaces the connection, which may be dead. */
  function reconnect(): void {
    socket?.disconnect();
    connect();
  }

  function retryLater(action: () => void): void {
    retry ??= setTimeout(action, backoff(refusals++));
  }

  function cancelRetry(): void {
    clearTimeout(retry);
    retry = undefined;
  }

  /** Disconnects until `open`. */
  function close(): void {
    cancelRetry();
    clearTimeout(renewal);
    for (const one of [socket, successor]) one?.off().disconnect();
    socket = undefined;
    successor = undefined;
  }

  function began(session: Session): void {
    cancelRetry();
    refusals = 0;
    renewIn(RENEWAL_MS + Math.random() * RENEWAL_SPREAD_MS);
    handlers?.up(session);
  }

  /** @param hasSession whether the server has told the session on this connection */
  function listen(made: TypedSocket, told: WireHandlers, hasSession = false): void {
    made.on("connect", () => {
      // `connect` and `session` come in either order.
      if (hasSession) return;
      cancelRetry();
      retry = setTimeout(reconnect, ANSWER_TIMEOUT_MS);
    });
    made.on("session", (session) => {
      hasSession = true;
      began(session);
    });
    made.on("disconnect", () => {
      hasSession = false;
      clearTimeout(renewal);
      told.down();
      if (!made.active) retryLater(connect);
    });
    made.on("connect_error", (error) => {
      const refusal = refusalOf(error);
      const auth = told.auth();
      const isNew = !("token" in auth) || "guest" in auth;
      if (made.active) told.unreachable();
      else if (refusal.code === "unauthorized" || (isNew && isAboutAuth(refusal.code))) {
        told.refused(refusal);
      } else {
        told.unreachable();
        // The server may have stored only a part of this connection: the next attempt makes a new one.
        retryLater(reconnect);
      }
    });
    for (const notice of NOTICES) made.on(notice, told[notice]);
    for (const change of ["edit", "delete", "react"] as const) made.on(change, told.changed);
  }

  /** Renews the connection after that time, once no request waits for its answer. */
  function renewIn(ms: number): void {
    clearTimeout(renewal);
    renewal = setTimeout(() => {
      if (unanswered === 0 && socket?.connected) renew();
      else renewIn(RENEWAL_POLL_MS);
    }, ms);
  }

  /** Moves to a new connection while the old one still works. If that fails, the old one stays. */
  function renew(): void {
    if (handlers === undefined) return;
    const told = handlers;
    const made = create(told);
    successor = made;
    const giveUp = setTimeout(() => made.disconnect(), ANSWER_TIMEOUT_MS);
    made.once("connect_error", () => made.disconnect());
    made.once("session", (session) => {
      clearTimeout(giveUp);
      const old = socket;
      old?.off();
      // Requests on the old connection may still be answered.
      setTimeout(() => old?.disconnect(), ANSWER_TIMEOUT_MS);
      made.off();
      listen(made, told, true);
      socket = made;
      began(session);
    });
    made.connect();
  }

  return {
    /** Connects. From now on the wire tells these handlers. */
    open(told: WireHandlers): void {
      close();
      handlers = told;
      socket = create(told);
      listen(socket, told);
      connect();
    },
    reconnect,
    /** Connects now if the next attempt would come later. */
    hurry(): void {
      if (socket?.connected === false && (socket.active || retry !== undefined)) reconnect();
    },
    close,
    /**
     * Sends an event and waits up to `patience` ms for its ack.
     * @throws {ClientError} the error that the server answers
     * @throws {NoAnswer} if there is no answer
     */
    async request<E extends ClientEventName>(
      event: E,
      data: ClientInput<E>,
      patience = ANSWER_TIMEOUT_MS,
    ): Promise<AckData[E]> {
      const asked = socket;
      if (!asked?.connected) throw new NoAnswer(false);
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
      const { code, message, head } = answer.error;
      // The server has forgotten the connection, as it does after two hours.
      if (code === "unauthorized") retryLater(reconnect);
      throw new ClientError(code, message, head);
    },
  };
}

type TypedSocket = Socket<ServerEvents, DefaultEventsMap>;

/** Socket.IO's types cannot infer the data of an event whose name is a type parameter. */
interface Answering {
  emitWithAck<E extends ClientEventName>(event: E, data: ClientInput<E>): Promise<Ack<E>>;
}

/** Whether another name or key, or a sign-in, could be accepted. */
function isAboutAuth(code: ErrorInfo["code"]): boolean {
  return code === "bad_request" || code === "too_large" || code === "forbidden";
}
