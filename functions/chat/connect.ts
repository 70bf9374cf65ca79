import { randomBytes } from "node:crypto";
import { ClientError } from "../../protocol/errors.ts";
import { Auth } from "../../protocol/events.ts";
import type { Session, User } from "../../protocol/model.ts";
import { MAIN } from "../../protocol/packet.ts";
import type { Context } from "../socket/context.ts";
import { push } from "../socket/push.ts";
import { putConnection } from "../store/connections.ts";
import { person } from "../store/items.ts";
import { putLive } from "../store/live.ts";
import { queryMemberships } from "../store/members.ts";
import { deleteLives } from "./end.ts";
import { check } from "./handler.ts";
import { identify } from "./identity.ts";
import { becomeMember, LOBBY, openPublicRoom, tellJoined } from "./membership.ts";
import { coming } from "./presence.ts";
import { subscribeAll } from "./subscribe.ts";
import { settle } from "./tell.ts";
import { toRooms } from "./view.ts";

/** CONNECT: says who is there, subscribes the connection to the person's rooms, and answers. */
export async function connect(context: Context, auth: unknown): Promise<Session> {
  const { connectionId, dialect, connectedAt } = context;
  const { user, token } = await identify(check(Auth, auth));
  if (!(await putConnection({ connectionId, user, dialect, connectedAt }))) {
    throw new ClientError("bad_request", "This connection has connected already");
  }
  const live = { connectionId, user, dialect, watching: false };
  // First the person's own channel, then the memberships: a room that is joined meanwhile in
  // another tab either finds this connection there or is found here.
  await putLive(person(user.id), live);
  const rooms = (await queryMemberships(user.id)).map(({ room }) => room);
  if (!rooms.includes(LOBBY)) rooms.push(await enterLobby(user, connectionId));
  const memberships = await subscribeAll(rooms, live).catch(async (error) => {
    await deleteLives(connectionId, [person(user.id)]);
    throw error;
  });
  const answer = { sid: connectionId, pid: randomBytes(18).toString("base64url") };
  await settle(
    ...(await Promise.all([
      coming(user),
      // Awaited, since it also shows whether the connection is still there.
      push([context], { type: "connect", nsp: MAIN, data: answer }),
    ])),
  );
  const mine = new Map(memberships.map((membership) => [membership.room, membership]));
  return { v: 1, user, ...(token && { token }), rooms: await toRooms([...mine.keys()], mine) };
}

async function enterLobby(user: User, connectionId: string): Promise<string> {
  const { room } = await openPublicRoom(LOBBY, user);
  if (await becomeMember(user, room.id, "member")) await tellJoined(room.id, user, connectionId);
  return room.id;
}
