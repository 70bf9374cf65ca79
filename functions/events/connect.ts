import { ClientError } from "../../protocol/errors.ts";
import { Auth, serverEvent } from "../../protocol/events.ts";
import { MAIN, type Packet } from "../../protocol/packet.ts";
import { LOBBY } from "../../protocol/rooms.ts";
import { NOTHING } from "../aws/posts.ts";
import { isClosed } from "../chat/access.ts";
import { pay } from "../chat/budget.ts";
import { copyNameTo } from "../chat/copies.ts";
import { removeTraces, removeUser } from "../chat/end-connection.ts";
import { ended, identify, toPid } from "../chat/identity/identify.ts";
import { replay } from "../chat/identity/recovery.ts";
import { closeOldest, tellPresence } from "../chat/people/presence.ts";
import { becomeMember, openPublicRoom } from "../chat/rooms/join-and-leave.ts";
import { toRooms } from "../chat/rooms/room-view.ts";
import { subscribeAll } from "../chat/subscribe.ts";
import { tellMembership } from "../chat/telling/notices.ts";
import { followUp } from "../chat/telling/tell.ts";
import { settings } from "../settings.ts";
import { getConnection, putConnection, releaseConnection } from "../store/connections.ts";
import { CONNECTION_SECONDS } from "../store/items.ts";
import { queryMemberships } from "../store/memberships.ts";
import { askRoom } from "../store/room-records.ts";
import { askSession, putSession } from "../store/sessions.ts";
import { getTogether, secondsFromNow } from "../store/table.ts";
import { addTab, putPerson } from "../store/users.ts";
import { push } from "../wire/dialects.ts";
import { type Context, check } from "../wire/serve.ts";

/** CONNECT: identifies the person, subscribes the connection to the person's rooms, and answers. */
export async function connect(context: Context, auth: unknown): Promise<Packet> {
  const { connectionId, dialect, connectedAt } = context;
  const data = check(Auth, auth);
  const { user: named, token, isNew, recoverable } = await identify(data);
  const expiresAt = secondsFromNow(CONNECTION_SECONDS);
  const tab = { connectionId, user: named, dialect, expiresAt };
  const connection = { ...tab, connectedAt, session: token.hash, sid: recoverable?.sid };
  if (!(await putConnection(connection, isNew))) throw await whyNot(connectionId, isNew);
  const rooms: string[] = [];
  try {
    // A client that recovers does not join its rooms again.
    const watching = recoverable !== undefined;
    // The person's connections come first, then the memberships. A room that is joined meanwhile in
    // another tab either finds this connection or is found here, and so does a new name, and the
    // end of the session.
    if (isNew) await Promise.all([putPerson(tab), putSession(named.id, token.hash)]);
    const person = isNew ? { user: named, n: 1, tabs: [tab] } : await addTab(tab);
    if (!person) throw ended();
    const { user } = person;
    const live = { connectionId, user, dialect, watching };
    if (user.name !== named.name) await copyNameTo(connectionId, user);
    const known = isNew ? [] : await queryMemberships(user.id);
    rooms.push(...known.map(({ room }) => room).filter((room) => !isClosed(room)));
    if (settings.lobby && !rooms.includes(LOBBY)) {
      rooms.push(LOBBY);
      await openPublicRoom(LOBBY, user);
      const n = (await becomeMember(user, LOBBY, connectionId))?.since;
      if (n) await tellMembership("joined", { room: LOBBY, user, n }, { except: connectionId });
    }
    const memberships = await subscribeAll(rooms, live);
    const mine = new Map(memberships.map((membership) => [membership.room, membership]));
    const [session, ...records] = await getTogether(
      askSession(user.id, token.hash),
      ...[...mine.keys()].map((room) => askRoom(room)),
    );
    if (!session) throw ended();
    const [{ rooms: views, heads }, ...outcomes] = await Promise.all([
      toRooms(
        records.filter((record) => record !== undefined),
        user.id,
        mine,
      ),
      person.tabs.length === 1 ? tellPresence(person, [...mine.keys()]) : NOTHING,
      closeOldest(person, connectionId),
    ]);
    const recovers =
      recoverable &&
      (await pay(user, "recovery")) &&
      (await replay(context, recoverable, heads, data.offset));
    const socket = recovers ? recoverable : { sid: connectionId, connectedAt };
    const answer = { sid: socket.sid, pid: toPid(token, socket) };
    // It is awaited, since it also shows whether the connection is still there.
    await followUp(
      ...outcomes,
      await push([context], { type: "connect", nsp: MAIN, data: answer }),
    );
    const newToken = isNew ? token.text : undefined;
    return serverEvent("session", { v: 1, user, token: newToken, rooms: views });
  } catch (error) {
    // The client may try again, as if it had not tried.
    const release = (id: string) => releaseConnection(id, isNew);
    const outcome = await removeTraces({ ...tab, rooms: new Set(rooms) });
    await followUp(outcome, await removeUser(connectionId, release));
    throw error;
  }
}

/** The reason why nobody can connect on a connection. */
async function whyNot(connectionId: string, isNew: boolean): Promise<ClientError> {
  return isNew && !(await getConnection(connectionId))
    ? new ClientError("forbidden", "One new guest has come by this connection already")
    : new ClientError("bad_request", "This connection has connected already");
}
