import { ClientError } from "../../protocol/errors.ts";
import { Auth, serverEvent } from "../../protocol/events.ts";
import type { User } from "../../protocol/model.ts";
import { MAIN, type Packet } from "../../protocol/packet.ts";
import { LOBBY } from "../../protocol/rooms.ts";
import { deleteLives } from "../chat/end-connection.ts";
import { requireSession } from "../chat/identity/identify.ts";
import { identifyAgain, newPid, replay } from "../chat/identity/recovery.ts";
import { renameConnection } from "../chat/people/naming.ts";
import { coming } from "../chat/people/presence.ts";
import { reset } from "../chat/reset.ts";
import { becomeMember, openPublicRoom } from "../chat/rooms/membership.ts";
import { toRooms } from "../chat/rooms/room-view.ts";
import { subscribeAll } from "../chat/subscribe.ts";
import { tellJoined } from "../chat/telling/comings.ts";
import { settle } from "../chat/telling/tell.ts";
import { putConnection } from "../store/connections.ts";
import { person } from "../store/items.ts";
import { putLive } from "../store/live.ts";
import { queryMemberships } from "../store/memberships.ts";
import { getRooms } from "../store/room-records.ts";
import { push } from "../wire/dialects.ts";
import { type Context, check } from "../wire/serve.ts";

/** CONNECT: says who is there, subscribes the connection to the person's rooms, and answers. */
export async function connect(context: Context, auth: unknown): Promise<Packet> {
  const { connectionId, dialect, connectedAt } = context;
  const { recoverable, ...identity } = await identifyAgain(check(Auth, auth));
  const { user: known, session, token } = identity;
  if (!(await putConnection({ connectionId, user: known, dialect, connectedAt, session }))) {
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
    if (user.name !== known.name) await renameConnection(connectionId, user);
    rooms.push(...(await queryMemberships(user.id)).map(({ room }) => room));
    if (!rooms.includes(LOBBY)) rooms.push(await enterLobby(user, connectionId));
    const mine = new Map(
      (await subscribeAll(rooms, { ...live, user })).map((one) => [one.room, one]),
    );
    const [presence, records] = await Promise.all([coming(user), getRooms([...mine.keys()])]);
    const views = await toRooms(records, user.id, mine);
    const recovered =
      recoverable && (await replay(context, [...mine.keys()], recoverable.since))
        ? { sid: recoverable.sid, pid: recoverable.pid }
        : undefined;
    const data = recovered ?? { sid: connectionId, pid: await newPid(identity, context) };
    // Awaited, since it also shows whether the connection is still there.
    await settle(presence, await push([context], { type: "connect", nsp: MAIN, data }));
    return serverEvent("session", { v: 1, user, ...(token && { token }), rooms: views });
  } catch (error) {
    // It may try again, as if it had not.
    await deleteLives(connectionId, [...rooms, person(known.id)]);
    await reset(context);
    throw error;
  }
}

async function enterLobby(user: User, connectionId: string): Promise<string> {
  await openPublicRoom(LOBBY, user);
  if (await becomeMember(user, LOBBY, connectionId)) await tellJoined(LOBBY, user, connectionId);
  return LOBBY;
}
