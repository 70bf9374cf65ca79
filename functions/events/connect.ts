import { ClientError } from "../../protocol/errors.ts";
import { Auth, serverEvent } from "../../protocol/events.ts";
import { MAIN, type Packet } from "../../protocol/packet.ts";
import { LOBBY } from "../../protocol/rooms.ts";
import { copyNameTo } from "../chat/copies.ts";
import { deleteLives } from "../chat/end-connection.ts";
import { newSecret, requireSession } from "../chat/identity/identify.ts";
import { identifyAgain, replay } from "../chat/identity/recovery.ts";
import { cameOnline } from "../chat/people/presence.ts";
import { becomeMember, openPublicRoom } from "../chat/rooms/join-and-leave.ts";
import { toRooms } from "../chat/rooms/room-view.ts";
import { subscribeAll } from "../chat/subscribe.ts";
import { tellMembership } from "../chat/telling/notices.ts";
import { followUp } from "../chat/telling/tell.ts";
import { putConnection } from "../store/connections.ts";
import { person } from "../store/items.ts";
import { putLive } from "../store/live.ts";
import { queryMemberships } from "../store/memberships.ts";
import { getRooms } from "../store/room-records.ts";
import { putRecovery } from "../store/sessions.ts";
import { push } from "../wire/dialects.ts";
import { type Context, check } from "../wire/serve.ts";
import { removeFrom } from "./disconnect.ts";

/** CONNECT: says who is there, subscribes the connection to the person's rooms, and answers. */
export async function connect(context: Context, auth: unknown): Promise<Packet> {
  const { connectionId, dialect, connectedAt } = context;
  const { recoverable, ...identity } = await identifyAgain(check(Auth, auth));
  const { user: known, session, token } = identity;
  // The one that the client has, and the one that it gets if it cannot recover.
  const pid = newSecret(known.id);
  const pids = new Set([pid.hash, ...(recoverable ? [recoverable.hash] : [])]);
  const connection = { connectionId, user: known, dialect, connectedAt, session, pids };
  if (!(await putConnection(connection))) {
    throw new ClientError("bad_request", "This connection has connected already");
  }
  const rooms: string[] = [];
  try {
    // A client that recovers does not join its rooms again.
    const watching = recoverable !== undefined;
    const live = { connectionId, user: known, dialect, watching };
    // First the person's own channel, then the memberships: a room that is joined meanwhile in
    // another tab either finds this connection there or is found here. So is a new name, and the
    // end of the session.
    await putLive(person(known.id), live);
    const user = token ? known : await requireSession({ userId: known.id, hash: session });
    if (user.name !== known.name) await copyNameTo(connectionId, user);
    if (!token) rooms.push(...(await queryMemberships(user.id)).map(({ room }) => room));
    if (!rooms.includes(LOBBY)) {
      rooms.push(LOBBY);
      await openPublicRoom(LOBBY, user);
      const n = await becomeMember(user, LOBBY, connectionId);
      if (n) await tellMembership("joined", { room: LOBBY, user, n }, { except: connectionId });
    }
    const memberships = await subscribeAll(rooms, { ...live, user });
    const mine = new Map(memberships.map((membership) => [membership.room, membership]));
    const [presence, records] = await Promise.all([
      cameOnline(user, [...mine.keys()]),
      getRooms([...mine.keys()]),
    ]);
    const views = await toRooms(records, user.id, mine);
    const recovered = recoverable && (await replay(context, [...mine.keys()], recoverable.since));
    if (!recovered)
      await putRecovery(user.id, pid.hash, { sid: connectionId, connectedAt, session });
    const data = recovered
      ? { sid: recoverable.sid, pid: recoverable.pid }
      : { sid: connectionId, pid: pid.text };
    // Awaited, since it also shows whether the connection is still there.
    await followUp(presence, await push([context], { type: "connect", nsp: MAIN, data }));
    return serverEvent("session", { v: 1, user, token, rooms: views });
  } catch (error) {
    // The client may try again, as if it had not.
    await deleteLives(connectionId, [...rooms, person(known.id)]);
    await removeFrom(context);
    throw error;
  }
}
