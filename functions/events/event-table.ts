import * as v from "valibot";
import { ClientError } from "../../protocol/errors.ts";
import {
  Auth,
  type ClientEventName,
  CustomData,
  clientSchemas,
  isCustomEventName,
} from "../../protocol/events.ts";
import { MAIN } from "../../protocol/packet.ts";
import { requireConnection } from "../chat/access.ts";
import { getDialect } from "../store/connections.ts";
import { toClientError } from "../wire/errors.ts";
import type { App, ChatEvent, Context, EventHandler } from "../wire/serve.ts";
import { connect, disconnect } from "./connect.ts";
import { createRoom } from "./createRoom.ts";
import { custom } from "./custom.ts";
import { direct } from "./direct.ts";
import { deleteMessage, edit, react } from "./edit-delete-react.ts";
import { heads, history } from "./history.ts";
import { getRoom, joinRoom } from "./joinRoom.ts";
import { invite, leaveRoom, remove } from "./members.ts";
import { message } from "./message.ts";
import { people } from "./people.ts";
import { read } from "./read.ts";
import { rename } from "./rename.ts";
import { rooms } from "./rooms.ts";
import { search } from "./search.ts";
import { endSession, link, sessions, signOut } from "./sessions.ts";
import { setRoom } from "./setRoom.ts";
import { typing } from "./typing.ts";
import { file, upload } from "./upload.ts";

/** The table of events: what a client may send, by name. */
const events: { [E in ClientEventName]: ChatEvent<E> } = {
  createRoom,
  delete: deleteMessage,
  direct,
  edit,
  endSession,
  file,
  getRoom,
  heads,
  history,
  invite,
  joinRoom,
  leaveRoom,
  link,
  message,
  people,
  react,
  read,
  remove,
  rename,
  rooms,
  search,
  sessions,
  setRoom,
  signOut,
  typing,
  upload,
};

/** An event's code, called with data that its schema has checked. */
function handle<S extends v.GenericSchema>(
  schema: S,
  run: (context: Context, data: v.InferOutput<S>) => Promise<object>,
): EventHandler {
  return async (context, [data = {}]) => [
    { ok: true, ...(await run(context, check(schema, data))) },
  ];
}

/** @throws {ClientError} `too_large` for what exceeds a limit, else `bad_request` */
function check<S extends v.GenericSchema>(schema: S, input: unknown, whole = "data") {
  // valibot's object schemas accept arrays.
  if (Array.isArray(input)) {
    throw new ClientError("bad_request", `${whole} must be an object, not an array`);
  }
  const result = v.safeParse(schema, input);
  if (result.success) return result.output;
  throw toClientError(result.issues[0], whole);
}

function handlerOf<E extends ClientEventName>(name: E): EventHandler {
  return handle(clientSchemas[name], events[name]);
}

function isEvent(name: string): name is ClientEventName {
  return Object.hasOwn(events, name);
}

/** The chat, in its one namespace. */
export const chat: App = {
  namespaces: {
    [MAIN]: {
      connect: async (context, auth) => connect(context, check(Auth, auth, "auth")),
      disconnect,
      requireConnected: ({ connectionId }) => requireConnection(connectionId),
      events: Object.fromEntries(
        Object.keys(events)
          .filter(isEvent)
          .map((name) => [name, handlerOf(name)]),
      ),
      custom: (name) =>
        isCustomEventName(name)
          ? handle(CustomData, (context, data) => custom(context, name, data))
          : undefined,
    },
  },
  isRaw: async (connectionId) => (await getDialect(connectionId)) === "raw",
};
