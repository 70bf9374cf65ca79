import { ClientError } from "../../protocol/errors.ts";
import { type AuthData, serverEvent } from "../../protocol/events.ts";
import { MAIN, type Packet } from "../../protocol/packet.ts";
import { LOBBY } from "../../protocol/rooms.ts";
import { startJob } from "../aws/invocations.ts";
import { isClosed, settings } from "../chat/access.ts";
import { pay } from "../chat/budget.ts";
import { copyNameTo } from "../chat/copies.ts";
import { closeOldest, endConnections, removeTraces, removeUser } from "../chat/end-connection.ts";
import { ended, identify } from "../chat/identity/identify.ts";
import { replay } from "../chat/identity/recovery.ts";
import { toPid } from "../chat/identity/tokens.ts";
import { enterLobby } from "../chat/rooms/join-and-leave.ts";
import { toRooms } from "../chat/rooms/room-view.ts";
import { subscribeAll } from "../chat/subscribe.ts";
import { tellPresence } from "../chat/telling/presence.ts";
import { unlessBusy } from "../store/client.ts";
import { getConnection, putConnection, releaseConnection } from "../store/connections.ts";
import { CONNECTION_SECONDS, secondsFromNow } from "../store/items.ts";
import { queryMemberships } from "../store/memberships.ts";
import { askSession, putLeft, putSession } from "../store/session-records.ts";
import { getTogether } from "../store/table.ts";
import { putTodo } from "../store/todos.ts";
import { addTab, putPerson } from "../store/users.ts";
import { push } from "../wire/dialects.ts";
import type { Context } from "../wire/serve.ts";

/** Of a `User-Agent`, which is shown in the list of sessions. */
const MAX_DEVICE_LENGTH = 256;

/** CONNECT: identifies the person, subscribes the connection to the person's rooms, and answers. */
export async function connect(context: Context, auth: AuthData): Promise<Packet> {
  const { connectionId, dialect, connectedAt } = context;
  const identity = await identify(auth, (context.userAgent ?? "").slice(0, MAX_DEVICE_LENGTH));
  const { user: named, account, token, begins, isNew, linkedBy, recoverable } = identity;
  const expiresAt = Math.min(secondsFromNow(CONNECTION_SECONDS), identity.expiresAt ?? Infinity);
  const tab = { connectionId, user: named, dialect, expiresAt, connectedAt };
  const connection = { ...tab, session: token?.hash, sid: recoverable?.sid };
  if (!(await putConnection(connection, isNew))) throw await refusalReason(connectionId, isNew);
  const rooms: string[] = [];
  try {
    // A client that recovers does not join its rooms again.
    const watching = recoverable !== undefined;
    // The person's connections come first, then the memberships. A room that is joined meanwhile in
    // another tab either finds this connection or is found here, and so does a new name, and the
    // end of the session.
    const [person] = await Promise.all([
      isNew ? putPerson(tab, account) : addTab(tab),
      token && begins && putSession(named.id, token.hash, begins),
    ]);
    if (!person) throw ended();
    const { user } = person;
    const live = { connectionId, user, dialect, watching, expiresAt };
    if (user.name !== named.name) await copyNameTo(connectionId, user);
    const known = isNew && person.n === 1 ? [] : await queryMemberships(user.id);
    rooms.push(...known.map(({ room }) => room).filter((room) => !isClosed(room)));
    const needsLobby = settings.lobby && !rooms.includes(LOBBY);
    const isThere = needsLobby && (await unlessBusy(enterLobby(user, connectionId, person)));
    if (isThere) rooms.push(LOBBY);
    const session = askSession(user.id, token?.hash ?? "");
    const { entered, late, asked } = await subscribeAll(rooms, live, session);
    if (needsLobby && !isThere) late.push(LOBBY);
    // It is asked for again if it may have been throttled.
    if (token && !(asked ?? (await getTogether(session))[0])) throw ended();
    // Whoever ends all sessions looks for those that begin meanwhile after ending that of the link.
    const link = linkedBy === undefined ? [] : [askSession(user.id, linkedBy)];
    if ((await getTogether(...link)).includes(undefined)) throw ended();
    const heads = new Map(entered.map(({ record, head }) => [record.id, head]));
    const [views, ...gone] = await Promise.all([
      toRooms(user.id, entered),
      person.tabs.length === 1 ? tellPresence(person, [...heads.keys()]) : [],
      closeOldest(person, connectionId, rooms.length),
    ]);
    // Of rooms that are late, nothing can be replayed.
    const recovers =
      recoverable &&
      late.length === 0 &&
      (await pay(user, "recovery")) &&
      (await unlessBusy(replay(context, recoverable, heads, auth.offset)));
    const socket = recovers ? recoverable : { sid: connectionId, connectedAt };
    const answer = { sid: socket.sid, pid: token && toPid(token, socket) };
    // It is awaited, since it also shows whether the connection is still there.
    gone.push(await push([context], { type: "connect", nsp: MAIN, data: answer }));
    await endConnections(gone.flat());
    const newToken = begins && token?.text;
    const isAccount = person.account === undefined ? undefined : true;
    const told = { v: 1, user, token: newToken, account: isAccount, rooms: views } as const;
    if (late.length === 0) return serverEvent("session", told);
    await startJob(await putTodo({ kind: "subscribe", connection: connectionId, rooms: late }));
    return serverEvent("session", { ...told, late });
  } catch (error) {
    // The client may try again, as if it had not tried.
    const release = (id: string) => releaseConnection(id, isNew);
    const gone = await removeTraces({ ...tab, rooms: new Set(rooms) });
    await endConnections([...gone, ...(await removeUser(connectionId, release))]);
    throw error;
  }
}

/** The reason why nobody can connect on a connection. */
async function refusalReason(connectionId: string, isNew: boolean): Promise<ClientError> {
  return isNew && !(await getConnection(connectionId))
    ? new ClientError("forbidden", "This connection has already brought one new guest")
    : new ClientError("bad_request", "This connection has connected already");
}

/** DISCONNECT: the client leaves on purpose, so it does not recover when it returns. */
export async function disconnect({ connectionId }: Context): Promise<void> {
  // First: the client closes the WebSocket at once, and `$disconnect` may remove the connection sooner.
  await putLeft(connectionId);
  const gone = await removeUser(connectionId, releaseConnection, async ({ sid, user }) => {
    if (sid !== undefined) await putLeft(sid, user.id);
  });
  await endConnections(gone);
}
